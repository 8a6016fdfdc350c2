// core/core/binned_sum.hpp
//
// Many sums at once, one for every weight of a network say, that do not depend on the order of their terms,
// so on no number of ranks or threads. Terms come as they are made: no bound need be known beforehand, and a
// sum costs 25 bytes, where the exact one of exact_sum.hpp costs 552.
//
// A finite double is m 2^(p - 1074) with integers |m| < 2^53 and p >= 0, so it has digits in bins of 32 bits
// that lie on one fixed grid for all doubles (the bins are the limbs of exact_sum.hpp):
//
//   x = sum_b d_b(x) 2^(32 b - 1074),   |d_b| < 2^32, every digit of the sign of x
//
// Let top(x) be the bin of the leading bit of x, and 2 at least. Of n terms a sum keeps
//
//   T = max_x top(x)   and   W_k = sum_x d_{T - 2 + k}(x),  k = 0, 1, 2
//
// the three highest bins that any term needs. Both are functions of the set of terms, in any order:
// - the digits depend on x alone, and a maximum and a sum of integers commute and associate;
// - a term with a higher top moves the window up. What falls out below lies below the final window anyhow;
//   what comes in above is zero, for no term before had a digit there;
// - nothing is ever carried from W_k to W_{k+1}: a carry would mix digits that may be dropped later with
//   digits that are kept. n <= 2^30 gives |W_k| < 2^62, so nothing overflows either.
//
// The result, W_0 + 2^32 W_1 + 2^64 W_2 in units of 2^(32 (T - 2) - 1074), is below 2^127 and is rounded
// once.
//
// Error    |result - exact sum| <= n 2^-64 max |x| + ulp / 2: a term loses less than one unit, and nothing if
//          T = 2; the largest term has its leading bit in bin T, so max |x| >= 2^64 units. Terms that are
//          multiples of the unit lose nothing: the result is the exact sum, rounded
// Cost     about 25 integer operations a term, no branch taken but by the first terms
// Limits   2^30 terms a sum, over all ranks. A term that is not finite gives NaN
// Source   bins on a fixed grid, the highest ones kept [demmel2015], [ahrens2020]; here the digits are cut
//          off, not rounded, and the bins are integers, because Communicator adds integers
#pragma once

#include <cmath>
#include <limits>
#include <vector>

#include "core/core/communicator.hpp"
#include "core/core/require.hpp"
#include "core/core/views.hpp"

namespace attune::sum {

inline constexpr int kept_bins = 3, bin_bits = 32;
inline constexpr std::uint8_t lowest_top = kept_bins - 1;
inline constexpr std::uint8_t not_finite = 255;  // a top above every other: bin 65 holds 2^1023
inline constexpr Index most_terms = Index(1) << 30;

// The windows of all sums: top (sums) and words (kept_bins, sums).
struct Bins {
  std::uint8_t* top;
  std::int64_t* words;
  Index sums;

  KOKKOS_FUNCTION std::int64_t& word(int k, Index s) const { return words[k * sums + s]; }

  KOKKOS_FUNCTION void raise(Index s, std::uint8_t to) const {
    const int bins = to - top[s];
    if (bins <= 0) return;
    for (int k = 0; k < kept_bins; ++k) word(k, s) = k + bins < kept_bins ? word(k + bins, s) : 0;
    top[s] = to;
  }
};

// Adds term s to sum s.
struct AddTerm {
  Bins bins;
  const double* terms;

  KOKKOS_FUNCTION void operator()(Index s) const {
    const auto bits = Kokkos::bit_cast<std::uint64_t>(terms[s]);
    const int exponent = static_cast<int>((bits >> 52) & 0x7ff);
    const int place = exponent > 0 ? exponent - 1 : 0;  // p
    const std::uint64_t leading = exponent > 0 ? 1 : 0;
    const std::uint64_t magnitude = (bits & 0xfffffffffffffULL) | (leading << 52);  // |m|
    const int top = (place + 52) / bin_bits;

    bins.raise(s, exponent == 0x7ff ? not_finite : static_cast<std::uint8_t>(top));
    if (bins.top[s] == not_finite) return;
    add(s, magnitude, place - bin_bits * (bins.top[s] - lowest_top), static_cast<std::int64_t>(bits) >> 63);
  }

