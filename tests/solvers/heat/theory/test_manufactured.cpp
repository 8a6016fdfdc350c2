// tests/solvers/heat/theory/test_manufactured.cpp
#include "solvers/heat/theory/manufactured.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <functional>

using namespace attune;
using namespace attune::heat::theory;

namespace {

using Function = std::function<Jet(const PerAxis&, double)>;

constexpr double step = 1e-4;
constexpr std::size_t components[3][3] = {{0, 3, 4}, {3, 1, 5}, {4, 5, 2}};  // of (z, y, x)

PerAxis moved(PerAxis x, std::size_t axis, double by) {
  x[axis] += by;
  return x;
}

// The worst difference between the derivatives of f and central differences of its values and slopes.
double worst_derivative(const Function& f, const PerAxis& x, double t) {
  const Jet at = f(x, t);
  double worst = std::abs((f(x, t + step).value - f(x, t - step).value) / (2 * step) - at.d[Jet::time]);
  for (std::size_t a = 0; a < 3; ++a) {
    const Jet up = f(moved(x, a, step), t), down = f(moved(x, a, -step), t);
    worst = std::max(worst, std::abs((up.value - down.value) / (2 * step) - at.d[a]));
    const double curvature = (up.value - 2 * at.value + down.value) / (step * step);
    worst = std::max(worst, std::abs(curvature - at.dd[a][a]));
    for (std::size_t b = 0; b < 3; ++b)
      worst = std::max(worst, std::abs((up.d[b] - down.d[b]) / (2 * step) - at.dd[a][b]));
  }
  return worst;
}

const PerAxis places[] = {{0.1, 0.2, 0.3}, {0.7, 0.45, 0.9}, {0.33, 0.81, 0.52}};

}  // namespace

TEST_CASE("derivatives of solutions and coefficients are those of their values", "[heat][theory]") {
  const auto boundary = GENERATE(Boundary::periodic, Boundary::neumann, Boundary::dirichlet);
  const int dimensions = GENERATE(1, 2, 3);
  const Manufactured problem{boundary, dimensions, 0.7};
  const auto u = [&](const PerAxis& x, double t) { return solution(problem, x, t); };
  for (const auto& x : places) {
    CHECK(worst_derivative(u, x, 0.3) < 2e-4);
    CHECK(worst_derivative([&](const PerAxis& y, double t) { return linear_law(u(y, t), 0.8, 0.5); }, x,
                           0.3) < 2e-4);
    CHECK(worst_derivative([&](const PerAxis& y, double t) { return power_law(u(y, t), 0.8, 1.5); }, x, 0.3) <
          2e-4);
    const auto kappa = [&](const PerAxis& y, double) { return smooth_conductivity(y, dimensions); };
    CHECK(worst_derivative(kappa, x, 0) < 2e-4);
    for (std::size_t c = 0; c < 6; ++c) {
      const auto A = [&](const PerAxis& y, double) { return turning_tensor(y, dimensions, 3)[c]; };
      CHECK(worst_derivative(A, x, 0) < 2e-4);
    }
  }
}

TEST_CASE("equation in manufactured.hpp: a source is what the divergence of the flux lacks",
          "[heat][theory]") {
  const auto boundary = GENERATE(Boundary::periodic, Boundary::neumann, Boundary::dirichlet);
  const int dimensions = GENERATE(1, 2, 3);
  const Manufactured problem{boundary, dimensions, 0.7};
  const auto u = [&](const PerAxis& x) { return solution(problem, x, 0.2); };
  const auto conductivity = [&](const PerAxis& x) { return smooth_conductivity(x, dimensions); };
  const auto tensor = [&](const PerAxis& x) { return turning_tensor(x, dimensions, 3); };

  for (const auto& x : places) {
    double in_space = u(x).d[Jet::time], by_tensor = in_space, by_state = in_space;
    for (std::size_t a = 0; a < 3; ++a)
      for (const double side : {-1.0, 1.0}) {
        const PerAxis y = moved(x, a, side * step);
        const Jet here = u(y);
        in_space -= side * conductivity(y).value * here.d[a] / (2 * step);
        by_state -= side * std::pow(here.value, 1.5) * here.d[a] / (2 * step);
        for (std::size_t b = 0; b < 3; ++b)
          by_tensor -= side * tensor(y)[components[a][b]].value * here.d[b] / (2 * step);
      }
    CHECK(std::abs(source(u(x), conductivity(x)) - in_space) < 2e-4);
    CHECK(std::abs(source(u(x), tensor(x)) - by_tensor) < 2e-4);
    CHECK(std::abs(source(u(x), power_law(u(x), 1, 1.5)) - by_state) < 2e-4);
  }
}

TEST_CASE("manufactured solutions keep their boundary conditions", "[heat][theory]") {
  const int dimensions = GENERATE(1, 2, 3);
  for (int axis = 3 - dimensions; axis < 3; ++axis) {
    const auto a = static_cast<std::size_t>(axis);
    PerAxis low = places[0], high = places[0];
    low[a] = 0;
    high[a] = 1;
    const auto at = [&](Boundary boundary, const PerAxis& x) {
      return solution({boundary, dimensions, 1}, x, 0.1);
    };
    CHECK(std::abs(at(Boundary::dirichlet, low).value) < 1e-15);
    CHECK(std::abs(at(Boundary::dirichlet, high).value) < 1e-15);
    CHECK(std::abs(at(Boundary::neumann, low).d[a]) < 1e-15);
    CHECK(std::abs(at(Boundary::neumann, high).d[a]) < 1e-15);
    CHECK(std::abs(at(Boundary::periodic, low).value - at(Boundary::periodic, high).value) < 1e-14);
    const auto A = turning_tensor(low, dimensions, 3);
    for (std::size_t b = 0; b < 3; ++b)
      if (b != a) CHECK(std::abs(A[components[a][b]].value) < 1e-15);
  }
}
