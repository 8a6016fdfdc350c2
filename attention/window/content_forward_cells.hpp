// attention/window/content_forward_cells.hpp
//
// One thread works a cell of a head: it runs over the offsets once, with a running softmax, and keeps o_i up
// to date in memory.
#pragma once

#include "attention/running_softmax.hpp"
#include "attention/scores.hpp"
#include "attention/window/content.hpp"
#include "attention/window/keys.hpp"

namespace attune::attention::window::content {

// Numbers of own and of stored cells, and who sees whom.
struct Cells {
  Keys keys;
  Triple halo;
  View1<const Triple> offsets;

  explicit Cells(const Grid& grid)
      : keys(grid.window, grid.own), halo(grid.halo), offsets(device_offsets(grid.window)) {}

  KOKKOS_FUNCTION Index width() const { return offsets.extent(0); }
  KOKKOS_FUNCTION Triple own(Index n) const {
    const Index row = n / keys.shape[2];
    return {row / keys.shape[1], row % keys.shape[1], n - row * keys.shape[2]};
  }
  KOKKOS_FUNCTION Triple stored(Index n) const {  // negative in the ghosts below
    const Index ny = keys.shape[1] + 2 * halo[1], nx = keys.shape[2] + 2 * halo[2], row = n / nx;
    return {row / ny - halo[0], row % ny - halo[1], n - row * nx - halo[2]};
  }
  // The stored cell that own cell i sees at offset o.
  KOKKOS_FUNCTION bool find_key(const Triple& i, Index o, Index& j) const {
    const Triple offset = offsets(o);
    Triple key;
    if (!keys.find({i[0] + offset[0], i[1] + offset[1], i[2] + offset[2]}, key)) return false;
    const Index ny = keys.shape[1] + 2 * halo[1], nx = keys.shape[2] + 2 * halo[2];
    j = ((key[0] + halo[0]) * ny + key[1] + halo[1]) * nx + key[2] + halo[2];
    return true;
  }
  // The own cell that sees stored cell j at offset o.
  KOKKOS_FUNCTION bool find_query(const Triple& j, Index o, Index& i) const {
    Triple query;
    if (!keys.find_query(j, offsets(o), query)) return false;
    i = (query[0] * keys.shape[1] + query[1]) * keys.shape[2] + query[2];
    return true;
  }
};

template <class Scalar> Scores<Scalar> scores(const Inputs<Scalar>& in) {
  return {in.q, in.k, in.bias, in.temperature,
          score_scale<Scalar>(in.scale, static_cast<Index>(in.q.extent(2)))};
}

template <class Scalar> struct ForwardCells {
  Cells cells;
  Scores<Scalar> scores;
  View3<const Scalar> v;
  Outputs<Scalar> out;

  KOKKOS_FUNCTION void operator()(Index n) const {
    const Index h = n / scores.queries(), i = n - h * scores.queries(), width = v.extent(2);
    const Triple at = cells.own(i);
    Scalar* o = row(out.o, h, i);
    clear(o, width);
    RunningSoftmax<Scalar> softmax;
    for (Index w = 0; w < cells.width(); ++w) {
      Index j;
      if (!cells.find_key(at, w, j)) continue;
      const Scalar z = scores(h, i, j, w);
      if (z == -Kokkos::Experimental::infinity_v<Scalar>) continue;
      const auto step = softmax.absorb(z);
      if (step.rescale != 1) multiply(o, step.rescale, width);
      add_scaled(o, step.weight, row(v, scores.group(h), j), width);
    }
    multiply(o, softmax.norm(), width);
    out.lse(h, i) = softmax.log_sum_exp();
  }
};

template <class Scalar>
void require_shapes(const Inputs<Scalar>& in, const Grid& grid, const Outputs<Scalar>& out) {
  require_rows_fit(in, out);
  require_keys_stored(grid.window, grid.own, grid.halo);
  require(static_cast<Index>(in.q.extent(1)) == grid.cells(), "q has a row for every own cell");
  require(static_cast<Index>(in.k.extent(1)) == grid.stored(), "k and v have a row for every stored cell");
  require(heads_fit(in.bias, in.q.extent(0)) &&
              (in.bias.size() == 0 || in.bias.extent(1) == grid.window.offsets.size()),
          "the bias has a number for every offset");
}

template <class Scalar>
void forward_cell_by_cell(const Inputs<Scalar>& in, const Grid& grid, const Outputs<Scalar>& out) {
  require_shapes(in, grid, out);
  Kokkos::parallel_for("attention::window::content::forward",
                       Kokkos::RangePolicy<Device, Kokkos::IndexType<Index>>(
                           0, static_cast<Index>(in.q.extent(0)) * grid.cells()),
                       ForwardCells<Scalar>{Cells(grid), scores(in), in.v, out});
}

}  // namespace attune::attention::window::content
