// attention/triangle/tensor_core_lines.hpp
//
// Tokens of a row of pairs as kernels of attention/tensor_cores/ read and write them.
#pragma once

#include "attention/tensor_cores/tile.hpp"
#include "attention/triangle/attention_rows.hpp"

namespace attune::attention::triangle {

// The `width` numbers of tokens first, first + 1, ...; null beyond the last, and all of an array that is not there.
template <class Scalar, class Node>
KOKKOS_FUNCTION tensor_cores::RowsAt<Scalar> rows_at(const Layout<Node>& layout, Scalar* array,
                                                     const Place& at, Index first, Index width) {
  const Line<Scalar> line = layout.line(array, at, width);
  const Index left = layout.shape.tokens - first;
  return {line(first), static_cast<std::uint32_t>(line.stride),
          array == nullptr ? 0 : static_cast<int>(left)};
}

}  // namespace attune::attention::triangle
