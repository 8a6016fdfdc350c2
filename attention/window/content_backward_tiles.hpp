// attention/window/content_backward_tiles.hpp
//
// The gradients of queries by tiles of queries, those of keys and values by tiles of keys (content_tiles.hpp;
// equations: content_backward_cells.hpp). With l_i as forward left it and delta_i = d_o_i . o_i - d_l_i,
//
//   p_oi = e^(z_oi - l_i)              d_z_oi = p_oi (d_o_i . v_j - delta_i)
//   d_q_i = (scale / tau) sum_o d_z_oi k_j
//   d_k_j = (scale / tau) sum_o d_z_oi q_i,  d_v_j = sum_o p_oi d_o_i      i = j - offset_o
//
// Both recompute p and d_z: to keep them for the other would take 2 H W numbers a cell. The heads of a group
// add up in order.
//
// Cost     seven products of H W cells (D or E) multiply-adds, of which five are needed
// Memory   as forward, once for queries and once for keys
#pragma once

#include "attention/window/content_forward_tiles.hpp"

namespace attune::attention::window::content {

// l_i, infinite for a row without keys so that its p are 0, and delta_i.
template <class Scalar> struct RowSums {
  Outputs<Scalar> out;
  OutputGradients<Scalar> d_out;

  Scalar depth(Index h, Index i) const {
    const Scalar l = out.lse(h, i);
    return l == no_score<Scalar> ? -no_score<Scalar> : l;
  }
  Scalar delta(Index h, Index i) const {
    const Scalar mean = dot(row(d_out.d_o, h, i), static_cast<const Scalar*>(row(out.o, h, i)),
                            static_cast<Index>(out.o.extent(2)));
    return mean - (d_out.d_lse.size() == 0 ? Scalar(0) : d_out.d_lse(h, i));
  }
};

template <class Scalar> struct BackwardWork {
  using T = Tile<Scalar>;
  Strip<Scalar> strip;
  Two<Scalar> a, b, d_a, d_b;  // tiles of two rows: q and d_o, or k and v, and gradients
  Two<Scalar> p, d_z;
  Scalar* bias;

  BackwardWork(const Walk& walk, const Index (&widths)[4], Pieces& pieces)
      : strip(walk, Strip<Scalar>::pitch_of(walk), widths, pieces),
        bias(pieces.take<Scalar>(walk.taps.extent(0))) {
    for (int r = 0; r < 2; ++r) {
      a[r] = pieces.take<Scalar>(widths[0] * T::cells);
      b[r] = pieces.take<Scalar>(widths[1] * T::cells);
      d_a[r] = pieces.take<Scalar>(widths[0] * T::cells);
      d_b[r] = pieces.take<Scalar>(widths[1] * T::cells);
      p[r] = pieces.take<Scalar>(static_cast<Index>(walk.taps.extent(0)) * T::cells);
      d_z[r] = pieces.take<Scalar>(static_cast<Index>(walk.taps.extent(0)) * T::cells);
    }
  }

  static std::size_t bytes(const Walk& walk, const Index (&widths)[4]) {
    Pieces pieces{nullptr};
    BackwardWork(walk, widths, pieces);
    return reinterpret_cast<std::size_t>(pieces.at);
  }
};

template <class Scalar> void multiply_tile(Scalar* x, Index width, Scalar factor) {
  using T = Tile<Scalar>;
  for (Index n = 0; n < width * T::cells; n += T::W)
    simd::store(x + n, simd::load(x + n) * simd::splat(factor));
}

template <class Scalar> struct BackwardQueryTiles {
  using T = Tile<Scalar>;
  using Work = BackwardWork<Scalar>;

  Walk walk;
  Box own;
  Triple halo;
  Scores<Scalar> scores;
  View3<const Scalar> v;
  RowSums<Scalar> sums;
  View3<Scalar> d_q;

  std::size_t bytes() const { return Work::bytes(walk, {scores.width(), Index(v.extent(2)), 0, 0}); }

  void operator()(const typename Teams::member_type& team) const {
    Pieces pieces{static_cast<char*>(team.team_scratch(1).get_shmem_aligned(bytes(), 64))};
    Work work(walk, {scores.width(), Index(v.extent(2)), 0, 0}, pieces);
    const Index h = team.league_rank() / walk.all();
    Strip<Scalar>& strip = work.strip;
    strip.start(walk.at(team.league_rank() - h * walk.all()));
    scale_bias(scores, h, walk.taps.extent(0), work.bias);
    const auto fill = [&](const Place& to) {
      fill_keys<Scalar>(strip, {scores.k, v}, {own, halo, scores.group(h)}, to);
    };
    for (Index j = strip.box.lower[1]; j < strip.box.upper[1]; j += 2) {
      strip.advance(j, std::min(Index(2), strip.box.upper[1] - j));
      for (Index i = strip.box.lower[2]; i < strip.box.upper[2]; i += T::cells) {
        const Index cell = (strip.box.lower[0] * own.extent(1) + j) * own.extent(2) + i;
        strip.reach(i - strip.box.lower[2], fill);
        tile(work, h, cell, {i - strip.box.lower[2], std::min(Index(T::cells), strip.box.upper[2] - i)});
      }
    }
  }

  struct Span {
    Index begin, count;  // from the start of the strip
  };
  void tile(Work& work, Index h, Index cell, Span span) const {
    Strip<Scalar>& strip = work.strip;
    const Scalar factor = scores.scale / scores.tau(h);
    Scalar depth[2][T::cells] = {}, delta[2][T::cells] = {};
    strip.ahead.count = 0;
    for (int r = 0; r < strip.rows; ++r) {
      const Index first = cell + r * own.extent(2);
      pack_tile(row(scores.q, h, first), scores.width(), span.count, factor, work.a[r]);
      pack_tile(row(sums.d_out.d_o, h, first), Index(v.extent(2)), span.count, Scalar(1), work.b[r]);
      for (Index l = 0; l < span.count; ++l) {
        depth[r][l] = sums.depth(h, first + l);
        delta[r][l] = sums.delta(h, first + l);
      }
      strip.begin(r, span.begin, work.bias, work.p[r]);
      for (Index o = 0; o < strip.row[r].taps; ++o)
        for (int n = 0; n < T::V; ++n)
          simd::store(work.d_z[r] + o * T::cells + n * T::W, -simd::load(delta[r] + n * T::W));
    }
    strip.score(0, span.begin, {{work.a[0], work.a[1]}, strip.width[0], T::cells}, work.p);
    strip.score(1, span.begin, {{work.b[0], work.b[1]}, strip.width[1], T::cells}, work.d_z);
    for (int r = 0; r < strip.rows; ++r) {
      for (Index o = 0; o < strip.row[r].taps; ++o)
        for (int n = 0; n < T::V; ++n) {
          const Index here = o * T::cells + n * T::W;
          const auto p = power<Scalar>(simd::load(work.p[r] + here) - simd::load(depth[r] + n * T::W));
          simd::store(work.d_z[r] + here, p * simd::load(work.d_z[r] + here));
        }
    }
    strip.mix(0, span.begin, work.d_z, work.d_a);
    for (int r = 0; r < strip.rows; ++r) {
      multiply_tile(work.d_a[r], scores.width(), factor);
      unpack(work.d_a[r], scores.width(), span.count, row(d_q, h, cell + r * own.extent(2)), false);
    }
  }
};

// One group of keys and values after the other; d_k, d_v may be empty.
template <class Scalar> struct BackwardKeyTiles {
  using T = Tile<Scalar>;
  using Work = BackwardWork<Scalar>;

  Walk walk;  // from keys to queries
  Box own;
  Triple halo;
  Scores<Scalar> scores;
  View3<const Scalar> v;
  RowSums<Scalar> sums;
  View3<Scalar> d_k, d_v;

  std::size_t bytes() const { return Work::bytes(walk, {scores.width(), Index(v.extent(2)), 2, 0}); }

  void operator()(const typename Teams::member_type& team) const {
    Pieces pieces{static_cast<char*>(team.team_scratch(1).get_shmem_aligned(bytes(), 64))};
    Work work(walk, {scores.width(), Index(v.extent(2)), 2, 0}, pieces);
    const Index g = team.league_rank() / walk.all(), share = scores.heads() / scores.groups();
    for (Index h = g * share; h < (g + 1) * share; ++h) {
      work.strip.start(walk.at(team.league_rank() - g * walk.all()));
      reverse_bias(h, work.bias);
      work_off(work, h);
    }
  }

  // The transposed offsets are in the opposite order.
  void reverse_bias(Index h, Scalar* bias) const {
    const Index offsets = walk.taps.extent(0);
    scale_bias(scores, h, offsets, bias);
    std::reverse(bias, bias + offsets);
  }

  void work_off(Work& work, Index h) const {
    Strip<Scalar>& strip = work.strip;
    const Box& box = strip.box;
    const Index nx = own.extent(2) + 2 * halo[2], ny = own.extent(1) + 2 * halo[1];
    const auto fill = [&](const Place& to) { pack_queries(strip, h, to); };
    for (Index j = box.lower[1]; j < box.upper[1]; j += 2) {
      strip.advance(j, std::min(Index(2), box.upper[1] - j));
      for (Index i = box.lower[2]; i < box.upper[2]; i += T::cells) {
        const Index cell = ((box.lower[0] + halo[0]) * ny + j + halo[1]) * nx + i + halo[2];
        strip.reach(i - box.lower[2], fill);
        tile(work, h, cell, {i - box.lower[2], std::min(Index(T::cells), box.upper[2] - i)});
      }
    }
  }

  void pack_queries(const Strip<Scalar>& strip, Index h, const Place& to) const {
    const Index width = scores.width(), value_width = v.extent(2);
    const Index line = (to.plane * own.extent(1) + to.line) * own.extent(2);
    const Scalar *q[T::cells], *d_o[T::cells];
    Scalar* const rest = strip.at(2, to);
    for (Index l = 0; l < T::cells; ++l) {
      Index i;
      const bool found = walk.axes[2].find(strip.box.lower[2] + walk.least_x + to.x + l, i);
      q[l] = found ? row(scores.q, h, line + i) : strip.zeros;
      d_o[l] = found ? row(sums.d_out.d_o, h, line + i) : strip.zeros;
      rest[l] = found ? sums.depth(h, line + i) : Scalar(0);
      rest[strip.pitch + l] = found ? sums.delta(h, line + i) : Scalar(0);
    }
    pack(q, width, scores.scale / scores.tau(h), strip.at(0, to), strip.pitch);
    pack(d_o, value_width, Scalar(1), strip.at(1, to), strip.pitch);
  }

  struct Span {
    Index begin, count;  // from the start of the strip
  };
  void tile(Work& work, Index h, Index cell, Span span) const {
    Strip<Scalar>& strip = work.strip;
    const Index g = scores.group(h), width = scores.width(), value_width = v.extent(2);
    const Index below = own.extent(2) + 2 * halo[2];
    const bool adds = h % (scores.heads() / scores.groups()) != 0;
    for (int r = 0; r < strip.rows; ++r) {
      pack_tile(row(scores.k, g, cell + r * below), width, span.count, Scalar(1), work.a[r]);
      pack_tile(row(v, g, cell + r * below), value_width, span.count, Scalar(1), work.b[r]);
    }
    weigh(work, span.begin);
    if (d_k.size() > 0) {
      strip.mix(0, span.begin, work.d_z, work.d_a);
      for (int r = 0; r < strip.rows; ++r)
        unpack(work.d_a[r], width, span.count, row(d_k, g, cell + r * below), adds);
    }
    if (d_v.size() > 0) {
      strip.mix(1, span.begin, work.p, work.d_b);
      for (int r = 0; r < strip.rows; ++r)
        unpack(work.d_b[r], value_width, span.count, row(d_v, g, cell + r * below), adds);
    }
  }

  // p and d_z of the queries of tiles of keys.
  void weigh(Work& work, Index begin) const {
    Strip<Scalar>& strip = work.strip;
    for (int r = 0; r < strip.rows; ++r) {
      strip.begin(r, begin, work.bias, work.p[r]);
      for (Index o = 0; o < strip.row[r].taps; ++o)
        for (int n = 0; n < T::V; ++n)
          simd::store(work.d_z[r] + o * T::cells + n * T::W,
                      -simd::load(strip.row[r].at[2][o] + begin + strip.pitch + n * T::W));
    }
    strip.score(0, begin, {{work.a[0], work.a[1]}, strip.width[0], T::cells}, work.p);
    strip.score(1, begin, {{work.b[0], work.b[1]}, strip.width[1], T::cells}, work.d_z);
    for (int r = 0; r < strip.rows; ++r) {
      for (Index o = 0; o < strip.row[r].taps; ++o)
        for (int n = 0; n < T::V; ++n) {
          const Index here = o * T::cells + n * T::W;
          const auto depth = simd::load(strip.row[r].at[2][o] + begin + n * T::W);
          const auto p = power<Scalar>(simd::load(work.p[r] + here) - depth);
          simd::store(work.p[r] + here, p);
          simd::store(work.d_z[r] + here, p * simd::load(work.d_z[r] + here));
        }
    }
  }
};

}  // namespace attune::attention::window::content
