// experiments/heat/parts/coefficients/conductivity_cases.cpp
#include "experiments/heat/parts/coefficients/conductivity_cases.hpp"

#include <cmath>

#include "attention/window/content.hpp"
#include "solvers/heat/initial.hpp"
#include "solvers/heat/theory/manufactured.hpp"

namespace attune::experiments::heat::coefficients {
namespace {

namespace solver = attune::heat;
namespace theory = attune::heat::theory;
namespace content = attention::window::content;

// f at the centres of the own cells of the unit box.
template <class Scalar, class Function> Field<Scalar> sampled(const Setting& s, const Function& f) {
  const auto u = s.domain.field<Scalar>("heat::cases::sampled");
  const Box &mine = u.box, &whole = s.domain.whole();
  std::vector<double> values;
  for (Index k = mine.lower[0]; k < mine.upper[0]; ++k)
    for (Index j = mine.lower[1]; j < mine.upper[1]; ++j)
      for (Index i = mine.lower[2]; i < mine.upper[2]; ++i) {
        const Index at[3] = {k, j, i};
        theory::PerAxis x;
        for (int a = 0; a < 3; ++a) x[a] = (double(at[a]) + 0.5) / double(whole.extent(a));
        values.push_back(f(x));
      }
  solver::assign(u, values);
  return u;
}

struct SweepOf {
  Field<double> u, step, d, sweep;
  double dt;
  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const {
    const double r = dt * d(k, j, i);
    sweep(k, j, i) = (step(k, j, i) + r * u(k, j, i)) / (1 + r);
  }
};

// (H, stored or cells, 2) with a and b of every cell, b = 1 where it is empty.
template <class Scalar> View3<Scalar> pairs(const std::vector<double>& a, const std::vector<double>& b) {
  const std::size_t cells = std::max(a.size(), b.size());
  const View3<Scalar> rows("heat::cases::pairs", 1, cells, 2);
  const auto host = Kokkos::create_mirror_view(rows);
  for (std::size_t n = 0; n < cells; ++n) {
    host(0, n, 0) = static_cast<Scalar>(a.empty() ? 1.0 : a[n]);
    host(0, n, 1) = static_cast<Scalar>(b.empty() ? 1.0 : b[n]);
  }
  Kokkos::deep_copy(rows, host);
  return rows;
}

std::vector<double> all_values(const Field<double>& u) {
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), u.values);
  return {host.data(), host.data() + host.size()};
}

}  // namespace

template <class To, class From> Field<To> converted(const Field<From>& u) {
  const Field<To> to("heat::converted", u.box);
  const auto from = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), u.values);
  std::vector<double> values;
  for (Index k = 0; k < u.box.extent(0); ++k)
    for (Index j = 0; j < u.box.extent(1); ++j)
      for (Index i = 0; i < u.box.extent(2); ++i)
        values.push_back(from(k + u.halo[0], j + u.halo[1], i + u.halo[2]));
  solver::assign(to, values);
  return to;
}

template <class Scalar>
std::vector<double> smooth_errors(const Setting& s, const LearnedWeights& learned, const SmoothCase& plan) {
  const theory::Manufactured problem{s.grid().boundary[2], s.dimensions, 1};
  const auto h = unit_widths(s);
  const auto kappa =
      sampled<double>(s, [&](const auto& x) { return theory::smooth_conductivity(x, s.dimensions).value; });
  const auto L = solver::variable_conductivity(kappa, h, s.domain, s.boundaries);
  const auto steps = static_cast<Index>(std::ceil(plan.end / (plan.stability * L.largest_step())));
  const double dt = plan.end / static_cast<double>(steps);
  const auto graph = conductivity_graph(s, kappa, h, dt);
  const auto source_at_start = sampled<Scalar>(s, [&](const auto& x) {
    return theory::source(theory::solution(problem, x, 0), theory::smooth_conductivity(x, s.dimensions));
  });
  const auto exact = [&](double t) {
    return sampled<Scalar>(s, [&](const auto& x) { return theory::solution(problem, x, t).value; });
  };
  const auto start = exact(0), end = exact(plan.end);
  std::vector<double> errors;
  for (std::size_t c = 0; c < contestants.size(); ++c) {
    const auto head = contestant_on<Scalar>(c, graph, learned);
    const auto u = head.field(), next = head.cells();
    solver::combine(next, {{1, start}});
    for (Index n = 0; n < steps; ++n) {
      solver::combine(u, {{1, next}});
      head.apply(u, next);
      const double gain = dt * std::exp(-problem.decay * static_cast<double>(n) * dt);
      solver::combine(next, {{1, next}, {gain, source_at_start}});
    }
    solver::combine(next, {{1, next}, {-1, end}});
    errors.push_back(
        std::sqrt(solver::inner(next, next, s.domain.communicator()) / static_cast<double>(s.cells())));
  }
  return errors;
}

template <class Scalar>
double steady_residual(const Domain& world, const std::vector<double>& kappa, double stability,
                       std::size_t contestant, const LearnedWeights& learned) {
  const Setting s = make_setting(world, {static_cast<Index>(kappa.size())}, "dirichlet");
  const Box mine = s.domain.mine();
  std::vector<double> own, steady;
  double total = 0, below = 0;
  for (const double x : kappa) total += 1 / x;
  for (std::size_t i = 0; i < kappa.size(); ++i) {
    const auto cell = static_cast<Index>(i);
    const bool here = cell >= mine.lower[2] && cell < mine.upper[2];
    if (here) own.push_back(kappa[i]);
    if (here) steady.push_back(1 - (below + 0.5 / kappa[i]) / total);
    below += 1 / kappa[i];
  }
  const auto of = s.domain.field<double>("heat::cases::kappa");
  solver::assign(of, own);
  const auto h = unit_widths(s);
  const double dt = stability * solver::variable_conductivity(of, h, s.domain, s.boundaries).largest_step();
  const auto head = contestant_on<Scalar>(contestant, conductivity_graph(s, of, h, dt), learned);
  const auto start = head.cells(), next = head.cells();
  solver::assign(start, steady);
  const auto u = head.field();
  const auto host = Kokkos::create_mirror_view(u.values);
  Kokkos::deep_copy(host, Scalar(0));
  if (mine.lower[2] == 0) host(0, 0, 0) = 1;  // the wall of 1 is a key
  Kokkos::deep_copy(u.values, host);
  solver::combine(u, {{1, start}});
  head.apply(u, next);
  return farthest(next, start, s.domain);
}

