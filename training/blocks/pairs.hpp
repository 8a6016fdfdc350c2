// training/blocks/pairs.hpp
//
// What the blocks of a pair stack read, and the chunks in which they work it off.
//
// A pair array (B, N, N, c) is, in the same memory, a row of c numbers a pair: the activations of a layer.
#pragma once

#include <algorithm>

#include "training/layers/arrays.hpp"

namespace attune::training::blocks {

// How much is held at once: rows of pairs, and channels of the sides of triangles.
struct Chunks {
  Index rows = 64, channels = 32;
};

template <class Scalar> struct Pairs {
  View4<const Scalar> z;  // (B, N, N, c_z)
  View3<const std::uint8_t> mask = {};  // (B, N, N), 0 where there is no pair; empty: all are there
  Chunks chunks = {};

  Index batches() const { return static_cast<Index>(z.extent(0)); }
  Index tokens() const { return static_cast<Index>(z.extent(1)); }
  Index width() const { return static_cast<Index>(z.extent(3)); }
};

// Some consecutive rows, or channels.
struct Range {
  Index first, count;
};

template <class Visit> void each_chunk(Index all, Index chunk, const Visit& visit) {
  for (Index first = 0; first < all; first += chunk) visit(Range{first, std::min(chunk, all - first)});
}

// The pairs of some rows i of batch b, where they lie: (count N, c).
template <class Scalar> View2<Scalar> entries(const View4<Scalar>& z, Index b, const Range& rows) {
  const auto tokens = static_cast<Index>(z.extent(2)), width = static_cast<Index>(z.extent(3));
  const Index row = b * static_cast<Index>(z.extent(1)) + rows.first;
  return View2<Scalar>(z.data() + row * tokens * width, rows.count * tokens, width);
}

// All pairs: (B N N, c).
template <class Scalar> View2<Scalar> entries(const View4<Scalar>& z) {
  return View2<Scalar>(z.data(), z.extent(0) * z.extent(1) * z.extent(2), z.extent(3));
}

template <class Scalar> void require_pairs(const Pairs<Scalar>& in, const View2<Scalar>& read_by) {
  require(in.z.extent(1) == in.z.extent(2), "z (B, N, N, c_z)");
  require(in.z.extent(3) == read_by.extent(0), "z has the width of the weights");
  require(in.mask.size() == 0 || (in.mask.extent(0) == in.z.extent(0) &&
                                  in.mask.extent(1) == in.z.extent(1) && in.mask.extent(2) == in.z.extent(2)),
          "mask (B, N, N)");
  require(in.z.span_is_contiguous() && in.mask.span_is_contiguous(), "pairs lie in memory without gaps");
  require(in.chunks.rows > 0 && in.chunks.channels > 0, "a chunk holds something");
}

}  // namespace attune::training::blocks
