// attention/triangle/attention_memory.hpp
//
// What triangle attention in tiles allocates beside workspace_bytes(), in numbers and bytes.
#pragma once

#include "attention/tiles/forward_block.hpp"
#include "attention/tiles/lanes.hpp"
#include "attention/triangle/attention.hpp"

namespace attune::attention::triangle {

// What each query and key of a head have between them, in tiles: for each block of queries (N, P), one block
// after another.
template <class Scalar> Index numbers_of_tiles(const Shape& s) {
  return s.tokens * tiles::rounded_up(s.tokens, simd::width<Scalar>);
}
// Bytes that forward and backward in tiles allocate for a bias.
template <class Scalar> double bytes_of_bias(const Shape& s) {
  return sizeof(Scalar) * static_cast<double>(s.batches * s.heads * numbers_of_tiles<Scalar>(s));
}

// Rows of each batch that are worked off at once, where d_bias is asked for: their d_s take `budget` bytes at
// most.
template <class Scalar> Index rows_at_once(const Shape& s) {
  constexpr double budget = 256.0 * 1024 * 1024;
  constexpr Index most = 16;
  const double row = sizeof(Scalar) * static_cast<double>(s.batches * s.heads * s.tokens) *
                     static_cast<double>(s.tokens + tiles::most_vectors * simd::width<Scalar>);
  const Index fitting = row > 0 ? static_cast<Index>(budget / row) : most;
  const Index rows = fitting < most ? fitting : most;
  return rows < 1 ? 1 : rows < s.rows ? rows : s.rows;
}

// Bytes that backward in tiles allocates for d_bias beside workspace_bytes().
template <class Scalar> double bytes_of_d_s(const Shape& s) {
  return sizeof(Scalar) *
         static_cast<double>(rows_at_once<Scalar>(s) * s.batches * s.heads * numbers_of_tiles<Scalar>(s));
}

}  // namespace attune::attention::triangle
