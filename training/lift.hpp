// training/lift.hpp
//
// Brings back softmax logits that training has lost. A weight p_i that falls with others may pass below what
// its own gradient can lift: d loss / d z_i = p_i s_i with s_i = d loss / d p_i - sum_j p_j d loss / d p_j
// vanishes with p_i, so a minimiser stops although s_i < 0 says that the loss falls as p_i grows. Such a
// logit is set to most - depth, and training goes on from there:
//
//   for (int round = 0; round < 3 && lift_lost(w.z, gradient_at(w).z); ++round) fit(w, objective, options);
//
// Limits   a logit counts as lost if z_i < most - depth and s_i < -1e-6 max |s|
#pragma once

#include <algorithm>
#include <cmath>

#include "training/parameters.hpp"

namespace attune::training {

// True if a logit was lifted. Shapes (n): the logits of one softmax and the gradient of the loss with respect
// to them.
inline bool lift_lost(Vector& logits, const Vector& gradient, double depth = 12) {
  constexpr double resolved = 1e-6;
  const double most = *std::max_element(logits.begin(), logits.end());
  Vector pull(logits.size());  // s_i, but for the factor sum_j exp(z_j - most) that all share
  double strongest = 0;
  for (std::size_t i = 0; i < logits.size(); ++i) {
    const double weight = std::exp(logits[i] - most);
    pull[i] = weight > 0 ? gradient[i] / weight : 0.0;
    strongest = std::max(strongest, std::abs(pull[i]));
  }
  bool lifted = false;
  for (std::size_t i = 0; i < logits.size(); ++i) {
    if (logits[i] >= most - depth || pull[i] >= -resolved * strongest) continue;
    logits[i] = most - depth;
    lifted = true;
  }
  return lifted;
}

}  // namespace attune::training
