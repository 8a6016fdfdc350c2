// attention/tensor_cores/scores.hpp
//
// The scores of a warp before and after the product q k^T, as sums in registers: where they begin, what is added
// divided by the scale, and which of them are struck out. Problems differ in how they know this (forward.hpp).
#pragma once

#include "attention/tensor_cores/added.hpp"
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

// The scores of 16 `tall` queries, from number `mine` of the task on, and of tile n, 8 `wide` keys `here`.
template <class Problem, int tall, int wide> struct Scores {
  using Task = typename Problem::Task;
  const Problem& problem;
  const Task& task;
  Scale scale;
  int mine, n, lane;
  Span here;
  int all_keys;

  // s = added / scale
  KOKKOS_FUNCTION void begin(Sums (&s)[tall][wide]) const {
    ATTUNE_UNROLL
    for (int m = 0; m < tall; ++m) {
      if constexpr (adds_sums<Problem>) {
        begin_with_sums(m, s[m]);
      } else {
        ATTUNE_UNROLL
        for (int half = 0; half < 2; ++half) {
          const int r = mine + 16 * m + row_of(lane, 2 * half);
          if constexpr (adds_pieces<Problem>)
            begin_with_pieces(problem.added_pieces(task, r), half, s[m]);
          else
            begin_with_line(problem.added(task, r, scale.tau), half, s[m]);
        }
      }
    }
  }

  // s = -infinity where a pair takes no part.
  KOKKOS_FUNCTION void forbid(const Marks& marks, Sums (&s)[tall][wide]) const {
    ATTUNE_UNROLL
    for (int m = 0; m < tall; ++m) {
      if constexpr (is_marked<Problem>) {
        ATTUNE_UNROLL
        for (int half = 0; half < 2; ++half)
          forbid_unmarked(lane, half, problem.recall(task, mine + 16 * m + row_of(lane, 2 * half), marks),
                          s[m]);
      } else {
        forbid_by_pair(m, s[m]);
      }
    }
  }

  KOKKOS_FUNCTION void begin_with_sums(int m, Sums (&s)[wide]) const {
    const SumsOfLane* const from = problem.added_sums(task, mine + 16 * m, n) + lane;
    ATTUNE_UNROLL
    for (int j = 0; j < wide; ++j) {
      const SumsOfLane sums = from[j * warp_size];
      ATTUNE_UNROLL
      for (int e = 0; e < 4; ++e) s[j].c[e] = sums.c[e];
    }
  }
  KOKKOS_FUNCTION void begin_with_pieces(const AddedPieces& row, int half, Sums (&s)[wide]) const {
    ATTUNE_UNROLL
    for (int j = 0; j < wide; ++j) {
      const float* const from = row.at[j / 2] + j % 2 * 8 + column_of(lane, 0);
      put({from[0], from[1]}, half, s[j]);
    }
  }
  template <class Line>
  KOKKOS_FUNCTION void begin_with_line(const Line& line, int half, Sums (&s)[wide]) const {
    const int first = here.begin + column_of(lane, 0);
    const auto row = line.from(first);
    if (here.end <= all_keys) {
      ATTUNE_UNROLL
      for (int j = 0; j < wide; ++j) put(row.two(8 * j), half, s[j]);
      return;
    }
    ATTUNE_UNROLL
    for (int j = 0; j < wide; ++j) {
      const int left = all_keys - first - 8 * j;
      put({left > 0 ? row.one(8 * j) : 0.0f, left > 1 ? row.one(8 * j + 1) : 0.0f}, half, s[j]);
    }
  }
  KOKKOS_FUNCTION void put(const Two& added, int half, Sums& s) const {
    s.c[2 * half] = added.first * scale.inverse;
    s.c[2 * half + 1] = added.second * scale.inverse;
  }

  KOKKOS_FUNCTION void forbid_by_pair(int m, Sums (&s)[wide]) const {
    ATTUNE_UNROLL
    for (int j = 0; j < wide; ++j) {
      ATTUNE_UNROLL
      for (int e = 0; e < 4; ++e)
        if (!problem.allows(task, mine + 16 * m + row_of(lane, e), here.begin + 8 * j + column_of(lane, e)))
          s[j].c[e] = minus_infinity<float>;
    }
  }
};

}  // namespace attune::attention::tensor_cores
