// attention/tiles/forward_block.cpp
#include "attention/tiles/forward_block.hpp"

namespace attune::attention::tiles {
namespace {

// How far, in units of log2, a score may exceed m before the sums are rescaled.
constexpr int slack = 24;

// Raises m to the largest of `count` new scores where one of them exceeds the limit, and everything that was
// relative to m with it: the scores themselves, l, o and the p of earlier keys.
template <int V, class Scalar>
[[gnu::noinline]] void raise(const ForwardBlock<Scalar>& block, Scalar* scores, int count, Scalar* p,
                             Index earlier) {
  constexpr int P = V * simd::width<Scalar>;
  Scalar by[P], factor[P];
  for (int i = 0; i < P; ++i) {
    Scalar most = scores[i];
    for (int r = 1; r < count; ++r) most = scores[r * P + i] > most ? scores[r * P + i] : most;
    const bool seen = block.limit[i] > 0, grows = most > block.limit[i];
    by[i] = grows ? most : Scalar(0);
    factor[i] = seen && grows ? Kokkos::exp2(-most) : Scalar(1);
    if (grows) block.limit[i] = slack;
    block.minus_m[i] -= by[i];
    block.l[i] *= factor[i];
  }
  const auto each = [&](Scalar* x, Index rows, const auto& change) {
    for (Index r = 0; r < rows; ++r)
      for (int i = 0; i < P; ++i) x[r * P + i] = change(x[r * P + i], i);
  };
  each(scores, count, [&](Scalar s, int i) { return s - by[i]; });
  each(p, earlier, [&](Scalar x, int i) { return x * factor[i]; });
  each(block.o_t, block.value_width, [&](Scalar x, int i) { return x * factor[i]; });
}

// The weights of R keys, from `key` on. m is taken off at the end: sums that start far from zero round more.
template <int R, int V, class Scalar>
ATTUNE_INLINE void weigh(const ForwardBlock<Scalar>& block, const Rows<Scalar>& k, Index key,
                         const Additive<Scalar>& additive, Scalar* p) {
  constexpr int W = simd::width<Scalar>, P = V * W;
  simd::Vector<Scalar> s[R][V], most[V], limit[V], l[V];
  begin(s, additive.tile ? additive.tile + key * P : nullptr, additive.factor);
  accumulate(s, block.width, {k.data + key * k.pitch, k.pitch, 1}, block.q_t, P);
  add_to_lanes(s, block.minus_m);

#pragma GCC unroll 8
  for (int v = 0; v < V; ++v) {
    most[v] = s[0][v];
#pragma GCC unroll 8
    for (int r = 1; r < R; ++r) most[v] = simd::max(most[v], s[r][v]);
    limit[v] = simd::load(block.limit + v * W);
  }
  if (simd::any_greater(most, limit)) [[unlikely]] {
    Scalar scores[R * P];
    store_tile(s, scores, P);
    raise<V>(block, scores, R, p, key);
    load_tile(s, scores, P);
  }
#pragma GCC unroll 8
  for (int v = 0; v < V; ++v) l[v] = simd::load(block.l + v * W);
#pragma GCC unroll 8
  for (int r = 0; r < R; ++r)
#pragma GCC unroll 8
    for (int v = 0; v < V; ++v) {
      const auto weight = simd::exp2(s[r][v]);
      simd::store(p + (key + r) * P + v * W, weight);
      l[v] += weight;
    }
#pragma GCC unroll 8
  for (int v = 0; v < V; ++v) simd::store(block.l + v * W, l[v]);
}

// Fewer than R keys, at once as well.
template <int R, int V, class Scalar>
ATTUNE_INLINE void weigh_rest(const ForwardBlock<Scalar>& block, const Rows<Scalar>& k, Index key, int rest,
                              const Additive<Scalar>& additive, Scalar* p) {
  if (rest == R) return weigh<R, V>(block, k, key, additive, p);
  if constexpr (R > 1) weigh_rest<R - 1, V>(block, k, key, rest, additive, p);
}

template <int V, class Scalar>
void absorb(const ForwardBlock<Scalar>& block, const Rows<Scalar>& k, const Rows<Scalar>& v, int keys,
            const Additive<Scalar>& additive, Scalar* p) {
  constexpr int R = keys_at_once, P = V * simd::width<Scalar>;
  Index key = 0;
  for (; key + R <= keys; key += R) weigh<R, V>(block, k, key, additive, p);
  weigh_rest<R - 1, V>(block, k, key, static_cast<int>(keys - key), additive, p);
  add_product<V, Scalar>(block.o_t, P, block.value_width, {{v.data, 1, v.pitch}, p, P, keys});
}

}  // namespace

template <class Scalar> void ForwardBlock<Scalar>::start(Scalar* memory) {
  q_t = memory;
  o_t = q_t + width * pitch();
  minus_m = o_t + value_width * pitch();
  l = minus_m + pitch();
  limit = l + pitch();
  for (Scalar* x = o_t; x < limit; ++x) *x = 0;
  for (Index i = 0; i < pitch(); ++i) limit[i] = minus_infinity<Scalar>;
}

template <class Scalar>
void ForwardBlock<Scalar>::absorb(const Rows<Scalar>& k, const Rows<Scalar>& v, int keys,
                                  const Additive<Scalar>& additive, Scalar* p) const {
  if (vectors == 3)
    tiles::absorb<3>(*this, k, v, keys, additive, p);
  else if (vectors == 2)
    tiles::absorb<2>(*this, k, v, keys, additive, p);
  else
    tiles::absorb<1>(*this, k, v, keys, additive, p);
}

template <class Scalar>
void ForwardBlock<Scalar>::finish(int queries, double sink, double gain, Scalar* o, Index o_pitch,
                                  Scalar* lse, Index lse_pitch) const {
  constexpr Index most_lanes = most_vectors * simd::width<Scalar>;
  Scalar factor[most_lanes] = {};
  for (int i = 0; i < queries; ++i) {
    const bool seen = limit[i] > 0 || l[i] != 0;  // NaN too
    const double of_keys = seen ? -double(minus_m[i]) : double(minus_infinity<Scalar>),
                 of_sink = sink * log2_e<double>;
    const double most = of_keys > of_sink ? of_keys : of_sink;
    if (most == double(minus_infinity<Scalar>)) {
      lse[i * lse_pitch] = minus_infinity<Scalar>;
      continue;
    }
    const double share = seen ? Kokkos::exp2(of_keys - most) : 0;
    const double sum = share * double(l[i]) + Kokkos::exp2(of_sink - most);
    factor[i] = static_cast<Scalar>(gain * share / sum);
    lse[i * lse_pitch] = static_cast<Scalar>((most + Kokkos::log2(sum)) / log2_e<double>);
  }
  for (Index e = 0; e < value_width; ++e)
    for (Index i = 0; i < pitch(); ++i) o_t[e * pitch() + i] *= factor[i];
  transpose<Scalar>(o_t, pitch(), value_width, queries, o, o_pitch);
}

template struct ForwardBlock<float>;
template struct ForwardBlock<double>;

}  // namespace attune::attention::tiles
