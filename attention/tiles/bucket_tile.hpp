// attention/tiles/bucket_tile.hpp
//
// The tile of a bias by buckets: the bytes of 8 queries and 8 keys are turned in three rounds of
// interleaving, and those of a register of queries looked up together where the table fits into four
// registers.
//
// Cost     about 3 instructions a register of scores for the turning, 2 a register of the table for the
//          lookup; one load a score for longer tables
#pragma once

#include "attention/tiles/block.hpp"

namespace attune::attention::bias {
template <class Scalar> struct Bucket;
}

namespace attune::attention::tiles {

// to[k * pitch + n] = from[n * from_pitch + k] for queries n < queries and keys k < keys, bytes.
inline void turn_bytes(const std::uint8_t* from, Index from_pitch, Index queries, Index keys,
                       std::uint8_t* to, Index pitch) {
  const Index whole_queries = queries - queries % 8, whole_keys = keys - keys % 8;
  for (Index n = 0; n < whole_queries; n += 8)
    for (Index k = 0; k < whole_keys; k += 8)
      simd::transpose_bytes(from + n * from_pitch + k, from_pitch, to + k * pitch + n, pitch);
  for (Index n = 0; n < queries; ++n)
    for (Index k = n < whole_queries ? whole_keys : 0; k < keys; ++k)
      to[k * pitch + n] = from[n * from_pitch + k];
}

// A table of few entries in `count` registers.
template <int count> struct RegisterTable {
  simd::Vector<float> part[count];

  RegisterTable(const float* table, Index entries) {
    float padded[count * simd::width<float>] = {};
    for (Index n = 0; n < entries; ++n) padded[n] = table[n];
    for (int r = 0; r < count; ++r) part[r] = simd::load(padded + r * simd::width<float>);
  }
  void write(const std::uint8_t* index, Index numbers, float* to) const {
    for (Index n = 0; n < numbers; n += simd::width<float>)
      simd::store(to + n, simd::look_up(part, index + n));
  }
};

template <class Scalar>
void fill(const bias::Bucket<Scalar>& bias, const Block& block, Scalar* tile, Scalar*) {
  constexpr int most = 64 * 64, W = simd::width<float>;  // keys by lanes of a block
  std::uint8_t index[most + 64];
  const auto entries = static_cast<Index>(bias.theta.extent(1));
  const Index row = static_cast<Index>(bias.index.extent(2)), numbers = block.keys * block.pitch;
  const std::uint8_t* const from = &bias.index(bias.index.extent(0) == 1 ? 0 : block.b, block.i, block.j);
  turn_bytes(from, row, block.queries, block.keys, index, block.pitch);
  for (int n = 0; n < block.queries; ++n)
    simd::prefetch(from + n * row + block.keys);  // those of the next keys
  for (int k = 0; k < block.keys; ++k)
    for (int n = block.queries; n < block.pitch; ++n) index[k * block.pitch + n] = 0;
  const Scalar* const table = &bias.theta(bias.theta.extent(0) == 1 ? 0 : block.h, 0);
  if constexpr (std::is_same_v<Scalar, float>) {
    if (entries <= W) return RegisterTable<1>(table, entries).write(index, numbers, tile);
    if (entries <= 2 * W) return RegisterTable<2>(table, entries).write(index, numbers, tile);
    if (entries <= 4 * W) return RegisterTable<4>(table, entries).write(index, numbers, tile);
  }
  for (Index n = 0; n < numbers; ++n) tile[n] = table[index[n]];
}

}  // namespace attune::attention::tiles
