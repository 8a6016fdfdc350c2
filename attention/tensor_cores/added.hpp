// attention/tensor_cores/added.hpp
//
// What a Problem adds to the scores, beside lines of keys (lines.hpp): pointers to sixteen keys after the other,
// or numbers that are laid out as sums are, already divided by the scale.
#pragma once

#include "attention/tensor_cores/marks.hpp"

namespace attune::attention::tensor_cores {

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

}  // namespace attune::attention::tensor_cores
