// tests/training/blocks/pair_problem.hpp
//
// Pair arrays for tests of blocks, and what any block of pairs has to obey. A block is run(pairs) -> out.
#pragma once

#include <catch2/catch_test_macros.hpp>

#include "tests/support/accuracy.hpp"
#include "tests/training/blocks/pair_reference.hpp"
#include "training/initialise.hpp"

namespace attune::test {

using training::blocks::Chunks;
using training::blocks::Pairs;

struct PairShape {
  Index batches, tokens, width;
};
inline std::vector<PairShape> pair_shapes() {
  return {{1, 1, 3}, {2, 5, 6}, {1, 9, 4}, {3, 2, 1}, {0, 3, 4}, {2, 0, 4}};
}

// A tenth of the pairs is missing, and so are all that start from node 1 or end at node 2.
inline View3<std::uint8_t> pair_mask(Index batches, Index tokens) {
  const View3<std::uint8_t> mask("mask", batches, tokens, tokens);
  std::vector<double> present(mask.size());
  for (std::size_t p = 0; p < present.size(); ++p) {
    const auto i = static_cast<Index>(p) / tokens % tokens, j = static_cast<Index>(p) % tokens;
    present[p] = i != 1 && j != 2 && Random{7, 1}.uniform(p) > 0.1 ? 1 : 0;
  }
  assign(mask, present);
  return mask;
}

// The numbers are floats, whatever Scalar is.
template <class Scalar> View4<Scalar> random_pairs(std::uint32_t seed, const PairShape& s) {
  return converted<View4<Scalar>>(
      random_array<View4<float>>(seed, 1.5, s.batches, s.tokens, s.tokens, s.width));
}

template <class Scalar> Pairs<Scalar> pair_problem(const PairShape& s, const Chunks& chunks = {2, 3}) {
  return {random_pairs<Scalar>(1, s), pair_mask(s.batches, s.tokens), chunks};
}

// Entry (i, j) of the new array is source(i, j) of x, a random number of size `other` where x has no such
// pair.
template <class View, class Source>
View rearranged(const View& x, Index tokens, const Source& source, double other) {
  const View result("rearranged", View::rank() == 4
                                      ? Kokkos::LayoutRight(x.extent(0), tokens, tokens, x.extent(3))
                                      : Kokkos::LayoutRight(x.extent(0), tokens, tokens));
  const auto numbers = values(x);
  const auto old = static_cast<Index>(x.extent(1));
  const std::size_t width = x.extent(3);  // 1 of a mask
  std::vector<double> moved;
  for (std::size_t b = 0; b < x.extent(0); ++b)
    for (Index i = 0; i < tokens; ++i)
      for (Index j = 0; j < tokens; ++j)
        for (std::size_t c = 0; c < width; ++c) {
          const auto [from_i, from_j] = source(i, j);
          const bool is_there = from_i < old && from_j < old;
          const auto pair = (static_cast<Index>(b) * old + from_i) * old + from_j;
          moved.push_back(is_there ? numbers[static_cast<std::size_t>(pair) * width + c]
                                   : other * Random{3, 9}.normal(moved.size()));
        }
  assign(result, moved);
  return result;
}

template <class View> View transposed(const View& x) {
  return rearranged(
      x, static_cast<Index>(x.extent(1)), [](Index i, Index j) { return std::pair(j, i); }, 0);
}

// Nodes that are masked off, whatever is written there, change nothing.
template <class Run> void check_padding(const Run& run) {
  const PairShape s{2, 5, 6};
  const auto in = pair_problem<double>(s);
  const auto same = [](Index i, Index j) { return std::pair(i, j); };
  const View4<double> z = converted<View4<double>>(in.z);
  const auto mask = pair_mask(s.batches, s.tokens);
  const Pairs<double> longer{rearranged(z, 8, same, 1e3), rearranged(mask, 8, same, 0), in.chunks};
  CHECK(largest_difference(values(rearranged(run(longer), s.tokens, same, 0)), values(run(in))) < 1e-13);
}

// Nodes in another order give the same pairs in that order.
template <class Run> void check_permutation(const Run& run) {
  const PairShape s{1, 5, 6};
  const auto in = pair_problem<double>(s);
  const auto permuted = [](Index i, Index j) { return std::pair((3 * i + 1) % 5, (3 * j + 1) % 5); };
  const View4<double> z = converted<View4<double>>(in.z);
  const auto mask = pair_mask(s.batches, s.tokens);
  const Pairs<double> moved{rearranged(z, 5, permuted, 0), rearranged(mask, 5, permuted, 0), in.chunks};
  CHECK(largest_difference(values(run(moved)), values(rearranged(run(in), 5, permuted, 0))) < 1e-13);
}

// The same weights in double.
template <class Weights, class From> Weights exactly(Weights zero, const From& weights) {
  training::unflatten(training::flatten(weights), zero);
  return zero;
}

// Bytes as the formula says, and no more than 5000 of bookkeeping.
inline void check_bytes(std::int64_t bytes, double formula) {
  INFO(bytes << " bytes, formula " << formula);
  CHECK(static_cast<double>(bytes) >= formula);
  CHECK(static_cast<double>(bytes) < formula + 5000);
}

}  // namespace attune::test
