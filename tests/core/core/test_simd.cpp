// tests/core/core/test_simd.cpp
#include "core/core/simd.hpp"

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <limits>
#include <vector>

using namespace attune;

namespace {

template <class Scalar> constexpr Scalar infinity = std::numeric_limits<Scalar>::infinity();

template <class Scalar> Scalar exp2_in_lane(Scalar x, int lane) {
  Scalar lanes[simd::width<Scalar>] = {};
  lanes[lane] = x;
  Scalar result[simd::width<Scalar>];
  simd::store(result, simd::exp2(simd::load(lanes)));
  return result[lane];
}

}  // namespace

TEMPLATE_TEST_CASE("vector registers: 2^x to the last digit or two", "[core][simd]", float, double) {
  const double half_unit = std::numeric_limits<TestType>::epsilon() / 2;
  double worst = 0;
  for (int n = 0; n < 100000; ++n) {
    const auto x = static_cast<TestType>(-100 + 0.00120007 * n);
    const long double exact = std::exp2(static_cast<long double>(x));
    worst = std::max(
        worst, static_cast<double>(std::abs(exp2_in_lane(x, n % simd::width<TestType>) - exact) / exact));
  }
  CHECK(worst <= 2 * half_unit);
}

TEMPLATE_TEST_CASE("vector registers: 2^x of whole, very small and no numbers", "[core][simd]", float,
                   double) {
  for (int n = -100; n <= 100; ++n)
    CHECK(exp2_in_lane<TestType>(static_cast<TestType>(n), 0) == std::ldexp(TestType(1), n));
  CHECK(exp2_in_lane<TestType>(-infinity<TestType>, 0) == 0);
  CHECK(exp2_in_lane<TestType>(-2000, 1) == 0);
  CHECK(std::isnan(exp2_in_lane<TestType>(std::numeric_limits<TestType>::quiet_NaN(), 1)));
}

TEMPLATE_TEST_CASE("vector registers: log x to the last digit or two", "[core][simd]", float, double) {
  const double unit = std::numeric_limits<TestType>::epsilon();
  TestType lanes[simd::width<TestType>];
  for (int n = 0; n < 100000; ++n) {
    const auto x = static_cast<TestType>(std::exp(-50 + 0.001 * n));
    simd::store(lanes, simd::log(simd::splat(x)));
    const long double exact = std::log(static_cast<long double>(x));
    REQUIRE(std::abs(lanes[n % simd::width<TestType>] - exact) <= 2 * unit * std::abs(exact));
  }
  simd::store(lanes, simd::log(simd::splat(TestType(1))));
  CHECK(lanes[0] == 0);
}

TEMPLATE_TEST_CASE("vector registers: rows become columns", "[core][simd]", float, double) {
  constexpr int W = simd::width<TestType>;
  simd::Vector<TestType> rows[W];
  for (int r = 0; r < W; ++r)
    for (int c = 0; c < W; ++c) rows[r][c] = static_cast<TestType>(r * W + c);
  simd::transpose<TestType>(rows);
  for (int r = 0; r < W; ++r)
    for (int c = 0; c < W; ++c) CHECK(rows[r][c] == static_cast<TestType>(c * W + r));
}

TEMPLATE_TEST_CASE("vector registers: any lane greater, in any register", "[core][simd]", float, double) {
  constexpr int W = simd::width<TestType>;
  const auto none = simd::splat(-infinity<TestType>);
  for (int v = 0; v < 3; ++v)
    for (int l = 0; l < W; ++l) {
      simd::Vector<TestType> x[3] = {none, none, none}, limit[3] = {none, none, none};
      CHECK(!simd::any_greater(x, limit));
      x[v][l] = -1;
      CHECK(simd::any_greater(x, limit));
      x[v][l] = std::numeric_limits<TestType>::quiet_NaN();
      CHECK(!simd::any_greater(x, limit));
    }
}

TEMPLATE_TEST_CASE("vector registers: multiply_add, totals, choices", "[core][simd]", float, double) {
  constexpr int W = simd::width<TestType>;
  simd::Vector<TestType> x;
  for (int l = 0; l < W; ++l) x[l] = static_cast<TestType>(l - 1);
  CHECK(simd::total<TestType>(x) == W * (W - 1) / 2 - W);
  const auto y = simd::multiply_add(x, x, simd::splat(TestType(3)));
  const auto chosen = simd::select_less(x, simd::splat(TestType(0)), y, x);
  for (int l = 0; l < W; ++l) {
    CHECK(y[l] == x[l] * x[l] + 3);
    CHECK(chosen[l] == (x[l] < 0 ? y[l] : x[l]));
  }
}

TEST_CASE("vector registers: bytes turned, and a table looked up", "[core][simd]") {
  std::vector<std::uint8_t> from(8 * 11), to(8 * 9);
  for (std::size_t n = 0; n < from.size(); ++n) from[n] = static_cast<std::uint8_t>(n * 37);
  simd::transpose_bytes(from.data(), 11, to.data(), 9);
  for (std::size_t r = 0; r < 8; ++r)
    for (std::size_t c = 0; c < 8; ++c) CHECK(to[c * 9 + r] == from[r * 11 + c]);

  constexpr int W = simd::width<float>;
  simd::Vector<float> table[4];
  for (int n = 0; n < 4 * W; ++n) table[n / W][n % W] = static_cast<float>(n) + 0.5f;
  std::uint8_t index[W];
  for (int start = 0; start < 4 * W; ++start) {
    for (int l = 0; l < W; ++l) index[l] = static_cast<std::uint8_t>((start + 5 * l) % (4 * W));
    const auto found = simd::look_up(table, index);
    for (int l = 0; l < W; ++l) CHECK(found[l] == static_cast<float>(index[l]) + 0.5f);
  }
}
