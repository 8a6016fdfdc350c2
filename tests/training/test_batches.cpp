// tests/training/test_batches.cpp
#include "training/batches.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cmath>
#include <numeric>

#include "core/core/require.hpp"

using namespace attune;
using namespace attune::training;

TEST_CASE("an epoch takes every sample once", "[training]") {
  const Index count = GENERATE(0, 1, 2, 17, 1000);
  Samples samples(count);
  for (Index i = 0; i < count; ++i) samples[i] = 3 * i + 5;
  for (Index epoch = 0; epoch < 3; ++epoch) {
    Samples order = order_of_epoch(samples, {7, 1}, epoch);
    if (count > 2) CHECK(order != samples);
    std::sort(order.begin(), order.end());
    CHECK(order == samples);
  }
}

TEST_CASE("the order is a function of seed, stream and epoch, and another for each", "[training]") {
  const auto order = [](std::uint32_t seed, std::uint32_t stream, std::uint32_t epoch) {
    return shuffled(50, {seed, stream}, epoch);
  };
  CHECK(order(1, 2, 3) == order(1, 2, 3));
  CHECK(order(1, 2, 3) != order(2, 2, 3));
  CHECK(order(1, 2, 3) != order(1, 3, 3));
  CHECK(order(1, 2, 3) != order(1, 2, 4));
}

TEST_CASE("all six orders of three samples are equally likely", "[training]") {
  constexpr int draws = 6000;
  std::vector<int> times(27, 0);
  for (std::uint32_t draw = 0; draw < draws; ++draw) {
    const Samples order = shuffled(3, {5, 1}, draw);
    ++times[order[0] * 9 + order[1] * 3 + order[2]];
  }
  double chi_squared = 0;
  for (const int count : times)
    if (count > 0) chi_squared += (count - draws / 6.0) * (count - draws / 6.0) / (draws / 6.0);
  CHECK(std::count(times.begin(), times.end(), 0) == 21);
  CHECK(chi_squared < 20.5);  // exceeded once in a thousand with 5 degrees of freedom
}

TEST_CASE("pieces follow one another and the last is what is left", "[training]") {
  const Index size = GENERATE(1, 2, 3, 7, 10, 11);
  Samples list(10), joined;
  std::iota(list.begin(), list.end(), 0);
  for (Index p = 0; p < pieces(10, size); ++p) {
    const Samples part = piece(list, p, size);
    CHECK((static_cast<Index>(part.size()) == size || p + 1 == pieces(10, size)));
    joined.insert(joined.end(), part.begin(), part.end());
  }
  CHECK(joined == list);
  CHECK(pieces(0, size) == 0);
  CHECK_THROWS_AS(piece(list, pieces(10, size), size), BrokenPromise);
}
