// solvers/heat/theory/manufactured.cpp
#include "solvers/heat/theory/manufactured.hpp"

namespace attune::heat::theory {
namespace {

constexpr double pi = std::numbers::pi;
constexpr std::size_t components[3][3] = {{0, 3, 4}, {3, 1, 5}, {4, 5, 2}};

Jet shape(Boundary boundary, const Jet& x) {
  if (boundary == Boundary::periodic) return 1 + 0.5 * sin(2 * pi * x + 1);
  if (boundary == Boundary::neumann) return 1 + 0.5 * cos(pi * x);
  return (1 + 0.5 * x) * sin(pi * x);
}

Jet coordinate(const PerAxis& x, int axis) { return Jet::variable(x[static_cast<std::size_t>(axis)], axis); }

}  // namespace

Jet solution(const Manufactured& problem, const PerAxis& x, double t) {
  Jet u = exp(-problem.decay * Jet::variable(t, Jet::time));
  for (int a = 3 - problem.dimensions; a < 3; ++a) u = u * shape(problem.boundary, coordinate(x, a));
  return u;
}

Jet smooth_conductivity(const PerAxis& x, int dimensions) {
  Jet logarithm;
  for (int a = 3 - dimensions; a < 3; ++a)
    logarithm = logarithm + 0.5 * sin(2 * pi * coordinate(x, a) + static_cast<double>(a));
  return exp(logarithm);
}

JetTensor turning_tensor(const PerAxis& x, int dimensions, double excess) {
  std::array<Jet, 3> v;
  for (int a = 3 - dimensions; a < 3; ++a) v[static_cast<std::size_t>(a)] = sin(2 * pi * coordinate(x, a));
  JetTensor A;
  for (std::size_t a = 0; a < 3; ++a)
    for (std::size_t b = 0; b < 3; ++b) A[components[a][b]] = (a == b ? 1.0 : 0.0) + excess * v[a] * v[b];
  return A;
}

Jet linear_law(const Jet& u, double kappa0, double beta) { return kappa0 * (1 + beta * u); }
Jet power_law(const Jet& u, double kappa0, double m) { return kappa0 * pow(u, m); }

double source(const Jet& u, const Jet& kappa) {
  double divergence = 0;
  for (std::size_t a = 0; a < 3; ++a) divergence += kappa.value * u.dd[a][a] + kappa.d[a] * u.d[a];
  return u.d[Jet::time] - divergence;
}

double source(const Jet& u, const JetTensor& A) {
  double divergence = 0;
  for (std::size_t a = 0; a < 3; ++a)
    for (std::size_t b = 0; b < 3; ++b) {
      const Jet& component = A[components[a][b]];
      divergence += component.value * u.dd[a][b] + component.d[a] * u.d[b];
    }
  return u.d[Jet::time] - divergence;
}

}  // namespace attune::heat::theory
