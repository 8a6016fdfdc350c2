// tests/experiments/heat/parts/test_tensor_head.cpp
#include "experiments/heat/parts/coefficients/tensor_head.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cmath>

using namespace attune;
using namespace attune::experiments::heat;
using namespace attune::experiments::heat::coefficients;

namespace {

training::Options options() {
  training::Options options;
  options.iterations = 400;
  options.relative_decrease = 1e-3;
  options.patience = 20;
  return options;
}

double bound(Index W) { return std::pow(double(W) + std::sqrt(1 + double(W * W)), 2); }

}  // namespace

TEST_CASE("a trained head misses a tensor by as much as nonnegative least squares do", "[heat][anisotropy]") {
  const Index W = GENERATE(1, 2, 3);
  const double phi = GENERATE(0.1, 0.2318, 0.7), lambda = GENERATE(1.0, 5.0, 60.0);
  const auto at = planar_case(W, phi);
  const auto head = train_tensor_head(at, lambda, 1e-6, options());
  const double fit = nonnegative_misfit(at, lambda);
  INFO(W << " " << phi << " " << lambda);
  CHECK(head.misfit >= 0.999 * fit);
  CHECK(head.misfit <= 1.01 * fit + 1e-5);
  double sum = 0;
  for (const double w : head.weights) sum += w;
  CHECK(std::abs(sum - 1) < 1e-14);
}

TEST_CASE("equation in tensor_head.hpp: the threshold at the worst angle", "[heat][anisotropy]") {
  const Index W = GENERATE(1, 2, 3, 5);
  const auto at = planar_case(W, std::atan(1 / double(W)) / 2);
  const auto misfit = [&](double lambda) { return nonnegative_misfit(at, lambda); };
  const double found = largest_consistent(misfit, 1e-12, 1e4, 1e-9);
  CHECK(std::abs(found / bound(W) - 1) < 1e-7);
}

TEST_CASE("beyond its threshold a window in space has a quadratic that forbids it", "[heat][anisotropy]") {
  const Index W = GENERATE(1, 2);
  const TensorCase at{3, W, {0.36, 0.48, 0.8}};
  const double found =
      largest_consistent([&](double x) { return nonnegative_misfit(at, x); }, 1e-12, 1e4, 1e-6);
  const auto proof = certificate(at, 1.01 * found);
  CHECK(nonnegative_misfit(at, found / 1.01) < 1e-15);
  CHECK(proof.least_on_window > -1e-12);
  CHECK(proof.at_tensor > 0);
}
