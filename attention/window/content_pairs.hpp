// attention/window/content_pairs.hpp
//
// The two loops of content_tiles.hpp for two rows of cells that see the same partners: what is loaded once is
// used for both. Sums are the same chains as those of one row.
#pragma once

#include "attention/window/content_tiles.hpp"

namespace attune::attention::window::content {

// Of two rows.
template <class Scalar> using Two = Kokkos::Array<Scalar*, 2>;
template <class Scalar> struct PairChannels {
  Two<const Scalar> data;
  Index width, pitch;
  Channels<Scalar> operator[](int r) const { return {data[r], width, pitch}; }
};

// Rows of numbers that the next tiles will read or write: a row of a tile is as many lines of the cache as it
// has channels, so a loop over the channels asks for one line a step.
struct Ahead {
  static constexpr int most = 24, line = 64;
  const char* row[most];
  int count = 0;

  template <class T> void add(const T* first) {
    if (count < most) row[count++] = reinterpret_cast<const char*>(first);
  }
  // Without any left the last one once more: its lines are in the caches.
  const char* take() {
    if (count == 0) return row[0];
    return row[--count];
  }
};

// sum[n][r] of one register of cells, for row r.
template <int count, class Scalar> struct PairSums {
  using T = Tile<Scalar>;
  simd::Vector<Scalar> sum[count][2];

  ATTUNE_INLINE void load(const Two<Scalar>& from) {
#pragma GCC unroll 8
    for (int n = 0; n < count; ++n)
#pragma GCC unroll 2
      for (int r = 0; r < 2; ++r) sum[n][r] = simd::load(from[r] + n * T::cells);
  }
  ATTUNE_INLINE void store(const Two<Scalar>& to) const {
#pragma GCC unroll 8
    for (int n = 0; n < count; ++n)
#pragma GCC unroll 2
      for (int r = 0; r < 2; ++r) simd::store(to[r] + n * T::cells, sum[n][r]);
  }
  ATTUNE_INLINE void absorb(int n, simd::Vector<Scalar> partner, const simd::Vector<Scalar> (&weight)[2]) {
    partner = simd::hold(partner);
#pragma GCC unroll 2
    for (int r = 0; r < 2; ++r) sum[n][r] = simd::multiply_add(weight[r], partner, sum[n][r]);
  }
};

template <int count, class Scalar>
ATTUNE_INLINE void score_pair(const PairChannels<Scalar>& a, const Partners<Scalar>& partners,
                              const Two<Scalar>& z, Ahead& ahead) {
  using T = Tile<Scalar>;
  for (int v = 0; v < T::V; ++v) {
    const Index shift = v * T::W;
    const Scalar* partner[count];
#pragma GCC unroll 8
    for (int o = 0; o < count; ++o) partner[o] = partners.at[o] + partners.shift + shift;
    const Scalar *const one = a.data[0] + shift, *const other = a.data[1] + shift;
    const char* const next = ahead.take();
    PairSums<count, Scalar> sums;
    sums.load({z[0] + shift, z[1] + shift});
    for (Index d = 0; d < a.width; ++d) {
      const simd::Vector<Scalar> weight[2] = {simd::load(one + d * a.pitch), simd::load(other + d * a.pitch)};
      simd::prefetch(next + d * Ahead::line);
#pragma GCC unroll 8
      for (int o = 0; o < count; ++o) sums.absorb(o, simd::load(partner[o] + d * partners.pitch), weight);
    }
    sums.store({z[0] + shift, z[1] + shift});
  }
}

template <class Scalar>
void score_pairs(const PairChannels<Scalar>& a, Partners<Scalar> partners, Index taps, Two<Scalar> z,
                 Ahead& ahead) {
  const auto some = [&]<int count>(std::integral_constant<int, count>) {
    score_pair<count, Scalar>(a, partners, z, ahead);
    partners.at += count;
    taps -= count;
    for (int r = 0; r < 2; ++r) z[r] += count * Tile<Scalar>::cells;
  };
  while (taps >= 6) some(std::integral_constant<int, 6>{});
  while (taps >= 2) some(std::integral_constant<int, 2>{});
  if (taps == 1) some(std::integral_constant<int, 1>{});
}

// x of `count` channels from one on.
template <int count, class Weights, class Scalar>
ATTUNE_INLINE void mix_pair(const Weights (&p)[2], const Partners<Scalar>& partners, Index taps,
                            Index channel, const Two<Scalar>& x) {
  using T = Tile<Scalar>;
  for (int v = 0; v < T::V; ++v) {
    const Index shift = v * T::W, to = channel * T::cells + shift;
    PairSums<count, Scalar> sums;
    sums.load({x[0] + to, x[1] + to});
    for (Index o = 0; o < taps; ++o) {
      const Scalar* const partner = partners.at[o] + partners.shift + channel * partners.pitch + shift;
      const simd::Vector<Scalar> weight[2] = {simd::load(p[0](o) + shift), simd::load(p[1](o) + shift)};
#pragma GCC unroll 8
      for (int d = 0; d < count; ++d) sums.absorb(d, simd::load(partner + d * partners.pitch), weight);
    }
    sums.store({x[0] + to, x[1] + to});
  }
}

template <class Weights, class Scalar>
void mix_pairs(const Weights (&p)[2], const Partners<Scalar>& partners, Index taps, Index width,
               const Two<Scalar>& x) {
  Index d = 0;
  const auto some = [&]<int count>(std::integral_constant<int, count>) {
    mix_pair<count>(p, partners, taps, d, x);
    d += count;
  };
  while (width - d >= 6) some(std::integral_constant<int, 6>{});
  while (width - d >= 2) some(std::integral_constant<int, 2>{});
  if (width - d == 1) some(std::integral_constant<int, 1>{});
}

}  // namespace attune::attention::window::content
