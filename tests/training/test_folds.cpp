// tests/training/test_folds.cpp
#include "training/folds.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "core/core/require.hpp"

using namespace attune;
using namespace attune::training;

namespace {

std::vector<Index> sizes(const Folds& folds, int k) {
  std::vector<Index> size(k, 0);
  for (const int fold : folds) ++size.at(fold);
  return size;
}

Index spread(const std::vector<Index>& size) {
  return *std::max_element(size.begin(), size.end()) - *std::min_element(size.begin(), size.end());
}

}  // namespace

TEST_CASE("folds differ in size by one sample at most, and are others for another seed", "[training]") {
  const int k = GENERATE(1, 2, 5, 10);
  const Index samples = GENERATE(10, 11, 99, 100);
  const Folds fold = folds(samples, k, {1, 0});
  CHECK(spread(sizes(fold, k)) <= 1);
  CHECK(fold == folds(samples, k, {1, 0}));
  if (k > 1) CHECK(fold != folds(samples, k, {2, 0}));
}

TEST_CASE("a split tests one fold and trains on the others, every sample once", "[training]") {
  const Folds fold = folds(23, 4, {3, 0});
  Samples tested;
  for (int f = 0; f < 4; ++f) {
    const Split parts = split(fold, f);
    CHECK(parts.train.size() + parts.test.size() == 23);
    for (const Index i : parts.train) CHECK(fold[i] != f);
    tested.insert(tested.end(), parts.test.begin(), parts.test.end());
  }
  std::sort(tested.begin(), tested.end());
  for (Index i = 0; i < 23; ++i) CHECK(tested[i] == i);
}

TEST_CASE("all samples of a group lie in one fold, and folds differ by at most the largest group",
          "[training]") {
  const int k = GENERATE(2, 3, 5);
  std::vector<Index> group;
  for (Index g = 0; g < 40; ++g)
    for (Index member = 0; member <= (g * g) % 13; ++member) group.push_back(1000 - 7 * g);
  const Folds fold = grouped_folds(group, k, {1, 0});
  for (std::size_t i = 0; i < group.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (group[i] == group[j]) REQUIRE(fold[i] == fold[j]);
  CHECK(spread(sizes(fold, k)) <= 13);
  CHECK(fold == grouped_folds(group, k, {1, 0}));
  CHECK(fold != grouped_folds(group, k, {2, 0}));
}

TEST_CASE("groups of one sample make folds of equal size; large groups are balanced by small ones",
          "[training]") {
  std::vector<Index> single(20);
  for (Index i = 0; i < 20; ++i) single[i] = i;
  CHECK(sizes(grouped_folds(single, 4, {1, 0}), 4) == std::vector<Index>(4, 5));
  CHECK(spread(sizes(grouped_folds({0, 0, 0, 0, 1, 1, 2, 3}, 2, {1, 0}), 2)) == 0);
}

TEST_CASE("more folds than samples or groups are a broken promise", "[training]") {
  CHECK_THROWS_AS(folds(3, 4, {1, 0}), BrokenPromise);
  CHECK_THROWS_AS(grouped_folds({1, 1, 2, 2}, 3, {1, 0}), BrokenPromise);
}