template <class Scalar>
QueryTerms query_terms(const Setting& s, const Field<double>& kappa, const Field<double>& u) {
  const Triple halo = s.halo(1);
  const auto logarithm = s.domain.field<double>("heat::cases::log_kappa", halo);
  const auto host = Kokkos::create_mirror_view(logarithm.values);
  solver::combine(logarithm, {{1, kappa}});
  s.domain.exchange_halo(logarithm);
  Kokkos::deep_copy(host, logarithm.values);
  for (std::size_t n = 0; n < host.size(); ++n)
    host.data()[n] = host.data()[n] > 0 ? std::log(host.data()[n]) / 2 : 0;
  Kokkos::deep_copy(logarithm.values, host);
  const auto v = s.domain.field<Scalar>("heat::cases::v", halo);
  solver::combine(v, {{1, converted<Scalar>(u)}});
  s.domain.exchange_halo(v);

  content::Grid grid{{attention::window::star_offsets(s.dimensions, 1), {}, s.domain.whole()}, v.box, halo};
  const auto of_queries = all_values(converted<double>(logarithm)), of_keys = all_values(logarithm);
  const std::vector<double> none(of_queries.size(), 0.0);
  const auto attended = [&](const std::vector<double>& of) {  // scores of_i + k_j
    const Field<Scalar> o("heat::cases::o", v.box);
    content::Inputs<Scalar> in;
    in.q = pairs<Scalar>(of, {});
    in.k = pairs<Scalar>({}, of_keys);
    in.v = View3<const Scalar>(v.values.data(), 1, v.values.size(), 1);
    in.scale = 1.0;
    content::forward(in, grid,
                     {View3<Scalar>(o.values.data(), 1, o.values.size(), 1),
                      View2<Scalar>("heat::cases::lse", 1, o.values.size())});
    return o;
  };
  return {farthest(attended(of_queries), attended(none), s.domain),
          largest_of(u, 1, s.domain) + largest_of(u, -1, s.domain)};
}

template <class Scalar> Impulse impulse(const Setting& s, double r, Centre centre) {
  const auto kappa = s.domain.field<double>("heat::cases::one");
  Kokkos::deep_copy(kappa.values, 1.0);
  ConductivityAttention<Scalar> head(conductivity_graph(s, kappa, {1, 1, 1}, r), Normalisation::row);
  const auto start = sampled<Scalar>(s, [&](const auto& x) {
    double distance = 0;  // to cell 2 along every axis
    for (int a = 3 - s.dimensions; a < 3; ++a)
      distance += std::abs(x[a] * double(s.domain.whole().extent(a)) - 2.5);
    return distance < 0.5 ? 1.0 : 0.0;
  });
  head.set(pairwise_logits(conductivity_graph(s, kappa, {1, 1, 1}, r), centre));
  const auto u = head.field(), o = head.cells();
  solver::combine(u, {{1, start}});
  head.apply(u, o);
  const auto all = s.domain.gather(o);
  const Triple cells = s.domain.whole().shape();
  Index place = 0;
  for (int a = 0; a < 3; ++a) place = place * cells[a] + (a >= 3 - s.dimensions ? 2 : 0);
  return {static_cast<double>(all[place]), static_cast<double>(all[place + 1])};
}

Volumes by_volumes(const solver::FaceOperator<double>& L, const Field<double>& u, double dt,
                   const Domain& domain) {
  const auto from = L.field("heat::cases::from"), du = L.field("heat::cases::du");
  const auto d = domain.field<double>("heat::cases::d");
  const Volumes made{domain.field<double>("heat::cases::step"), domain.field<double>("heat::cases::sweep")};
  solver::combine(from, {{1, u}});
  L.apply(from, du);
  L.diagonal(d);
  solver::combine(made.step, {{1, u}, {dt, du}});
  Kokkos::parallel_for("heat::cases::sweep", every_cell(u.box), SweepOf{u, made.step, d, made.sweep, dt});
  return made;
}

template Field<float> converted(const Field<double>&);
template Field<double> converted(const Field<double>&);
template Field<double> converted(const Field<float>&);
template std::vector<double> smooth_errors<float>(const Setting&, const LearnedWeights&, const SmoothCase&);
template std::vector<double> smooth_errors<double>(const Setting&, const LearnedWeights&, const SmoothCase&);
template double steady_residual<float>(const Domain&, const std::vector<double>&, double, std::size_t,
                                       const LearnedWeights&);
template double steady_residual<double>(const Domain&, const std::vector<double>&, double, std::size_t,
                                        const LearnedWeights&);
template QueryTerms query_terms<float>(const Setting&, const Field<double>&, const Field<double>&);
template QueryTerms query_terms<double>(const Setting&, const Field<double>&, const Field<double>&);
template Impulse impulse<float>(const Setting&, double, Centre);
template Impulse impulse<double>(const Setting&, double, Centre);

}  // namespace attune::experiments::heat::coefficients
