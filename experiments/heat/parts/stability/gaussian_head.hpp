// experiments/heat/parts/stability/gaussian_head.hpp
//
// A head of one parameter: the bias of an offset is that of a Gaussian of variance 2 s along each axis,
//
//   b_o = -|o|^2 / (4 s),   s = exp(z)        dL/dz = sum_o dL/db_o |o|^2 / (4 s)
#pragma once

#include "experiments/heat/parts/stencil_lesson.hpp"

namespace attune::experiments::heat::stability {

struct GaussianWeights {
  std::vector<double> log_rate;  // (1)  z
};
void describe(auto& tensor, GaussianWeights& w) {
  tensor("log_rate", w.log_rate, "logarithm of the rate s of the Gaussian");
}

inline StencilWeights logits_of(const LearnedStencil& learned, const GaussianWeights& weights) {
  return learned.gaussian_weights(std::exp(weights.log_rate.front()), -INFINITY);
}

// The mean square error of the head.
template <class Scalar> struct GaussianLesson {
  StencilLesson<Scalar> softmax;

  double operator()(const GaussianWeights& weights, GaussianWeights& gradient) const {
    const StencilWeights logits = logits_of(softmax.stencil, weights);
    StencilWeights of_logits = softmax.stencil.equal_weights();
    const double loss = softmax(logits, of_logits);
    for (std::size_t c = 0; c < logits.logit.size(); ++c)
      gradient.log_rate.front() -= of_logits.logit[c] * logits.logit[c];
    return loss;
  }
};

}  // namespace attune::experiments::heat::stability
