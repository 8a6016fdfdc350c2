// attention/tensor_cores/forward.hpp
//
// Attention of a block of 128 queries to the keys, 64 at a time, on matrix units:
//
//   a_ij = q_i . k_j + added_ij / scale          t_ij = (scale / tau) a_ij,   added_ij = bias_ij + tau prior_ij
//   o_i  = gain sum_j exp(t_ij - l_i) v_j        l_i  = log sum_j exp t_ij
//
// Four warps have 32 queries each, so that what a warp reads of k and v serves two products. Scores are never
// stored: what is added to them is where the sums of q . k begin, and the weights of a warp, rounded, are
// the operand of its product with v. k and v of the next keys are on their way meanwhile. The
// running maximum is lazy (softmax.hpp). Numbers are bfloat16, or floats read as tf32.
//
// A Problem says where rows of its Number lie and which pairs take part:
//
//   task(block, rows)            a Task: what a block of so many queries works on
//   seen(block, task, rows)      what the rows of a warp, numbered from 0 in the task, see (spans.hpp)
//   q(task) k(task) v(task) o(task)     functions from numbers of rows to memory, null beyond the last
//   adds, added(task, r, tau)    is anything added; what to the scores of a query (lines.hpp)
//   allows(task, r, j)           asked where not all of a tile is seen
//   scale(task)                  a Scale
//   lse(task, r)                 where it goes, null beyond the last query
//   keys(task) pieces() value_pieces()     how many; a row in pieces of 16 bytes (tile.hpp)
//
// and, where it is made for them,
//
//   Marked                       mark() instead of seen() and allows(): tile by tile (marks.hpp)
//   Notes                        keys that do not follow one another: where they lie is noted tile by tile
//   added_pieces(task, r)        what is added to the tile that was marked last, sixteen keys side by side
//   added_sums(task, r, n)       what is added / scale, laid out as sums of queries r .. r + 15 and tile n
//   gates() gate(task) gate_width()     o_i = sigmoid(gate_i) o_i; is there a gate, its rows
//
// Source   [dao2023] for the order of the loops, [zadouri2026] for the lazy maximum
// Cost     4 D flops a pair on matrix units; besides 6 operations a score, one of them 2^x
// Limits   scale > 0, tau > 0; D and E up to `width`; fewer than 2^30 queries and keys
#pragma once

#include "attention/tensor_cores/products.hpp"
#include "attention/tensor_cores/softmax.hpp"

