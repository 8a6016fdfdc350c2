// experiments/heat/parts/signed_heads.hpp
//
// Two softmax heads of opposite sign, for targets that have negative weights:
//
//   u' = (1 + a) P u - a Q u,    P = softmax(b_P), Q = softmax(b_Q) on one list of offsets,   a >= 0 given
//
// Any stencil of total weight 1 whose negative weights sum to less than a is reached exactly, with positive P and
// Q; with a = 0 there is one head, and with its stencil's negative weights summing to a both heads need zeros,
// which a softmax only approaches.
#pragma once

#include "experiments/heat/parts/stencil_lesson.hpp"

namespace attune::experiments::heat {

struct SignedWeights {
  StencilWeights positive, negative;
};
void describe(auto& tensor, SignedWeights& w) {
  tensor("positive", w.positive.logit, "bias of each class of offsets, head P");
  tensor("negative", w.negative.logit, "bias of each class of offsets, head Q");
}

// o <- (1 + a) P u - a Q u, where o holds P u
template <class Scalar> struct Subtract {
  Field<Scalar> o, q;
  Scalar amount;
  Blocks blocks;
  KOKKOS_FUNCTION void operator()(Index n) const {
    const Block b = blocks.at(n);
    Scalar* const of_p = &o(b.k, b.j, b.i);
    const Scalar* const of_q = &q(b.k, b.j, b.i);
    for (int c = 0; c < b.cells; ++c) of_p[c] = (1 + amount) * of_p[c] - amount * of_q[c];
  }
};

// The mean square error of both heads together. u has the stencil's halo, filled.
template <class Scalar> struct SignedLesson {
  StencilLesson<Scalar> positive;
  double amount;
  Field<Scalar> p, q;

  SignedLesson(const StencilLesson<Scalar>& lesson, double a)
      : positive(lesson), amount(a), p("heat::lesson::p", lesson.o.box), q("heat::lesson::q", lesson.o.box) {}

  double operator()(const SignedWeights& weights, SignedWeights& gradient) const {
    const auto& [stencil, ranks, u, y, o, d_o, cells] = positive;
    stencil.apply(u, weights.positive, p);
    stencil.apply(u, weights.negative, q);
    Kokkos::deep_copy(o.values, p.values);
    const Blocks blocks(o.box);
    Kokkos::parallel_for("heat::lesson::subtract", blocks.policy(),
                         Subtract<Scalar>{o, q, static_cast<Scalar>(amount), blocks});
    const double loss =
        sum::over_cells("heat::lesson::loss", o.box, SquaredError<Scalar>{o, y, d_o, cells}, ranks) / cells;
    add(weights.positive, p, 1 + amount, gradient.positive);
    add(weights.negative, q, -amount, gradient.negative);
    return loss;
  }

  // gradient += factor dL/db of one head
  void add(const StencilWeights& weights, const Field<Scalar>& of_head, double factor,
           StencilWeights& gradient) const {
    StencilWeights own{std::vector<double>(gradient.logit.size(), 0.0)};
    positive.stencil.backward(positive.u, weights, of_head, positive.d_o, own);
    for (std::size_t c = 0; c < own.logit.size(); ++c) gradient.logit[c] += factor * own.logit[c];
  }
};

// SoftmaxGuide of each head, whose curvature scales with the square of its factor.
struct SignedGuide {
  SoftmaxGuide head;
  double amount;

  SignedWeights curvature(const SignedWeights& at) const {
    SignedWeights diagonal{head.curvature(at.positive), head.curvature(at.negative)};
    for (double& c : diagonal.positive.logit) c *= (1 + amount) * (1 + amount);
    for (double& c : diagonal.negative.logit) c *= amount * amount;
    return diagonal;
  }
  void admissible(const SignedWeights& at, SignedWeights& direction) const {
    head.admissible(at.positive, direction.positive);
    head.admissible(at.negative, direction.negative);
  }
};

template <class Scalar>
training::History learn(const SignedLesson<Scalar>& lesson, SignedWeights& weights,
                        const training::Options& options) {
  return learn_in_rounds(lesson, weights, options,
                         SignedGuide{SoftmaxGuide{lesson.positive.stencil}, lesson.amount},
                         [](SignedWeights& w, const SignedWeights& gradient) {
                           training::lift_lost(w.positive.logit, gradient.positive.logit);
                           training::lift_lost(w.negative.logit, gradient.negative.logit);
                         });
}

}  // namespace attune::experiments::heat
