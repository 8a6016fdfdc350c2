// attention/window/forward_march.hpp
//
// Windows whose shape the compiler knows: a thread takes each number from scratch once a plane and a column
// and adds it to every cell of its own that sees it, in all planes at once. Weights are operands that lie in
// the memory of constants: a call allocates nothing. With the sums of 2 z + 1 planes in registers, shifted as planes pass, every o_i is
// the chain of fused multiply-adds in the order of the list: the bits of forward_blocks.hpp.
//
// Cost     a cell and plane: (2 x + 1) (1 + 2 y / depth) reads of scratch, W fused multiply-adds
#pragma once

#include "attention/window/kept.hpp"
#include "attention/window/shapes.hpp"
#include "core/core/march.hpp"

namespace attune::attention::window {

template <class Scalar, class Shape> struct ForwardMarch {
  using Reach = Shape;
  using T = scratch::Tile<Scalar, Reach>;
  // Three teams keep memory busy while one computes; where arithmetic is the bound, registers count more.
  static constexpr int teams = Shape::count > 27 ? 2 : 3;
  struct State {
    Scalar sum[2 * Shape::z + 1][T::depth] = {};
  };
  using Sums = Scalar (&)[2 * Shape::z + 1][T::depth];

  scratch::Stored<Scalar> o;
  Kept<Scalar> kept;
  Kokkos::Array<Scalar, Shape::count> p;  // as listed

  KOKKOS_FUNCTION void absorb(State& state, const Scalar* cell, const scratch::Spot& spot) const {
    ATTUNE_UNROLL
    for (int y = -Shape::y; y < T::depth + Shape::y; ++y) {
      Scalar u[2 * Shape::x + 1];
      ATTUNE_UNROLL
      for (int dx = -Shape::x; dx <= Shape::x; ++dx) u[dx + Shape::x] = cell[y * T::pitch + dx];
      absorb_row(state.sum, u, y);
    }
    if (spot.finishes && spot.cells > 0) write(state.sum[0], spot);
    shift(state.sum);
  }

  // u of the row y cells below the thread's first one.
  KOKKOS_FUNCTION void absorb_row(Sums sum, const Scalar* u, int y) const {
    ATTUNE_UNROLL
    for (int dz = -Shape::z; dz <= Shape::z; ++dz) {
      ATTUNE_UNROLL
      for (int dy = -Shape::y; dy <= Shape::y; ++dy) {
        ATTUNE_UNROLL
        for (int dx = -Shape::x; dx <= Shape::x; ++dx) {
          const int row = y - dy;
          if (row < 0 || row >= T::depth || !Shape::has(dz, dy, dx)) continue;
          Scalar& one = sum[Shape::z - dz][row];
          one = Kokkos::fma(p[Shape::place(dz, dy, dx)], u[dx + Shape::x], one);
        }
      }
    }
  }
  KOKKOS_FUNCTION void write(Scalar* sum, const scratch::Spot& spot) const {
    const int k = spot.plane - Shape::z;
    Scalar* const first = o.at(k, spot.row, spot.column);
    const bool divides = kept.keys.masks, whole = kept.keep_all(k, spot.row, spot.column, spot.cells);
    if (divides && whole) {
      ATTUNE_UNROLL
      for (int r = 0; r < T::depth; ++r) sum[r] /= kept.all;
    }
    scratch::write<T::depth>(sum, first, o.row, spot.cells);
    if (!divides || whole) return;
    for (int r = 0; r < spot.cells; ++r)  // few cells: what they need stays out of the registers of the rest
      first[r * o.row] = kept.mean(first[r * o.row], weight_of(k, spot.row + r, spot.column));
  }
  KOKKOS_FUNCTION Scalar weight_of(int k, int j, int i) const {
    Scalar sum = 0;
    for (int dz = -Shape::z; dz <= Shape::z; ++dz)
      for (int dy = -Shape::y; dy <= Shape::y; ++dy)
        for (int dx = -Shape::x; dx <= Shape::x; ++dx)
          if (Shape::has(dz, dy, dx) && kept.keeps(k + dz, j + dy, i + dx))
            sum += p[Shape::place(dz, dy, dx)];
    return sum;
  }
  KOKKOS_FUNCTION void shift(Sums sum) const {
    ATTUNE_UNROLL
    for (int z = 0; z < 2 * Shape::z; ++z) {
      ATTUNE_UNROLL
      for (int r = 0; r < T::depth; ++r) sum[z][r] = sum[z + 1][r];
    }
    ATTUNE_UNROLL
    for (int r = 0; r < T::depth; ++r) sum[2 * Shape::z][r] = 0;
  }
};

// Where the numbers are and go.
template <class Scalar> struct Stencilled {
  const Field<Scalar>& u;
  const Window& window;
  const Table& table;
  const Field<Scalar>& o;
};

// False, with nothing done, if the window has another shape, or a team cannot be as large as a tile.
template <class Shape, class Scalar> bool march_of(const Stencilled<Scalar>& in, int threads) {
  if (!is_listed<Shape>(in.window.offsets)) return false;
  const auto p = weights(in.table);
  ForwardMarch<Scalar, Shape> body{scratch::Stored<Scalar>(in.o), Kept<Scalar>(in.window, p, in.u.box), {}};
  for (int w = 0; w < Shape::count; ++w) body.p[w] = Scalar(p[static_cast<std::size_t>(w)]);
  return scratch::march("attention::window::forward", in.u, key_spans(in.window, in.u.box), body, threads);
}

template <class... Shapes> struct Marches {
  template <class Scalar> static bool any(const Stencilled<Scalar>& in, int threads) {
    return (march_of<Shapes>(in, threads) || ...);
  }
};
using ShippedMarches =
    Marches<BoxShape<0, 1, 1>, BoxShape<0, 2, 2>, BoxShape<1, 1, 1>, BoxShape<2, 2, 2>, StarShape<0, 1, 1>,
            StarShape<0, 2, 2>, StarShape<1, 1, 1>, StarShape<2, 2, 2>>;

// `threads` of a team; a device needs 256.
template <class Scalar>
bool forward_in_planes(const Field<Scalar>& u, const Window& window, const Table& table,
                       const Field<Scalar>& o, int threads = on_host ? 1 : 256) {
  require_keys_stored(window, u.box, u.halo);
  return ShippedMarches::any(Stencilled<Scalar>{u, window, table, o}, threads);
}

}  // namespace attune::attention::window
