// attention/tensor_cores/added.hpp
//
// Where the sums of q . k begin: at what is added to the scores, divided by the scale. s (16 m x 8 n) are those of
// a warp whose first query is `mine`. A Problem has it query by query, as a line of keys (lines.hpp); or has
// pointers to sixteen keys after the other; or has laid it out as sums are.
#pragma once

#include "attention/tensor_cores/lines.hpp"
#include "attention/tensor_cores/marks.hpp"
#include "attention/tensor_cores/spans.hpp"

namespace attune::attention::tensor_cores {

// The numbers of a head.
struct Scale {
  float exponent;  // (scale / tau) log2 e: 2^(exponent a_ij) = exp t_ij
  float tau, inverse;  // tau, 1 / scale
  float gain, sink;
};

// What is added to scores, as a thread's sums of 16 x 8 of them.
struct alignas(16) SumsOfLane {
  float c[4];
};
// What is added to the scores of one query and sixteen keys after the other of a tile.
struct AddedPieces {
  static constexpr int size = 16;
  const float* at[tile_keys / size];
};
template <class Problem>
inline constexpr bool adds_pieces = requires(const Problem& problem, const typename Problem::Task& task) {
  problem.added_pieces(task, 0);
};
template <class Problem>
inline constexpr bool adds_sums = requires(const Problem& problem, const typename Problem::Task& task) {
  problem.added_sums(task, 0, 0);
};
// Queries from `mine` on and the keys of a tile, of all of them.
struct Pairs {
  int mine;
  Span here;
  int all_keys;
};

KOKKOS_INLINE_FUNCTION void begin_at(const Two& added, float inverse, float* sums) {
  sums[0] = added.first * inverse;
  sums[1] = added.second * inverse;
}

template <class Block, class Problem, class Task, int tall, int wide>
KOKKOS_FUNCTION void begin_with_lines(Block& block, const Problem& problem, const Task& task,
                                      const Scale& scale, const Pairs& pairs, Sums (&s)[tall][wide]) {
  const int lane = lane_of(block), first = pairs.here.begin + column_of(lane, 0);
  ATTUNE_UNROLL
  for (int m = 0; m < tall; ++m) ATTUNE_UNROLL
  for (int half = 0; half < 2; ++half) {
    const int r = pairs.mine + 16 * m + row_of(lane, 2 * half);
    const auto row = problem.added(task, r, scale.tau).from(first);
    if (pairs.here.end <= pairs.all_keys) {
      ATTUNE_UNROLL
      for (int n = 0; n < wide; ++n) begin_at(row.two(8 * n), scale.inverse, &s[m][n].c[2 * half]);
    } else {
      ATTUNE_UNROLL
      for (int n = 0; n < wide; ++n) {
        const int left = pairs.all_keys - first - 8 * n;
        const Two two{left > 0 ? row.one(8 * n) : 0.0f, left > 1 ? row.one(8 * n + 1) : 0.0f};
        begin_at(two, scale.inverse, &s[m][n].c[2 * half]);
      }
    }
  }
}

template <class Block, class Problem, class Task, int tall, int wide>
KOKKOS_FUNCTION void begin_with_pieces(Block& block, const Problem& problem, const Task& task,
                                       const Scale& scale, int mine, Sums (&s)[tall][wide]) {
  const int lane = lane_of(block);
  ATTUNE_UNROLL
  for (int m = 0; m < tall; ++m) ATTUNE_UNROLL
  for (int half = 0; half < 2; ++half) {
    const AddedPieces row = problem.added_pieces(task, mine + 16 * m + row_of(lane, 2 * half));
    ATTUNE_UNROLL
    for (int n = 0; n < wide; ++n) {
      const float* const from = row.at[n / 2] + n % 2 * 8 + column_of(lane, 0);
      begin_at({from[0], from[1]}, scale.inverse, &s[m][n].c[2 * half]);
    }
  }
}

template <class Block, class Problem, class Task, int tall, int wide>
KOKKOS_FUNCTION void begin_with_sums(Block& block, const Problem& problem, const Task& task, int mine,
                                     int tile, Sums (&s)[tall][wide]) {
  ATTUNE_UNROLL
  for (int m = 0; m < tall; ++m) {
    const SumsOfLane* const from = problem.added_sums(task, mine + 16 * m, tile) + lane_of(block);
    ATTUNE_UNROLL
    for (int n = 0; n < wide; ++n) {
      const SumsOfLane sums = from[n * warp_size];
      ATTUNE_UNROLL
      for (int e = 0; e < 4; ++e) s[m][n].c[e] = sums.c[e];
    }
  }
}

}  // namespace attune::attention::tensor_cores
