// tests/core/core/test_sum.cpp
#include "core/core/sum.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "core/core/random.hpp"

using namespace attune;

namespace {

double exact(const std::vector<double>& terms) {
  sum::ExactSum total;
  for (const double x : terms) total.add(x);
  return total.value();
}

// Terms over the whole range of doubles, signs mixed.
std::vector<double> wild_terms(int count, std::uint32_t seed) {
  const Random random{seed, 0};
  std::vector<double> terms(count);
  for (int i = 0; i < count; ++i)
    terms[i] = std::ldexp(random.uniform(i, 0) - 0.5, static_cast<int>(2090 * (random.uniform(i, 1) - 0.51)));
  return terms;
}

}  // namespace

TEST_CASE("an exact sum of representable results is exact, whatever cancels on the way", "[sum]") {
  CHECK(exact({}) == 0);
  CHECK(exact({1e308, 1, -1e308}) == 1);
  CHECK(exact({1, 1e100, 1, -1e100}) == 2);
  CHECK(exact({0x1p-1074, -0x1p-1074}) == 0);
  CHECK(exact({0x1p-1074, 0x1p-1074, 0x1p-1074}) == 0x3p-1074);
  CHECK(exact({0x1.fffffffffffffp1023, -0x1.fffffffffffffp1023, -7.25}) == -7.25);
  CHECK(exact({-0x1p-1022, 0x1p-1074}) == -0x1p-1022 + 0x1p-1074);
}

TEST_CASE("the sum is rounded once, to nearest, ties to even", "[sum]") {
  CHECK(exact({1, 0x1p-53}) == 1);  // a tie, to even
  CHECK(exact({1 + 0x1p-52, 0x1p-53}) == 1 + 0x1p-51);  // a tie, to even
  CHECK(exact({1, 0x1p-53, 0x1p-1074}) == 1 + 0x1p-52);  // just above a tie
  CHECK(exact({1, 0x1p-53, -0x1p-1074}) == 1);  // just below
  CHECK(exact({-1, -0x1p-53, -0x1p-1074}) == -1 - 0x1p-52);
  CHECK(exact({0x1.fffffffffffffp1023, 0x1p1023}) == INFINITY);  // overflow of the sum itself
  CHECK(std::isnan(exact({1, INFINITY})));
  CHECK(std::isnan(exact({NAN})));
}

TEST_CASE("a sum of two doubles equals the sum the processor rounds", "[sum]") {
  const auto terms = wild_terms(4000, 3);
  for (std::size_t i = 0; i + 1 < terms.size(); ++i) {
    REQUIRE(exact({terms[i]}) == terms[i]);
    REQUIRE(exact({terms[i], terms[i + 1]}) == terms[i] + terms[i + 1]);
  }
}

TEST_CASE("the error is at most half an ulp: against long integers, over sums that cancel", "[sum]") {
  // Terms k 2^-40 with |k| < 2^52 sum exactly in 128-bit integers.
  const Random random{11, 0};
  for (int repeat = 0; repeat < 200; ++repeat) {
    __int128 whole = 0;
    sum::ExactSum total;
    for (int i = 0; i < 500; ++i) {
      const auto k = static_cast<std::int64_t>((random.uniform(i, repeat) - 0.5) * 0x1p53);
      whole += k;
      total.add(std::ldexp(static_cast<double>(k), -40));
    }
    const auto nearest =
        static_cast<double>(static_cast<long double>(whole));  // |whole| < 2^62: exact, then rounded once
    REQUIRE(total.value() == std::ldexp(nearest, -40));
  }
}

TEST_CASE("the sum does not depend on the order of its terms nor on how they are grouped", "[sum]") {
  auto terms = wild_terms(3000, 5);
  const double whole = exact(terms);
  for (std::uint32_t shuffle = 0; shuffle < 20; ++shuffle) {
    const Random random{shuffle, 1};
    for (std::size_t i = terms.size(); i > 1; --i)
      std::swap(terms[i - 1], terms[static_cast<std::size_t>(random.uniform(i) * static_cast<double>(i))]);
    CHECK(exact(terms) == whole);
    sum::ExactSum first, second;
    for (std::size_t i = 0; i < terms.size(); ++i) (i < 100 * shuffle ? first : second).add(terms[i]);
    auto* words = first.settled_words();
    const auto* others = second.settled_words();
    for (int w = 0; w < sum::words; ++w) words[w] += others[w];
    CHECK(first.value() == whole);
  }
}

