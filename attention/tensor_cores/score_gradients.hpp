// attention/tensor_cores/score_gradients.hpp
//
// What the kernels of backward hand each other: d_s_ij = d_t_ij / tau of a run of heads and a range of keys, in
// bfloat16, a row for each key, so that those of a tile of keys are written as they are computed. Only tiles of
// queries that a block of keys has seen are written; `seen` says which.
//
// Memory   2 bytes a pair of a slab, what is computed at once (slab_of); it depends on shapes alone
#pragma once

#include "attention/tensor_cores/spans.hpp"

namespace attune::attention::tensor_cores {

inline constexpr int keys_of_a_block = 128, queries_of_a_step = 64;
KOKKOS_INLINE_FUNCTION Index rounded_up(Index n, Index to) { return (n + to - 1) / to * to; }

// d_s of queries that follow one another, by keys.
template <class Number> struct PairRows {
  Number* begin;
  Index stride;
  KOKKOS_FUNCTION Number* operator()(int key) const { return begin + key * stride; }
};

struct ScoreGradients {
  Bfloat16* data;  // (heads, keys in whole blocks, queries in whole steps)
  Span* spans;  // (groups, blocks of keys): the queries that are written
  Index first_head, heads, heads_of_a_group;
  int first_key, keys;
  Index queries;  // in whole steps

  KOKKOS_FUNCTION int blocks_of_keys() const { return (keys + keys_of_a_block - 1) / keys_of_a_block; }
  // `head`, `group` and `key` are numbered from the first of the slab.
  KOKKOS_FUNCTION Bfloat16* row(Index head, int key) const {
    return data + (head * blocks_of_keys() * keys_of_a_block + key) * queries;
  }
  KOKKOS_FUNCTION PairRows<Bfloat16> rows(Index head, int key, int query) const {
    return {row(head, key) + query, queries};
  }
  KOKKOS_FUNCTION Span& seen(Index group, int key) const {
    return spans[group * blocks_of_keys() + key / keys_of_a_block];
  }
  KOKKOS_FUNCTION Index first_group() const { return first_head / heads_of_a_group; }
  KOKKOS_FUNCTION Index groups() const { return heads / heads_of_a_group; }
};

// How many groups of heads and how many keys are computed at once, that their d_s take no more than `budget`
// bytes: several groups, or one, or a range of the keys of one; at least a block of keys.
struct Slab {
  Index groups;
  int keys;
};
inline Slab slab_of(Index groups, Index heads_of_a_group, Index queries, Index keys, Index budget) {
  const Index row = rounded_up(queries, queries_of_a_step) * heads_of_a_group * Index(sizeof(Bfloat16)),
              rows = budget / (row > 0 ? row : 1), all = rounded_up(keys, keys_of_a_block);
  if (all <= rows) return {all > 0 && rows / all < groups ? rows / all : groups, static_cast<int>(all)};
  const Index whole = rows / keys_of_a_block * keys_of_a_block;
  return {1, static_cast<int>(whole > 0 ? whole : keys_of_a_block)};
}

// What the pairs of a query share: p_ij = 2^(exponent a_ij - lse), d_s_ij = p_ij (gain / tau d_o_i . v_j - delta).
struct QueryNumbers {
  float lse, delta;  // l_i log2 e, +infinity where the row has no key; delta_i / tau
};

}  // namespace attune::attention::tensor_cores
