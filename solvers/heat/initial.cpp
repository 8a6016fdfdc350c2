// solvers/heat/initial.cpp
#include "solvers/heat/initial.hpp"

#include <cmath>
#include <numbers>

#include "core/core/require.hpp"
#include "solvers/heat/spectral.hpp"

namespace attune::heat {
namespace {

constexpr double pi = std::numbers::pi;

// Writes f(z, y, x) into every own cell, from the host; global indices.
template <class Scalar, class Value> void write(const Field<Scalar>& u, const Value& value) {
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), u.values);
  for (Index k = 0; k < u.box.extent(0); ++k)
    for (Index j = 0; j < u.box.extent(1); ++j)
      for (Index i = 0; i < u.box.extent(2); ++i)
        host(k + u.halo[0], j + u.halo[1], i + u.halo[2]) =
            static_cast<Scalar>(value(u.box.lower[0] + k, u.box.lower[1] + j, u.box.lower[2] + i));
  Kokkos::deep_copy(u.values, host);
}

double position(Index g, const Box& whole, int axis) {
  return (static_cast<double>(g - whole.lower[axis]) + 0.5) / static_cast<double>(whole.extent(axis));
}

double eigenfunction(Boundary boundary, Index m, double x, double phase) {
  if (boundary == Boundary::dirichlet) return std::sin(pi * static_cast<double>(m) * x);
  if (boundary == Boundary::neumann) return std::cos(pi * static_cast<double>(m) * x);
  return std::cos(2 * pi * static_cast<double>(m) * x + phase);
}

}  // namespace

template <class Scalar> struct FillNoise {
  Field<Scalar> u;
  Box whole;
  Random random;
  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const {
    u(k, j, i) = static_cast<Scalar>(random.normal(global_cell(u.box, whole, k, j, i)));
  }
};

template <class Scalar> void white_noise(const Field<Scalar>& u, const Box& whole, const Random& random) {
  Kokkos::parallel_for("heat::white_noise", every_cell(u.box), FillNoise<Scalar>{u, whole, random});
}

template <class Scalar>
void smooth_noise(const Field<Scalar>& u, const Domain& domain, const Boundaries& boundaries,
                  const Random& random, double width) {
  white_noise(u, domain.whole(), random);
  const double r = width * width / 4;
  apply_symbol(u, domain, boundaries, band_limited_propagator({r, r, r}));
}

template <class Scalar>
void fourier(const Field<Scalar>& u, const Box& whole, const Boundaries& boundaries, const Random& random,
             Index highest) {
  struct Wave {
    Triple m;
    double amplitude;
    Kokkos::Array<double, 3> phase;
  };
  std::vector<Wave> waves;
  Triple most{0, 0, 0}, least{0, 0, 0};
  for (int a = 0; a < 3; ++a) {
    if (whole.extent(a) > 1) most[a] = std::min(highest, whole.extent(a) / 2);
    if (boundaries[a] == Boundary::dirichlet) least[a] = 1;
    most[a] = std::max(most[a], least[a]);
  }
  for (Index mz = least[0]; mz <= most[0]; ++mz)
    for (Index my = least[1]; my <= most[1]; ++my)
      for (Index mx = least[2]; mx <= most[2]; ++mx) {
        const std::uint64_t number = waves.size();
        waves.push_back({{mz, my, mx}, random.normal(number, 0), {}});
        for (int a = 0; a < 3; ++a) waves.back().phase[a] = 2 * pi * random.uniform(number, 1 + a);
      }
  double power = 0;  // mean square of the field, every factor of a mode m > 0 giving 1/2
  for (const Wave& w : waves)
    power += w.amplitude * w.amplitude * (w.m[0] ? 0.5 : 1) * (w.m[1] ? 0.5 : 1) * (w.m[2] ? 0.5 : 1);

  write(u, [&](Index z, Index y, Index x) {
    const double at[3] = {position(z, whole, 0), position(y, whole, 1), position(x, whole, 2)};
    double sum = 0;
    for (const Wave& w : waves) {
      double factor = w.amplitude;
      for (int a = 0; a < 3; ++a)
        if (w.m[a] != 0) factor *= eigenfunction(boundaries[a], w.m[a], at[a], w.phase[a]);
      sum += factor;
    }
    return sum / std::sqrt(power);
  });
}

template <class Scalar> void gaussian(const Field<Scalar>& u, const Box& whole, double width) {
  write(u, [&](Index z, Index y, Index x) {
    double square = 0;
    const Index at[3] = {z, y, x};
    for (int a = 0; a < 3; ++a)
      if (whole.extent(a) > 1) square += std::pow(position(at[a], whole, a) - 0.5, 2);
    return std::exp(-square / (2 * width * width));
  });
}

template <class Scalar>
void mode(const Field<Scalar>& u, const Box& whole, const Boundaries& boundaries, const Triple& numbers) {
  write(u, [&](Index z, Index y, Index x) {
    double product = 1;
    const Index at[3] = {z, y, x};
    for (int a = 0; a < 3; ++a)
      if (numbers[a] != 0) product *= eigenfunction(boundaries[a], numbers[a], position(at[a], whole, a), 0);
    return product;
  });
}

template <class Scalar> void sample(const Field<Scalar>& u, const Box& whole, const Sample& function) {
  write(u, [&](Index z, Index y, Index x) {
    return function({position(z, whole, 0), position(y, whole, 1), position(x, whole, 2)});
  });
}

template <class Scalar> void assign(const Field<Scalar>& u, const std::vector<double>& values) {
  require(static_cast<Index>(values.size()) == u.box.cells(), "one value for each own cell");
  Index n = 0;
  write(u, [&](Index, Index, Index) { return values[n++]; });
}

template void white_noise(const Field<float>&, const Box&, const Random&);
template void smooth_noise(const Field<float>&, const Domain&, const Boundaries&, const Random&, double);
template void fourier(const Field<float>&, const Box&, const Boundaries&, const Random&, Index);
template void gaussian(const Field<float>&, const Box&, double);
template void mode(const Field<float>&, const Box&, const Boundaries&, const Triple&);
template void sample(const Field<float>&, const Box&, const Sample&);
template void assign(const Field<float>&, const std::vector<double>&);
template void white_noise(const Field<double>&, const Box&, const Random&);
template void smooth_noise(const Field<double>&, const Domain&, const Boundaries&, const Random&, double);
template void fourier(const Field<double>&, const Box&, const Boundaries&, const Random&, Index);
template void gaussian(const Field<double>&, const Box&, double);
template void mode(const Field<double>&, const Box&, const Boundaries&, const Triple&);
template void sample(const Field<double>&, const Box&, const Sample&);
template void assign(const Field<double>&, const std::vector<double>&);

}  // namespace attune::heat
