// tests/attention/tensor_cores/rounded_loops.hpp
//
// The yardstick of kernels on tensor cores: plain loops in float that round what they must, the weights of a row
// and what is stored, to bfloat16.
#pragma once

#include <cmath>
#include <vector>

#include "tests/attention/tensor_cores/emulator.hpp"
#include "tests/support/accuracy.hpp"

namespace attune::test {

template <class View> View rounded(const View& x) {
  const View to("rounded", x.layout());
  for (std::size_t n = 0; n < x.size(); ++n) to.data()[n] = Bfloat16(x.data()[n]);
  return to;
}

// One row: scores, the first numbers of rows of v.
struct RoundedRow {
  std::vector<float> scores;
  std::vector<const float*> v;

  // Puts sum_j p_j v_j into o, which the caller rounds, and returns l.
  float sum(std::size_t width, float* o) const {
    float most = -INFINITY, all = 0;
    for (const float s : scores) most = std::max(most, s);
    for (std::size_t e = 0; e < width; ++e) o[e] = 0;
    if (most == -INFINITY) return most;
    for (std::size_t j = 0; j < scores.size(); ++j) {
      const float p = std::exp(scores[j] - most), weight = Bfloat16(p);
      all += p;
      for (std::size_t e = 0; e < width; ++e) o[e] += weight * v[j][e];
    }
    for (std::size_t e = 0; e < width; ++e) o[e] /= all;
    return most + std::log(all);
  }
};

}  // namespace attune::test
