// tests/training/blocks/offset_table.hpp
//
// A bias that learns a number for each offset j - i, which is taken modulo the entries of the table.
#pragma once

#include "core/core/views.hpp"

namespace attune::test {

template <class Scalar> struct OffsetTable {
  View2<const Scalar> table;  // (H|1, entries)

  KOKKOS_FUNCTION Index rows() const { return static_cast<Index>(table.extent(0)); }
  KOKKOS_FUNCTION Index entries() const { return static_cast<Index>(table.extent(1)); }
  KOKKOS_FUNCTION Index entry(Index i, Index j) const {
    return ((j - i) % entries() + entries()) % entries();
  }
  KOKKOS_FUNCTION Scalar at(Index, Index h, Index i, Index j) const {
    return table(rows() == 1 ? 0 : h, entry(i, j));
  }
  template <class Visit> KOKKOS_FUNCTION void each(Index, Index, Index i, Index j, const Visit& visit) const {
    visit(entry(i, j), Scalar(1));
  }
};

}  // namespace attune::test
