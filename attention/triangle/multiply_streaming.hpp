// attention/triangle/multiply_streaming.hpp
//
// The triangle multiplication by threads that know nothing of each other, without work space.
//
// A thread holds the sums of 4 x 4 places (x, y) and `lanes` channels while s runs: eight vectors read serve
// sixteen products. An edge tile computes its last row or column again in the place of those that are not
// there, and does not store them. Every number is one thread's sum in the order of s, which neither tiles nor
// lanes change.
#pragma once

#include "attention/rows.hpp"
#include "attention/triangle/multiply_grid.hpp"

namespace attune::attention::triangle::multiply {

inline constexpr Index tile = 4, lanes = on_host ? 64 : 1;

template <class Scalar> struct ContractStreaming {
  Contract<Scalar> work;

  static Index parts(Index length, Index part) { return (length + part - 1) / part; }
  Index items() const {
    return work.out.batches * parts(work.out.rows, tile) * parts(work.out.columns, tile) *
           parts(work.channels, lanes);
  }

  struct Place {
    Index b, x, y, c;
  };

  // On the host the columns y run fastest, past the same rows of `left`; on a device the channels, which
  // neighbouring threads then read side by side.
  KOKKOS_FUNCTION Place place(Index n) const {
    const Index across = (work.out.columns + tile - 1) / tile, deep = (work.channels + lanes - 1) / lanes;
    const Index down = (work.out.rows + tile - 1) / tile, above = n / (across * deep);
    const Index y = on_host ? n % across : n / deep % across, c = on_host ? n / across % deep : n % deep;
    return {above / down, above % down * tile, y * tile, c * lanes};
  }

  KOKKOS_FUNCTION void operator()(Index n) const {
    Place at = place(n);
    const Index end = at.c + lanes < work.channels ? at.c + lanes : work.channels;
    if constexpr (lanes > 1) {
      for (; at.c + lanes <= end; at.c += lanes) accumulate<lanes>(at);
      for (; at.c + 16 <= end; at.c += 16) accumulate<16>(at);
      for (; at.c + 4 <= end; at.c += 4) accumulate<4>(at);
    }
    for (; at.c < end; ++at.c) accumulate<1>(at);
  }

  template <Index width> KOKKOS_FUNCTION void accumulate(const Place& at) const {
    const Scalar *l[tile], *r[tile];
    for (Index t = 0; t < tile; ++t) {
      l[t] = work.left.at(at.b, at.x + t < work.out.rows ? at.x + t : work.out.rows - 1, 0) + at.c;
      r[t] = work.right.at(at.b, at.y + t < work.out.columns ? at.y + t : work.out.columns - 1, 0) + at.c;
    }
    Scalar sum[tile][tile][width] = {};
    for (Index s = 0; s < work.left.columns; ++s) {
      const Index of_left = s * work.left.of_column, of_right = s * work.right.of_column;
      for (Index x = 0; x < tile; ++x)
        for (Index y = 0; y < tile; ++y)
          for (Index c = 0; c < width; ++c)
            sum[x][y][c] = multiply_add(l[x][of_left + c], r[y][of_right + c], sum[x][y][c]);
    }
    for (Index x = 0; x < tile && at.x + x < work.out.rows; ++x)
      for (Index y = 0; y < tile && at.y + y < work.out.columns; ++y) {
        Scalar* const o = work.out.at(at.b, at.x + x, at.y + y) + at.c;
        for (Index c = 0; c < width; ++c) o[c] = sum[x][y][c];
      }
  }
};

template <class Scalar> void contract_streaming(const std::string& label, const Contract<Scalar>& work) {
  const ContractStreaming<Scalar> kernel{work};
  Kokkos::parallel_for(label, Kokkos::RangePolicy<Device, Kokkos::IndexType<Index>>(0, kernel.items()),
                       kernel);
}

}  // namespace attune::attention::triangle::multiply
