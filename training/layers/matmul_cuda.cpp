// training/layers/matmul_cuda.cpp
//
// Matrix products by cuBLAS. A row-major matrix is the transpose of the column-major one in the same memory,
// so the library is asked for C^T = alpha op(B)^T op(A)^T + beta C^T. In its default mode it adds without
// atomics and in full precision.
#include <cublas_v2.h>

#include <algorithm>

#include "training/layers/matmul.hpp"

namespace attune::training::layers {

namespace {

// Lives as long as Kokkos does.
cublasHandle_t handle() {
  static const cublasHandle_t made = [] {
    cublasHandle_t fresh = nullptr;
    require(cublasCreate(&fresh) == CUBLAS_STATUS_SUCCESS, "cuBLAS starts");
    Kokkos::push_finalize_hook([fresh] { cublasDestroy(fresh); });
    return fresh;
  }();
  return made;
}

// A stored matrix in the library's words.
template <class Scalar> struct Operand {
  cublasOperation_t op;
  const Scalar* data;
  std::int64_t row;

  explicit Operand(const Factor<Scalar>& factor)
      : op(factor.is_transposed ? CUBLAS_OP_T : CUBLAS_OP_N),
        data(factor.matrix.data()),
        row(std::max<std::int64_t>(1, static_cast<std::int64_t>(factor.matrix.stride(0)))) {}
};

struct Extents {
  std::int64_t M, N, K, row_of_C;
};

cublasStatus_t product(const Extents& e, const Operand<float>& A, const Operand<float>& B, float* C,
                       const Scales& scales) {
  const auto alpha = static_cast<float>(scales.alpha), beta = static_cast<float>(scales.beta);
  return cublasSgemm_64(handle(), B.op, A.op, e.N, e.M, e.K, &alpha, B.data, B.row, A.data, A.row, &beta, C,
                        e.row_of_C);
}

cublasStatus_t product(const Extents& e, const Operand<double>& A, const Operand<double>& B, double* C,
                       const Scales& scales) {
  return cublasDgemm_64(handle(), B.op, A.op, e.N, e.M, e.K, &scales.alpha, B.data, B.row, A.data, A.row,
                        &scales.beta, C, e.row_of_C);
}

}  // namespace

template <class Scalar>
void matmul(const Factor<std::type_identity_t<Scalar>>& A, const Factor<std::type_identity_t<Scalar>>& B,
            const View2<Scalar>& C, const Scales& scales) {
  require_product<Scalar>(A, B, C);
  if (C.size() == 0) return;
  const Extents extents{A.rows(), B.columns(), A.columns(), static_cast<std::int64_t>(C.stride(0))};
  cublasSetStream(handle(), Device().cuda_stream());
  const auto status = product(extents, Operand<Scalar>(A), Operand<Scalar>(B), C.data(), scales);
  require(status == CUBLAS_STATUS_SUCCESS, "cuBLAS multiplies");
}

template void matmul(const Factor<float>&, const Factor<float>&, const View2<float>&, const Scales&);
template void matmul(const Factor<double>&, const Factor<double>&, const View2<double>&, const Scales&);

}  // namespace attune::training::layers
