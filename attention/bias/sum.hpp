// attention/bias/sum.hpp
//
// Two biases added up:
//
//   at = first.at + second.at
//
// Its table is the two tables side by side, the entries of the first before those of the second; its numbers
// are those of the one that has any. So d_table(:, 0 .. T1 - 1) is the gradient of the first table.
// Graphormer, buckets of the distance beside an encoding of edges, is Sum<Bucket, Tensor>; Sum<Sum<A, B>, C>
// adds three.
//
// Source   [ying2021], eq. 7
// Shapes   table (rows, T1 + T2): two tables have the same number of rows
// Limits   numbers for each pair in one of the two at most
#pragma once

#include "attention/bias/bias.hpp"
#include "core/core/require.hpp"

namespace attune::attention::bias {

// Hands the entries of the second table on, behind those of the first.
template <class Visit> struct Behind {
  const Visit& visit;
  Index entries;  // of the first
  template <class Scalar> KOKKOS_FUNCTION void operator()(Index entry, Scalar derivative) const {
    visit(entries + entry, derivative);
  }
};

template <class First, class Second> struct Sum {
  static_assert(!(HasPairs<First> && HasPairs<Second>), "one of the two at most has a number for each pair");
  static constexpr bool tables = HasTable<First> || HasTable<Second>;
  static constexpr bool numbers = HasPairs<First> || HasPairs<Second>;
  First first;
  Second second;
  Index entries_of_first = 0;

  Sum(const First& a, const Second& b) : first(a), second(b) {
    if constexpr (HasTable<First>) entries_of_first = first.entries();
    if constexpr (HasTable<First> && HasTable<Second>)
      require(first.rows() == second.rows(), "two tables that are added have the same rows");
  }

  KOKKOS_FUNCTION auto at(Index b, Index h, Index i, Index j) const {
    return first.at(b, h, i, j) + second.at(b, h, i, j);
  }

  Index rows() const requires tables {
    if constexpr (HasTable<First>)
      return first.rows();
    else
      return second.rows();
  }
  Index entries() const requires tables {
    if constexpr (HasTable<Second>)
      return entries_of_first + second.entries();
    else
      return entries_of_first;
  }
  template <class Visit>
  KOKKOS_FUNCTION void each(Index b, Index h, Index i, Index j, const Visit& visit) const {
    if constexpr (HasTable<First>) first.each(b, h, i, j, visit);
    if constexpr (HasTable<Second>) second.each(b, h, i, j, Behind<Visit>{visit, entries_of_first});
  }

  Shape4 pairs() const requires numbers {
    if constexpr (HasPairs<First>)
      return first.pairs();
    else
      return second.pairs();
  }
  KOKKOS_FUNCTION auto slope(Index b, Index h, Index i, Index j) const {
    if constexpr (HasPairs<First>)
      return first.slope(b, h, i, j);
    else
      return second.slope(b, h, i, j);
  }

  bool fits(const Shape4& shape) const { return part_fits(first, shape) && part_fits(second, shape); }
  template <class Part> static bool part_fits(const Part& part, const Shape4& shape) {
    if constexpr (HasShape<Part>) return part.fits(shape);
    return true;
  }
};

}  // namespace attune::attention::bias
