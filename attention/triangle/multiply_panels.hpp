// attention/triangle/multiply_panels.hpp
//
// The arithmetic of the tiled triangle multiplication, on packed numbers: for rows x, columns y, steps s and
// a cache line of channels
//
//   sum_xy += sum_s left_xs right_ys        channel by channel
//
// Channels lie along the lanes, so nothing is ever transposed: packing copies registers from where a step is
// many pages from the next to where it is the next number. A tile of sums, tile_rows x tile_columns places of
// one register of channels, stays in registers while s runs: R V multiply-adds for R + V loads.
//
// Layouts  left (register, row panel, step, tile_rows, lanes), right (register, column panel, step,
//          tile_columns, lanes), sum (register, column panel, row panel, tile_rows, tile_columns, lanes)
// Cost     2 rows columns steps channels flops. A tile with 64 steps reads 14 KiB, of which the panels of
//          `right` stay in the first cache; `left` comes from the second at 7 bytes a clock or so, sums from
//          the third at 2
#pragma once

#include "attention/tiles/product.hpp"

namespace attune::attention::triangle::multiply {

inline constexpr int tile_rows = simd::registers >= 32 ? 6 : 4, tile_columns = simd::registers >= 32 ? 4 : 3;
inline constexpr int line_registers = simd::bytes < 64 ? 64 / simd::bytes : 1;  // of a cache line
inline constexpr Index most_steps = 2048 / simd::bytes;  // packed at a time
template <class Scalar> inline constexpr int line_channels = line_registers* simd::width<Scalar>;

inline constexpr Index panels(Index places, Index of) { return (places + of - 1) / of; }

// `places` x `steps` vectors of 1 .. line_channels channels, in memory.
template <class Scalar> struct Strip {
  const Scalar* data;
  Index places, steps;
  Index of_place, of_step;  // strides
  Index channels;

  Index registers() const { return panels(channels, simd::width<Scalar>); }
};

// One channel at a time; lanes without a channel are 0.
template <int P, class Scalar> void pack_some(Scalar* to, const Strip<Scalar>& from, Index panel) {
  constexpr Index W = simd::width<Scalar>;
  const Index pitch = panels(from.places, P) * from.steps * P * W;
  for (Index s = 0; s < from.steps; ++s)
    for (Index t = 0; t < P; ++t) {
      const Index place = panel * P + t < from.places ? panel * P + t : from.places - 1;
      const Scalar* const vector = from.data + place * from.of_place + s * from.of_step;
      for (Index c = 0; c < from.registers() * W; ++c)
        to[c / W * pitch + (s * P + t) * W + c % W] = c < from.channels ? vector[c] : Scalar(0);
    }
}

// P places a panel; the last panel repeats the last place where there are fewer.
template <int P, class Scalar> void pack(Scalar* to, const Strip<Scalar>& from) {
  constexpr Index W = simd::width<Scalar>;
  const Index count = panels(from.places, P), pitch = count * from.steps * P * W;
  for (Index panel = 0; panel < count; ++panel, to += from.steps * P * W) {
    if (from.channels < line_channels<Scalar>) {
      pack_some<P>(to, from, panel);
      continue;
    }
    const Scalar* place[P];
    for (Index t = 0; t < P; ++t)
      place[t] = from.data + (panel * P + t < from.places ? panel * P + t : from.places - 1) * from.of_place;
    for (Index s = 0; s < from.steps; ++s)
#pragma GCC unroll 8
      for (Index t = 0; t < P; ++t)
#pragma GCC unroll 4
        for (Index v = 0; v < line_registers; ++v)
          simd::store(to + v * pitch + (s * P + t) * W, simd::load(place[t] + s * from.of_step + v * W));
  }
}

// Packed numbers of a line of channels: all rows of a block, a group of columns, some steps.
template <class Scalar> struct Panels {
  const Scalar *left, *right;
  Scalar* sum;  // of the first column of the group
  Index sum_pitch;  // from a register of channels to the next
  Index registers, row_panels, column_panels, steps;
  bool fresh;  // the sums begin here
};

template <class Scalar>
ATTUNE_INLINE void add_tile(Scalar* sum, const Scalar* left, const Scalar* right, Index steps, bool fresh) {
  constexpr int R = tile_rows, V = tile_columns, W = simd::width<Scalar>;
  simd::Vector<Scalar> c[R][V] = {};
  if (!fresh) tiles::load_tile(c, sum, V * W);
#pragma GCC unroll 2
  for (Index s = 0; s < steps; ++s) {
    simd::Vector<Scalar> of_right[V];
#pragma GCC unroll 8
    for (int v = 0; v < V; ++v) of_right[v] = simd::load(right + (s * V + v) * W);
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r) {
      const auto of_left = simd::load(left + (s * R + r) * W);
#pragma GCC unroll 8
      for (int v = 0; v < V; ++v) c[r][v] = simd::multiply_add(of_left, of_right[v], c[r][v]);
    }
  }
  tiles::store_tile(c, sum, V * W);
}

// The products alone; what the kernel costs beside them is packing.
template <class Scalar> void add_products(const Panels<Scalar>& p) {
  constexpr Index R = tile_rows, V = tile_columns, W = simd::width<Scalar>;
  for (Index v = 0; v < p.registers; ++v)
    for (Index x = 0; x < p.row_panels; ++x)
      for (Index y = 0; y < p.column_panels; ++y)
        add_tile(p.sum + v * p.sum_pitch + (y * p.row_panels + x) * R * V * W,
                 p.left + (v * p.row_panels + x) * p.steps * R * W,
                 p.right + (v * p.column_panels + y) * p.steps * V * W, p.steps, p.fresh);
}

// Where the first register of sum_xy is.
template <class Scalar> Index place_of_sum(Index x, Index y, Index row_panels) {
  constexpr Index R = tile_rows, V = tile_columns;
  return ((y / V * row_panels + x / R) * R * V + x % R * V + y % V) * simd::width<Scalar>;
}

template <class Scalar> void unpack(Scalar* to, Index channels, const Scalar* sum, Index pitch) {
  constexpr Index W = simd::width<Scalar>;
  if (channels == line_channels<Scalar>) {
#pragma GCC unroll 4
    for (Index v = 0; v < line_registers; ++v) simd::store(to + v * W, simd::load(sum + v * pitch));
    return;
  }
  for (Index c = 0; c < channels; ++c) to[c] = sum[c / W * pitch + c % W];
}

}  // namespace attune::attention::triangle::multiply
