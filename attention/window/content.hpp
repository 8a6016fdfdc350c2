// attention/window/content.hpp
//
// Window attention with content: cell i of a grid attends to the cells i + offset_o of a list of offsets
// (window.hpp says which take part, and what lies beyond the own cells), with queries, keys and a bias for
// each offset; per head h
//
//   z_io = (scale q_i . k_{i + offset_o} + b_o) / tau        scale = 1 / sqrt(D) unless given
//   p_io = exp(z_io - l_i)                                   l_i = log sum_o exp z_io, keys that take part
//   o_i  = sum_o p_io v_{i + offset_o}
//
// A row in which no key takes part gives o_i = 0, l_i = -infinity. A bias of -infinity masks its offset. With
// D = 0 and E = 1 this is the position-only operator of window.hpp.
//
// Gradients, for a loss L with d_o = dL/do and, as l is an output too, d_l = dL/dl:
// content_backward_cells.hpp.
//
// Source   relative position bias: [shaw2018]; local windows of an image: [ramachandran2019], eqs. 1 and 2;
//          [hassani2023], eqs. 2 to 4
// Shapes   cells: the own box in row-major order of (z, y, x); stored: the own box and its ghosts, likewise.
//          H heads read G groups of keys, head h the group h / (H / G)
// Cost     forward 2 H W cells (D + E) flops, backward 8 H W cells (D + E), backward_table at most
//          3 H W cells (D + E) for each of b and tau; bytes: forward_cost()
// Memory   24 W bytes, the offsets, and 8 for each of their planes, twice that for backward; backward_table
//          the partial sums of sum::each as well. A processor's thread keeps the rows of k and v that two rows
//          of cells see, 64 cells wide: about (rows + 1) (64 + columns) (D + E) numbers of a window of rows x
//          columns; backward of a window within its plane about (rows + 1) (48 + columns) (2 D + 2 E + 2 W)
// Order    o, l, d_q: summed in the order of the offsets, d_k, d_v of heads and offsets (by a processor of
//          offsets from the last to the first), each entry by one thread, with the same operations wherever
//          a cell lies: no bits depend on the number of threads, nor those of o, l, d_q on the cut in ranks.
//          d_b, d_tau: exact sums (core/core/sum.hpp), the same for any number of threads and ranks
// Limits   float, double, and but for backward_table bfloat16 (content_rounded.hpp: memory too); any list of
//          offsets, repeated ones included; any H, D, E; tau > 0; scores finite or -infinity; for backward_table
//          all stored v finite
#pragma once

#include <optional>

#include "attention/window/window.hpp"
#include "core/core/bfloat16.hpp"

namespace attune::attention::window::content {

// The cells of this rank and what they see.
struct Grid {
  Window window;
  Box own;
  Triple halo{0, 0, 0};  // ghost cells on either side of each axis, may be none

  Index cells() const { return own.cells(); }
  Index stored() const {
    return (own.extent(0) + 2 * halo[0]) * (own.extent(1) + 2 * halo[1]) * (own.extent(2) + 2 * halo[2]);
  }
};

template <class Scalar> struct Inputs {
  View3<const Scalar> q;  // (H, cells, D)
  View3<const Scalar> k;  // (G, stored, D)
  View3<const Scalar> v;  // (G, stored, E)
  View2<const Accumulated<Scalar>> bias;  // b (H|1, W), or empty
  View1<const Accumulated<Scalar>> temperature;  // tau (H|1), or empty
  std::optional<double> scale;
};

template <class Scalar> struct Outputs {
  View3<Scalar> o;  // (H, cells, E)
  View2<Accumulated<Scalar>> lse;  // l (H, cells)
};

template <class Scalar> struct OutputGradients {
  View3<const Scalar> d_o;  // (H, cells, E)
  View2<const Accumulated<Scalar>> d_lse;  // (H, cells), or empty
};

// Each shaped like its input; an empty one is not computed. The ghosts of d_k and d_v take what flows to the
// ghosts of k and v; adding it to the cells that they stand for is the caller's.
template <class Scalar> struct Gradients { View3<Scalar> d_q, d_k, d_v; };

struct TableGradient {
  std::vector<double> d_bias;  // (H|1, W), row by row; empty where b is
  std::vector<double> d_temperature;  // (H|1); empty where tau is
};

// Throws BrokenPromise if the window needs ghosts that k and v have not, or shapes disagree.
template <class Scalar> void forward(const Inputs<Scalar>& in, const Grid& grid, const Outputs<Scalar>& out);

// `out` is forward's.
template <class Scalar>
void backward(const Inputs<Scalar>& in, const Grid& grid, const Outputs<Scalar>& out,
              const OutputGradients<Scalar>& d_out, const Gradients<Scalar>& gradients);

// Gradients of bias and temperature, summed over the cells of every rank. Collective.
template <class Scalar>
TableGradient backward_table(const Inputs<Scalar>& in, const Grid& grid, const Outputs<Scalar>& out,
                             const OutputGradients<Scalar>& d_out, const Communicator& ranks);

// Flops and bytes of forward if each number is touched once.
template <class Scalar> Cost forward_cost(const Inputs<Scalar>& in, const Grid& grid) {
  const auto rows = static_cast<double>(in.q.extent(0)) * static_cast<double>(grid.cells());
  const auto widths = static_cast<double>(in.q.extent(2) + in.v.extent(2));
  const auto keys = static_cast<double>(in.k.size() + in.v.size());
  return {2 * rows * widths * static_cast<double>(grid.window.offsets.size()),
          (rows * (widths + 1) + keys) * double(sizeof(Scalar))};
}

}  // namespace attune::attention::window::content
