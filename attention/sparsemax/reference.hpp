// attention/sparsemax/reference.hpp
//
// Sparsemax attention by plain loops on host copies, with all M x N weights in memory and thresholds by
// sorting; the definition. The double instance is the truth, the float instance the yardstick of rounding.
#pragma once

#include "attention/dense/reference_backward.hpp"
#include "attention/sparsemax/list.hpp"
#include "attention/sparsemax/sparsemax.hpp"

namespace attune::attention::sparsemax::reference {

// s and p of every pair, theta in the place of l, no sink.
template <class Scalar>
dense::reference::Rows<Scalar> weights_of(const dense::reference::Problem<Scalar>& x) {
  const dense::Shape& s = x.shape;
  constexpr Scalar nothing = -std::numeric_limits<Scalar>::infinity();
  const std::vector<Scalar> pairs(x.pairs.bias.size(), 0), rows(x.at(s.batches, 0, 0), nothing);
  dense::reference::Rows<Scalar> result{pairs, pairs, rows, {}};
  for (Index b = 0; b < s.batches; ++b)
    for (Index h = 0; h < s.heads; ++h)
      for (Index i = 0; i < s.queries; ++i) {
        const auto projection = project(dense::reference::score_row(x, b, h, i, result.s));
        std::copy(projection.p.begin(), projection.p.end(), result.p.begin() + x.at(b, h, i, 0, s.keys));
        result.lse[x.at(b, h, i)] = projection.theta;
      }
  return result;
}

template <class Scalar, class Bias, class Mask>
void forward(const Inputs<Scalar>& in, const Bias& bias, const Mask& mask, const Outputs<Scalar>& out) {
  const auto x = dense::reference::problem_of(in, bias, mask);
  dense::reference::put_outputs(x, weights_of(x), dense::Outputs<Scalar>{out.o, out.theta});
}

template <class Scalar>
dense::reference::Chain<Scalar> chain_of(const dense::reference::Problem<Scalar>& x,
                                         const dense::reference::Rows<Scalar>& rows,
                                         const Upstream<Scalar>& up) {
  const dense::Shape& s = x.shape;
  const auto d_o = on_host_copy(up.d_o);
  const auto d_theta = on_host_copy(up.d_theta);
  const std::vector<Scalar> of_heads(s.heads, 0);
  dense::reference::Chain<Scalar> chain{std::vector<Scalar>(rows.p.size(), 0), of_heads, of_heads, of_heads};
  for (Index b = 0; b < s.batches; ++b)
    for (Index h = 0; h < s.heads; ++h)
      for (Index i = 0; i < s.queries; ++i) {
        const auto first = rows.p.begin() + x.at(b, h, i, 0, s.keys);
        const std::vector<Scalar> p(first, first + s.keys);
        std::vector<Scalar> d_p(s.keys, 0);
        Scalar support = 0;
        for (Index j = 0; j < s.keys; ++j) {
          for (Index e = 0; e < s.value_width; ++e) d_p[j] += d_o(b, h, i, e) * x.v(b, x.group(h), j, e);
          chain.d_gain[h] += p[j] * d_p[j];
          d_p[j] *= x.gain[h];
          support += p[j] > 0 ? 1 : 0;
        }
        const auto d_t = jacobian_times(p, d_p);
        for (Index j = 0; j < s.keys; ++j) {
          if (!(p[j] > 0)) continue;
          const std::size_t pair = x.at(b, h, i, j, s.keys);
          chain.d_t[pair] = d_t[j] + (d_theta.size() > 0 ? d_theta(b, h, i) / support : 0);
          chain.d_temperature[h] -= chain.d_t[pair] * rows.s[pair] / (x.temperature[h] * x.temperature[h]);
        }
      }
  return chain;
}

template <class Scalar, class Bias, class Mask>
void backward(const Inputs<Scalar>& in, const Bias& bias, const Mask& mask, const Upstream<Scalar>& up,
              const Gradients<Scalar>& gradients) {
  const auto x = dense::reference::problem_of(in, bias, mask);
  const auto rows = weights_of(x);
  const auto chain = chain_of(x, rows, up);
  dense::reference::put_inputs(x, rows, chain, dense::Upstream<Scalar>{{}, {}, up.d_o}, gradients);
  dense::reference::put_heads(gradients.d_temperature, chain.d_temperature);
  dense::reference::put_heads(gradients.d_gain, chain.d_gain);
  dense::reference::put_pairs(gradients.d_prior, x, chain.d_t);
  dense::reference::put_bias(x, bias, chain.d_t, gradients.d_table, gradients.d_pairs);
}

}  // namespace attune::attention::sparsemax::reference
