// attention/tiles/backward_block.cpp
#include "attention/tiles/backward_block.hpp"

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

// rows (keys, columns) += the products, columns a whole number of registers.
template <class Scalar>
void add_columns(Scalar* rows, Index pitch, Index columns, int keys, Product<Scalar>* products, int count) {
  constexpr Index W = simd::width<Scalar>;
  for (Index c = 0, at_once; c < columns; c += at_once * W) {
    const Index left = (columns - c) / W;
    at_once = left == 3 || left > 4 ? 3 : left > 1 ? 2 : 1;
    if (at_once == 3)
      add_products<3, Scalar>(rows + c, pitch, keys, products, count);
    else if (at_once == 2)
      add_products<2, Scalar>(rows + c, pitch, keys, products, count);
    else
      add_products<1, Scalar>(rows + c, pitch, keys, products, count);
    for (int n = 0; n < count; ++n) products[n].b += at_once * W;
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
    add_product<V, Scalar>(block.d_q_t, P, block.width, {{k.data, 1, k.pitch}, tiles.d_t, P, keys});
}

}  // namespace

template <class Scalar>
void BackwardBlock<Scalar>::start(Scalar* memory, int queries, const Rows<Scalar>& queries_q,
                                  const Rows<Scalar>& d_o, Scalar factor) {
  const Index P = pitch();
  q = memory;
  g = q + P * row(width);
  q_t = g + P * row(value_width);
  d_q_t = q_t + P * width;
  d_o_t = d_q_t + P * width;
  minus_l = d_o_t + P * value_width;
  minus_l_rest = minus_l + P;
  minus_delta = minus_l_rest + P;
  packed_rows(queries_q.data, queries_q.pitch, queries, width, factor, q, row(width), P);
  packed_rows(d_o.data, d_o.pitch, queries, value_width, gain, g, row(value_width), P);
  along_lanes<Scalar>(q, row(width), P, width, log2_e<Scalar>, q_t, P);
  along_lanes<Scalar>(d_o.data, d_o.pitch, queries, value_width, 1, d_o_t, P);
  for (Index n = 0; n < width * P; ++n) d_q_t[n] = 0;
}

template <class Scalar> void BackwardBlock<Scalar>::set(int query, Scalar l, Scalar delta) {
  const double exact = -double(l) * log2_e<double>;
  const bool none = l == minus_infinity<Scalar>;
  minus_l[query] = none ? l : static_cast<Scalar>(exact);
  minus_l_rest[query] = none ? Scalar(0) : static_cast<Scalar>(exact - double(minus_l[query]));
  minus_delta[query] = -delta;
}

template <class Scalar>
void BackwardBlock<Scalar>::absorb(const Rows<Scalar>& k, const Rows<Scalar>& v, int keys,
                                   const Additive<Scalar>& additive, const Tiles& tiles) const {
  if (vectors == 3)
    attention::tiles::absorb<3>(*this, k, v, keys, additive, tiles);
  else if (vectors == 2)
    attention::tiles::absorb<2>(*this, k, v, keys, additive, tiles);
  else
    attention::tiles::absorb<1>(*this, k, v, keys, additive, tiles);
}

template <class Scalar>
void BackwardBlock<Scalar>::finish(int queries, Scalar factor, Scalar* d_q, Index d_q_pitch,
                                   Into into) const {
  if (into == Into::add)
    return add_transposed<Scalar>(d_q_t, pitch(), width, queries, factor, d_q, d_q_pitch);
  for (Index n = 0; n < width * pitch(); ++n) d_q_t[n] *= factor;
  transpose<Scalar>(d_q_t, pitch(), width, queries, d_q, d_q_pitch);
}

template <class Scalar>
void add_to_keys(const Absorbed<Scalar>* blocks, int count, int keys, const KeyGradients<Scalar>& sums) {
  using Block = BackwardBlock<Scalar>;
  Product<Scalar> of_values[most_blocks], of_keys[most_blocks];
  for (int n = 0; n < count; ++n) {
    const Block& block = *blocks[n].block;
    const Index P = block.pitch();
    of_values[n] = {{blocks[n].p, P, 1}, block.g, Block::row(block.value_width), P};
    of_keys[n] = {{blocks[n].d_t, P, 1}, block.q, Block::row(block.width), P};
  }
  if (count == 0) return;
  if (sums.d_v)
    add_columns(sums.d_v, sums.d_v_pitch, Block::padded(blocks[0].block->value_width), keys, of_values,
                count);
  if (sums.d_k)
    add_columns(sums.d_k, sums.d_k_pitch, Block::padded(blocks[0].block->width), keys, of_keys, count);
}

template struct BackwardBlock<float>;
template struct BackwardBlock<double>;
template void add_to_keys(const Absorbed<float>*, int, int, const KeyGradients<float>&);
template void add_to_keys(const Absorbed<double>*, int, int, const KeyGradients<double>&);

}  // namespace attune::attention::tiles
