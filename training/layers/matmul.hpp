// training/layers/matmul.hpp
//
// The one matrix product of the layers:
//
//   C = alpha op(A) op(B) + beta C            op(A) (M, K), op(B) (K, N), C (M, N); op is A or its transpose
//
//   matmul(x, weight, y);                     y = x W
//   matmul(transposed(x), d_y, d_weight, {.beta = 1});      d_W += x^T d_y
//
// By Eigen on a processor, by cuBLAS or hipBLAS on a device, whichever the build is for. On a processor
// blocks of 64 rows of C are worked off in parallel, each by one thread:
//
//   A as it is         a row of C depends on its row of A and on B alone, bit for bit: not on M, nor on where
//                      the row stands. So a sample's activations are the same however samples are shared out
//   A transposed       the sum over K runs over samples; it is cut into chunks that depend on M and K alone,
//                      and the chunks are added in order
//
// Neither depends on the number of threads. On a device the bits are those of the vendor's library on one
// type of device; sums by atomics and reduced precision (TF32) are off.
//
// Cost     2 M N K flops. Kokkos memory beside C: none; on a processor, for A transposed, sample_chunks(M, K)
//          M N scalars
// Limits   float, double; beta = 0 does not read C; C overlaps neither A nor B; rows may have gaps between
//          them; 64-bit sizes, 32-bit extents on HIP
#pragma once

#include <concepts>
#include <type_traits>

#include "core/core/require.hpp"
#include "core/core/views.hpp"

namespace attune::training::layers {

// op(A)
template <class Scalar> struct Factor {
  View2<const Scalar> matrix;
  bool is_transposed = false;

  template <class View>
  requires std::convertible_to<View, View2<const Scalar>> Factor(const View& as_it_is) : matrix(as_it_is) {}
  Factor(const View2<const Scalar>& stored, bool turned) : matrix(stored), is_transposed(turned) {}

  Index rows() const { return static_cast<Index>(matrix.extent(is_transposed ? 1 : 0)); }
  Index columns() const { return static_cast<Index>(matrix.extent(is_transposed ? 0 : 1)); }
};

template <class View> Factor<typename View::non_const_value_type> transposed(const View& matrix) {
  return {matrix, true};
}

struct Scales {
  double alpha = 1, beta = 0;
};

template <class Scalar>
void matmul(const Factor<std::type_identity_t<Scalar>>& A, const Factor<std::type_identity_t<Scalar>>& B,
            const View2<Scalar>& C, const Scales& scales = {});

template <class Scalar>
void require_product(const Factor<Scalar>& A, const Factor<Scalar>& B, const View2<Scalar>& C) {
  require(A.columns() == B.rows(), "op(A) has as many columns as op(B) has rows");
  require(A.rows() == static_cast<Index>(C.extent(0)) && B.columns() == static_cast<Index>(C.extent(1)),
          "C has the rows of op(A) and the columns of op(B)");
}

// Chunks of the sum over K for A transposed: enough for 64 tasks, none shorter than 1024 terms.
inline Index sample_chunks(Index M, Index K) {
  constexpr Index tasks = 64, shortest = 1024, block = 64;
  const Index row_blocks = (M + block - 1) / block;
  const Index wanted = row_blocks > 0 ? tasks / row_blocks : 1, possible = K / shortest;
  const Index most = wanted < possible ? wanted : possible;
  return most > 1 ? most : 1;
}

}  // namespace attune::training::layers