namespace {

struct Multiples {
  View1<const double> x;
  KOKKOS_FUNCTION int operator()(Index b, int s, double* terms) const {
    Index i = b * lanes;
    for (; i < (b + 1) * lanes && i < Index(x.extent(0)); ++i) terms[i - b * lanes] = x(i) * (s + 1);
    return static_cast<int>(i - b * lanes);
  }
};

struct Value {
  View1<const double> x;
  KOKKOS_FUNCTION double operator()(Index i) const { return x(i); }
};

std::vector<double> normal_terms(int count, double scale) {
  std::vector<double> terms(count);
  for (int i = 0; i < count; ++i) terms[i] = scale * Random{9, 9}.normal(i);
  return terms;
}

}  // namespace

TEST_CASE("many sums at once on the device are exact to n 2^(e - 94) and half an ulp", "[sum]") {
  const int sums = GENERATE(1, 5, 70, 130);
  const auto terms = normal_terms(1001, 1e-3);
  const View1<const double> x = to_device("x", terms);
  const double bound = sums * sum::largest("test::largest", x.extent(0), Value{x}, Communicator::alone());
  const auto values =
      sum::each("test::sum", (1001 + lanes - 1) / lanes, sums, bound, Multiples{x}, Communicator::alone());
  REQUIRE(values.size() == std::size_t(sums));
  for (int s = 0; s < sums; ++s) {
    std::vector<double> multiples;
    for (const double v : terms) multiples.push_back(v * (s + 1));
    const double whole = exact(multiples);
    REQUIRE(std::abs(values[s] - whole) <= 1001 * std::ldexp(2 * bound, -94) + std::abs(whole) * 0x1p-53);
  }
}

TEST_CASE("a device sum that cancels keeps its digits, far below an ulp of its terms", "[sum]") {
  std::vector<double> terms{1e16, 3.0, -1e16, 0x1p-20, 1e16, -1e16};
  const View1<const double> x = to_device("x", terms);
  CHECK(sum::over("test::sum", x.extent(0), Value{x}, Communicator::alone()) == 3.0 + 0x1p-20);
}

TEST_CASE("a device sum does not depend on the order of its terms", "[sum]") {
  auto terms = normal_terms(5000, 1);
  for (std::size_t i = 0; i < terms.size(); ++i) terms[i] *= std::ldexp(1, static_cast<int>(i % 90) - 45);
  const View1<const double> x = to_device("x", terms);
  const double whole = sum::over("test::sum", x.extent(0), Value{x}, Communicator::alone());
  for (int turn = 0; turn < 10; ++turn) {
    std::rotate(terms.begin(), terms.begin() + 977, terms.end());
    const View1<const double> turned = to_device("x", terms);
    CHECK(sum::over("test::sum", x.extent(0), Value{turned}, Communicator::alone()) == whole);
  }
}

TEST_CASE("a sum of no terms is zero, and a term that is not finite makes it NaN", "[sum]") {
  CHECK(sum::over("test::sum", 0, Value{}, Communicator::alone()) == 0);
  for (const double bad : std::vector<double>{INFINITY, -INFINITY, NAN, 0x1p991}) {
    const View1<const double> x = to_device("x", std::vector<double>{1, bad, 2});
    CHECK(std::isnan(sum::over("test::sum", 3, Value{x}, Communicator::alone())));
  }
}

TEST_CASE("terms next to the least double are summed exactly", "[sum]") {
  const View1<const double> x = to_device("x", std::vector<double>{0x1p-1074, 0x3p-1074, -0x1p-1073});
  CHECK(sum::over("test::sum", 3, Value{x}, Communicator::alone()) == 0x1p-1073);
}
