// attention/tiles/source.hpp
//
// Biases by the block. source_of(bias) is made once a call; fill(source, block, tile, spare) writes
//
//   tile(j, i) = bias.at(b, h, i, j)
//
// and zeros in the lanes beyond the queries. Any bias is its own source, asked pair by pair. Faster ones:
//
//   Tensor      rows of keys turned into lanes of queries, registers at a time
//   bias of a difference on a grid (has difference_grid())       difference_table.hpp
//   Bucket      bytes of pairs turned likewise, then looked up       bucket_tile.hpp
//   Sum         one after the other
#pragma once

#include "attention/bias/sum.hpp"
#include "attention/bias/tensor.hpp"
#include "attention/tiles/block.hpp"
#include "attention/tiles/bucket_tile.hpp"
#include "attention/tiles/difference_table.hpp"
#include "attention/tiles/lanes.hpp"

namespace attune::attention::tiles {

template <class Bias> KOKKOS_FUNCTION bool adds_nothing(const Bias&) { return false; }
template <class Scalar> KOKKOS_FUNCTION bool adds_nothing(const bias::None<Scalar>&) { return true; }
template <class Scalar> KOKKOS_FUNCTION bool adds_nothing(const bias::Tensor<Scalar>& bias) {
  return !bias.present();
}

template <class Scalar> void clear_unused_lanes(const Block& block, Scalar* tile) {
  for (int k = 0; k < block.keys; ++k)
    for (int n = block.queries; n < block.pitch; ++n) tile[k * block.pitch + n] = 0;
}

template <class Scalar, class Bias> void fill(const Bias& bias, const Block& block, Scalar* tile, Scalar*) {
  for (int n = 0; n < block.queries; ++n)
    for (int k = 0; k < block.keys; ++k)
      tile[k * block.pitch + n] = bias.at(block.b, block.h, block.i + n, block.j + k);
  clear_unused_lanes(block, tile);
}

template <class Scalar> void fill(const bias::None<Scalar>&, const Block& block, Scalar* tile, Scalar*) {
  for (int n = 0; n < block.keys * block.pitch; ++n) tile[n] = 0;
}

template <class Scalar>
void fill(const bias::Tensor<Scalar>& bias, const Block& block, Scalar* tile, Scalar*) {
  if (!bias.present()) return fill(bias::None<Scalar>{}, block, tile, tile);
  const auto& [batch, head, query, key] = bias.strides;
  const Scalar* const from =
      bias.values.data() + block.b * batch + block.h * head + block.i * query + block.j * key;
  if (query > 0 && key > 0) {
    transpose<Scalar>(from, query, block.queries, block.keys, tile, block.pitch);
    // Those of the next keys: their rows are too short for the processor to foresee.
    for (int n = 0; n < block.queries; ++n)
      for (int k = 0; k < block.keys; k += 64 / static_cast<int>(sizeof(Scalar)))
        simd::prefetch(from + n * query + block.keys + k);
  } else
    for (int k = 0; k < block.keys; ++k)
      for (int n = 0; n < block.queries; ++n) tile[k * block.pitch + n] = from[n * query + k * key];
  clear_unused_lanes(block, tile);
}

template <class Scalar, class First, class Second> struct SumSource {
  First first;
  Second second;
};
// tile += what the source adds.
template <class Scalar, class Source>
void fill_more(const Source& source, const Block& block, Scalar* tile, Scalar* spare) {
  if (adds_nothing(source)) return;
  fill(source, block, spare, spare);
  for (int n = 0; n < block.keys * block.pitch; ++n) tile[n] += spare[n];
}
template <class Scalar, class First, class Second>
void fill_more(const SumSource<Scalar, First, Second>& sum, const Block& block, Scalar* tile, Scalar* spare) {
  fill_more(sum.first, block, tile, spare);
  fill_more(sum.second, block, tile, spare);
}
template <class Scalar, class First, class Second>
void fill(const SumSource<Scalar, First, Second>& sum, const Block& block, Scalar* tile, Scalar* spare) {
  fill(sum.first, block, tile, spare);
  fill_more(sum.second, block, tile, spare);
}

template <class Scalar, class Bias> auto source_of(const Bias& bias) {
  if constexpr (OfDifferences<Bias>)
    return DifferenceTable<Scalar>(bias);
  else
    return bias;
}
template <class Scalar, class First, class Second> auto source_of(const bias::Sum<First, Second>& sum) {
  return SumSource<Scalar, decltype(source_of<Scalar>(sum.first)), decltype(source_of<Scalar>(sum.second))>{
      source_of<Scalar>(sum.first), source_of<Scalar>(sum.second)};
}

}  // namespace attune::attention::tiles
