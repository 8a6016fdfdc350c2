// attention/tiles/gather.hpp
//
// What a tile of d_score (keys, P) gives back to a bias:
//
//   numbers of pairs   d_number += factor d_score slope          for the pairs that share the number
//   a table            sum += factor d_score d at / d theta      in double
//
// A table is gathered in `numbers()` sums a row, and fold() makes its entries of them once: the entries
// themselves, or, where a bias sees differences on a grid alone, one sum a difference, so that the queries
// side by side in the lanes add to sums side by side.
#pragma once

#include "attention/tiles/source.hpp"

namespace attune::attention::tiles {

// Numbers by (b, h, i, j), with a stride of 0 along a broadcast axis.
template <class Scalar> struct PairNumbers {
  Scalar* data;
  bias::Shape4 strides;
};

// Brings the numbers of a block into the caches while there is something else to do: their rows are too short
// and too far apart for the processor to foresee.
template <class Scalar> void fetch_pairs(const PairNumbers<Scalar>& numbers, const Block& block) {
  constexpr int line = 64 / static_cast<int>(sizeof(Scalar));
  const auto& [batch, head, query, key] = numbers.strides;
  if (query == 0 || key == 0) return;
  const Scalar* const to = numbers.data + block.b * batch + block.h * head + block.i * query + block.j;
  for (int n = 0; n < block.queries; ++n)
    for (int k = 0; k < block.keys; k += line) simd::prefetch(to + n * query + k, true);
}

template <class Scalar>
void add_to_pairs(const PairNumbers<Scalar>& numbers, const Block& block, const Scalar* tile, Scalar factor) {
  const auto& [batch, head, query, key] = numbers.strides;
  Scalar* const to = numbers.data + block.b * batch + block.h * head + block.i * query + block.j * key;
  if (query > 0 && key > 0)
    return add_transposed<Scalar>(tile, block.pitch, block.keys, block.queries, factor, to, query);
  for (int n = 0; n < block.queries; ++n)
    for (int k = 0; k < block.keys; ++k) to[n * query + k * key] += factor * tile[k * block.pitch + n];
}

struct AddToSums {
  double* sums;
  double d_score;
  template <class Scalar> void operator()(Index entry, Scalar derivative) const {
    sums[entry] += d_score * double(derivative);
  }
};

template <class Scalar, class Bias> struct Gather {
  Bias bias;

  Index numbers() const {
    if constexpr (bias::HasTable<Bias>) return bias.entries();
    return 0;
  }
  void add(const Block& block, const Scalar* tile, double factor, double* sums) const {
    if constexpr (bias::HasTable<Bias>)
      for (int n = 0; n < block.queries; ++n)
        for (int k = 0; k < block.keys; ++k) {
          const double d_score = factor * double(tile[k * block.pitch + n]);
          if (d_score != 0) bias.each(block.b, block.h, block.i + n, block.j + k, AddToSums{sums, d_score});
        }
  }
  void fold(Index, const double* sums, double* entries) const {
    for (Index n = 0; n < numbers(); ++n) entries[n] += sums[n];
  }
};

template <class Scalar, class Bias>
requires OfDifferences<Bias>
struct Gather<Scalar, Bias> {
  Bias bias;
  DifferencePlaces places{Differences(bias.difference_grid())};

  Index numbers() const { return places.differences.count + Places<Scalar>::most; }
  void add(const Block& block, const Scalar* tile, double factor, double* sums) const {
    const Places<Scalar> lanes(places, block);
    for (int k = 0; k < block.keys; ++k) {
      double* const to = sums - places.of_key(block.j + k);
      const Scalar* const from = tile + k * block.pitch;
      for (int n = 0; n < block.queries; ++n) to[lanes.of_lane[n]] += factor * double(from[n]);
    }
  }
  void fold(Index row, const double* sums, double* entries) const {
    for (Index n = 0; n < places.differences.count; ++n) {
      if (sums[n] == 0) continue;
      const auto pair = places.differences.pair(n);
      bias.each(0, row, pair.first, pair.second, AddToSums{entries, sums[n]});
    }
  }
};

template <class Scalar, class First, class Second> struct Gather<Scalar, bias::Sum<First, Second>> {
  bias::Sum<First, Second> bias;
  Gather<Scalar, First> first{bias.first};
  Gather<Scalar, Second> second{bias.second};

  Index numbers() const { return first.numbers() + second.numbers(); }
  void add(const Block& block, const Scalar* tile, double factor, double* sums) const {
    first.add(block, tile, factor, sums);
    second.add(block, tile, factor, sums + first.numbers());
  }
  void fold(Index row, const double* sums, double* entries) const {
    first.fold(row, sums, entries);
    second.fold(row, sums + first.numbers(), entries + bias.entries_of_first);
  }
};

}  // namespace attune::attention::tiles
