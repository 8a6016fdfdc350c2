// attention/triangle/multiply_contract.hpp
//
// The one kernel of the triangle multiplication:
//
//   out_xy = sum_s left_xs right_ys        channel by channel
//
// Forward and the gradients are this sum over grids of channel vectors, read along either axis.
//
// A thread holds the sums of 4 x 4 places (x, y) and `lanes` channels while s runs: eight vectors read serve
// sixteen products. An edge tile computes its last row or column again in the place of those that are not
// there, and does not store them. Every number is one thread's sum in the order of s, which neither tiles nor
// lanes change.
#pragma once

#include "attention/triangle/multiply.hpp"
#include "core/core/require.hpp"

namespace attune::attention::triangle::multiply {

inline constexpr Index tile = 4, lanes = on_host ? 64 : 1;

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

  static Index parts(Index length, Index part) { return (length + part - 1) / part; }
  Index items() const {
    return out.batches * parts(out.rows, tile) * parts(out.columns, tile) * parts(channels, lanes);
  }

  struct Place {
    Index b, x, y, c;
  };

  // On the host the columns y run fastest, past the same rows of `left`; on a device the channels, which
  // neighbouring threads then read side by side.
  KOKKOS_FUNCTION Place place(Index n) const {
    const Index across = (out.columns + tile - 1) / tile, deep = (channels + lanes - 1) / lanes;
    const Index down = (out.rows + tile - 1) / tile, above = n / (across * deep);
    const Index y = on_host ? n % across : n / deep % across, c = on_host ? n / across % deep : n % deep;
    return {above / down, above % down * tile, y * tile, c * lanes};
  }

  KOKKOS_FUNCTION void operator()(Index n) const {
    Place at = place(n);
    const Index end = at.c + lanes < channels ? at.c + lanes : channels;
    for (; at.c + lanes <= end; at.c += lanes) accumulate<lanes>(at);
    for (; at.c + 16 <= end; at.c += 16) accumulate<16>(at);
    for (; at.c + 4 <= end; at.c += 4) accumulate<4>(at);
    for (; at.c < end; ++at.c) accumulate<1>(at);
  }

  template <Index width> KOKKOS_FUNCTION void accumulate(const Place& at) const {
    const Scalar *l[tile], *r[tile];
    for (Index t = 0; t < tile; ++t) {
      l[t] = left.at(at.b, at.x + t < out.rows ? at.x + t : out.rows - 1, 0) + at.c;
      r[t] = right.at(at.b, at.y + t < out.columns ? at.y + t : out.columns - 1, 0) + at.c;
    }
    Scalar sum[tile][tile][width] = {};
    for (Index s = 0; s < left.columns; ++s) {
      const Index of_left = s * left.of_column, of_right = s * right.of_column;
      for (Index x = 0; x < tile; ++x)
        for (Index y = 0; y < tile; ++y)
          for (Index c = 0; c < width; ++c) sum[x][y][c] += l[x][of_left + c] * r[y][of_right + c];
    }
    for (Index x = 0; x < tile && at.x + x < out.rows; ++x)
      for (Index y = 0; y < tile && at.y + y < out.columns; ++y) {
        Scalar* const o = out.at(at.b, at.x + x, at.y + y) + at.c;
        for (Index c = 0; c < width; ++c) o[c] = sum[x][y][c];
      }
  }
};

template <class Scalar> void contract(const std::string& label, const Contract<Scalar>& work) {
  Kokkos::parallel_for(label, Kokkos::RangePolicy<Device, Kokkos::IndexType<Index>>(0, work.items()), work);
}

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
