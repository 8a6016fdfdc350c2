// attention/triangle/multiply.hpp
//
// The sum of the triangle multiplicative update: a pair (i, j) is told by the two other sides of every
// triangle (i, j, k), per batch and channel c:
//
//   outgoing   o_ijc = sum_k a_ikc b_jkc        sides that leave i and j
//   incoming   o_ijc = sum_k a_kic b_kjc        sides that arrive at i and j
//
// The form is a type, Outgoing or Incoming. Layer norms, linear maps, gates and masks of the complete update
// lie around it: they make a and b, masked sides being 0, and take o.
//
// Gradients of a loss, with d_o = dL/do:
//
//   outgoing   d_a_ik = sum_j d_o_ij b_jk       d_b_jk = sum_i d_o_ij a_ik
//   incoming   d_a_ki = sum_j d_o_ij b_kj       d_b_kj = sum_i d_o_ij a_ki
//
// Channels do not see each other. So a and b may hold C channels of an o that holds more, from its channel
// `first` on: a caller who makes a and b a chunk of channels at a time never holds all of them, and gets the
// same bits. Nor do rows i or columns j of o see each other, and I, J, K may differ.
//
// Source   [jumper2021], algorithms 11 and 12; [abramson2024], algorithms 12 and 13
// Shapes   outgoing a (B, I, K, C), b (B, J, K, C); incoming a (B, K, I, C), b (B, K, J, C);
//          o (B, I, J, C'), first + C <= C'
// Cost     forward 2 B I J K C flops, 2 N^3 C of a square; backward twice that
// Memory   none on a device; a processor packs blocks into scratch of its threads, which Kokkos keeps: at
//          most 2.7 MB a thread (multiply_tiled.hpp)
// Limits   float, double; any sizes, 64-bit. A sum over no k is 0. The same bits on any number of threads
#pragma once

#include "core/core/measure.hpp"
#include "core/core/views.hpp"

namespace attune::attention::triangle::multiply {

// Whether a side of node i or j and third node k lies at (i, k) or at (k, i).
struct Outgoing {
  static constexpr bool third_first = false;
};
struct Incoming {
  static constexpr bool third_first = true;
};

template <class Scalar> struct Inputs { View4<const Scalar> a, b; };

template <class Scalar> struct Outputs {
  View4<Scalar> o;
  Index first = 0;  // channel of o that is channel 0 of a and b; the other channels of o are left alone
};

template <class Scalar> struct Upstream {
  View4<const Scalar> d_o;
  Index first = 0;  // as in Outputs
};

// An empty View is a gradient that nobody asks for.
template <class Scalar> struct Gradients {
  View4<Scalar> d_a, d_b;  // as a, b
};

// Throws BrokenPromise if shapes disagree.
template <class Scalar, class Form>
void forward(const Inputs<Scalar>& in, const Form& form, const Outputs<Scalar>& out);

template <class Scalar, class Form>
void backward(const Inputs<Scalar>& in, const Form& form, const Upstream<Scalar>& up,
              const Gradients<Scalar>& gradients);

struct Shape {
  Index batches, left, right, third, channels;  // B, I, J, K, C
};

template <class Scalar, class Form> Shape shape_of(const Inputs<Scalar>& in, const Form&) {
  const auto extent = [](const auto& view, int axis) { return static_cast<Index>(view.extent(axis)); };
  constexpr int side = Form::third_first ? 2 : 1;
  return {extent(in.a, 0), extent(in.a, side), extent(in.b, side), extent(in.a, 3 - side), extent(in.a, 3)};
}

inline Cost forward_cost(const Shape& s, std::size_t scalar) {
  const auto batches = static_cast<double>(s.batches), i = static_cast<double>(s.left),
             j = static_cast<double>(s.right), k = static_cast<double>(s.third),
             c = static_cast<double>(s.channels);
  return {2 * batches * i * j * k * c, static_cast<double>(scalar) * batches * c * (i * k + j * k + i * j)};
}

}  // namespace attune::attention::triangle::multiply
