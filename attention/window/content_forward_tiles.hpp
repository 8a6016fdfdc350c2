// attention/window/content_forward_tiles.hpp
//
// Forward by tiles of queries (content_tiles.hpp): all scores of a tile, their softmax lane by lane, the
// mixture of values.
//
//   z_oi = (scale / tau) q_i . k_j + b_o / tau,  m_i = max_o z_oi,  p_oi = e^(z_oi - m_i),  S_i = sum_o p_oi
//   o_i = sum_o p_oi v_j / S_i                   l_i = m_i + ln S_i
//
// The scores stay in powers of e: in powers of two every z would be rounded once more, and p, which
// backward_table has again from z and l, would miss its sum of one by that.
//
// Memory   work space of a thread: Work; 24 W + 8 (planes of the window) bytes beside it
#pragma once

#include "attention/scores.hpp"
#include "attention/window/content.hpp"
#include "attention/window/content_strip.hpp"

namespace attune::attention::window::content {

template <class Scalar> inline constexpr Scalar log2_e = Scalar(1.44269504088896340736L);

// e^x for x that a softmax takes: up to 0, -infinity included.
template <class Scalar> ATTUNE_INLINE simd::Vector<Scalar> power(simd::Vector<Scalar> x) {
  return simd::exp2(x * simd::splat(log2_e<Scalar>));
}

using Teams = Kokkos::TeamPolicy<Device, Kokkos::IndexType<Index>>;

// The rows of head, or group, n of an array of own or of stored cells.
template <class Scalar> CellRows<Scalar> own_rows(const View3<const Scalar>& x, Index n, const Box& own) {
  return {row(x, n, 0), own.extent(1) * own.extent(2), own.extent(2), static_cast<Index>(x.extent(2))};
}
template <class Scalar>
CellRows<Scalar> stored_rows(const View3<const Scalar>& x, Index n, const Box& own, const Triple& halo) {
  const Index nx = own.extent(2) + 2 * halo[2], ny = own.extent(1) + 2 * halo[1];
  const Index width = x.extent(2);
  return {row(x, n, 0) + ((halo[0] * ny + halo[1]) * nx + halo[2]) * width, ny * nx, nx, width};
}

// Rows of the cells of a tile, null beyond its `count` cells.
template <class Scalar>
void pack_tile(const Scalar* first, Index width, Index count, Scalar factor, Scalar* to) {
  using T = Tile<Scalar>;
  const Scalar* found[T::cells];
  for (Index l = 0; l < T::cells; ++l) found[l] = l < count ? first + l * width : nullptr;
  for (int v = 0; v < T::V; ++v) pack(found + v * T::W, width, factor, to + v * T::W, Index(T::cells));
}

// z of every offset of a tile to begin with: its bias.
template <class Scalar>
void spread_bias(const typename Strip<Scalar>::Row& row, const Scalar* bias, Scalar* z) {
  using T = Tile<Scalar>;
  for (Index o = 0; o < row.taps; ++o)
    for (int v = 0; v < T::V; ++v) simd::store(z + o * T::cells + v * T::W, simd::splat(bias[row.tap[o]]));
}

// b_o / tau of head h.
template <class Scalar> void scale_bias(const Scores<Scalar>& scores, Index h, Index offsets, Scalar* bias) {
  for (Index o = 0; o < offsets; ++o) bias[o] = scores.b(h, o) / scores.tau(h);
}

template <class Scalar> struct ForwardTiles {
  using T = Tile<Scalar>;

  struct Work {
    Strip<Scalar> strip;
    Two<Scalar> q, o, z;
    Scalar* bias;
    Work(const Walk& walk, Index width, Index value_width, Pieces& pieces)
        : strip(walk, {width, value_width, 0}, pieces), bias(pieces.take<Scalar>(walk.taps.extent(0))) {
      for (int r = 0; r < 2; ++r) {
        q[r] = pieces.take<Scalar>(width * T::cells);
        o[r] = pieces.take<Scalar>(value_width * T::cells);
        z[r] = pieces.take<Scalar>(static_cast<Index>(walk.taps.extent(0)) * T::cells);
      }
    }
  };

  Walk walk;
  Box own;
  Triple halo;
  Scores<Scalar> scores;
  View3<const Scalar> v;
  Outputs<Scalar> out;

  std::size_t bytes() const {
    Pieces pieces{nullptr};
    Work(walk, scores.width(), v.extent(2), pieces);
    return reinterpret_cast<std::size_t>(pieces.at);
  }

  void operator()(const typename Teams::member_type& team) const {
    Pieces pieces{static_cast<char*>(team.team_scratch(1).get_shmem_aligned(bytes(), 64))};
    Work work(walk, scores.width(), v.extent(2), pieces);
    const Index h = team.league_rank() / walk.all();
    work.strip.start(walk.at(team.league_rank() - h * walk.all()));
    scale_bias(scores, h, walk.taps.extent(0), work.bias);
    const Box& box = work.strip.box;
    for (Index j = box.lower[1]; j < box.upper[1]; j += 2) {
      advance(work, h, j, std::min(Index(2), box.upper[1] - j));
      for (Index i = box.lower[2]; i < box.upper[2]; i += T::cells) {
        const Index cell = (box.lower[0] * own.extent(1) + j) * own.extent(2) + i;
        attend(work, h, cell, {i - box.lower[2], std::min(Index(T::cells), box.upper[2] - i)});
        work.strip.shift(T::cells);
      }
    }
  }

  void advance(Work& work, Index h, Index j, Index rows) const {
    const auto keys = stored_rows(scores.k, scores.group(h), own, halo);
    const auto values = stored_rows(v, scores.group(h), own, halo);
    Strip<Scalar>& strip = work.strip;
    strip.advance(j, rows, [&](Index slot, Index plane, Index line, Index x) {
      const Scalar* found[T::W];
      strip.find(keys, plane, line, x, found);
      pack(found, keys.width, Scalar(1), strip.part[0] + slot * keys.width * strip.pitch + x, strip.pitch);
      strip.find(values, plane, line, x, found);
      pack(found, values.width, Scalar(1), strip.part[1] + slot * values.width * strip.pitch + x,
           strip.pitch);
    });
  }

  struct Span {
    Index begin, count;  // from the start of the strip
  };
  void attend(const Work& work, Index h, Index cell, Span span) const {
    const Strip<Scalar>& strip = work.strip;
    Scalar most[2][T::cells], sum[2][T::cells];
    for (int r = 0; r < strip.rows; ++r) {
      pack_tile(row(scores.q, h, cell + r * own.extent(2)), scores.width(), span.count,
                scores.scale / scores.tau(h), work.q[r]);
      spread_bias<Scalar>(strip.row[r], work.bias, work.z[r]);
    }
    strip.score(0, work.q, work.z);
    for (int r = 0; r < strip.rows; ++r) {
      strip.mask(r, span.begin, work.z[r]);
      softmax(work.z[r], strip.row[r].taps, most[r], sum[r]);
    }
    strip.mix(1, work.z, work.o);
    for (int r = 0; r < strip.rows; ++r)
      write(work.o[r], h, cell + r * own.extent(2), span.count, most[r], sum[r]);
  }

  void write(Scalar* o, Index h, Index cell, Index count, const Scalar* most, Scalar* sum) const {
    const Index width = v.extent(2);
    for (Index l = 0; l < count; ++l)
      out.lse(h, cell + l) = sum[l] == 0 ? no_score<Scalar> : most[l] + Kokkos::log(sum[l]);
    for (int l = 0; l < T::cells; ++l) sum[l] = sum[l] == 0 ? Scalar(0) : 1 / sum[l];
    for (Index e = 0; e < width; ++e)
      for (int r = 0; r < T::V; ++r) {
        Scalar* const x = o + e * T::cells + r * T::W;
        simd::store(x, simd::load(x) * simd::load(sum + r * T::W));
      }
    unpack(o, width, count, row(out.o, h, cell), false);
  }

  // z becomes e^(z - most), lane by lane; most is finite where no key takes part.
  static void softmax(Scalar* z, Index taps, Scalar* most, Scalar* total) {
    simd::Vector<Scalar> top[T::V], sum[T::V] = {};
    for (int r = 0; r < T::V; ++r) top[r] = simd::splat(-Kokkos::Experimental::finite_max_v<Scalar>);
    for (Index o = 0; o < taps; ++o)
#pragma GCC unroll 2
      for (int r = 0; r < T::V; ++r) top[r] = simd::max(top[r], simd::load(z + o * T::cells + r * T::W));
    for (Index o = 0; o < taps; ++o)
#pragma GCC unroll 2
      for (int r = 0; r < T::V; ++r) {
        Scalar* const here = z + o * T::cells + r * T::W;
        const auto p = power<Scalar>(simd::load(here) - top[r]);
        sum[r] += p;
        simd::store(here, p);
      }
    for (int r = 0; r < T::V; ++r) {
      simd::store(most + r * T::W, top[r]);
      simd::store(total + r * T::W, sum[r]);
    }
  }
};

template <class Tiles> void run_tiles(const std::string& label, const Tiles& tiles, Index heads) {
  const Index strips = heads * tiles.walk.all();
  if (strips == 0) return;
  Kokkos::parallel_for(label,
                       Teams(static_cast<int>(strips), 1)
                           .set_scratch_size(1, Kokkos::PerTeam(static_cast<int>(tiles.bytes() + 64))),
                       tiles);
}

}  // namespace attune::attention::window::content
