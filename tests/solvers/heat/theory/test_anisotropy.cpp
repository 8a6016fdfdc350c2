// tests/solvers/heat/theory/test_anisotropy.cpp
#include "solvers/heat/theory/anisotropy.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "solvers/heat/theory/nonnegative_diffusion.hpp"

using namespace attune;
using namespace attune::heat::theory;

namespace {

Tensor turned(double ratio, double phi) {
  const double c = std::cos(phi), s = std::sin(phi);
  Tensor K{};
  K[2][2] = ratio * c * c + s * s;
  K[1][1] = ratio * s * s + c * c;
  K[1][2] = K[2][1] = (ratio - 1) * s * c;
  for (auto& row : K)
    for (double& value : row) value /= ratio;
  return K;
}

}  // namespace

TEST_CASE("T11: a box of half-width W carries every orientation up to (W + sqrt(1 + W^2))^2",
          "[heat][theory]") {
  for (const Index W : {1, 2, 3, 4}) {
    const auto window = box_offsets({0, W, W});
    const auto width = static_cast<double>(W);
    const double closed = std::pow(width + std::sqrt(1 + width * width), 2), angle = std::atan(1 / width) / 2;
    const WorstAngle worst = worst_angle(window), gap = widest_gap(window);
    CHECK(std::abs(worst.ratio / closed - 1) < 1e-12);
    CHECK(std::abs(worst.phi - angle) < 1e-7);
    CHECK(std::abs(gap.ratio / closed - 1) < 1e-13);
    CHECK(std::abs(gap.phi - angle) < 1e-15);
  }
  CHECK(std::abs(widest_gap(box_offsets({0, 1, 1})).ratio - (3 + 2 * std::sqrt(2.0))) < 1e-14);
}

TEST_CASE("T11: weights exist just below the ratio of an orientation and none just above", "[heat][theory]") {
  for (const Index W : {1, 2, 3}) {
    const auto window = box_offsets({0, W, W});
    for (const double phi : {0.1, 0.3, 0.71, 1.2, 2.0, 2.9}) {
      const double ratio = largest_ratio(window, phi);
      CHECK(ratio >= worst_angle(window).ratio * (1 - 1e-12));
      CHECK(nonnegative_diffusion(window, turned(ratio * (1 - 1e-6), phi), 2).exist);
      CHECK(!nonnegative_diffusion(window, turned(ratio * (1 + 1e-6), phi), 2).exist);
    }
    CHECK(std::isinf(largest_ratio(window, 0)));
    CHECK(std::isinf(largest_ratio(window, std::numbers::pi / 4)));
  }
}

TEST_CASE("other windows follow their widest gap, a star carries no turned anisotropy", "[heat][theory]") {
  std::vector<Triple> knights;  // all moves of a chess knight
  for (const Index side : {-1, 1})
    for (const Index other : {-2, 2}) {
      knights.push_back({0, side, other});
      knights.push_back({0, other, side});
    }
  const WorstAngle worst = worst_angle(knights), gap = widest_gap(knights);
  CHECK(std::abs(worst.ratio / gap.ratio - 1) < 1e-12);
  CHECK(std::abs(gap.ratio - std::pow(1 / std::tan(std::atan(0.5)), 2)) < 1e-14);

  const std::vector<Triple> star{{0, 0, 1}, {0, 0, -1}, {0, 1, 0}, {0, -1, 0}};
  CHECK(std::abs(worst_angle(star).ratio - 1) < 1e-12);
}
