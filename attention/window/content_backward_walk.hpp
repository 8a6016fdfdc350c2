// attention/window/content_backward_walk.hpp
//
// All gradients in one walk down a strip of keys (equations: content_backward_tiles.hpp). As soon as a pair
// of rows of queries comes into reach, its p and d_z are computed and d_q is written; p and d_z stay beside
// the packed q and d_o till no row of keys of the strip is seen by them, so that d_k and d_v of a row of keys
// are two mixtures of queries with weights at hand:
//
//   d_k_j = sum_o d_z_oi (scale / tau) q_i       d_v_j = sum_o p_oi d_o_i       i = j - offset_o
//
// The queries that see keys of two strips are worked off for each of them: every sum has its one order, from
// the last offset to the first, wherever strips end.
//
// Cost     five products of H W cells (D or E) multiply-adds, of which three again for the queries at the rim
//          of a strip: with `rows` x `columns` keys and a window of m x n (1 + (m - 1) / rows) (1 + (n - 1) /
//          columns) times
// Memory   work space of a thread: (m + 1) (columns + 2 n) (2 D + 2 E + 2 W) numbers
// Limits   windows within a plane
#pragma once

#include "attention/window/content_backward_tiles.hpp"

namespace attune::attention::window::content {

template <class Scalar> struct BackwardWalk {
  using T = Tile<Scalar>;

  Walk to_keys, to_queries;
  Box own;
  Triple halo;
  Scores<Scalar> scores;
  View3<const Scalar> v;
  RowSums<Scalar> sums;
  Gradients<Scalar> d;

  struct Work {
    Strip<Scalar> keys, queries;  // k and v; q, d_o, p and d_z
    Two<Scalar> d_a, d_b, p, d_z;
    Scalar* bias;

    Work(const BackwardWalk& walk, const Index (&widths)[2], Pieces& pieces)
        : keys(walk.to_keys, Strip<Scalar>::pitch_of(walk.seen(walk.query_columns(), walk.to_keys)),
               {widths[0], widths[1], 0, 0}, pieces),
          queries(walk.to_queries, Strip<Scalar>::pitch_of(walk.query_columns()),
                  {widths[0], widths[1], walk.offsets(), walk.offsets()}, pieces) {
      queries.weighs = true;
      bias = pieces.take<Scalar>(walk.offsets());
      for (int r = 0; r < 2; ++r) {
        p[r] = pieces.take<Scalar>(walk.offsets() * T::cells);
        d_z[r] = pieces.take<Scalar>(walk.offsets() * T::cells);
        d_a[r] = pieces.take<Scalar>(widths[0] * T::cells);
        d_b[r] = pieces.take<Scalar>(widths[1] * T::cells);
      }
      pieces.take<Scalar>(walk.to_queries.most_x - walk.to_queries.least_x + 2 * T::cells);
    }
  };

  Index offsets() const { return to_keys.taps.extent(0); }
  Index query_columns() const {
    return std::min(to_queries.columns, to_queries.extent(2)) + to_queries.reach_x() - 1;
  }
  static Index seen(Index columns, const Walk& walk) {
    return (columns + T::cells - 1) / T::cells * T::cells + walk.reach_x() - 1;
  }
  std::size_t bytes() const {
    Pieces pieces{nullptr};
    Work(*this, {scores.width(), Index(v.extent(2))}, pieces);
    return reinterpret_cast<std::size_t>(pieces.at);
  }

  void operator()(const typename Teams::member_type& team) const {
    Pieces pieces{static_cast<char*>(team.team_scratch(1).get_shmem_aligned(bytes(), 64))};
    Work work(*this, {scores.width(), Index(v.extent(2))}, pieces);
    const Index g = team.league_rank() / to_queries.all(), share = scores.heads() / scores.groups();
    for (Index h = g * share; h < (g + 1) * share; ++h) {
      start(work, to_queries.at(team.league_rank() - g * to_queries.all()));
      scale_bias(scores, h, offsets(), work.bias);
      const Box& box = work.queries.box;
      for (Index j = box.lower[1]; j < box.upper[1]; j += 2) {
        work.queries.advance(j, std::min(Index(2), box.upper[1] - j));
        weigh_rows(work, h);
        for (Index x = 0; x < box.extent(2); x += T::cells) gather(work, h, j, x);
      }
    }
  }

  // The queries are those of the strip of keys and as far round it as the window reaches.
  void start(Work& work, const Box& box) const {
    work.queries.start(box);
    Box seen = box;
    seen.lower[1] += to_queries.least_y;
    if (!to_queries.axes[1].wraps) seen.lower[1] = std::max(seen.lower[1], to_queries.axes[1].lower);
    seen.lower[2] += to_queries.least_x;
    seen.upper[2] += to_queries.most_x;
    work.keys.start(seen);
  }

  // p, d_z and d_q of the rows of queries that have come into reach.
  void weigh_rows(Work& work, Index h) const {
    const auto fill = [&](const Place& to) {
      fill_keys<Scalar>(work.keys, {scores.k, v}, {own, halo, scores.group(h)}, to);
    };
    const Strip<Scalar>& queries = work.queries;
    for (Index at = queries.fresh, count; at < queries.filled; at += count) {
      Index plane, line;
      count = 1;
      if (!queries.find(0, at, plane, line)) continue;
      if (at + 1 < queries.filled && queries.find(0, at + 1, plane, line)) count = 2;
      work.keys.advance(at, count);
      for (Index x = 0; x < work.keys.box.extent(2); x += T::cells) {
        work.keys.reach(x, fill);
        look_ahead(work, h, at, x);
        weigh(work, h, at, x);
      }
    }
  }

  // What the next tiles read and write, as far as it lies in the grid.
  void look_ahead(Work& work, Index h, Index at, Index x) const {
    Ahead& ahead = work.keys.ahead;
    const Strip<Scalar>& queries = work.queries;
    const Index g = scores.group(h);
    ahead.count = 0;
    work.keys.look_ahead(stored_rows(scores.k, g, own, halo));
    work.keys.look_ahead(stored_rows(v, g, own, halo));
    const Index here = queries.box.lower[2] + to_queries.least_x + x, end = own.extent(2) - T::cells;
    const Index next = std::clamp(here + T::cells, Index(0), std::max(Index(0), end));
    for (int r = 0; r < work.keys.rows; ++r) {
      Index plane, line;
      if (!queries.find(0, at + r, plane, line)) continue;
      const Index first = (plane * own.extent(1) + line) * own.extent(2);
      ahead.add(row(d.d_q, h, first + std::max(Index(0), std::min(here, end))));
      const View3<const Scalar> reads[] = {scores.q, sums.d_out.d_o, sums.out.o};
      for (const auto& read : reads) ahead.add(row(read, h, first + next));
    }
  }

  void weigh(Work& work, Index h, Index at, Index x) const {
    Strip<Scalar>&keys = work.keys, &queries = work.queries;
    Scalar depth[2][T::cells];
    PairChannels<Scalar> q{{}, scores.width(), queries.pitch}, d_o{{}, Index(v.extent(2)), queries.pitch};
    Place place[2];
    for (int r = 0; r < keys.rows; ++r) {
      place[r] = {queries.slot(0, at + r), 0, 0, x};
      queries.find(0, at + r, place[r].plane, place[r].line);
      q.data[r] = queries.at(0, place[r]);
      d_o.data[r] = queries.at(1, place[r]);
      Scalar delta[T::cells];
      pack_queries(queries, h, place[r], depth[r], delta);
      keys.begin(r, x, work.bias, work.p[r]);
      for (Index o = 0; o < keys.row[r].taps; ++o)
        for (int n = 0; n < T::V; ++n)
          simd::store(work.d_z[r] + o * T::cells + n * T::W, -simd::load(delta + n * T::W));
    }
    keys.score(0, x, q, work.p);
    keys.score(1, x, d_o, work.d_z);
    for (int r = 0; r < keys.rows; ++r) keep(work, r, place[r], depth[r]);
    write_queries(work, h, at, x);
  }

  void pack_queries(const Strip<Scalar>& queries, Index h, const Place& to, Scalar* depth,
                    Scalar* delta) const {
    const Scalar *q[T::cells], *d_o[T::cells];
    const Index line = (to.plane * own.extent(1) + to.line) * own.extent(2);
    for (Index l = 0; l < T::cells; ++l) {
      Index i;
      const bool found = to_queries.axes[2].find(queries.box.lower[2] + to_queries.least_x + to.x + l, i);
      q[l] = found ? row(scores.q, h, line + i) : queries.zeros;
      d_o[l] = found ? row(sums.d_out.d_o, h, line + i) : queries.zeros;
      depth[l] = found ? sums.depth(h, line + i) : -no_score<Scalar>;
      delta[l] = found ? sums.delta(h, line + i) : Scalar(0);
    }
    pack(q, scores.width(), scores.scale / scores.tau(h), queries.at(0, to), queries.pitch);
    pack(d_o, Index(v.extent(2)), Scalar(1), queries.at(1, to), queries.pitch);
  }

  // p and d_z from z and d_o . v - delta.
  void keep(Work& work, int r, const Place& place, const Scalar* depth) const {
    const typename Strip<Scalar>::Row& keys = work.keys.row[r];
    const Strip<Scalar>& queries = work.queries;
    Scalar *const p = queries.at(2, place), *const d_z = queries.at(3, place);
    for (Index o = 0; o < keys.taps; ++o)
      for (int n = 0; n < T::V; ++n) {
        const Index here = o * T::cells + n * T::W, there = keys.tap[o] * queries.pitch + n * T::W;
        const auto weight = power<Scalar>(simd::load(work.p[r] + here) - simd::load(depth + n * T::W));
        const auto slope = weight * simd::load(work.d_z[r] + here);
        simd::store(work.d_z[r] + here, slope);
        simd::store(p + there, weight);
        simd::store(d_z + there, slope);
      }
  }

  // d_q of the cells that are queries and keys of this strip.
  void write_queries(Work& work, Index h, Index at, Index x) const {
    const Box& box = work.queries.box;
    const auto is_own = [&](Index y) {
      return y >= std::max(Index(0), box.lower[1]) && y < std::min(own.extent(1), box.upper[1]);
    };
    if (!is_own(at) && !(work.keys.rows > 1 && is_own(at + 1))) return;
    if (box.lower[0] < 0 || box.lower[0] >= own.extent(0)) return;
    const Index start = box.lower[2] + to_queries.least_x + x;
    const Index first = std::max({start, box.lower[2], Index(0)});
    const Index last = std::min({start + T::cells, box.upper[2], own.extent(2)});
    if (first >= last) return;
    work.keys.mix(0, x, work.d_z, work.d_a);
    for (int r = 0; r < work.keys.rows; ++r) {
      if (!is_own(at + r)) continue;
      multiply_tile(work.d_a[r], scores.width(), scores.scale / scores.tau(h));
      const Index cell = (box.lower[0] * own.extent(1) + at + r) * own.extent(2) + first;
      unpack(work.d_a[r] + first - start, scores.width(), last - first, row(d.d_q, h, cell), false);
    }
  }

  // d_k and d_v of a tile of keys.
  void gather(Work& work, Index h, Index j, Index x) const {
    const Strip<Scalar>& queries = work.queries;
    const Box& box = queries.box;
    const Index g = scores.group(h), count = std::min(Index(T::cells), box.extent(2) - x);
    const Index nx = own.extent(2) + 2 * halo[2], ny = own.extent(1) + 2 * halo[1];
    const Index cell = ((box.lower[0] + halo[0]) * ny + j + halo[1]) * nx + box.lower[2] + x + halo[2];
    const bool adds = h % (scores.heads() / scores.groups()) != 0;
    const View3<Scalar> gradient[2] = {d.d_k, d.d_v};
    for (int n = 0; n < 2; ++n) {
      if (gradient[n].size() == 0) continue;
      const Two<Scalar>& sum = n == 0 ? work.d_a : work.d_b;
      const Listed<Scalar> weights[2] = {{queries.row[0].at[3 - n], x}, {queries.row[1].at[3 - n], x}};
      queries.mix(n, x, weights, sum);
      for (int r = 0; r < queries.rows; ++r)
        unpack(sum[r], queries.width[n], count, row(gradient[n], g, cell + r * nx), adds);
    }
  }
};

}  // namespace attune::attention::window::content
