// attention/bias/relative.hpp
//
// A table over the differences of a grid:
//
//   at(b, h, i, j) = theta(h|0, t),     t the row-major number of clamp(d(i, j), first, last)
//
// with first and last the least and the greatest difference of each axis, or -reach and +reach where that is
// nearer: differences beyond the reach share the entry at its end. A whole periodic axis of n tokens has n
// entries.
//
// Gradient d_theta(t) = sum of d_score over the pairs of entry t
// Source   [shaw2018], section 3.2, without its products with q; tables of two axes [liu2021], eq. 4
// Shapes   theta (H|1, T), T = product over the axes of last - first + 1
// Cost     6 integer divisions and one number read a score
// Limits   see grid.hpp
#pragma once

#include "attention/bias/grid.hpp"

namespace attune::attention::bias {

// Which entry holds a difference.
struct Offsets {
  Grid grid;
  Triple first, last;

  // The whole grid.
  explicit Offsets(const Grid& given) : grid(given) {
    for (int a = 0; a < 3; ++a) {
      first[a] = grid.first(a);
      last[a] = grid.last(a);
    }
  }
  // |d_a| <= reach_a.
  Offsets(const Grid& given, const Triple& reach) : Offsets(given) {
    for (int a = 0; a < 3; ++a) {
      require(reach[a] >= 0, "a reach is at least 0");
      if (first[a] < -reach[a]) first[a] = -reach[a];
      if (last[a] > reach[a]) last[a] = reach[a];
    }
  }

  KOKKOS_FUNCTION Index extent(int a) const { return last[a] < first[a] ? 0 : last[a] - first[a] + 1; }
  KOKKOS_FUNCTION Index count() const { return extent(0) * extent(1) * extent(2); }
  KOKKOS_FUNCTION Index entry(Index i, Index j) const {
    const Triple d = grid.difference(i, j);
    Index entry = 0;
    for (int a = 0; a < 3; ++a) {
      const Index clamped = d[a] < first[a] ? first[a] : d[a] > last[a] ? last[a] : d[a];
      entry = entry * extent(a) + clamped - first[a];
    }
    return entry;
  }
};

template <class Scalar> struct Relative {
  View2<const Scalar> theta;
  Offsets offsets;

  Relative(const View2<const Scalar>& table, const Offsets& of_entries) : theta(table), offsets(of_entries) {
    require(entries() == offsets.count(), "theta (H|1, an entry for every difference)");
  }

  KOKKOS_FUNCTION Scalar at(Index, Index h, Index i, Index j) const {
    return of_head(theta, h, offsets.entry(i, j));
  }
  const Grid& difference_grid() const { return offsets.grid; }
  Index rows() const { return static_cast<Index>(theta.extent(0)); }
  Index entries() const { return static_cast<Index>(theta.extent(1)); }
  bool fits(const Shape4& pairs) const { return offsets.grid.fits(pairs); }
  template <class Visit> KOKKOS_FUNCTION void each(Index, Index, Index i, Index j, const Visit& visit) const {
    visit(offsets.entry(i, j), Scalar(1));
  }
};

}  // namespace attune::attention::bias
