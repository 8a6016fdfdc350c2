// training/blocks/normed.hpp
//
// A layer norm into an array of its own, with which every block begins, and the arrays that a block holds for
// a chunk.
#pragma once

#include "training/layers/layer_norm.hpp"

namespace attune::training::blocks {

template <class Scalar> View2<Scalar> scratch(const std::string& label, std::size_t rows, std::size_t width) {
  return View2<Scalar>(Kokkos::view_alloc("training::blocks::" + label, Kokkos::WithoutInitializing), rows,
                       width);
}

template <class Scalar> struct Normed {
  View2<Scalar> n;
  layers::layer_norm::Moments<Scalar> moments;
};

template <class Scalar>
Normed<Scalar> normed(const layers::layer_norm::Weights<Scalar>& w, const layers::Input<Scalar>& x) {
  const Normed<Scalar> result{scratch<Scalar>("n", x.extent(0), x.extent(1)),
                              layers::layer_norm::make_moments<Scalar>(static_cast<Index>(x.extent(0)))};
  layers::layer_norm::forward(w, x, result.n, result.moments);
  return result;
}

}  // namespace attune::training::blocks