  // Adds the three digits of magnitude 2^shift, a number below 2^96, with `sign` 0 or -1. They are what a
  // right shift by 75 - shift, 32 at least, leaves of a 128-bit number whose 64 high bits are magnitude 2^11
  // and whose low ones are 0. No branches: terms of all sizes come in no order.
  KOKKOS_FUNCTION void add(Index s, std::uint64_t magnitude, int shift, std::int64_t sign) const {
    const int right = 75 - shift;
    const std::uint64_t bits = right < 128 ? magnitude << 11 : 0;
    const std::uint64_t shifted = bits >> (right & 63);
    const std::uint64_t high = right < 64 ? shifted : 0;
    const std::uint64_t low = right < 64 ? bits << (-right & 63) : shifted;
    bins.word(0, s) += (static_cast<std::int64_t>(low & 0xffffffffULL) ^ sign) - sign;
    bins.word(1, s) += (static_cast<std::int64_t>(low >> 32) ^ sign) - sign;
    bins.word(2, s) += (static_cast<std::int64_t>(high) ^ sign) - sign;
  }
};

class BinnedSums {
 public:
  explicit BinnedSums(std::size_t sums) : top(sums, lowest_top), words(kept_bins * sums, 0) {}

  std::size_t size() const { return top.size(); }

  // One term to each of the sums.
  void add(const double* values, std::size_t count) {
    require(count == size(), "a term for every sum");
    count_terms(1);
    const Kokkos::RangePolicy<Host, Kokkos::IndexType<Index>> every_sum(0, static_cast<Index>(count));
    Kokkos::parallel_for("sum::BinnedSums::add", every_sum, AddTerm{bins(), values});
    Host().fence("sum::BinnedSums::add");
  }

  // The terms of another too.
  void add(const BinnedSums& other) {
    require(other.size() == size(), "as many sums on either side");
    count_terms(other.terms);
    BinnedSums theirs = other;
    raise(theirs.top);
    theirs.raise(top);
    for (std::size_t w = 0; w < words.size(); ++w) words[w] += theirs.words[w];
  }

  // The terms of all ranks, on every rank. Collective, with as many sums everywhere.
  void add_over(const Communicator& ranks) {
    std::vector<double> highest(top.begin(), top.end());
    ranks.maximum(highest.data(), highest.size());
    raise(std::vector<std::uint8_t>(highest.begin(), highest.end()));
    ranks.add(words.data(), words.size());
    ranks.add(&terms, 1);
    count_terms(0);
  }

  double value(std::size_t s) const {
    if (top[s] == not_finite) return std::numeric_limits<double>::quiet_NaN();
    __int128 units = 0;
    for (int k = kept_bins - 1; k >= 0; --k)
      units = units * (__int128(1) << bin_bits) + words[k * size() + s];
    // A result below the normal numbers has T = 2 and fewer than 53 bits: ldexp never rounds again.
    return std::ldexp(static_cast<double>(units), bin_bits * (top[s] - lowest_top) - 1074);
  }

  std::vector<double> values() const {
    std::vector<double> all(size());
    for (std::size_t s = 0; s < size(); ++s) all[s] = value(s);
    return all;
  }

 private:
  using Host = Kokkos::DefaultHostExecutionSpace;
  std::vector<std::uint8_t> top;
  std::vector<std::int64_t> words;
  std::int64_t terms = 0;  // of each sum

  Bins bins() { return {top.data(), words.data(), static_cast<Index>(size())}; }
  void count_terms(std::int64_t more) {
    terms += more;
    require(terms <= most_terms, "at most 2^30 terms in a sum");
  }
  void raise(const std::vector<std::uint8_t>& to) {
    const Bins mine = bins();
    for (std::size_t s = 0; s < size(); ++s) mine.raise(static_cast<Index>(s), to[s]);
  }
};

}  // namespace attune::sum
