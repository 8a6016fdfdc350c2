// experiments/heat/parts/rollout_benchmark/head_sum.hpp
//
// A step that is a sum of softmax heads on one list of offsets, each with a factor, and its gradients:
//
//   u' = sum_h c_h P_h u,   P_h = softmax(b_h)       d_b_h = c_h (d_b of P_h for d_o)       d_u = sum_h c_h P_h^T d_o
//
// A softmax head is one term of factor 1. Any stencil is at most two, its positive and its negative part, each
// divided by its sum: its zeros are biases of minus infinity.
#pragma once

#include <cmath>

#include "experiments/heat/parts/learned_stencil.hpp"
#include "solvers/heat/combine.hpp"

namespace attune::experiments::heat::rollout_benchmark {

struct HeadTerm {
  double factor = 1;
  StencilWeights logits;  // a class of offsets each
};
using HeadSum = std::vector<HeadTerm>;

// The heads of a stencil whose offsets of a class have the same weight.
inline HeadSum heads_of(const LearnedStencil& window, const std::vector<double>& weights) {
  HeadSum heads;
  for (const double sign : {1.0, -1.0}) {
    StencilWeights part{std::vector<double>(window.classes(), -INFINITY)};
    double sum = 0;
    for (std::size_t o = 0; o < weights.size(); ++o) {
      if (!(sign * weights[o] > 0)) continue;
      part.logit[window.class_of()[o]] = std::log(sign * weights[o]);
      sum += sign * weights[o];
    }
    if (sum > 0) heads.push_back({sign * sum, part});
  }
  return heads;
}

// The weights that they are, for oracles.
inline attune::heat::theory::Stencil stencil_of(const LearnedStencil& window, const HeadSum& heads) {
  attune::heat::theory::Stencil all{window.offsets(), std::vector<double>(window.offsets().size(), 0.0)};
  for (const auto& [factor, logits] : heads) {
    const auto one = window.stencil(logits);
    for (std::size_t o = 0; o < all.weights.size(); ++o) all.weights[o] += factor * one.weights[o];
  }
  return all;
}

// o = sum_h c_h P_h u, and P_h u itself in of_head[h]; the ghosts of u are filled by the caller.
template <class Scalar>
void apply(const LearnedStencil& window, const HeadSum& heads, const Field<Scalar>& u,
           const std::vector<Field<Scalar>>& of_head, const Field<Scalar>& o) {
  for (std::size_t h = 0; h < heads.size(); ++h) window.apply(u, heads[h].logits, of_head[h]);
  if (heads.size() == 1)
    attune::heat::combine<Scalar>(o, {{heads[0].factor, of_head[0]}});
  else
    attune::heat::combine<Scalar>(o, {{heads[0].factor, of_head[0]}, {heads[1].factor, of_head[1]}});
}

}  // namespace attune::experiments::heat::rollout_benchmark
