// attention/tensor_cores/backward_rows.hpp
//
// Gradients of a block of queries from d_s of score_gradients.hpp, on matrix units:
//
//   d_q_i = scale sum_j d_s_ij k_j
//
// It reads what backward_columns.hpp has written and so follows memory more than the units: copies of the next
// keys are always under way, and tiles that nobody has written are passed over. Where the keys come in ranges,
// sums go on from those of the ranges before, which are kept in float.
//
// A Problem says, besides pieces() of forward.hpp:
//
//   task(block, rows)            what a block of so many queries works on
//   keys(task)                   of the range; the next tiles of keys are zeros
//   written(task, key)           which queries d_s is written for, numbered from 0 in the task
//   d_s(task)                    function from key to the numbers of the queries of the task
//   k(task) d_q(task)            functions from numbers of rows to memory
//   sums(block, numbers)         so many floats of a block, or null where all keys are in one range
//   begins() ends()              is this the first, the last range
//
// Cost     2 D flops a pair, 2 bytes read
#pragma once

#include "attention/tensor_cores/products.hpp"
#include "attention/tensor_cores/score_gradients.hpp"

namespace attune::attention::tensor_cores {

template <int width, class Problem> struct BackwardRows {
  // Keys are read once for each block: the wider they are the more queries share them.
  static constexpr int warps = width <= 64 ? 4 : 8, threads = warps * warp_size,
                       blocks_an_sm = width <= 64 ? 3 : 1;
  static constexpr int tall = 2, rows = 16 * tall, queries = warps * rows, keys = 64, stages = 3;
  static_assert(keys_of_a_block % keys == 0);
  using PairTile = Tile<keys, queries>;
  using KeyTile = Tile<keys, width>;
  using QueryTile = Tile<queries, width>;
  using Task = typename Problem::Task;
  using Accumulators = Sums[tall][width / 8];

  Problem problem;

  static constexpr std::size_t stage_bytes = PairTile::bytes + KeyTile::bytes;
  static_assert(QueryTile::bytes <= stages * stage_bytes);
  std::size_t shared_bytes() const { return stages * stage_bytes; }
  Index blocks() const { return problem.blocks(queries); }
  static constexpr Index sums_of_a_block = Index(queries) * width;

  KOKKOS_FUNCTION static PairTile pair_tile(char* shared, int n) {
    return {reinterpret_cast<Bfloat16*>(shared + n % stages * stage_bytes)};
  }
  KOKKOS_FUNCTION static KeyTile key_tile(char* shared, int n) {
    return {reinterpret_cast<Bfloat16*>(shared + n % stages * stage_bytes + PairTile::bytes)};
  }

  template <class Block> KOKKOS_FUNCTION void operator()(Block& block) const {
    const Task task = problem.task(block.index(), queries);
    const int mine = warp_of(block) * rows, end = problem.keys(task);
    float* const kept = problem.sums(block.index(), sums_of_a_block);

    int fetched = 0, next = written_from(task, 0, end);
    for (int n = 0; n < stages - 1; ++n) fetch_next(block, task, end, fetched, next);

    Accumulators d_q;
    if (!problem.begins()) exchange(block, kept, d_q, [](float& sum, float& stored) { sum = stored; });
    for (int used = 0; used < fetched; ++used) {
      block.template wait<stages - 2>();
      block.sync();
      fetch_next(block, task, end, fetched, next);
      multiply(block, pair_tile(block.shared(), used), key_tile(block.shared(), used), mine, d_q);
    }
    if (!problem.ends()) return exchange(block, kept, d_q, [](float& sum, float& stored) { stored = sum; });
    block.template wait<0>();
    block.sync();
    const QueryTile tile{reinterpret_cast<Bfloat16*>(block.shared())};
    store_sums(block, tile, mine, d_q, problem.factor(), problem.pieces(), problem.d_q(task));
  }

  // The first tile of keys from `key` on of which something is written for the task.
  KOKKOS_FUNCTION int written_from(const Task& task, int key, int end) const {
    while (key < end && !problem.written(task, key).meets({0, queries})) key += keys;
    return key;
  }

  template <class Block>
  KOKKOS_FUNCTION void fetch_next(Block& block, const Task& task, int end, int& fetched, int& next) const {
    if (next < end) {
      const auto k = problem.k(task);
      fetch<threads>(block, key_tile(block.shared(), fetched), problem.pieces(), From<decltype(k)>{k, next});
      const auto d_s = problem.d_s(task);
      const Span written = problem.written(task, next);
      // A thread's pieces lie below one another: of the same queries.
      constexpr int together = threads / PairTile::pieces;
      static_assert(together % 8 == 0);
      const auto thread = static_cast<unsigned>(block.thread());
      const int r = static_cast<int>(thread / PairTile::pieces),
                query = static_cast<int>(thread % PairTile::pieces) * piece;
      const int bytes = query >= written.begin && query < written.end ? 16 : 0;
      Bfloat16* const to = pair_tile(block.shared(), fetched).at(r, query / piece);
      ATTUNE_UNROLL
      for (int n = 0; n < keys; n += together)
        block.copy(to + n * PairTile::width, d_s(next + n + r) + query, bytes);
      ++fetched;
      next = written_from(task, next + keys, end);
    }
    block.commit();
  }

  // d_q += d_s k
  template <class Block>
  KOKKOS_FUNCTION void multiply(Block& block, const PairTile& d_s, const KeyTile& k, int mine,
                                Accumulators& d_q) const {
    const int lane = block.hidden(lane_of(block));
    const Lanes<PairTile> of_pairs(lane);
    const Lanes<KeyTile> of_keys(lane);
    ATTUNE_UNROLL
    for (int j = 0; j < keys; j += 16) {
      Operand a[tall];
      ATTUNE_UNROLL
      for (int m = 0; m < tall; ++m) a[m] = load_a_transposed(block, d_s, of_pairs, j, mine + 16 * m);
      ATTUNE_UNROLL
      for (int n = 0; n < width / 8; n += 2) {
        const Operand b = load_b_transposed(block, k, of_keys, j, 8 * n);
        ATTUNE_UNROLL
        for (int m = 0; m < tall; ++m) multiply_add(block, d_q[m][n], d_q[m][n + 1], a[m], b);
      }
    }
  }

  // Each thread finds its sums again where it left them.
  template <class Block, class Move>
  KOKKOS_FUNCTION void exchange(Block& block, float* kept, Accumulators& d_q, const Move& move) const {
    ATTUNE_UNROLL
    for (int m = 0; m < tall; ++m) {
      ATTUNE_UNROLL
      for (int n = 0; n < width / 8; ++n) {
        ATTUNE_UNROLL
        for (int e = 0; e < 4; ++e)
          move(d_q[m][n].c[e], kept[((m * (width / 8) + n) * 4 + e) * threads + block.thread()]);
      }
    }
  }
};

}  // namespace attune::attention::tensor_cores
