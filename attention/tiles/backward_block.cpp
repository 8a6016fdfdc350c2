// attention/tiles/backward_block.cpp
#include "attention/tiles/backward_block.hpp"

#include "attention/running_softmax.hpp"
#include "attention/tiles/lanes.hpp"

namespace attune::attention::tiles {
namespace {

// p and d_t of R keys, from `key` on.
template <int R, int V, class Scalar>
ATTUNE_INLINE void weigh(const BackwardBlock<Scalar>& block, const Rows<Scalar>& k, const Rows<Scalar>& v,
                         Index key, const Additive<Scalar>& additive,
                         const typename BackwardBlock<Scalar>::Tiles& tiles) {
  constexpr int W = simd::width<Scalar>, P = V * W;
  simd::Vector<Scalar> s[R][V];
  begin(s, additive.tile ? additive.tile + key * P : nullptr, additive.factor);
  accumulate(s, block.width, {k.data + key * k.pitch, k.pitch, 1}, block.q_t, P);
  add_to_lanes(s, block.minus_l);
  add_to_lanes(s, block.minus_l_rest);
  if (tiles.scores) store_tile(s, tiles.scores + key * P, P);
#pragma GCC unroll 8
  for (int r = 0; r < R; ++r)
#pragma GCC unroll 8
    for (int n = 0; n < V; ++n) simd::store(tiles.p + (key + r) * P + n * W, simd::exp2(s[r][n]));

  begin<R, V, Scalar>(s, nullptr, 0);
  accumulate(s, block.value_width, {v.data + key * v.pitch, v.pitch, 1}, block.d_o_t, P);
  if (tiles.d_p) store_tile(s, tiles.d_p + key * P, P);
  const auto gain = simd::splat(block.gain);
#pragma GCC unroll 8
  for (int n = 0; n < V; ++n) {
    const auto minus_delta = simd::load(block.minus_delta + n * W);
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r) {
      const Index at = (key + r) * P + n * W;
      simd::store(tiles.d_t + at, simd::multiply_add(s[r][n], gain, minus_delta) * simd::load(tiles.p + at));
    }
  }
}

// rows (keys, columns) += tile (keys, P) x (P, columns), columns a whole number of registers.
template <class Scalar>
void add_rows(Scalar* rows, Index columns, int keys, const Scalar* tile, Index lanes,
              const Scalar* of_lanes) {
  constexpr Index W = simd::width<Scalar>;
  const Operand<Scalar> weights{tile, lanes, 1};
  for (Index c = 0; c < columns;) {
    const Index left = (columns - c) / W;
    if (left == 3 || left > 4)
      add_product<3, Scalar>(rows + c, columns, keys, lanes, weights, of_lanes + c, columns), c += 3 * W;
    else if (left > 1)
      add_product<2, Scalar>(rows + c, columns, keys, lanes, weights, of_lanes + c, columns), c += 2 * W;
    else
      add_product<1, Scalar>(rows + c, columns, keys, lanes, weights, of_lanes + c, columns), c += W;
  }
}

template <int V, class Scalar>
void absorb(const BackwardBlock<Scalar>& block, const Rows<Scalar>& k, const Rows<Scalar>& v, int keys,
            const Additive<Scalar>& additive, const typename BackwardBlock<Scalar>::Tiles& tiles) {
  constexpr int R = keys_at_once, P = V * simd::width<Scalar>;
  Index key = 0;
  for (; key + R <= keys; key += R) weigh<R, V>(block, k, v, key, additive, tiles);
  for (; key < keys; ++key) weigh<1, V>(block, k, v, key, additive, tiles);
  if (block.asks_queries)
    add_product<V, Scalar>(block.d_q_t, P, block.width, keys, {k.data, 1, k.pitch}, tiles.d_t, P);
}

}  // namespace

template <class Scalar> Index BackwardBlock<Scalar>::padded(Index width) {
  return rounded_up(width, simd::width<Scalar>);
}

template <class Scalar> Index BackwardBlock<Scalar>::numbers(Index width, Index value_width, int vectors) {
  return (2 * width + value_width + padded(width) + padded(value_width) + 3) * vectors * simd::width<Scalar>;
}

template <class Scalar>
void BackwardBlock<Scalar>::start(Scalar* memory, int queries, const Rows<Scalar>& queries_q,
                                  const Rows<Scalar>& d_o, Scalar factor) {
  const Index P = pitch();
  q = memory;
  g = q + P * padded(width);
  q_t = g + P * padded(value_width);
  d_q_t = q_t + P * width;
  d_o_t = d_q_t + P * width;
  minus_l = d_o_t + P * value_width;
  minus_l_rest = minus_l + P;
  minus_delta = minus_l_rest + P;
  packed_rows(queries_q.data, queries_q.pitch, queries, width, factor, q, padded(width), P);
  packed_rows(d_o.data, d_o.pitch, queries, value_width, gain, g, padded(value_width), P);
  along_lanes<Scalar>(q, padded(width), P, width, static_cast<Scalar>(log2_e), q_t, P);
  along_lanes<Scalar>(d_o.data, d_o.pitch, queries, value_width, 1, d_o_t, P);
  for (Index n = 0; n < width * P; ++n) d_q_t[n] = 0;
}

template <class Scalar> void BackwardBlock<Scalar>::set(int query, Scalar l, Scalar delta) {
  const double exact = -double(l) * log2_e;
  const bool none = l == minus_infinity<Scalar>;
  minus_l[query] = none ? l : static_cast<Scalar>(exact);
  minus_l_rest[query] = none ? Scalar(0) : static_cast<Scalar>(exact - double(minus_l[query]));
  minus_delta[query] = -delta;
}

template <class Scalar>
void BackwardBlock<Scalar>::absorb(const Rows<Scalar>& k, const Rows<Scalar>& v, int keys,
                                   const Additive<Scalar>& additive, const Tiles& tiles,
                                   const KeyGradients<Scalar>& gradients) const {
  if (vectors == 3)
    attention::tiles::absorb<3>(*this, k, v, keys, additive, tiles);
  else if (vectors == 2)
    attention::tiles::absorb<2>(*this, k, v, keys, additive, tiles);
  else
    attention::tiles::absorb<1>(*this, k, v, keys, additive, tiles);
  if (gradients.d_v) add_rows(gradients.d_v, padded(value_width), keys, tiles.p, pitch(), g);
  if (gradients.d_k) add_rows(gradients.d_k, padded(width), keys, tiles.d_t, pitch(), q);
}

template <class Scalar>
void BackwardBlock<Scalar>::finish(int queries, Scalar factor, Scalar* d_q, Index d_q_pitch) const {
  for (Index n = 0; n < width * pitch(); ++n) d_q_t[n] *= factor;
  transpose<Scalar>(d_q_t, pitch(), width, queries, d_q, d_q_pitch);
}

template struct BackwardBlock<float>;
template struct BackwardBlock<double>;

}  // namespace attune::attention::tiles
