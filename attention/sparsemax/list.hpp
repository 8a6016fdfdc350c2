// attention/sparsemax/list.hpp
//
// Sparsemax of a short list of scores, on the host: the point of the simplex nearest to them,
//
//   p_o = max(0, s_o - theta)       sum_o p_o = 1
//
// and its Jacobian, symmetric, times a list u, with the support S = {o : p_o > 0}:
//
//   (J u)_o = u_o - sum_{m in S} u_m / |S|   on S, else 0
//
// Scores of -infinity are masked and give p_o = 0; a list with no other score gives zeros and theta =
// -infinity. One score that is not a number makes all weights so.
//
// Source   [martins2016], algorithm 1 and section 2.5; theta by sorting [held1974]
// Cost     n log n comparisons for n scores
#pragma once

#include <algorithm>
#include <functional>
#include <limits>
#include <vector>

#include "core/core/require.hpp"

namespace attune::attention::sparsemax {

template <class Scalar> struct Projection {
  std::vector<Scalar> p;
  Scalar theta = -std::numeric_limits<Scalar>::infinity();
};

template <class Scalar> Projection<Scalar> project(const std::vector<Scalar>& scores) {
  Projection<Scalar> result{std::vector<Scalar>(scores.size(), 0)};
  std::vector<Scalar> sorted;
  for (const Scalar s : scores) {
    if (s != s) return {std::vector<Scalar>(scores.size(), s), s};
    if (s != -std::numeric_limits<Scalar>::infinity()) sorted.push_back(s);
  }
  if (sorted.empty()) return result;
  std::sort(sorted.begin(), sorted.end(), std::greater<Scalar>());

  // Relative to the largest score: the k largest are the support as long as the k-th is above their
  // threshold.
  const Scalar most = sorted.front();
  Scalar sum = 0, theta = 0;
  for (std::size_t k = 0; k < sorted.size(); ++k) {
    const Scalar with = (sum + (sorted[k] - most) - 1) / static_cast<Scalar>(k + 1);
    if (sorted[k] - most <= with) break;
    sum += sorted[k] - most;
    theta = with;
  }
  result.theta = most + theta;
  for (std::size_t o = 0; o < scores.size(); ++o)
    result.p[o] = std::max(Scalar(0), (scores[o] - most) - theta);
  return result;
}

// J u at the weights p of project(): the gradient of the scores if u is that of the weights.
template <class Scalar>
std::vector<Scalar> jacobian_times(const std::vector<Scalar>& p, const std::vector<Scalar>& u) {
  require(p.size() == u.size(), "a number of u for each weight");
  Scalar sum = 0;
  std::size_t support = 0;
  for (std::size_t o = 0; o < p.size(); ++o)
    if (p[o] > 0) {
      sum += u[o];
      ++support;
    }
  std::vector<Scalar> result(p.size(), 0);
  for (std::size_t o = 0; o < p.size(); ++o)
    if (p[o] > 0) result[o] = u[o] - sum / static_cast<Scalar>(support);
  return result;
}

}  // namespace attune::attention::sparsemax
