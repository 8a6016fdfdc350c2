// training/layers/matmul_host.cpp
//
// Matrix products by Eigen, which is serial inside.
//
// Eigen sums the entries of a row of C in an order that depends on how many rows there are below it: the last
// few are done by other instructions than full groups. So for A as it is, the last block is filled up with
// rows of zeros to a multiple of 32 and computed aside, and every row is one of a full group.
#include <Eigen/Core>

#include "training/layers/arrays.hpp"
#include "training/layers/matmul.hpp"

namespace attune::training::layers {

namespace {

constexpr Index block_rows = 64, group_rows = 32;

template <class Scalar>
using RowMajor = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
template <class Scalar>
using Read = Eigen::Map<const RowMajor<Scalar>, Eigen::Unaligned, Eigen::OuterStride<>>;
template <class Scalar> using Write = Eigen::Map<RowMajor<Scalar>, Eigen::Unaligned, Eigen::OuterStride<>>;

template <class Scalar> Read<Scalar> map(const View2<const Scalar>& x) {
  return {x.data(), static_cast<Eigen::Index>(x.extent(0)), static_cast<Eigen::Index>(x.extent(1)),
          Eigen::OuterStride<>(static_cast<Eigen::Index>(x.stride(0)))};
}
template <class Scalar> Write<Scalar> map(const View2<Scalar>& x) {
  return {x.data(), static_cast<Eigen::Index>(x.extent(0)), static_cast<Eigen::Index>(x.extent(1)),
          Eigen::OuterStride<>(static_cast<Eigen::Index>(x.stride(0)))};
}

Index count_of(Index extent, Index part) { return (extent + part - 1) / part; }

// C = alpha product + beta C
template <class Scalar, class Product>
void store(const Product& product, const Scales& scales,
           Eigen::Ref<RowMajor<Scalar>, 0, Eigen::OuterStride<>> C) {
  const auto alpha = static_cast<Scalar>(scales.alpha), beta = static_cast<Scalar>(scales.beta);
  if (scales.beta == 0)
    C = alpha * product;
  else
    C = beta * C + alpha * product;
}

// A block of rows, A as it is.
template <class Scalar, class Right> struct Rows {
  Read<Scalar> A;
  Right B;
  Write<Scalar> C;
  Scales scales;

  void operator()(Index block) const {
    const Index first = block * block_rows, rows = std::min(block_rows, A.rows() - first);
    const auto target = Write<Scalar>(C).middleRows(first, rows);
    if (rows == block_rows && scales.alpha == 1 && scales.beta == 0) {
      Write<Scalar>(C).middleRows(first, rows).noalias() = A.middleRows(first, rows) * B;
      return;
    }
    RowMajor<Scalar> left = RowMajor<Scalar>::Zero(count_of(rows, group_rows) * group_rows, A.cols());
    left.topRows(rows) = A.middleRows(first, rows);
    const RowMajor<Scalar> product = left * B;
    store<Scalar>(product.topRows(rows), scales, target);
  }
};

// A block of columns of A, and a chunk of its rows, A transposed; partial (chunks, M, N).
template <class Scalar, class Right> struct Chunks {
  Read<Scalar> A;
  Right B;
  Scalar* partial;
  Index chunks;

  void operator()(Index task) const {
    const Index block = task / chunks, chunk = task % chunks, M = A.cols(), N = B.cols();
    const Index begin = A.rows() * chunk / chunks, end = A.rows() * (chunk + 1) / chunks;
    const Index first = block * block_rows, rows = std::min(block_rows, M - first);
    Write<Scalar> sum(partial + (chunk * M + first) * N, rows, N, Eigen::OuterStride<>(N));
    sum.noalias() = A.block(begin, first, end - begin, rows).transpose() * B.middleRows(begin, end - begin);
  }
};

// The chunks of a row, added in order.
template <class Scalar> struct AddChunks {
  Scalar* partial;
  Index chunks;
  Write<Scalar> C;
  Scales scales;

  void operator()(Index i) const {
    const Index M = C.rows(), N = C.cols();
    Write<Scalar> sum(partial + i * N, 1, N, Eigen::OuterStride<>(N));
    for (Index chunk = 1; chunk < chunks; ++chunk)
      sum += Read<Scalar>(partial + (chunk * M + i) * N, 1, N, Eigen::OuterStride<>(N));
    store<Scalar>(sum, scales, Write<Scalar>(C).middleRows(i, 1));
  }
};

template <class Scalar, class Right>
void multiply(const Factor<Scalar>& A, const Right& B, const View2<Scalar>& C, const Scales& scales) {
  const Index M = A.rows(), N = B.cols();
  if (!A.is_transposed) {
    Kokkos::parallel_for("training::layers::matmul", every(count_of(M, block_rows)),
                         Rows<Scalar, Right>{map(A.matrix), B, map(C), scales});
    return;
  }
  const Index parts = sample_chunks(M, A.columns());
  const View1<Scalar> partial(
      Kokkos::view_alloc("training::layers::matmul::partial", Kokkos::WithoutInitializing), parts * M * N);
  Kokkos::parallel_for("training::layers::matmul::chunks", every(count_of(M, block_rows) * parts),
                       Chunks<Scalar, Right>{map(A.matrix), B, partial.data(), parts});
  Kokkos::parallel_for("training::layers::matmul::add", every(M),
                       AddChunks<Scalar>{partial.data(), parts, map(C), scales});
  Kokkos::fence("training::layers::matmul");
}

}  // namespace

template <class Scalar>
void matmul(const Factor<std::type_identity_t<Scalar>>& A, const Factor<std::type_identity_t<Scalar>>& B,
            const View2<Scalar>& C, const Scales& scales) {
  require_product<Scalar>(A, B, C);
  if (C.size() == 0) return;
  const auto stored = map(B.matrix);
  if (B.is_transposed)
    multiply<Scalar>(A, stored.transpose(), C, scales);
  else
    multiply<Scalar>(A, stored, C, scales);
}

template void matmul(const Factor<float>&, const Factor<float>&, const View2<float>&, const Scales&);
template void matmul(const Factor<double>&, const Factor<double>&, const View2<double>&, const Scales&);

}  // namespace attune::training::layers
