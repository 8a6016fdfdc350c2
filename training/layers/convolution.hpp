// training/layers/convolution.hpp
//
// Convolution with a box of odd extents, stride 1, on grids in one to three dimensions:
//
//   y_i = b + sum_o x_{i + o} W_o          W_o (in, out), offsets o of the box in row-major order
//
//   d_x_j = sum_o d_y_{j - o} W_o^T        d_W_o += sum_i x_{i + o}^T d_y_i       d_b += sum_i d_y_i
//
// so the gradient of the input is the convolution of d_y with the offsets negated and each W_o transposed.
// Beyond the grid an axis is zero, or circular: the cell it wraps to. Written as a linear layer of gathered
// neighbours: the rows (x_{i + o})_o of up to 4096 cells at a time, times W.
//
// Shapes   x (samples cells, in), y (samples cells, out): channels last, cells in row-major order, sample by
//          sample; weight (offsets in, out), bias (out). One dimension: cells {1, 1, n}, box {1, 1, k}
// Cost     2 samples cells offsets in out flops; memory 4096 offsets max(in, out) scalars, whatever the grid
// Limits   float, double; boxes wider than the grid are allowed
#pragma once

#include "core/core/box.hpp"
#include "training/layers/linear.hpp"

namespace attune::training::layers::convolution {

enum class Edge { zero, circular };

struct Grid {
  Index samples = 1;
  Triple cells{1, 1, 1}, box{1, 1, 1};
  Kokkos::Array<Edge, 3> edges{Edge::zero, Edge::zero, Edge::zero};

  KOKKOS_FUNCTION Index rows() const { return samples * cells[0] * cells[1] * cells[2]; }
  KOKKOS_FUNCTION Index offsets() const { return box[0] * box[1] * box[2]; }
};

template <class Scalar> using Weights = linear::Weights<Scalar>;

template <class Scalar> Weights<Scalar> make(const Grid& grid, Index in, Index out) {
  return linear::make<Scalar>(grid.offsets() * in, out);
}

template <class Scalar>
void forward(const Weights<Scalar>& w, const Grid& grid, const Input<Scalar>& x, const View2<Scalar>& y);

// Adds to d_w.
template <class Scalar>
void backward_weights(const Grid& grid, const Input<Scalar>& x, const Input<Scalar>& d_y,
                      const Weights<Scalar>& d_w);

// Writes d_x.
template <class Scalar>
void backward_input(const Weights<Scalar>& w, const Grid& grid, const Input<Scalar>& d_y,
                    const View2<Scalar>& d_x);

}  // namespace attune::training::layers::convolution
