// training/layers/matmul_hip.cpp
//
// Matrix products by hipBLAS. A row-major matrix is the transpose of the column-major one in the same memory,
// so the library is asked for C^T = alpha op(B)^T op(A)^T + beta C^T. Sums by atomics, which it may use by
// default, are switched off.
#include <hipblas/hipblas.h>

#include <algorithm>
#include <utility>

#include "training/layers/matmul.hpp"

namespace attune::training::layers {

namespace {

// Lives as long as Kokkos does.
hipblasHandle_t handle() {
  static const hipblasHandle_t made = [] {
    hipblasHandle_t fresh = nullptr;
    require(hipblasCreate(&fresh) == HIPBLAS_STATUS_SUCCESS, "hipBLAS starts");
    require(hipblasSetAtomicsMode(fresh, HIPBLAS_ATOMICS_NOT_ALLOWED) == HIPBLAS_STATUS_SUCCESS,
            "hipBLAS adds without atomics");
    Kokkos::push_finalize_hook([fresh] { hipblasDestroy(fresh); });
    return fresh;
  }();
  return made;
}

template <class Integer> int narrow(Integer extent) {
  require(std::in_range<int>(extent), "hipBLAS takes extents below 2^31");
  return static_cast<int>(extent);
}

// A stored matrix in the library's words.
template <class Scalar> struct Operand {
  hipblasOperation_t op;
  const Scalar* data;
  int row;

  explicit Operand(const Factor<Scalar>& factor)
      : op(factor.is_transposed ? HIPBLAS_OP_T : HIPBLAS_OP_N),
        data(factor.matrix.data()),
        row(std::max(1, narrow(factor.matrix.stride(0)))) {}
};

struct Extents {
  int M, N, K, row_of_C;
};

hipblasStatus_t product(const Extents& e, const Operand<float>& A, const Operand<float>& B, float* C,
                        const Scales& scales) {
  const auto alpha = static_cast<float>(scales.alpha), beta = static_cast<float>(scales.beta);
  return hipblasSgemm(handle(), B.op, A.op, e.N, e.M, e.K, &alpha, B.data, B.row, A.data, A.row, &beta, C,
                      e.row_of_C);
}

hipblasStatus_t product(const Extents& e, const Operand<double>& A, const Operand<double>& B, double* C,
                        const Scales& scales) {
  return hipblasDgemm(handle(), B.op, A.op, e.N, e.M, e.K, &scales.alpha, B.data, B.row, A.data, A.row,
                      &scales.beta, C, e.row_of_C);
}

}  // namespace

template <class Scalar>
void matmul(const Factor<std::type_identity_t<Scalar>>& A, const Factor<std::type_identity_t<Scalar>>& B,
            const View2<Scalar>& C, const Scales& scales) {
  require_product<Scalar>(A, B, C);
  if (C.size() == 0) return;
  const Extents extents{narrow(A.rows()), narrow(B.columns()), narrow(A.columns()), narrow(C.stride(0))};
  hipblasSetStream(handle(), Device().hip_stream());
  const auto status = product(extents, Operand<Scalar>(A), Operand<Scalar>(B), C.data(), scales);
  require(status == HIPBLAS_STATUS_SUCCESS, "hipBLAS multiplies");
}

template void matmul(const Factor<float>&, const Factor<float>&, const View2<float>&, const Scales&);
template void matmul(const Factor<double>&, const Factor<double>&, const View2<double>&, const Scales&);

}  // namespace attune::training::layers
