// attention/hardmax/reference.hpp
//
// Hardmax attention by plain loops on host copies, with all M x N weights in memory; the definition. The
// double instance is the truth, the float instance the yardstick of rounding.
#pragma once

#include <algorithm>

#include "attention/dense/reference_backward.hpp"
#include "attention/hardmax/hardmax.hpp"

namespace attune::attention::hardmax::reference {

// s and p of every pair, m in the place of l, no sink.
template <class Scalar>
dense::reference::Rows<Scalar> weights_of(const dense::reference::Problem<Scalar>& x) {
  const dense::Shape& s = x.shape;
  constexpr Scalar nothing = -std::numeric_limits<Scalar>::infinity();
  const std::vector<Scalar> pairs(x.pairs.bias.size(), 0), rows(x.at(s.batches, 0, 0), nothing);
  dense::reference::Rows<Scalar> result{pairs, pairs, rows, {}};
  for (Index b = 0; b < s.batches; ++b)
    for (Index h = 0; h < s.heads; ++h)
      for (Index i = 0; i < s.queries; ++i) {
        const auto t = dense::reference::score_row(x, b, h, i, result.s);
        Scalar most = nothing;
        for (const Scalar score : t) most = std::max(most, score);
        result.lse[x.at(b, h, i)] = most;
        if (most == nothing) continue;
        const auto ties = static_cast<Scalar>(std::count(t.begin(), t.end(), most));
        for (Index j = 0; j < s.keys; ++j)
          if (t[j] == most) result.p[x.at(b, h, i, j, s.keys)] = 1 / ties;
      }
  return result;
}

template <class Scalar, class Bias, class Mask>
void forward(const Inputs<Scalar>& in, const Bias& bias, const Mask& mask, const Outputs<Scalar>& out) {
  const auto x = dense::reference::problem_of(in, bias, mask);
  dense::reference::put_outputs(x, weights_of(x), dense::Outputs<Scalar>{out.o, out.most});
}

template <class Scalar, class Bias, class Mask>
void backward(const Inputs<Scalar>& in, const Bias& bias, const Mask& mask, const Upstream<Scalar>& up,
              const Gradients<Scalar>& gradients) {
  const auto x = dense::reference::problem_of(in, bias, mask);
  const std::vector<Scalar> no_gradient(x.pairs.bias.size(), 0);
  dense::reference::put_inputs(x, weights_of(x), dense::reference::Chain<Scalar>{no_gradient, {}, {}, {}},
                               dense::Upstream<Scalar>{{}, {}, up.d_o},
                               dense::Gradients<Scalar>{{}, {}, gradients.d_v});
}

}  // namespace attune::attention::hardmax::reference
