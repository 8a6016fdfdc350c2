// attention/tiles/product.hpp
//
// The one inner loop of the tiled kernels: a product held in registers,
//
//   c[r][v] += sum_t a_rt b_tv       r = 0 .. R - 1 numbers a step, v = 0 .. V - 1 registers a step
//
// a_rt = a[r * row + t * step] is read one number at a time and spread over the lanes, b_tv = b[t * pitch + v
// * width ..] is read as registers. So whatever lies along the lanes of b (queries, or channels) lies along
// the lanes of c, and neither is packed.
//
// Cost     R V fused multiply-adds, V + R loads a step: with R = 4, V = 3 (16 registers) or R = 8, V = 3 (32)
//          the loads hide behind the arithmetic
#pragma once

#include "core/core/simd.hpp"
#include "core/core/views.hpp"

namespace attune::attention::tiles {

// A tile of sums is V registers wide and has as many rows as the registers of the processor hold beside the
// operands.
template <int V>
inline constexpr int rows_of = (simd::registers - V - 1) / V >= 8   ? 8
                               : (simd::registers - V - 1) / V >= 6 ? 6
                                                                    : 4;

// Keys that meet a block of queries at a time: the same for blocks of any width, so that what a query gets
// does not depend on how many queries lie beside it.
inline constexpr int keys_at_once = simd::registers >= 32 ? 8 : 4;

template <class Scalar> struct Operand {
  const Scalar* data;
  Index row, step;
};

template <int R, int V, class Scalar>
ATTUNE_INLINE void accumulate(simd::Vector<Scalar> (&c)[R][V], Index steps, const Operand<Scalar>& a,
                              const Scalar* b, Index pitch) {
  constexpr int W = simd::width<Scalar>;
#pragma GCC unroll 2
  for (Index t = 0; t < steps; ++t) {
    simd::Vector<Scalar> wide[V];
#pragma GCC unroll 8
    for (int v = 0; v < V; ++v) wide[v] = simd::load(b + t * pitch + v * W);
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r) {
      const auto one = simd::splat(a.data[r * a.row + t * a.step]);
#pragma GCC unroll 8
      for (int v = 0; v < V; ++v) c[r][v] = simd::multiply_add(one, wide[v], c[r][v]);
    }
  }
}

template <int R, int V, class Scalar>
ATTUNE_INLINE void load_tile(simd::Vector<Scalar> (&c)[R][V], const Scalar* from, Index pitch) {
#pragma GCC unroll 8
  for (int r = 0; r < R; ++r)
#pragma GCC unroll 8
    for (int v = 0; v < V; ++v) c[r][v] = simd::load(from + r * pitch + v * simd::width<Scalar>);
}

template <int R, int V, class Scalar>
ATTUNE_INLINE void store_tile(const simd::Vector<Scalar> (&c)[R][V], Scalar* to, Index pitch) {
#pragma GCC unroll 8
  for (int r = 0; r < R; ++r)
#pragma GCC unroll 8
    for (int v = 0; v < V; ++v) simd::store(to + r * pitch + v * simd::width<Scalar>, c[r][v]);
}

// c = factor tile, or 0 without one; rows of the tile are V registers apart.
template <int R, int V, class Scalar>
ATTUNE_INLINE void begin(simd::Vector<Scalar> (&c)[R][V], const Scalar* tile, Scalar factor) {
  if (tile) load_tile(c, tile, V * simd::width<Scalar>);
#pragma GCC unroll 8
  for (int r = 0; r < R; ++r)
#pragma GCC unroll 8
    for (int v = 0; v < V; ++v) c[r][v] = tile ? c[r][v] * simd::splat(factor) : simd::splat(Scalar(0));
}

// c[r][v] += x[v] for every row.
template <int R, int V, class Scalar>
ATTUNE_INLINE void add_to_lanes(simd::Vector<Scalar> (&c)[R][V], const Scalar* x) {
#pragma GCC unroll 8
  for (int v = 0; v < V; ++v) {
    const auto of_lanes = simd::load(x + v * simd::width<Scalar>);
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r) c[r][v] += of_lanes;
  }
}

// A product that is added to rows of c.
template <class Scalar> struct Product {
  Operand<Scalar> a;
  const Scalar* b;
  Index pitch, steps;
};

// c += the products, one after the other, for any number of rows, c in memory.
template <int V, class Scalar>
ATTUNE_INLINE void add_products(Scalar* c, Index c_pitch, Index rows, const Product<Scalar>* products,
                                int count) {
  constexpr int R = rows_of<V>;
  Index row = 0;
  const auto some = [&]<int at_once>(std::integral_constant<int, at_once>) __attribute__((always_inline)) {
    simd::Vector<Scalar> sum[at_once][V];
    load_tile(sum, c + row * c_pitch, c_pitch);
    for (int n = 0; n < count; ++n) {
      const auto& [a, b, pitch, steps] = products[n];
      accumulate(sum, steps, {a.data + row * a.row, a.row, a.step}, b, pitch);
    }
    store_tile(sum, c + row * c_pitch, c_pitch);
    row += at_once;
  };
  while (rows - row >= R) some(std::integral_constant<int, R>{});
  if constexpr (R > 4)
    if (rows - row >= 4) some(std::integral_constant<int, 4>{});
  if (rows - row >= 2) some(std::integral_constant<int, 2>{});
  if (rows - row >= 2) some(std::integral_constant<int, 2>{});
  if (rows - row >= 1) some(std::integral_constant<int, 1>{});
}

template <int V, class Scalar>
ATTUNE_INLINE void add_product(Scalar* c, Index c_pitch, Index rows, const Product<Scalar>& product) {
  add_products<V, Scalar>(c, c_pitch, rows, &product, 1);
}

}  // namespace attune::attention::tiles
