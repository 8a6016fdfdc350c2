// attention/tensor_cores/backward_columns.hpp
//
// Gradients of a block of 128 keys, and what the gradients of queries and biases are made of, on matrix units.
// With a_ij and t_ij of forward.hpp, transposed, 64 queries at a time:
//
//   p_ij^T = exp(t_ij - l_i)                     d_s_ij^T = p_ij (gain d_o_i . v_j - delta_i) / tau
//   d_v_j  = sum_i gain p_ij d_o_i               d_k_j    = scale sum_i d_s_ij q_i
//
// over the queries of all heads that share the keys. A warp has 32 keys, or 16 where rows are wide: their k and v
// are operands in registers, and so are their sums d_k and d_v. Rounded, p^T and d_s^T are the operands of the
// products with d_o and q just where they were computed. What a warp reads of q and d_o is all that it reads, and
// 32 keys share it: matrix loads would else take longer than the products. d_s^T is written for backward_rows.hpp
// and the sums over pairs (score_gradients.hpp): no two blocks add to one number.
//
// A Problem says, besides pieces() and value_pieces() of forward.hpp, for the heads n < heads()
// that share the keys of a task:
//
//   task(block), queries()       what a block works on; how many queries there are
//   seen(block, task, rows)      what keys of a warp, numbered from 0 in the task, are seen by
//   k(task) v(task) q(task, n) d_o(task, n) d_k(task) d_v(task)     functions from numbers of rows to memory
//   numbers(task, n)             QueryNumbers of every query, in whole steps
//   d_s(task, n) note(task, span)          where d_s goes, by rows of keys; which queries it is written for
//   adds, added(task, n, i, tau)           is anything added to the scores; what to the scores of query i; asked by number of key
//   allows(task, n, r, i)        asked where not all of a step is seen
//
// and, where it is made for that, added_sums(task, r, n) in place of added(): what is added / scale, laid out as sums
// of keys r .. r + 15 and step n of the queries of the one head (marks.hpp).
//
// Source   [dao2023] for the transposed products
// Cost     4 products a pair, 2 (2 D + 2 E) flops, on matrix units; one 2^x; 2 bytes written
// Limits   as forward.hpp
#pragma once

#include "attention/tensor_cores/forward.hpp"
#include "attention/tensor_cores/score_gradients.hpp"

