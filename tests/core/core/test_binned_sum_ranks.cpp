// tests/core/core/test_binned_sum_ranks.cpp
#include <catch2/catch_test_macros.hpp>

#include "core/core/binned_sum.hpp"
#include "core/domain/domain.hpp"
#include "tests/core/core/wild_terms.hpp"

using namespace attune;
using namespace attune::test;

namespace {

// Row i has the i-th term of every kind.
std::vector<std::vector<double>> rows_of(const std::vector<Kind>& kinds, int count) {
  std::vector<std::vector<double>> rows(count);
  for (int i = 0; i < count; ++i)
    for (const auto& kind : kinds) rows[i].push_back(kind.terms[i]);
  return rows;
}

// The sums of all rows, of which each rank adds those that goes_to(i) gives it.
template <class GoesTo>
std::vector<double> sums_over(const std::vector<std::vector<double>>& rows, const Communicator& ranks,
                              const GoesTo& goes_to) {
  sum::BinnedSums sums(rows.front().size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (goes_to(i) % ranks.size == ranks.rank) sums.add(rows[i].data(), rows[i].size());
  sums.add_over(ranks);
  return sums.values();
}

}  // namespace

TEST_CASE("binned sums over ranks have the bits of those on one rank, however the terms are dealt", "[sum]") {
  const Communicator ranks = Domain::world().communicator();
  const auto rows = rows_of(kinds_of_terms(401), 401);
  const auto alone = sums_over(rows, Communicator::alone(), [](std::size_t) { return 0; });
  CHECK(same_bits(sums_over(rows, ranks, [](std::size_t i) { return static_cast<int>(i); }), alone));
  CHECK(same_bits(sums_over(rows, ranks, [](std::size_t i) { return static_cast<int>(i / 100); }), alone));
  CHECK(same_bits(sums_over(rows, ranks, [](std::size_t) { return 1; }), alone));
}

TEST_CASE("a term that is not finite on one rank makes the sum NaN on all", "[sum]") {
  const Communicator ranks = Domain::world().communicator();
  sum::BinnedSums sums(2);
  const std::vector<double> terms = {ranks.rank == ranks.size - 1 ? INFINITY : 1.0, 1.0};
  sums.add(terms.data(), 2);
  sums.add_over(ranks);
  CHECK(std::isnan(sums.value(0)));
  CHECK(sums.value(1) == ranks.size);
}
