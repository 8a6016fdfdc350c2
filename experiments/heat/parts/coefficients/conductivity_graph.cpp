// experiments/heat/parts/coefficients/conductivity_graph.cpp
//
// Rows are filled on the host in the order of the star: below along z, y, x, the centre, above along x, y, z.
#include "experiments/heat/parts/coefficients/conductivity_graph.hpp"

#include <cmath>
#include <limits>

#include "core/core/require.hpp"

namespace attune::experiments::heat::coefficients {
namespace {

namespace solver = attune::heat;

// A field with its ghosts, on the host.
struct HostField {
  decltype(Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), View3<double>())) values;
  Triple halo;
  double operator()(const Triple& at) const {
    return values(at[0] + halo[0], at[1] + halo[1], at[2] + halo[2]);
  }
  Index place(const Triple& at) const {
    return ((at[0] + halo[0]) * static_cast<Index>(values.extent(1)) + at[1] + halo[1]) *
               static_cast<Index>(values.extent(2)) +
           at[2] + halo[2];
  }
};

enum class Kind { inner, wall, none };

struct Rows {
  const Setting& setting;
  HostField kappa;
  solver::Widths scale;  // dt / h_a^2
  std::vector<Index> first{0}, key;
  std::vector<char> centre;
  std::vector<double> rate;
  std::vector<std::array<double, edge_features>> features;

  Kind kind(const Triple& there, int axis) const {
    const Index global = there[axis] + setting.domain.mine().lower[axis];
    const Box& whole = setting.domain.whole();
    if (setting.boundaries[axis] == solver::Boundary::periodic) return Kind::inner;
    if (global >= whole.lower[axis] && global < whole.upper[axis]) return Kind::inner;
    return setting.boundaries[axis] == solver::Boundary::dirichlet ? Kind::wall : Kind::none;
  }
  void push(const Triple& to, double r, bool is_centre, const std::array<double, edge_features>& of) {
    key.push_back(kappa.place(to));
    rate.push_back(r);
    centre.push_back(is_centre);
    features.push_back(of);
  }
  void face(const Triple& at, int axis, Index side) {
    Triple there = at;
    there[axis] += side;
    const Kind found = kind(there, axis);
    if (found == Kind::none) return;
    const double here = scale[axis] * kappa(at);
    const double other = scale[axis] * kappa(there);
    const double harmonic = found == Kind::wall ? 2 * here : 2 / (1 / here + 1 / other);
    const double geometric = found == Kind::wall ? 2 * here : std::sqrt(here) * std::sqrt(other);
    push(there, harmonic, false, {1, std::log(harmonic), std::log(geometric), 0, 0});
  }
  void row(const Triple& at) {
    const int first_axis = 3 - setting.dimensions;
    const auto begin = static_cast<std::size_t>(first.back());
    double all = 0;
    for (int a = first_axis; a < 3; ++a) all += scale[a] * kappa(at);
    for (int a = first_axis; a < 3; ++a) face(at, a, -1);
    const std::size_t middle = rate.size();
    push(at, 0, true, {0, 0, 0, std::log(all), std::log1p(all)});
    for (int a = 2; a >= first_axis; --a) face(at, a, 1);
    for (std::size_t e = begin; e < rate.size(); ++e)
      if (e != middle) rate[middle] += rate[e];
    first.push_back(static_cast<Index>(rate.size()));
  }
};

View2<double> to_features(const std::vector<std::array<double, edge_features>>& features) {
  const View2<double> device("heat::conductivity::features", edge_features, features.size());
  const auto host = Kokkos::create_mirror_view(device);
  for (std::size_t e = 0; e < features.size(); ++e)
    for (int f = 0; f < edge_features; ++f) host(f, e) = features[e][f];
  Kokkos::deep_copy(device, host);
  return device;
}

}  // namespace

ConductivityGraph conductivity_graph(const Setting& setting, const Field<double>& kappa,
                                     const solver::Widths& h, double dt) {
  require(dt > 0, "a step goes forward in time");
  const Triple halo = setting.halo(1);
  const auto extended = setting.domain.field<double>("heat::conductivity::kappa", halo);
  solver::combine(extended, {{1, kappa}});
  setting.domain.exchange_halo(extended);
  Rows rows{setting,
            {Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), extended.values), halo},
            {dt / (h[0] * h[0]), dt / (h[1] * h[1]), dt / (h[2] * h[2])}};
  const Triple own = extended.box.shape();
  for (Index k = 0; k < own[0]; ++k)
    for (Index j = 0; j < own[1]; ++j)
      for (Index i = 0; i < own[2]; ++i) rows.row({k, j, i});
  const auto keys = static_cast<Index>(extended.values.size());
  return {setting,     halo,      attention::graph::neighbours(rows.first, rows.key, keys),
          rows.centre, rows.rate, to_features(rows.features)};
}

std::vector<double> pairwise_logits(const ConductivityGraph& graph, Centre centre) {
  std::vector<double> z(graph.rate.size());
  for (std::size_t e = 0; e < z.size(); ++e)
    if (!graph.centre[e])
      z[e] = std::log(graph.rate[e]);
    else if (centre == Centre::remainder)
      z[e] = std::log1p(-graph.rate[e]);
    else
      z[e] = centre == Centre::zero ? 0.0 : -std::numeric_limits<double>::infinity();
  return z;
}

solver::Widths unit_widths(const Setting& setting) {
  solver::Widths h;
  for (int a = 0; a < 3; ++a) h[a] = 1 / static_cast<double>(setting.domain.whole().extent(a));
  return h;
}

}  // namespace attune::experiments::heat::coefficients