namespace attune::attention::tensor_cores {

template <int width, class Problem> struct BackwardColumns {
  static constexpr int tall = width <= 64 ? 2 : 1, rows = 16 * tall, keys = keys_of_a_block;
  static constexpr int warps = keys / rows, threads = warps * warp_size;
  static constexpr int blocks_an_sm = width <= 32 ? 3 : width <= 64 ? 2 : 1;
  static constexpr int queries = queries_of_a_step, part = 16, wide = part / 8, steps = width / 16;
  using KeyTile = Tile<keys, width>;
  using QueryTile = Tile<queries, width>;
  using PairTile = Tile<keys, queries>;
  using Task = typename Problem::Task;
  using Operands = Operand[tall][steps];
  using Accumulators = Sums[tall][width / 8];
  using PairSums = Sums[tall][wide];

  Problem problem;

  static constexpr std::size_t numbers_bytes = queries * sizeof(QueryNumbers);
  std::size_t shared_bytes() const {
    return 2 * KeyTile::bytes + 4 * QueryTile::bytes + PairTile::bytes + 2 * numbers_bytes;
  }

  // The queries of one step in shared memory.
  struct Step {
    QueryTile q, d_o;
    QueryNumbers* numbers;
  };
  KOKKOS_FUNCTION static Step step_at(char* shared, int n) {
    char* const tiles = shared + 2 * KeyTile::bytes + n % 2 * 2 * QueryTile::bytes;
    char* const numbers = shared + 2 * KeyTile::bytes + 4 * QueryTile::bytes + PairTile::bytes;
    return {{reinterpret_cast<Bfloat16*>(tiles)},
            {reinterpret_cast<Bfloat16*>(tiles + QueryTile::bytes)},
            reinterpret_cast<QueryNumbers*>(numbers + n % 2 * numbers_bytes)};
  }
  KOKKOS_FUNCTION static PairTile pair_tile(char* shared) {
    return {reinterpret_cast<Bfloat16*>(shared + 2 * KeyTile::bytes + 4 * QueryTile::bytes)};
  }

  template <class Block> KOKKOS_FUNCTION void operator()(Block& block) const {
    const Task task = problem.task(block.index());
    const int mine = warp_of(block) * rows;
    const Seen seen = problem.seen(block, task, {mine, mine + rows});
    const Span tiles = tiles_of_block<warps, Problem::has_ranges>(block, seen.some, queries);
    const int count = tiles.end > tiles.begin ? tiles.end - tiles.begin : 0, all = problem.heads() * count;
    if (block.thread() == 0) problem.note(task, {tiles.begin * queries, (tiles.begin + count) * queries});

    const KeyTile k{reinterpret_cast<Bfloat16*>(block.shared())}, v{k.data + keys * width};
    fetch<threads>(block, k, problem.pieces(), problem.k(task));
    fetch<threads>(block, v, problem.value_pieces(), problem.v(task));
    if (all > 0) fetch_step(block, task, 0, tiles.begin, step_at(block.shared(), 0));
    block.commit();

    Accumulators d_k, d_v;
    Operands of_k, of_v;
    int head = 0, tile = tiles.begin;
    Scale scale{};
    for (int n = 0; n < all; ++n) {
      const int lane = block.hidden(lane_of(block));
      block.template wait<0>();
      block.sync();
      if (tile == tiles.begin) scale = problem.scale(task, head);
      if (n == 0) load_keys(block, lane, k, v, mine, of_k, of_v);
      const int next_head = tile + 1 < tiles.end ? head : head + 1,
                next_tile = tile + 1 < tiles.end ? tile + 1 : tiles.begin;
      if (n + 1 < all) fetch_step(block, task, next_head, next_tile, step_at(block.shared(), n + 1));
      block.commit();

      const int end = (tile + 1) * queries;
      const Span here{tile * queries, end < problem.queries() ? end : problem.queries()};
      const PairTile pairs = pair_tile(block.shared());
      if (seen.some.meets(here)) {
        const Step step = step_at(block.shared(), n);
        const Of of{head, here.begin, mine, !seen.all.holds(here)};
        for (int i = 0; i < queries; i += part)
          take_part(block, task, of, scale, step, i, of_k, of_v, pairs, d_k, d_v);
      } else {
        clear(block, pairs, mine);
      }
      block.sync_warp();
      store<rows>(block, pairs, mine, PairTile::pieces, problem.d_s(task, head, here.begin));
      block.sync_warp();
      head = next_head;
      tile = next_tile;
    }
    block.template wait<0>();
    block.sync();
    // Keys and values of the warp are in registers: their rows of shared memory are free.
    store_sums(block, k, mine, d_k, problem.factor(), problem.pieces(), problem.d_k(task));
    store_sums(block, v, mine, d_v, 1.0f, problem.value_pieces(), problem.d_v(task));
  }

  template <class Block>
  KOKKOS_FUNCTION void fetch_step(Block& block, const Task& task, int head, int tile, const Step& to) const {
    const auto q = problem.q(task, head), d_o = problem.d_o(task, head);
    fetch<threads>(block, to.q, problem.pieces(), From<decltype(q)>{q, tile * queries});
    fetch<threads>(block, to.d_o, problem.value_pieces(), From<decltype(d_o)>{d_o, tile * queries});
    constexpr int in_a_piece = 16 / sizeof(QueryNumbers);
    const int n = block.thread() * in_a_piece;
    if (n < queries) block.copy(to.numbers + n, problem.numbers(task, head) + tile * queries + n, 16);
  }

  template <class Block>
  KOKKOS_FUNCTION void load_keys(Block& block, int lane, const KeyTile& k, const KeyTile& v, int mine,
                                 Operands& of_k, Operands& of_v) const {
    const Lanes<KeyTile> lanes(lane);
    ATTUNE_UNROLL
    for (int m = 0; m < tall; ++m) {
      ATTUNE_UNROLL
      for (int d = 0; d < steps; ++d) {
        of_k[m][d] = load_a(block, k, lanes, mine + 16 * m, 16 * d);
        of_v[m][d] = load_a(block, v, lanes, mine + 16 * m, 16 * d);
      }
    }
  }

  // Which pairs: of a head of the group, from a query on, of the keys of a warp; must each be asked for?
  struct Of {
    int head, query, mine;
    bool asks;
  };

  // The queries i .. i + part of a step.
  template <class Block>
  KOKKOS_FUNCTION void take_part(Block& block, const Task& task, const Of& of, const Scale& scale,
                                 const Step& step, int i, const Operands& of_k, const Operands& of_v,
                                 const PairTile& pairs, Accumulators& d_k, Accumulators& d_v) const {
    const int lane = block.hidden(lane_of(block));
    const Lanes<QueryTile> lanes(lane);
    PairSums p, d_s;
    if constexpr (Problem::adds) {
      if constexpr (adds_sums<Problem>)
        add_sums(lane, task, of, i, p);
      else
        add(block, task, of, scale, i, p);
    }
    multiply(block, lanes, of_v, step.d_o, i, d_s);  // first: what is added arrives meanwhile
    multiply(block, lanes, of_k, step.q, i, p);
    if (of.asks) forbid(block, task, of, i, p);
    weigh(block, lane, scale, step.numbers + i, p, d_s);
    ATTUNE_UNROLL
    for (int n = 0; n < wide; n += 2) {
      Operand of_p[tall], of_d_s[tall];
      ATTUNE_UNROLL
      for (int m = 0; m < tall; ++m) {
        of_p[m] = packed(block, p[m][n], p[m][n + 1]);
        of_d_s[m] = packed(block, d_s[m][n], d_s[m][n + 1]);
        put(pairs, lane, of.mine + 16 * m, i + 8 * n, of_d_s[m]);
      }
      add_products(block, lanes, of_p, step.d_o, i + 8 * n, d_v);
      add_products(block, lanes, of_d_s, step.q, i + 8 * n, d_k);
    }
  }

  // s = added^T / scale
  template <class Block>
  KOKKOS_FUNCTION void add(Block& block, const Task& task, const Of& of, const Scale& scale, int i,
                           PairSums& s) const {
    const int lane = lane_of(block);
    ATTUNE_UNROLL
    for (int n = 0; n < wide; ++n) {
      ATTUNE_UNROLL
      for (int e = 0; e < 2; ++e) {
        const auto column =
            problem.added(task, of.head, of.query + i + 8 * n + column_of(lane, e), scale.tau);
        ATTUNE_UNROLL
        for (int m = 0; m < tall; ++m) {
          ATTUNE_UNROLL
          for (int half = 0; half < 2; ++half)
            s[m][n].c[2 * half + e] = column.one(of.mine + 16 * m + row_of(lane, 2 * half)) * scale.inverse;
        }
      }
    }
  }

  KOKKOS_FUNCTION void add_sums(int lane, const Task& task, const Of& of, int i, PairSums& s) const {
    ATTUNE_UNROLL
    for (int m = 0; m < tall; ++m) {
      const SumsOfLane* const from = problem.added_sums(task, of.mine + 16 * m, of.query / queries) + lane;
      ATTUNE_UNROLL
      for (int n = 0; n < wide; ++n) {
        const SumsOfLane sums = from[(i / 8 + n) * warp_size];
        ATTUNE_UNROLL
        for (int e = 0; e < 4; ++e) s[m][n].c[e] = sums.c[e];
      }
    }
  }

  // s += k q^T, or v d_o^T, for rows i .. i + part of a tile.
  template <class Block>
  KOKKOS_FUNCTION void multiply(Block& block, const Lanes<QueryTile>& lanes, const Operands& of_keys,
                                const QueryTile& tile, int i, PairSums& s) const {
    ATTUNE_UNROLL
    for (int d = 0; d < steps; ++d) {
      ATTUNE_UNROLL
      for (int n = 0; n < wide; n += 2) {
        const Operand b = load_b(block, tile, lanes, i + 8 * n, 16 * d);
        ATTUNE_UNROLL
        for (int m = 0; m < tall; ++m) multiply_add(block, s[m][n], s[m][n + 1], of_keys[m][d], b);
      }
    }
  }

  // s = -infinity where a pair takes no part.
  template <class Block>
  KOKKOS_FUNCTION void forbid(Block& block, const Task& task, const Of& of, int i, PairSums& s) const {
    const int lane = lane_of(block);
    ATTUNE_UNROLL
    for (int m = 0; m < tall; ++m) {
      ATTUNE_UNROLL
      for (int n = 0; n < wide; ++n) {
        ATTUNE_UNROLL
        for (int e = 0; e < 4; ++e)
          if (!problem.allows(task, of.mine + 16 * m + row_of(lane, e),
                              of.query + i + 8 * n + column_of(lane, e)))
            s[m][n].c[e] = minus_infinity<float>;
      }
    }
  }

  // From a and d_p to gain p and d_s.
  template <class Block>
  KOKKOS_FUNCTION void weigh(Block& block, int lane, const Scale& scale, const QueryNumbers* numbers,
                             PairSums& p, PairSums& d_s) const {
    const float slope = scale.gain / scale.tau;
    ATTUNE_UNROLL
    for (int n = 0; n < wide; ++n) {
      const auto two = *reinterpret_cast<const TwoQueries*>(numbers + 8 * n + column_of(lane, 0));
      ATTUNE_UNROLL
      for (int m = 0; m < tall; ++m) {
        ATTUNE_UNROLL
        for (int e = 0; e < 4; ++e) {
          const QueryNumbers& of_query = two.of[e % 2];
          float& weight = p[m][n].c[e];
          weight = block.exp2(Kokkos::fma(weight, scale.exponent, -of_query.lse));
          d_s[m][n].c[e] = weight * Kokkos::fma(d_s[m][n].c[e], slope, -of_query.delta);
          weight *= scale.gain;
        }
      }
    }
  }
  struct alignas(16) TwoQueries {
    QueryNumbers of[2];
  };

  // Keys r .. r + 15 and queries i .. i + 15 of d_s^T into the tile that is written.
  KOKKOS_FUNCTION static void put(const PairTile& pairs, unsigned lane, int r, int i, const Operand& d_s) {
    const int place = PairTile::place(static_cast<int>(lane / 4), 0);
    ATTUNE_UNROLL
    for (int n = 0; n < 4; ++n)
      *reinterpret_cast<Word*>(pairs.data + (place ^ (i / piece + n / 2)) * piece + column_of(lane, 0) +
                               (r + 8 * (n % 2)) * PairTile::width) = d_s.r[n];
  }

  // sums += a times rows i .. i + 15 of a tile.
  template <class Block>
  KOKKOS_FUNCTION void add_products(Block& block, const Lanes<QueryTile>& lanes, const Operand (&a)[tall],
                                    const QueryTile& tile, int i, Accumulators& sums) const {
    ATTUNE_UNROLL
    for (int n = 0; n < width / 8; n += 2) {
      const Operand b = load_b_transposed(block, tile, lanes, i, 8 * n);
      ATTUNE_UNROLL
      for (int m = 0; m < tall; ++m) multiply_add(block, sums[m][n], sums[m][n + 1], a[m], b);
    }
  }

  // No query of a step sees the keys of the warp.
  template <class Block> KOKKOS_FUNCTION void clear(Block& block, const PairTile& pairs, int mine) const {
    for (int n = lane_of(block); n < rows * PairTile::pieces; n += warp_size)
      *reinterpret_cast<Piece*>(pairs.at(mine + n / PairTile::pieces, n % PairTile::pieces)) = {};
  }
};

}  // namespace attune::attention::tensor_cores
