// tests/attention/tensor_cores/problem.hpp
//
// Dense problems whose q, k and v are bfloat16, and what may be asked of kernels that round the weights to it:
// twice the error of plain loops in float that round the same numbers.
#pragma once

#include "attention/dense/forward_tensor_cores.hpp"
#include "tests/attention/dense/problem.hpp"
#include "tests/attention/tensor_cores/emulator.hpp"

namespace attune::test {

template <class View> void round_numbers(const View& view) {
  auto numbers = values(view);
  for (double& x : numbers) x = Bfloat16(static_cast<float>(x));
  assign(view, numbers);
}

inline DenseProblem<float> random_rounded_problem(const dense::Shape& s, const bias::Shape4& broadcast,
                                                  bool sink, std::uint32_t draw = 0) {
  const auto x = random_problem(s, broadcast, sink, draw);
  for (const auto& view : {x.q, x.k, x.v, x.d_o}) round_numbers(view);
  return x;
}

inline dense::Inputs<Bfloat16> rounded_inputs(const DenseProblem<float>& x) {
  return {converted<View4<Bfloat16>>(x.q),
          converted<View4<Bfloat16>>(x.k),
          converted<View4<Bfloat16>>(x.v),
          {},
          x.temperature,
          x.gain,
          x.sink,
          bias::Tensor<float>(x.prior)};
}

struct RoundedResult {
  View4<Bfloat16> o;
  View3<float> lse;
  dense::Outputs<Bfloat16> outputs() const { return {o, lse}; }
};
inline RoundedResult new_rounded_result(const dense::Shape& s) {
  return {View4<Bfloat16>("o", s.batches, s.heads, s.queries, s.value_width),
          View3<float>("lse", s.batches, s.heads, s.queries)};
}

// 10 bits of fraction, to the nearest.
inline float to_tf32(float x) {
  return Kokkos::bit_cast<float>((Kokkos::bit_cast<std::uint32_t>(x) + 0x1000u) & ~0x1fffu);
}

// The reference in float on numbers of tf32, its weights rounded to it.
template <class Bias, class Mask>
DenseResult<float> tf32_reference(DenseProblem<float> x, const Bias& bias, const Mask& mask) {
  for (auto* view : {&x.q, &x.k, &x.v}) {
    auto numbers = values(*view);
    for (double& n : numbers) n = to_tf32(static_cast<float>(n));
    *view = View4<float>("tf32", view->layout());
    assign(*view, numbers);
  }
  const auto problem = dense::reference::problem_of(x.inputs(), bias, mask);
  auto rows = dense::reference::rows_of(problem);
  for (float& p : rows.p) p = to_tf32(p);
  const auto out = new_result<float>(x.shape);
  dense::reference::put_outputs(problem, rows, out.outputs());
  return out;
}

// The reference in float, its weights and its output rounded.
template <class Bias, class Mask>
DenseResult<float> rounding_reference(const DenseProblem<float>& x, const Bias& bias, const Mask& mask) {
  const auto problem = dense::reference::problem_of(x.inputs(), bias, mask);
  auto rows = dense::reference::rows_of(problem);
  for (float& p : rows.p) p = Bfloat16(p);
  const auto out = new_result<float>(x.shape);
  dense::reference::put_outputs(problem, rows, out.outputs());
  round_numbers(out.o);
  return out;
}

}  // namespace attune::test
