// attention/tensor_cores/forward.hpp
//
// Attention of a block of 128 queries to the keys, 64 at a time, on matrix units:
//
//   a_ij = q_i . k_j + added_ij / scale          t_ij = (scale / tau) a_ij,   added_ij = bias_ij + tau prior_ij
//   o_i  = gain sum_j exp(t_ij - l_i) v_j        l_i  = log sum_j exp t_ij
//
// Four warps have 32 queries each, so that what a warp reads of k and v serves two products. Scores are never
// stored: what is added to them is where the sums of q . k begin, and the weights of a warp, rounded to
// bfloat16, are the operand of its product with v. k and v of the next keys are on their way meanwhile. The
// running maximum m_i follows a score only when it has grown by 2^8, and o_i is rescaled then alone.
//
// A Problem says where rows lie and which pairs take part:
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

#include "attention/running_softmax.hpp"
#include "attention/tensor_cores/added.hpp"
#include "attention/tensor_cores/marks.hpp"
#include "attention/tensor_cores/products.hpp"
#include "attention/tensor_cores/spans.hpp"

namespace attune::attention::tensor_cores {

template <int width, class Problem> struct Forward {
  static constexpr int warps = 4, threads = warps * warp_size, blocks_an_sm = width > 32 ? 2 : 3;
  static constexpr int tall = 2, rows = 16 * tall,
                       queries = warps * rows;  // 16 x 16 operands a warp; its queries
  static constexpr int keys = tile_keys, wide = keys / 8, steps = width / 16;
  static constexpr bool keep_q = width <= 64;  // in registers
  static constexpr float growth = 8;  // of an exponent of 2
  using QueryTile = Tile<queries, width>;
  using KeyTile = Tile<keys, width>;
  using Task = typename Problem::Task;

  Problem problem;

  static constexpr std::size_t tile_bytes = QueryTile::bytes + 4 * KeyTile::bytes;
  std::size_t shared_bytes() const { return tile_bytes + note_bytes<Problem>(); }
  Index blocks() const { return problem.blocks(queries); }

  // What a thread holds of a row of its warp's queries, for its two rows of each operand.
  struct Rows {
    float most[tall][2], sum[tall][2];
  };

  template <class Block> KOKKOS_FUNCTION void operator()(Block& block) const {
    const Task task = task_of(block);
    const Scale scale = problem.scale(task);
    const int mine = warp_of(block) * rows, all_keys = problem.keys(task);
    Seen seen{{0, all_keys}, {0, 0}};
    if constexpr (!is_marked<Problem>) seen = problem.seen(block, task, {mine, mine + rows});
    const Span tiles = tiles_of_block<warps, Problem::has_ranges>(block, seen.some, keys);

    auto* const memory = reinterpret_cast<Bfloat16*>(block.shared());
    const QueryTile q{memory};
    const auto k = problem.k(task), v = problem.v(task);
    fetch<threads>(block, q, problem.pieces(), problem.q(task));
    if (tiles.begin < tiles.end) fetch_keys(block, k, memory, tiles.begin);
    block.commit();
    if (tiles.begin < tiles.end) fetch_values(block, v, memory, tiles.begin);
    block.commit();

    Rows softmax;
    begin(block, scale, softmax);
    Sums o[tall][width / 8];
    Operand of_q[tall][keep_q ? steps : 1];

    for (int n = tiles.begin; n < tiles.end; ++n) {
      const Span here{n * keys, (n + 1) * keys};
      const int lane = block.hidden(lane_of(block));
      const Lanes<QueryTile> of_queries(lane);
      const Lanes<KeyTile> of_keys(lane);
      Sight sight;
      if constexpr (is_marked<Problem>)
        sight = look(block, task, mine, n, tiles.end);
      else
        sight = {seen.some.meets(here), seen.all.holds(here) && here.end <= all_keys, {}};
      Sums s[tall][wide];
      if constexpr (Problem::adds)
        if (sight.some) {
          if constexpr (adds_sums<Problem>)
            begin_with_sums(block, problem, task, mine, n, s);
          else if constexpr (adds_pieces<Problem>)
            begin_with_pieces(block, problem, task, scale, mine, s);
          else
            begin_with_lines(block, problem, task, scale, {mine, here, all_keys}, s);
        }
      block.template wait<1>();
      block.sync();
      if (keep_q && n == tiles.begin) load_queries(block, of_queries, q, mine, of_q);
      if (n + 1 < tiles.end) fetch_keys(block, k, memory, n + 1);
      block.commit();
      if (sight.some) {
        multiply_keys(block, of_queries, of_keys, q, mine, of_q, key_tile(memory, n), s);
        if (!sight.all) forbid(block, task, mine, here.begin, sight.marks, s);
        weigh(block, scale, s, softmax, o);
      }
      block.template wait<1>();
      block.sync();
      if (n + 1 < tiles.end) fetch_values(block, v, memory, n + 1);
      block.commit();
      if (sight.some) multiply_values(block, of_keys, s, value_tile(memory, n), o);
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

  KOKKOS_FUNCTION static KeyTile key_tile(Bfloat16* memory, int n) {
    return {memory + (queries + n % 2 * keys) * width};
  }
  KOKKOS_FUNCTION static KeyTile value_tile(Bfloat16* memory, int n) {
    return {memory + (queries + (2 + n % 2) * keys) * width};
  }
  template <class Block, class RowAt>
  KOKKOS_FUNCTION void fetch_keys(Block& block, const RowAt& k, Bfloat16* memory, int n) const {
    fetch<threads>(block, key_tile(memory, n), problem.pieces(), From<RowAt>{k, n * keys});
  }
  template <class Block, class RowAt>
  KOKKOS_FUNCTION void fetch_values(Block& block, const RowAt& v, Bfloat16* memory, int n) const {
    fetch<threads>(block, value_tile(memory, n), problem.value_pieces(), From<RowAt>{v, n * keys});
  }

  // A sink is a key whose value is 0: one lane of each quad has seen it.
  template <class Block> KOKKOS_FUNCTION void begin(Block& block, const Scale& scale, Rows& softmax) const {
    const bool sinks = scale.sink != minus_infinity<float>;
    ATTUNE_UNROLL
    for (int m = 0; m < tall; ++m)
      for (int half = 0; half < 2; ++half) {
        softmax.most[m][half] = sinks ? scale.sink * log2_e<float> / scale.exponent : minus_infinity<float>;
        softmax.sum[m][half] = sinks && lane_of(block) % 4 == 0 ? 1.0f : 0.0f;
      }
  }

  template <class Block>
  KOKKOS_FUNCTION void load_queries(Block& block, const Lanes<QueryTile>& of_queries, const QueryTile& q,
                                    int mine, Operand (&of_q)[tall][keep_q ? steps : 1]) const {
    ATTUNE_UNROLL
    for (int m = 0; m < tall; ++m) ATTUNE_UNROLL
    for (int d = 0; d < (keep_q ? steps : 1); ++d)
      of_q[m][d] = load_a(block, q, of_queries, mine + 16 * m, 16 * d);
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
        a[m] = keep_q ? of_q[m][d] : load_a(block, q, of_queries, mine + 16 * m, 16 * d);
      ATTUNE_UNROLL
      for (int n = 0; n < wide; n += 2) {
        const Operand b = load_b(block, k, of_keys, 8 * n, 16 * d);
        ATTUNE_UNROLL
        for (int m = 0; m < tall; ++m) multiply_add(block, s[m][n], s[m][n + 1], a[m], b);
      }
    }
  }

  // s = -infinity where a pair takes no part.
  template <class Block>
  KOKKOS_FUNCTION void forbid(Block& block, const Task& task, int mine, int first, const Marks& marks,
                              Sums (&s)[tall][wide]) const {
    const int lane = lane_of(block);
    ATTUNE_UNROLL
    for (int m = 0; m < tall; ++m)
      if constexpr (is_marked<Problem>) {
        ATTUNE_UNROLL
        for (int half = 0; half < 2; ++half)
          forbid_unmarked(lane, half, problem.recall(task, mine + 16 * m + row_of(lane, 2 * half), marks),
                          s[m]);
      } else {
        ATTUNE_UNROLL
        for (int n = 0; n < wide; ++n) ATTUNE_UNROLL
        for (int e = 0; e < 4; ++e)
          if (!problem.allows(task, mine + 16 * m + row_of(lane, e), first + 8 * n + column_of(lane, e)))
            s[m][n].c[e] = minus_infinity<float>;
      }
  }

  // s = exp(t - m), and what was summed before to the same maximum m.
  template <class Block>
  KOKKOS_FUNCTION void weigh(Block& block, const Scale& scale, Sums (&s)[tall][wide], Rows& softmax,
                             Sums (&o)[tall][width / 8]) const {
    const float enough = growth / scale.exponent;
    float factor[tall][2];
    bool grew = false;
    ATTUNE_UNROLL
    for (int m = 0; m < tall; ++m) ATTUNE_UNROLL
    for (int half = 0; half < 2; ++half) {
      float most = minus_infinity<float>;
      ATTUNE_UNROLL
      for (int n = 0; n < wide; ++n)
        most = Kokkos::fmax(most, Kokkos::fmax(s[m][n].c[2 * half], s[m][n].c[2 * half + 1]));
      most = block.largest_of_quad(most);
      const float before = softmax.most[m][half];
      const bool grows = most > before + enough || (before == minus_infinity<float> && most > before);
      factor[m][half] = grows ? block.exp2((before - most) * scale.exponent) : 1.0f;
      if (grows) softmax.most[m][half] = most;
      grew = grew || grows;

      const float now = softmax.most[m][half];
      const float least = now == minus_infinity<float> ? 0.0f : now * scale.exponent;
      float sum = 0;
      ATTUNE_UNROLL
      for (int n = 0; n < wide; ++n) ATTUNE_UNROLL
      for (int e = 2 * half; e < 2 * half + 2; ++e)
        sum += s[m][n].c[e] = block.exp2(Kokkos::fma(s[m][n].c[e], scale.exponent, -least));
      softmax.sum[m][half] = softmax.sum[m][half] * factor[m][half] + sum;
    }
    if (!block.any(grew)) return;
    ATTUNE_UNROLL
    for (int m = 0; m < tall; ++m) ATTUNE_UNROLL
    for (int n = 0; n < width / 8; ++n) ATTUNE_UNROLL
    for (int e = 0; e < 4; ++e) o[m][n].c[e] *= factor[m][e / 2];
  }

  // o += p v
  template <class Block>
  KOKKOS_FUNCTION void multiply_values(Block& block, const Lanes<KeyTile>& of_keys,
                                       const Sums (&p)[tall][wide], const KeyTile& v,
                                       Sums (&o)[tall][width / 8]) const {
    ATTUNE_UNROLL
    for (int j = 0; j < wide; j += 2) {
      Operand a[tall];
      ATTUNE_UNROLL
      for (int m = 0; m < tall; ++m) a[m] = packed(block, p[m][j], p[m][j + 1]);
      ATTUNE_UNROLL
      for (int n = 0; n < width / 8; n += 2) {
        const Operand b = load_b_transposed(block, v, of_keys, 8 * j, 8 * n);
        ATTUNE_UNROLL
        for (int m = 0; m < tall; ++m) multiply_add(block, o[m][n], o[m][n + 1], a[m], b);
      }
    }
  }

  // Through the queries of the warp in shared memory, which nobody reads any more, so that rows are written
  // in pieces.
  template <class Block>
  KOKKOS_FUNCTION void finish(Block& block, const Task& task, const Scale& scale, int mine, Rows& softmax,
                              const Sums (&o)[tall][width / 8], const QueryTile& tile) const {
    const int lane = lane_of(block);
    ATTUNE_UNROLL
    for (int m = 0; m < tall; ++m) ATTUNE_UNROLL
    for (int half = 0; half < 2; ++half) {
      const int r = mine + 16 * m + row_of(lane, 2 * half);
      const float sum = block.add_over_quad(softmax.sum[m][half]);
      const float factor = sum == 0 ? 0.0f : scale.gain / sum;
      float* const lse = problem.lse(task, r);
      if (lane % 4 == 0 && lse != nullptr)
        *lse = sum == 0 ? minus_infinity<float>
                        : (softmax.most[m][half] * scale.exponent + Kokkos::log2(sum)) / log2_e<float>;
      ATTUNE_UNROLL
      for (int n = 0; n < width / 8; ++n) {
        Two two{o[m][n].c[2 * half] * factor, o[m][n].c[2 * half + 1] * factor};
        if constexpr (is_gated<Problem>) two = gated(block, task, r, 8 * n + column_of(lane, 0), two);
        *reinterpret_cast<Word*>(tile.at(r, n) + column_of(lane, 0)) = block.pack(two.first, two.second);
      }
    }
    block.sync_warp();
    store(block, tile, {mine, mine + rows}, problem.value_pieces(), problem.o(task));
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
