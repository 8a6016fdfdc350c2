// attention/bias/tensor.hpp
//
// A bias that the caller has in memory, with any broadcast:
//
//   at(b, h, i, j) = values(b|0, h|0, i|0, j|0)
//
// Shapes   values (B|1, H|1, M|1, N|1)
// Source   pair bias of AlphaFold 2 [jumper2021, algorithm 13]; Graphormer [ying2021]
// Cost     one number read a score
// Limits   float, double, bfloat16; an empty View adds nothing
#pragma once

#include "attention/bias/bias.hpp"
#include "core/core/bfloat16.hpp"

namespace attune::attention::bias {

template <class Scalar> struct Tensor {
  Tensor() = default;
  explicit Tensor(const View4<const Scalar>& given) : values(given), some(given.size() > 0) {
    Index stride = 1;
    for (int a = 3; a >= 0; --a) {
      const auto extent = static_cast<Index>(values.extent(a));
      strides[a] = extent == 1 ? 0 : stride;
      stride *= extent;
    }
  }
  explicit Tensor(const View4<Scalar>& given) : Tensor(View4<const Scalar>(given)) {}

  KOKKOS_FUNCTION bool present() const { return some; }
  KOKKOS_FUNCTION Accumulated<Scalar> at(Index b, Index h, Index i, Index j) const {
    if (!present()) return 0;
    return values.data()[b * strides[0] + h * strides[1] + i * strides[2] + j * strides[3]];
  }
  Shape4 pairs() const {
    Shape4 shape;
    for (int a = 0; a < 4; ++a) shape[a] = static_cast<Index>(values.extent(a));
    return shape;
  }
  KOKKOS_FUNCTION Accumulated<Scalar> slope(Index, Index, Index, Index) const { return 1; }

  View4<const Scalar> values;
  Shape4 strides{0, 0, 0, 0};
  bool some = false;  // a kernel that asked for the size would multiply four extents a score
};

}  // namespace attune::attention::bias
