// training/blocks/triangle_side.hpp
//
// A side of the triangles, some of its channels and a chunk of rows at a time:
//
//   a = m x sigmoid(g),  x = projection(n),  g = gate(n)
//   d_x = d_a m sigmoid(g)        d_g = d_a m x sigmoid'(g)
//
// Backward computes x and g again; their gradients take their place.
#pragma once

#include "training/blocks/normed.hpp"
#include "training/blocks/triangle_multiplication.hpp"
#include "training/layers/activation.hpp"

namespace attune::training::blocks::triangle_multiplication {

using Mask = View1<const std::uint8_t>;  // of the pairs of a chunk; empty: all are there

template <class Scalar> struct GateSide {
  View2<const Scalar> x, gate;
  Mask mask;
  View2<Scalar> side;
  KOKKOS_FUNCTION void operator()(Index p, Index c) const {
    const bool is_pair = mask.size() == 0 || mask(p) != 0;
    side(p, c) = is_pair ? x(p, c) * layers::Sigmoid::value(gate(p, c)) : Scalar(0);
  }
};

template <class Scalar> struct GateSideBackward {
  View2<const Scalar> d_side;
  Mask mask;
  View2<Scalar> x, gate;
  KOKKOS_FUNCTION void operator()(Index p, Index c) const {
    const Scalar seed = mask.size() == 0 || mask(p) != 0 ? d_side(p, c) : Scalar(0);
    const Scalar projected = x(p, c), g = gate(p, c);
    x(p, c) = seed * layers::Sigmoid::value(g);
    gate(p, c) = seed * projected * layers::Sigmoid::slope(g);
  }
};

template <class Scalar> Mask mask_of(const Pairs<Scalar>& in, Index b, const Range& rows) {
  if (in.mask.size() == 0) return {};
  return Mask(in.mask.data() + (b * in.tokens() + rows.first) * in.tokens(), rows.count * in.tokens());
}

// The layer that gives some of the channels.
template <class Scalar>
layers::linear::Weights<Scalar> columns(const layers::linear::Weights<Scalar>& w, const Range& channels) {
  const std::pair<Index, Index> these(channels.first, channels.first + channels.count);
  layers::linear::Weights<Scalar> part;
  part.weight = Kokkos::subview(w.weight, Kokkos::ALL, these);
  if (w.bias.size() > 0) part.bias = Kokkos::subview(w.bias, these);
  return part;
}

template <class Scalar> Side<Scalar> columns(const Side<Scalar>& w, const Range& channels) {
  return {columns(w.projection, channels), columns(w.gate, channels)};
}

template <class Scalar> struct Projected { View2<Scalar> x, gate; };

template <class Scalar> Projected<Scalar> project(const Side<Scalar>& w, const View2<const Scalar>& n) {
  const std::size_t pairs = n.extent(0), width = w.gate.weight.extent(1);
  const Projected<Scalar> result{scratch<Scalar>("triangle_multiplication::x", pairs, width),
                                 scratch<Scalar>("triangle_multiplication::side_gate", pairs, width)};
  layers::linear::forward(w.projection, n, result.x);
  layers::linear::forward(w.gate, n, result.gate);
  return result;
}

template <class Scalar>
void forward_side(const Side<Scalar>& w, const View2<const Scalar>& n, const Mask& mask,
                  const View2<Scalar>& side) {
  const auto projected = project(w, n);
  Kokkos::parallel_for("training::blocks::triangle_multiplication::gate_side",
                       layers::every_entry(side.extent(0), side.extent(1)),
                       GateSide<Scalar>{projected.x, projected.gate, mask, side});
}

template <class Scalar> struct SideGradient {
  View2<const Scalar> d_side;
  Mask mask;
  View2<Scalar> d_n;  // added to
};

template <class Scalar>
void backward_side(const Side<Scalar>& w, const View2<const Scalar>& n, const SideGradient<Scalar>& gradient,
                   const Side<Scalar>& d_w) {
  const auto projected = project(w, n);
  Kokkos::parallel_for("training::blocks::triangle_multiplication::gate_side_backward",
                       layers::every_entry(n.extent(0), projected.x.extent(1)),
                       GateSideBackward<Scalar>{gradient.d_side, gradient.mask, projected.x, projected.gate});
  layers::linear::add_backward(w.projection, n, projected.x, gradient.d_n, d_w.projection);
  layers::linear::add_backward(w.gate, n, projected.gate, gradient.d_n, d_w.gate);
}

}  // namespace attune::training::blocks::triangle_multiplication
