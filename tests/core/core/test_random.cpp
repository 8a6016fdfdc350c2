// tests/core/core/test_random.cpp
#include "core/core/random.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cmath>

using namespace attune;

namespace {

struct Draw {
  Random random;
  View1<std::uint64_t> first, second;
  View1<double> uniform;
  KOKKOS_FUNCTION void operator()(Index n) const {
    const auto index = static_cast<std::uint64_t>(n) << 27;
    const Random::Words w = random.words(index, 3);
    first(n) = w.first;
    second(n) = w.second;
    uniform(n) = random.uniform(index);
  }
};

}  // namespace

TEST_CASE("Philox4x32-10 gives the known answers of its authors", "[random]") {
  // Random123's kat_vectors, philox4x32 10 rounds, counter and key all zero.
  const auto zero = Random{0, 0}.words(0, 0);
  CHECK(zero.first == 0xe169c58d6627e8d5ULL);
  CHECK(zero.second == 0x9b00dbd8bc57ac4cULL);
}

TEST_CASE("kernels draw the bits that the host draws", "[random]") {
  constexpr std::size_t count = 1000;
  const Draw draw{{5, 6},
                  View1<std::uint64_t>("first", count),
                  View1<std::uint64_t>("second", count),
                  View1<double>("uniform", count)};
  Kokkos::parallel_for("test::draw", Kokkos::RangePolicy<Device>(0, count), draw);
  const auto first = to_host(draw.first), second = to_host(draw.second);
  const auto uniform = to_host(draw.uniform);
  for (std::size_t n = 0; n < count; ++n) {
    const auto index = static_cast<std::uint64_t>(n) << 27;
    const Random::Words w = draw.random.words(index, 3);
    REQUIRE((first[n] == w.first && second[n] == w.second));
    REQUIRE(uniform[n] == draw.random.uniform(index));
  }
}

TEST_CASE(
    "uniform numbers lie inside (0, 1) and have the moments of the uniform law within 4 standard errors",
    "[random]") {
  const Random random{1, 2};
  constexpr int count = 200000;
  double mean = 0, square = 0, least = 1, most = 0;
  for (int i = 0; i < count; ++i) {
    const double x = random.uniform(i);
    mean += x / count;
    square += x * x / count;
    least = std::min(least, x);
    most = std::max(most, x);
  }
  CHECK(least > 0);
  CHECK(most < 1);
  CHECK(std::abs(mean - 0.5) < 4 * std::sqrt(1.0 / 12 / count));
  CHECK(std::abs(square - 1.0 / 3) < 4 * std::sqrt(4.0 / 45 / count));
  CHECK(Random::unit(0) > 0);
  CHECK(Random::unit(~0ULL) < 1);
}

TEST_CASE("normal numbers have mean 0, variance 1 and kurtosis 3 within 4 standard errors", "[random]") {
  const Random random{7, 3};
  constexpr int count = 200000;
  double mean = 0, variance = 0, fourth = 0;
  for (int i = 0; i < count; ++i) {
    const double x = random.normal(i);
    mean += x / count;
    variance += x * x / count;
    fourth += x * x * x * x / count;
  }
  CHECK(std::abs(mean) < 4 / std::sqrt(count));
  CHECK(std::abs(variance - 1) < 4 * std::sqrt(2.0 / count));
  CHECK(std::abs(fourth - 3) < 4 * std::sqrt(96.0 / count));
}

TEST_CASE("seed, stream, index and draw each change the number, and nothing else does", "[random]") {
  const double x = Random{1, 1}.uniform(1, 1);
  CHECK(Random{1, 1}.uniform(1, 1) == x);
  CHECK(Random{2, 1}.uniform(1, 1) != x);
  CHECK(Random{1, 2}.uniform(1, 1) != x);
  CHECK(Random{1, 1}.uniform(2, 1) != x);
  CHECK(Random{1, 1}.uniform(1ULL << 40, 1) != Random{1, 1}.uniform(0, 1));
  CHECK(Random{1, 1}.uniform(1, 2) != x);
}
