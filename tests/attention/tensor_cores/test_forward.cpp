// tests/attention/tensor_cores/test_forward.cpp
#include <catch2/catch_test_macros.hpp>

#include "attention/dense/tensor_core_problem.hpp"
#include "tests/attention/dense/problem.hpp"
#include "tests/attention/tensor_cores/emulated_block.hpp"

using namespace attune;
using namespace attune::attention;
using namespace attune::test;

namespace {

View4<Bfloat16> rounded(const View4<float>& x) {
  const View4<Bfloat16> to("rounded", x.layout());
  for (std::size_t n = 0; n < x.size(); ++n) to.data()[n] = Bfloat16(x.data()[n]);
  return to;
}

}  // namespace

TEST_CASE("tensor cores: first light", "[attention][tensor_cores]") {
  for (const auto& s : std::vector<dense::Shape>{{1, 1, 1, 128, 64, 32, 32},
                                                 {2, 4, 2, 130, 65, 64, 64},
                                                 {1, 2, 1, 70, 200, 24, 40},
                                                 {1, 1, 1, 5, 7, 3, 9}}) {
    auto x = random_problem(s, {0, 1, 0, 0}, true);
    const auto q = rounded(x.q), k = rounded(x.k), v = rounded(x.v);
    for (std::size_t n = 0; n < q.size(); ++n) x.q.data()[n] = q.data()[n];
    for (std::size_t n = 0; n < k.size(); ++n) x.k.data()[n] = k.data()[n];
    for (std::size_t n = 0; n < v.size(); ++n) x.v.data()[n] = v.data()[n];
    dense::Inputs<Bfloat16> in{q, k, v};
    in.temperature = x.temperature;
    in.gain = x.gain;
    in.sink = x.sink;
    in.prior = bias::Tensor<float>(x.prior);
    const auto y = in_precision<double>(x);
    const auto truth = new_result<double>(s);
    const auto check = [&](const auto& mask) {
      using Mask = std::decay_t<decltype(mask)>;
      dense::reference::forward(y.inputs(), y.dense_bias(), mask, truth.outputs());
      const View4<Bfloat16> o("o", s.batches, s.heads, s.queries, s.value_width);
      const View3<float> lse("lse", s.batches, s.heads, s.queries);
      const auto source = x.dense_bias();
      using P = dense::TensorCoreProblem<bias::Tensor<float>, Mask>;
      const P problem{
          dense::score_of(in, source, mask), in.v,     {in.gain, 1.0f},
          {in.sink, minus_infinity<float>},  {o, lse}, s.width % 8 == 0 && s.value_width % 8 == 0};
      const tensor_cores::Forward<64, P> kernel{problem};
      Counts counts;
      emulate(kernel.blocks(), kernel, 1, counts);
      double worst = 0, worst_lse = 0;
      for (std::size_t n = 0; n < o.size(); ++n)
        worst = std::max(worst, std::abs(double(float(o.data()[n])) - truth.o.data()[n]));
      for (std::size_t n = 0; n < lse.size(); ++n)
        if (std::isfinite(truth.lse.data()[n]))
          worst_lse = std::max(worst_lse, std::abs(double(lse.data()[n]) - truth.lse.data()[n]));
      std::printf("%g %g products %g loads %g conflicts %g\n", worst, worst_lse, counts.products,
                  counts.matrix_loads, counts.bank_conflicts);
    };
    check(Full{});
    check(Causal{s.keys - s.queries});
    check(attention::Window{20, 10});
  }
}
