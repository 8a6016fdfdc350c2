// tests/core/core/test_binned_sum.cpp
#include "core/core/binned_sum.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include "tests/core/core/wild_terms.hpp"

using namespace attune;
using namespace attune::test;

namespace {

double binned(const std::vector<double>& terms) {
  sum::BinnedSums total(1);
  for (const double x : terms) total.add(&x, 1);
  return total.value(0);
}

}  // namespace

TEST_CASE("binned sums err by at most n 2^-64 max |x| and half an ulp", "[sum]") {
  for (const auto& [name, terms] : kinds_of_terms(3001)) {
    INFO(name);
    const double sum = binned(terms), truth = exact(terms);
    CHECK(std::abs(sum - truth) <= binned_bound(terms, truth));
  }
}

TEST_CASE("binned sums have the same bits in every order of their terms", "[sum]") {
  for (const auto& [name, terms] : kinds_of_terms(1000)) {
    INFO(name);
    const double whole = binned(terms);
    auto sorted = terms;
    std::sort(sorted.begin(), sorted.end(), [](double a, double b) { return std::abs(a) < std::abs(b); });
    CHECK(same_bits({binned(sorted)}, {whole}));
    std::reverse(sorted.begin(), sorted.end());
    CHECK(same_bits({binned(sorted)}, {whole}));
    for (std::uint32_t seed = 0; seed < 20; ++seed)
      CHECK(same_bits({binned(shuffled(terms, seed))}, {whole}));
  }
}

TEST_CASE("binned sums have the same bits however the terms are parted", "[sum]") {
  for (const auto& [name, terms] : kinds_of_terms(600)) {
    INFO(name);
    const double whole = binned(terms);
    for (std::size_t cut = 0; cut <= terms.size(); cut += 60) {
      sum::BinnedSums first(1), second(1), third(1);
      for (std::size_t i = 0; i < terms.size(); ++i)
        (i < cut ? first : i % 3 == 0 ? second : third).add(&terms[i], 1);
      second.add(first);
      third.add(second);
      CHECK(same_bits({third.value(0)}, {whole}));
    }
  }
}

TEST_CASE("sums of terms that fit into the three bins are exact, rounded once", "[sum]") {
  CHECK(binned({}) == 0);
  CHECK(binned({1, 0x1p-53}) == 1);  // a tie, to even
  CHECK(binned({1 + 0x1p-52, 0x1p-53}) == 1 + 0x1p-51);
  CHECK(binned({1, 0x1p-53, 0x1p-60}) == 1 + 0x1p-52);
  CHECK(binned({-1, -0x1p-53, -0x1p-60}) == -1 - 0x1p-52);
  CHECK(binned({0x1p-1074, -0x1p-1074}) == 0);
  CHECK(binned({0x1p-1074, 0x1p-1074, 0x1p-1074}) == 0x3p-1074);
  CHECK(binned({-0x1p-1022, 0x1p-1074}) == -0x1p-1022 + 0x1p-1074);
  CHECK(binned({0x1p1023, 0x1.fffffffffffffp1023, -0x1.fffffffffffffp1023, -0x1p1022}) == 0x1p1022);
  CHECK(binned({1e300, 7, -1e300}) == 0);  // 7 lies below the bins that 1e300 needs
  for (int repeat = 0; repeat < 50; ++repeat) {
    auto terms = spread_terms(400, -4, 0, 100 + repeat);
    for (double& x : terms) x = std::ldexp(std::nearbyint(std::ldexp(x, 50)), -50);
    REQUIRE(binned(terms) == exact(terms));
    for (double& x : terms) x = std::ldexp(x, -1000);
    REQUIRE(binned(terms) == exact(terms));
  }
}

TEST_CASE("every single double is its own sum", "[sum]") {
  for (const auto& [name, terms] : kinds_of_terms(2000))
    for (const double x : terms) REQUIRE(binned({x}) == x);
  for (int exponent = -1074; exponent <= 1023; ++exponent) {
    const double x = std::ldexp(1.0, exponent);
    REQUIRE(binned({x}) == x);
    REQUIRE(binned({-std::nextafter(x, 0.0)}) == -std::nextafter(x, 0.0));
  }
  CHECK(binned({std::numeric_limits<double>::max()}) == std::numeric_limits<double>::max());
}

TEST_CASE("overflow of a sum is an infinity; a term that is not finite makes its own sum NaN, no other",
          "[sum]") {
  CHECK(binned({0x1.fffffffffffffp1023, 0x1p1023}) == INFINITY);
  CHECK(binned({-0x1.fffffffffffffp1023, -0x1p1023}) == -INFINITY);
  for (const double bad : std::vector<double>{INFINITY, -INFINITY, NAN}) {
    sum::BinnedSums sums(3), later(3);
    const std::vector<double> fine = {1, 2, 3}, spoiled = {1, bad, 3};
    sums.add(fine.data(), 3);
    sums.add(spoiled.data(), 3);
    sums.add(fine.data(), 3);
    later.add(fine.data(), 3);
    later.add(sums);
    later.add_over(Communicator::alone());
    CHECK(later.value(0) == 4);
    CHECK(std::isnan(later.value(1)));
    CHECK(later.value(2) == 12);
  }
}

TEST_CASE("sums beside each other keep their own bins", "[sum]") {
  const auto kinds = kinds_of_terms(500);
  sum::BinnedSums sums(kinds.size());
  for (int i = 0; i < 500; ++i) {
    std::vector<double> row;
    for (const auto& kind : kinds) row.push_back(kind.terms[i]);
    sums.add(row.data(), row.size());
  }
  std::vector<double> alone;
  for (const auto& kind : kinds) alone.push_back(binned(kind.terms));
  CHECK(same_bits(sums.values(), alone));
}

TEST_CASE("no sums at all is no sums", "[sum]") {
  sum::BinnedSums none(0);
  none.add(nullptr, 0);
  none.add_over(Communicator::alone());
  CHECK(none.values().empty());
}
