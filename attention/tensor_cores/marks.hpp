// attention/tensor_cores/marks.hpp
//
// Which of 64 keys a query sees, a bit a key: for problems whose queries do not see a range each. A Problem that
// has a type Marked offers
//
//   mark(block, task, mine, n)        Marks of query mine + lane and tile n, from a whole warp
//   recall(task, r, marks)            those of query r of the same warp, `marks` what mark() gave this lane
//
// One that has a type Notes keeps them in shared memory, one a block, and offers
//
//   task(block, rows, at)             the Task, after a sync; where the keys of tile 0 lie is noted
//   note(block, task, n)              notes where those of tile n lie, while those of tile n - 1 are in use
#pragma once

#include "attention/running_softmax.hpp"
#include "attention/tensor_cores/block.hpp"

namespace attune::attention::tensor_cores {

inline constexpr int tile_keys = 64;

struct alignas(8) Marks {
  Word low = 0, high = 0;  // keys 0 .. 31, 32 .. 63
};
// The first `count` of 64.
KOKKOS_INLINE_FUNCTION Word first_bits(int count) {
  return count <= 0 ? 0 : count >= 32 ? ~Word(0) : (Word(1) << count) - 1;
}

// What a warp sees of a tile: some query some key, every query every key.
struct Sight {
  bool some, all;
  Marks marks;
};

template <class Problem> inline constexpr bool is_marked = requires { typename Problem::Marked; };
template <class Problem> inline constexpr bool is_noted = requires { typename Problem::Notes; };
template <class Problem> constexpr std::size_t note_bytes() {
  if constexpr (is_noted<Problem>) return sizeof(typename Problem::Notes);
  return 0;
}

// s = -infinity where the row of this lane sees no key.
template <int wide>
KOKKOS_FUNCTION void forbid_unmarked(int lane, int half, const Marks& marks, Sums (&s)[wide]) {
  const Word low = marks.low >> column_of(lane, 0), high = marks.high >> column_of(lane, 0);
  ATTUNE_UNROLL
  for (int n = 0; n < wide; ++n) {
    ATTUNE_UNROLL
    for (int e = 0; e < 2; ++e)
      if (((n < 4 ? low : high) >> (8 * (n % 4) + e) & 1u) == 0) s[n].c[2 * half + e] = minus_infinity<float>;
  }
}

template <class Problem> inline constexpr bool is_gated = requires(const Problem& problem) {
  problem.gates();
};

}  // namespace attune::attention::tensor_cores
