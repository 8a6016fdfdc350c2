// attention/window/window.hpp
//
// Position-only window attention: the learned stencil. Cell i attends to the cells i + offset_o of a list of
// offsets, with a bias for each offset and no content:
//
//   s_o  = b_o / tau                                a_io = 1 where the key i + offset_o takes part, else 0
//   p_io = a_io exp(s_o) / sum_o' a_io' exp(s_o')   o_i  = sum_o p_io u_{i + offset_o}
//
// A row in which no key takes part gives o_i = 0. Along each axis a key beyond the own cells is
//   ghost      read from the ghosts of u: exchanged between ranks, wrapped or reflected before the call
//   periodic   the own cell it wraps to; this rank owns the whole axis
//   open       read from the ghosts where it lies inside the whole grid, else it takes no part (a_io = 0)
//
// Gradients, for a loss L with d_o = dL/do:
//   d_b_o = (1 / tau) sum_i p_io d_o_i (u_{i + offset_o} - o_i)        d_tau = -sum_o d_b_o b_o / tau
//   d_u_j = sum_o p_{j - offset_o, o} d_o_{j - offset_o}               ghosts of u included
//
// Source   relative position bias of Shaw et al. 2018 [shaw2018] alone; as a stencil: Cordonnier et al.
//          [cordonnier2020]
// Shapes   u, o, d_o, d_u (nz, ny, nx) own cells, halos of their own; b, p (W), W offsets (z, y, x)
// Cost     forward 2 W flops a cell; bytes: u once, o once
// Memory   offsets and weights; with an open axis the gradients one number a cell beside
// Order    o_i: one sum over the offsets as they are listed, d_u_j from the last to the first; a processor takes
//          those of a box plane by plane, there column by column, and forms every sum as
//          a chain of fused multiply-adds from zero in every tile and at every edge, so that the bits of o_i
//          do not depend on how the grid is cut among ranks and threads
// Limits   float, double; any list of offsets, repeated ones included; 64-bit sizes; o and u do not overlap
#pragma once

#include <vector>

#include "core/core/communicator.hpp"
#include "core/core/field.hpp"
#include "core/core/measure.hpp"

namespace attune::attention::window {

enum class Edge { ghost, periodic, open };

// Which keys a cell sees.
struct Window {
  std::vector<Triple> offsets;  // (W), each (z, y, x) in cells
  Kokkos::Array<Edge, 3> edges{Edge::ghost, Edge::ghost, Edge::ghost};
  Box whole;  // the whole grid; open axes end with it
};

// The parameters: a table of biases and a temperature.
struct Table {
  std::vector<double> bias;  // (W)
  double temperature = 1;
};

struct TableGradient {
  std::vector<double> d_bias;  // (W)
  double d_temperature = 0;
};

// p_o of a cell for which every key takes part. Shape (W).
std::vector<double> weights(const Table& table);

// Throws BrokenPromise if the window needs ghosts that u has not.
template <class Scalar>
void forward(const Field<Scalar>& u, const Window& window, const Table& table, const Field<Scalar>& o);

// Gradient of the table, summed over the cells of every rank. o is forward's output.
template <class Scalar>
TableGradient backward_table(const Field<Scalar>& u, const Window& window, const Table& table,
                             const Field<Scalar>& o, const Field<Scalar>& d_o, const Communicator& ranks);

// Gradient of u. The ghosts of d_u take what flows to the ghosts of u; adding it to the cells that they stand
// for is the caller's.
template <class Scalar>
void backward_input(const Field<Scalar>& d_o, const Window& window, const Table& table,
                    const Field<Scalar>& d_u);

inline Cost forward_cost(const Box& own, std::size_t offsets, std::size_t bytes_of_scalar) {
  const auto cells = static_cast<double>(own.cells());
  return {2.0 * cells * static_cast<double>(offsets), 2.0 * cells * static_cast<double>(bytes_of_scalar)};
}

// Lists of offsets in D dimensions, in row-major order: |offset_a| <= reach along each axis (box), along one
// axis at a time (star), or |offset|^2 <= reach^2 (ball).
std::vector<Triple> box_offsets(int dimensions, Index reach);
std::vector<Triple> star_offsets(int dimensions, Index reach);
std::vector<Triple> ball_offsets(int dimensions, Index reach);

// The offsets stretched by a factor along each axis: the same number of keys from further away.
std::vector<Triple> dilated(const std::vector<Triple>& offsets, const Triple& factor);

}  // namespace attune::attention::window
