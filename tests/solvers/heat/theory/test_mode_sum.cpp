// tests/solvers/heat/theory/test_mode_sum.cpp
#include "solvers/heat/theory/mode_sum.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cmath>
#include <random>

using namespace attune;
using namespace attune::heat::theory;

namespace {

constexpr double pi = std::numbers::pi;

ModeSum random_sum(int dimensions, Boundary boundary, Index highest) {
  std::mt19937_64 random(5);
  std::normal_distribution<double> normal;
  ModeSum sum{dimensions, boundary, highest, {}};
  for (double n = 0; n < std::pow(sum.waves(), dimensions); ++n) sum.coefficients.push_back(normal(random));
  return sum;
}

// The definition, wave by wave.
double wave(const ModeSum& sum, Index n, double x, double decay) {
  const auto m = static_cast<double>(sum.mode_of(n));
  const double factor = std::exp(-decay * m * m / static_cast<double>(sum.highest * sum.highest));
  if (sum.boundary == Boundary::neumann) return factor * std::cos(pi * m * x);
  if (sum.boundary == Boundary::dirichlet) return factor * std::sin(pi * m * x);
  return factor * (n == 0 || n % 2 == 1 ? std::cos(2 * pi * m * x) : std::sin(2 * pi * m * x));
}

double distance(const std::vector<double>& a, const std::vector<double>& b) {
  REQUIRE(a.size() == b.size());
  double most = 0;
  for (std::size_t i = 0; i < a.size(); ++i) most = std::max(most, std::abs(a[i] - b[i]));
  return most;
}

}  // namespace

TEST_CASE("a part of a plane is the double sum over its waves", "[heat][theory]") {
  const auto boundary = GENERATE(Boundary::periodic, Boundary::dirichlet, Boundary::neumann);
  const ModeSum sum = random_sum(2, boundary, 3);
  const Index N = 9, M = sum.waves();
  const Box part{{0, 2, 5}, {1, 4, 9}};
  std::vector<double> expected;
  for (Index j = 2; j < 4; ++j)
    for (Index i = 5; i < 9; ++i) {
      double value = 0;
      for (Index a = 0; a < M; ++a)
        for (Index b = 0; b < M; ++b)
          value += sum.coefficients[static_cast<std::size_t>(a * M + b)] *
                   wave(sum, a, (static_cast<double>(j) + 0.5) / N, 0.7) *
                   wave(sum, b, (static_cast<double>(i) + 0.5) / N, 0.7);
      expected.push_back(value);
    }
  CHECK(distance(evaluate(sum, 0.7, N, part), expected) < 1e-13);
}

TEST_CASE("the projection of a field gives back its modes, and their energies are its mean square",
          "[heat][theory]") {
  const auto boundary = GENERATE(Boundary::periodic, Boundary::dirichlet, Boundary::neumann);
  const int dimensions = GENERATE(1, 2, 3);
  const ModeSum sum = random_sum(dimensions, boundary, 4);
  const Index N = 11;
  Triple cells{1, 1, 1};
  for (int a = 3 - dimensions; a < 3; ++a) cells[a] = N;
  const Box whole{{0, 0, 0}, cells};
  const auto field = evaluate(sum, 0, N, whole);
  CHECK(distance(project(dimensions, boundary, 4, cells, field).coefficients, sum.coefficients) < 1e-13);
  double square = 0, energy = 0;
  for (const double u : field) square += u * u / static_cast<double>(field.size());
  for (const double e : energies(sum)) energy += e;
  CHECK(std::abs(square / energy - 1) < 1e-13);
}