namespace attune::attention::tensor_cores {

template <int width, class Problem> struct Forward {
  using Number = typename Problem::Number;
  using Task = typename Problem::Task;
  using In = Arithmetic<Number>;
  static constexpr int warps = 4, threads = warps * warp_size;
  static constexpr int tall = 2, rows = 16 * tall,
                       queries = warps * rows;  // operands, queries of a warp; of all
  static constexpr int keys = tile_keys, wide = keys / 8, out = width / 8;
  using QueryTile = Tile<queries, width, Number>;
  using KeyTile = Tile<keys, width, Number>;
  static constexpr int steps = KeyTile::steps, of_step = 2 * KeyTile::piece;
  static constexpr bool keep_q = KeyTile::pieces <= 8;  // in registers
  static constexpr int blocks_an_sm = KeyTile::pieces <= 4 ? 3 : KeyTile::pieces <= 16 ? 2 : 1;

  Problem problem;

  static constexpr std::size_t tile_bytes = QueryTile::bytes + 4 * KeyTile::bytes;
  std::size_t shared_bytes() const { return tile_bytes + note_bytes<Problem>(); }
  Index blocks() const { return problem.blocks(queries); }

  template <class Block> KOKKOS_FUNCTION void operator()(Block& block) const {
    const Task task = task_of(block);
    const Scale scale = problem.scale(task);
    const int mine = warp_of(block) * rows, all_keys = problem.keys(task);
    Seen seen{{0, all_keys}, {0, 0}};
    if constexpr (!is_marked<Problem>) seen = problem.seen(block, task, {mine, mine + rows});
    const Span tiles = tiles_of_block<warps, Problem::has_ranges>(block, seen.some, keys);

    auto* const memory = reinterpret_cast<Number*>(block.shared());
    const QueryTile q{memory};
    const auto k = problem.k(task), v = problem.v(task);
    fetch<threads>(block, q, problem.pieces(), problem.q(task));
    if (tiles.begin < tiles.end) fetch_keys(block, k, memory, tiles.begin);
    block.commit();
    if (tiles.begin < tiles.end) fetch_values(block, v, memory, tiles.begin);
    block.commit();

    RunningRows<tall> softmax(scale, lane_of(block));
    Sums o[tall][out];
    Operand of_q[tall][keep_q ? steps : 1];

    for (int n = tiles.begin; n < tiles.end; ++n) {
      const Span here{n * keys, (n + 1) * keys};
      const int lane = block.hidden(lane_of(block));
      const Lanes<QueryTile> of_queries(lane);
      const Lanes<KeyTile> of_keys(lane);
      const typename In::template ValueLanes<KeyTile> of_values(lane);
      Sight sight;
      if constexpr (is_marked<Problem>)
        sight = look(block, task, mine, n, tiles.end);
      else
        sight = {seen.some.meets(here), seen.all.holds(here) && here.end <= all_keys, {}};
      const Scores<Problem, tall, wide> scores{problem, task, scale, mine, n, lane, here, all_keys};
      Sums s[tall][wide];
      if constexpr (Problem::adds)
        if (sight.some) scores.begin(s);
      block.template wait<1>();
      block.sync();
      if (keep_q && n == tiles.begin) load_queries(block, of_queries, q, mine, of_q);
      if (n + 1 < tiles.end) fetch_keys(block, k, memory, n + 1);
      block.commit();
      if (sight.some) {
        multiply_keys(block, of_queries, of_keys, q, mine, of_q, key_tile(memory, n), s);
        if (!sight.all) scores.forbid(sight.marks, s);
        softmax.weigh(block, scale, s, o);
      }
      block.template wait<1>();
      block.sync();
      if (n + 1 < tiles.end) fetch_values(block, v, memory, n + 1);
      block.commit();
      if (sight.some) multiply_values(block, of_values, s, value_tile(memory, n), o);
    }
    block.template wait<0>();
    block.sync();
    finish(block, task, scale, mine, softmax, o, q);
  }

  template <class Block> KOKKOS_FUNCTION Task task_of(Block& block) const {
    if constexpr (is_noted<Problem>)
      return problem.task(block, queries, block.shared() + tile_bytes);
    else
      return problem.task(block.index(), queries);
  }

  // What a warp sees of tile n. The next one is noted meanwhile: it is asked for after the next sync.
  template <class Block>
  KOKKOS_FUNCTION Sight look(Block& block, const Task& task, int mine, int n, int end) const {
    if constexpr (is_noted<Problem>)
      if (n + 1 < end) problem.note(block, task, n + 1);
    const Marks marks = problem.mark(block, task, mine, n);
    return {block.any((marks.low | marks.high) != 0), !block.any((marks.low & marks.high) != ~Word(0)),
            marks};
  }

  KOKKOS_FUNCTION static KeyTile key_tile(Number* memory, int n) {
    return {memory + (queries + n % 2 * keys) * width};
  }
  KOKKOS_FUNCTION static KeyTile value_tile(Number* memory, int n) {
    return {memory + (queries + (2 + n % 2) * keys) * width};
  }
  template <class Block, class RowAt>
  KOKKOS_FUNCTION void fetch_keys(Block& block, const RowAt& k, Number* memory, int n) const {
    fetch<threads>(block, key_tile(memory, n), problem.pieces(), From<RowAt>{k, n * keys});
  }
  template <class Block, class RowAt>
  KOKKOS_FUNCTION void fetch_values(Block& block, const RowAt& v, Number* memory, int n) const {
    fetch<threads>(block, value_tile(memory, n), problem.value_pieces(), From<RowAt>{v, n * keys});
  }

  template <class Block>
  KOKKOS_FUNCTION void load_queries(Block& block, const Lanes<QueryTile>& of_queries, const QueryTile& q,
                                    int mine, Operand (&of_q)[tall][keep_q ? steps : 1]) const {
    ATTUNE_UNROLL
    for (int m = 0; m < tall; ++m) {
      ATTUNE_UNROLL
      for (int d = 0; d < (keep_q ? steps : 1); ++d)
        of_q[m][d] = In::rows(block, q, of_queries, mine + 16 * m, of_step * d);
    }
  }

  // s += q k^T
  template <class Block>
  KOKKOS_FUNCTION void multiply_keys(Block& block, const Lanes<QueryTile>& of_queries,
                                     const Lanes<KeyTile>& of_keys, const QueryTile& q, int mine,
                                     const Operand (&of_q)[tall][keep_q ? steps : 1], const KeyTile& k,
                                     Sums (&s)[tall][wide]) const {
    ATTUNE_UNROLL
    for (int d = 0; d < steps; ++d) {
      Operand a[tall];
      ATTUNE_UNROLL
      for (int m = 0; m < tall; ++m)
        a[m] = keep_q ? of_q[m][d] : In::rows(block, q, of_queries, mine + 16 * m, of_step * d);
      ATTUNE_UNROLL
      for (int n = 0; n < wide; n += 2) {
        const Operand b = In::columns(block, k, of_keys, 8 * n, of_step * d);
        ATTUNE_UNROLL
        for (int m = 0; m < tall; ++m) In::multiply(block, s[m][n], s[m][n + 1], a[m], b);
      }
    }
  }

  // o += p v
  template <class Block, class ValueLanes>
  KOKKOS_FUNCTION void multiply_values(Block& block, const ValueLanes& of_values, const Sums (&p)[tall][wide],
                                       const KeyTile& v, Sums (&o)[tall][out]) const {
    ATTUNE_UNROLL
    for (int j = 0; j < keys / In::keys; ++j) {
      Operand a[tall];
      ATTUNE_UNROLL
      for (int m = 0; m < tall; ++m) a[m] = In::weights(block, p[m], j);
      ATTUNE_UNROLL
      for (int n = 0; n < out; n += 2) {
        const Operand b = In::values(block, v, of_values, j, 8 * n);
        ATTUNE_UNROLL
        for (int m = 0; m < tall; ++m) In::multiply(block, o[m][n], o[m][n + 1], a[m], b);
      }
    }
  }

  // Through the queries of the warp in shared memory, which nobody reads any more, so that rows are written
  // in pieces.
  template <class Block>
  KOKKOS_FUNCTION void finish(Block& block, const Task& task, const Scale& scale, int mine,
                              const RunningRows<tall>& softmax, const Sums (&o)[tall][out],
                              const QueryTile& tile) const {
    const int lane = lane_of(block);
    ATTUNE_UNROLL
    for (int m = 0; m < tall; ++m) {
      ATTUNE_UNROLL
      for (int half = 0; half < 2; ++half) {
        const int r = mine + 16 * m + row_of(lane, 2 * half);
        const float sum = block.add_over_quad(softmax.sum[m][half]);
        const float factor = sum == 0 ? 0.0f : scale.gain / sum;
        float* const lse = problem.lse(task, r);
        if (lane % 4 == 0 && lse != nullptr) *lse = softmax.log_sum_exp(m, half, sum, scale);
        ATTUNE_UNROLL
        for (int n = 0; n < out; ++n) {
          const int e = 8 * n + column_of(lane, 0);
          Two two{o[m][n].c[2 * half] * factor, o[m][n].c[2 * half + 1] * factor};
          if constexpr (is_gated<Problem>) two = gated(block, task, r, e, two);
          In::put(block, tile.at(r, e / KeyTile::piece) + e % KeyTile::piece, two.first, two.second);
        }
      }
    }
    block.sync_warp();
    store<rows>(block, tile, mine, problem.value_pieces(), problem.o(task));
  }

  // Numbers e and e + 1 of a row of o.
  template <class Block>
  KOKKOS_FUNCTION Two gated(Block& block, const Task& task, int r, int e, const Two& o) const {
    if (!problem.gates()) return o;
    const auto* const gate = problem.gate(task)(r);
    const auto opened = [&](int at, float x) {
      return gate == nullptr || at >= problem.gate_width()
                 ? x
                 : x / (1 + block.exp2(-log2_e<float> * static_cast<float>(gate[at])));
    };
    return {opened(e, o.first), opened(e + 1, o.second)};
  }
};

}  // namespace attune::attention::tensor_cores
