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

#include "attention/running_softmax.hpp"
#include "attention/scores.hpp"
#include "attention/window/content.hpp"
#include "attention/window/content_strip.hpp"

namespace attune::attention::window::content {

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

// Keys and values of group g for a strip of queries.
struct Stored {
  Box own;
  Triple halo;
  Index g;
};
template <class Scalar>
void fill_keys(const Strip<Scalar>& strip, const View3<const Scalar> (&arrays)[2], const Stored& cells,
               const Place& to) {
  const Scalar* found[Tile<Scalar>::cells];
  for (int n = 0; n < 2; ++n) {
    strip.find(stored_rows(arrays[n], cells.g, cells.own, cells.halo), to.plane, to.line, to.x, found);
    pack(found, strip.width[n], Scalar(1), strip.at(n, to), strip.pitch);
  }
}

// The cells of a tile whose rows begin at `first`; those beyond its `count` cells repeat the last.
template <class Scalar>
void pack_tile(const Scalar* first, Index width, Index count, Scalar factor, Scalar* to) {
  constexpr Index cells = Tile<Scalar>::cells;
  const Scalar* found[cells];
  for (Index l = 0; l < cells; ++l) found[l] = first + std::min(l, count - 1) * width;
  pack(found, width, factor, to, cells);
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
        : strip(walk, Strip<Scalar>::pitch_of(walk), {width, value_width, 0, 0}, pieces),
          bias(pieces.take<Scalar>(walk.taps.extent(0))) {
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
    const auto fill = [&](const Place& to) {
      fill_keys<Scalar>(work.strip, {scores.k, v}, {own, halo, scores.group(h)}, to);
    };
    for (Index j = box.lower[1]; j < box.upper[1]; j += 2) {
      work.strip.advance(j, std::min(Index(2), box.upper[1] - j));
      for (Index i = box.lower[2]; i < box.upper[2]; i += T::cells) {
        const Index cell = (box.lower[0] * own.extent(1) + j) * own.extent(2) + i;
        work.strip.reach(i - box.lower[2], fill);
        attend(work, h, cell, {i - box.lower[2], std::min(Index(T::cells), box.upper[2] - i)});
      }
    }
  }

  struct Span {
    Index begin, count;  // from the start of the strip
  };
  void attend(Work& work, Index h, Index cell, Span span) const {
    Strip<Scalar>& strip = work.strip;
    Scalar most[2][T::cells], sum[2][T::cells];
    strip.ahead.count = 0;
    strip.look_ahead(stored_rows(scores.k, scores.group(h), own, halo));
    strip.look_ahead(stored_rows(v, scores.group(h), own, halo));
    for (int r = 0; r < strip.rows; ++r) {
      const Index first = cell + r * own.extent(2);
      strip.ahead.add(row(out.o, h, first));
      strip.ahead.add(row(scores.q, h, first + T::cells));
      pack_tile(row(scores.q, h, first), scores.width(), span.count, scores.scale / scores.tau(h), work.q[r]);
      strip.begin(r, span.begin, work.bias, work.z[r]);
    }
    strip.score(0, span.begin, {{work.q[0], work.q[1]}, scores.width(), T::cells}, work.z);
    for (int r = 0; r < strip.rows; ++r) softmax(work.z[r], strip.row[r].taps, most[r], sum[r]);
    strip.mix(1, span.begin, work.z, work.o);
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

template <class Tiles>
void run_tiles(const std::string& label, const Tiles& tiles, Index of_a_head, Index heads) {
  const Index strips = heads * of_a_head;
  if (strips == 0) return;
  Kokkos::parallel_for(label,
                       Teams(static_cast<int>(strips), 1)
                           .set_scratch_size(1, Kokkos::PerTeam(static_cast<int>(tiles.bytes() + 64))),
                       tiles);
}

}  // namespace attune::attention::window::content
