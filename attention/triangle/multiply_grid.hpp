// attention/triangle/multiply_grid.hpp
//
// What the kernels of the triangle multiplication work on: forward and the gradients are all
//
//   out_xy = sum_s left_xs right_ys        channel by channel
//
// over grids of channel vectors, read along either axis.
#pragma once

#include "attention/triangle/multiply.hpp"
#include "core/core/require.hpp"

namespace attune::attention::triangle::multiply {

// Channel vectors by batch, row and column, of an array (B, ., ., C).
template <class Scalar> struct Grid {
  Scalar* data;
  Index batches, rows, columns;
  Index of_batch, of_row, of_column;  // strides

  KOKKOS_FUNCTION Scalar* at(Index b, Index row, Index column) const {
    return data + b * of_batch + row * of_row + column * of_column;
  }
  Grid transposed() const { return {data, batches, columns, rows, of_batch, of_column, of_row}; }
};

template <class Scalar> Grid<Scalar> grid(const View4<Scalar>& array, Index first_channel = 0) {
  const auto extent = [&](int axis) { return static_cast<Index>(array.extent(axis)); };
  const Index row = extent(2) * extent(3);
  Scalar* const data = array.size() > 0 ? array.data() + first_channel : nullptr;
  return {data, extent(0), extent(1), extent(2), extent(1) * row, row, extent(3)};
}

// The sides of a triangle as a grid of (node i or j, third node k).
template <class Scalar, class Form> Grid<Scalar> sides(const View4<Scalar>& array, const Form&) {
  return Form::third_first ? grid(array).transposed() : grid(array);
}

template <class Scalar> struct Contract {
  Grid<const Scalar> left, right;
  Grid<Scalar> out;
  Index channels;
};

template <class View> bool has_extents(const View& view, const Kokkos::Array<Index, 4>& extents) {
  for (int a = 0; a < 4; ++a)
    if (static_cast<Index>(view.extent(a)) != extents[a]) return false;
  return true;
}

// `o` is o or d_o.
template <class Scalar, class Form>
void require_shapes(const Inputs<Scalar>& in, const Form& form, const View4<const Scalar>& o, Index first) {
  const Shape s = shape_of(in, form);
  require(
      has_extents(in.b, Form::third_first ? Kokkos::Array<Index, 4>{s.batches, s.third, s.right, s.channels}
                                          : Kokkos::Array<Index, 4>{s.batches, s.right, s.third, s.channels}),
      "a and b of the same batches, third nodes and channels");
  const auto stored = static_cast<Index>(o.extent(3));
  require(has_extents(o, {s.batches, s.left, s.right, stored}), "o (B, I, J, C')");
  require(first >= 0 && first + s.channels <= stored, "the channels first .. first + C - 1 are in o");
}

}  // namespace attune::attention::triangle::multiply
