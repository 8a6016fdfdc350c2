// attention/softmax.hpp
//
//   p_o = exp(s_o - l),   l = log sum_o exp s_o
//
// of a short list of scores, on the host. Scores of -infinity are masked and give p_o = 0; a list with no
// other score gives zeros and l = -infinity. Cost: one exponential a score.
#pragma once

#include <cmath>
#include <limits>
#include <vector>

namespace attune::attention {

template <class Scalar> struct Softmax {
  std::vector<Scalar> p;
  Scalar lse = -std::numeric_limits<Scalar>::infinity();
};

template <class Scalar> Softmax<Scalar> softmax(const std::vector<Scalar>& scores) {
  Softmax<Scalar> result{std::vector<Scalar>(scores.size(), 0)};
  Scalar most = -std::numeric_limits<Scalar>::infinity();
  for (const Scalar s : scores) most = s > most ? s : most;
  if (!(most > -std::numeric_limits<Scalar>::infinity())) return result;

  Scalar total = 0;
  for (std::size_t o = 0; o < scores.size(); ++o) total += result.p[o] = std::exp(scores[o] - most);
  for (Scalar& p : result.p) p /= total;
  result.lse = most + std::log(total);
  return result;
}

}  // namespace attune::attention
