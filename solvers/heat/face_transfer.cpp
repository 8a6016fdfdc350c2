// solvers/heat/face_transfer.cpp
#include "solvers/heat/face_transfer.hpp"

#include <algorithm>

#include "core/core/blocks.hpp"
#include "core/core/require.hpp"

namespace attune::heat {
namespace {

KOKKOS_INLINE_FUNCTION Index along(int axis, Index k, Index j, Index i) {
  return axis == 0 ? k : axis == 1 ? j : i;
}

template <class Scalar> struct RestrictPairs {
  FaceTransfer<Scalar> by;
  Field<Scalar> fine, coarse;
  Index stride;  // of fine and w along the axis
  Blocks blocks;

  KOKKOS_FUNCTION void operator()(Index n) const {
    const Block at = blocks.at(n);
    const Index pair = along(by.axis, at.k, at.j, at.i) + by.coarse_lower;
    const Index left = by.cells / 2 - pair;  // whole pairs from here on
    const Index most = by.axis == 2 ? left : left > 0 ? at.cells : 0;
    const int pairs = static_cast<int>(most < at.cells ? most : at.cells), step = by.axis == 2 ? 2 : 1;
    const Index f = 2 * pair - by.fine_lower;
    const Index k = by.axis == 0 ? f : at.k, j = by.axis == 1 ? f : at.j, i = by.axis == 2 ? f : at.i;
    const Scalar *const b = &fine(k, j, i), *const w = &by.w(k, j, i);
    Scalar* const into = &coarse(at.k, at.j, at.i);
    for (int c = 0; c < pairs; ++c) {
      const Index own = c * step, next = own + stride, before = own - stride, after = next + stride;
      into[c] =
          ((1 - w[own]) * b[own] + (1 - w[next]) * b[next]) + (w[before] * b[before] + w[after] * b[after]);
    }
    for (int c = pairs; c < at.cells; ++c) {  // the single cell
      const Index own = c * step, before = own - stride, after = own + stride;
      into[c] = (1 - w[own]) * b[own] + (w[before] * b[before] + w[after] * b[after]);
    }
  }
};

template <class Scalar> struct ProlongPairs {
  FaceTransfer<Scalar> by;
  Field<Scalar> coarse, fine;
  Blocks blocks;

  KOKKOS_FUNCTION void operator()(Index n) const {
    const Block at = blocks.at(n);
    const Index f = along(by.axis, at.k, at.j, at.i) + by.fine_lower;
    const Scalar* const w = &by.w(at.k, at.j, at.i);
    Scalar* const into = &fine(at.k, at.j, at.i);
    if (by.axis == 2) {
      const Scalar* const row = &coarse(at.k, at.j, 0) - by.coarse_lower;
      for (int c = 0; c < at.cells; ++c) {
        const Index pair = (f + c) / 2, other = pair + ((f + c) % 2 == 1 ? 1 : -1);
        into[c] += (1 - w[c]) * row[pair] + w[c] * row[other];
      }
      return;
    }
    const Index pair = f / 2 - by.coarse_lower, other = pair + (f % 2 == 1 ? 1 : -1);
    const bool z = by.axis == 0;
    const Scalar* const own = z ? &coarse(pair, at.j, at.i) : &coarse(at.k, pair, at.i);
    const Scalar* const beside = z ? &coarse(other, at.j, at.i) : &coarse(at.k, other, at.i);
    for (int c = 0; c < at.cells; ++c) into[c] += (1 - w[c]) * own[c] + w[c] * beside[c];
  }
};

}  // namespace

template <class Scalar>
void FaceTransfer<Scalar>::restrict_to_coarse(const Field<Scalar>& fine, const Field<Scalar>& coarse) const {
  for (int a = 0; a < 3; ++a) require(fine.halo[a] == w.halo[a], "fields of the halo of the shares");
  const RestrictPairs<Scalar> pairs{*this, fine, coarse, static_cast<Index>(fine.values.stride(axis)),
                                    Blocks(coarse.box)};
  Kokkos::parallel_for("heat::FaceTransfer::restrict", pairs.blocks.policy(), pairs);
}

template <class Scalar>
void FaceTransfer<Scalar>::add_prolonged(const Field<Scalar>& coarse, const Field<Scalar>& fine) const {
  const ProlongPairs<Scalar> pairs{*this, coarse, fine, Blocks(fine.box)};
  Kokkos::parallel_for("heat::FaceTransfer::prolong", pairs.blocks.policy(), pairs);
}

template struct FaceTransfer<float>;
template struct FaceTransfer<double>;

TransferGhosts transfer_ghosts(const Domain& fine, const Domain& coarse, int axis) {
  TransferGhosts most{1, 1};
  for (int rank = 0; rank < fine.communicator().size; ++rank) {
    const Box own = fine.owned_by(rank), pairs = coarse.owned_by(rank);
    const Index lower = own.lower[axis] - fine.whole().lower[axis], upper = lower + own.extent(axis);
    const Index first = pairs.lower[axis] - coarse.whole().lower[axis], past = first + pairs.extent(axis);
    most.fine = std::max({most.fine, lower - (2 * first - 1), 2 * past - (upper - 1)});
    most.coarse = std::max({most.coarse, first - (lower / 2 - 1), (upper - 1) / 2 + 1 - (past - 1)});
  }
  return most;
}

}  // namespace attune::heat
