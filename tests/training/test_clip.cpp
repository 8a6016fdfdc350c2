// tests/training/test_clip.cpp
#include "training/clip.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "core/core/random.hpp"

using namespace attune;
using namespace attune::training;

TEST_CASE("a gradient that is too long keeps its direction and gets the norm asked for", "[training]") {
  Vector gradient = {3, 0, -4};
  CHECK(clip(gradient, 2.5) == 5);
  CHECK(gradient == Vector{1.5, 0, -2});
  CHECK(clip(gradient, 2.5) == 2.5);
  CHECK(gradient == Vector{1.5, 0, -2});
  CHECK(clip(gradient, 0) == 2.5);
  CHECK(gradient == Vector{1.5, 0, -2});
}

TEST_CASE("the norm has the same bits in any order of the entries", "[training]") {
  Vector x(1001);
  for (std::size_t i = 0; i < x.size(); ++i)
    x[i] = std::ldexp(Random{1, 1}.normal(i), static_cast<int>(i % 90));
  const double whole = exact_norm(x);
  std::sort(x.begin(), x.end());
  CHECK(exact_norm(x) == whole);
  std::reverse(x.begin(), x.end());
  CHECK(exact_norm(x) == whole);
}

TEST_CASE("squares neither overflow nor vanish", "[training]") {
  CHECK(exact_norm({0x3p900, 0x4p900}) == 0x5p900);
  CHECK(exact_norm({0x3p-1070, 0x4p-1070}) == 0x5p-1070);
  CHECK(exact_norm({}) == 0);
  CHECK(exact_norm({0, 0}) == 0);
  CHECK(exact_norm({-7}) == 7);
}

TEST_CASE("the norm of what is not finite is NaN, and nothing is done to it", "[training]") {
  Vector gradient = {1, INFINITY, 2};
  CHECK(std::isnan(clip(gradient, 1)));
  CHECK(gradient == Vector{1, INFINITY, 2});
}
