// experiments/heat/parts/sparse_head.hpp
//
// A head whose weights are the sparsemax of its biases, on the same window as a softmax head:
//
//   p = sparsemax(z)      u' = sum_o p_o u_{i+o}
//
// The kernels of the window take p as softmax(log p), exact zeros included, and give d_b_o = p_o (g_o - sum p g)
// for g = dL/dp; on the support S the gradient of z is then
//
//   v_o = d_b_o / p_o = g_o - sum p g      d_z_o = g_o - mean_S g = v_o - mean_S v
#pragma once

#include "attention/sparsemax/list.hpp"
#include "experiments/heat/parts/stencil_lesson.hpp"

namespace attune::experiments::heat {

// p of each offset of the window.
inline std::vector<double> sparse_weights(const LearnedStencil& learned, const StencilWeights& z) {
  std::vector<double> scores;
  for (const std::size_t c : learned.class_of()) scores.push_back(z.logit[c]);
  return attention::sparsemax::project(scores).p;
}

// The mean square error of a sparse head.
template <class Scalar> struct SparseLesson {
  StencilLesson<Scalar> softmax;

  double operator()(const StencilWeights& z, StencilWeights& gradient) const {
    const auto& class_of = softmax.stencil.class_of();
    const auto p = sparse_weights(softmax.stencil, z);
    StencilWeights log_p = z, of_log{std::vector<double>(z.logit.size(), 0.0)};
    for (std::size_t o = 0; o < p.size(); ++o) log_p.logit[class_of[o]] = std::log(p[o]);
    const double loss = softmax(log_p, of_log);

    std::vector<double> offsets(z.logit.size(), 0.0);  // of each class, in the support
    double sum = 0, support = 0;
    for (std::size_t o = 0; o < p.size(); ++o) offsets[class_of[o]] += p[o] > 0 ? 1 : 0;
    std::vector<double> v(z.logit.size(), 0.0);
    for (std::size_t c = 0; c < v.size(); ++c) {
      v[c] = offsets[c] > 0 ? of_log.logit[c] / std::exp(log_p.logit[c]) : 0.0;
      sum += v[c];
      support += offsets[c];
    }
    for (std::size_t c = 0; c < v.size(); ++c) gradient.logit[c] += v[c] - offsets[c] * sum / support;
    return loss;
  }
};

}  // namespace attune::experiments::heat
