// attention/bias/bias.hpp
//
// What a bias is: a struct of Views, copied into the kernels, that adds at(b, h, i, j) to the score of head
// h, query i and key j of batch b. Three kinds of bias have gradients, and one bias may be of several:
//
//   nothing to learn   at(b, h, i, j)
//   a table            rows(), entries()       theta_{row, entry}; rows() is H, or 1: shared by the heads
//                      each(b, h, i, j, visit) calls visit(entry, d at / d theta) for each entry at() reads
//   a number a pair    pairs()                 its shape (B|1, H|1, M|1, N|1); an extent of 1 is broadcast
//                      slope(b, h, i, j)       d at / d number
//
// A bias made for some shapes only also says, on the host, whether at() is defined on all pairs (B, H, M, N):
// fits(shape). One that sees no more of a pair than its head and the difference of two tokens names their
// grid, difference_grid() (grid.hpp): kernels then ask once a difference, not once a pair.
//
// An operator then sums d_score over what shares an entry or a number: tables in fixed chunks of rows,
// numbers by one thread each, so that the sums have one order on every machine. A user's own struct with
// these members compiles into the same kernels.
#pragma once

#include "core/core/views.hpp"

namespace attune::attention::bias {

using Shape4 = Kokkos::Array<Index, 4>;

template <class Bias>
concept HasTable = requires(const Bias& bias) {
  bias.rows();
  bias.entries();
};

template <class Bias>
concept HasPairs = requires(const Bias& bias) {
  bias.pairs();
};

template <class Bias>
concept HasShape = requires(const Bias& bias, const Shape4& pairs) {
  bias.fits(pairs);
};

// The entry of a table (H|1, entries) that head h reads.
template <class Scalar>
KOKKOS_FUNCTION Scalar of_head(const View2<const Scalar>& table, Index h, Index entry) {
  return table(table.extent(0) == 1 ? 0 : h, entry);
}

template <class Scalar> struct None {
  KOKKOS_FUNCTION Scalar at(Index, Index, Index, Index) const { return 0; }
};

}  // namespace attune::attention::bias
