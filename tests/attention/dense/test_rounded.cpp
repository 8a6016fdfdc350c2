// tests/attention/dense/test_rounded.cpp
//
// The operator in bfloat16 and in tf32, whichever way it takes on this machine.
#include <catch2/catch_test_macros.hpp>

#include "attention/bias/relative.hpp"
#include "tests/attention/tensor_cores/problem.hpp"

using namespace attune;
using namespace attune::attention;
using namespace attune::test;

namespace {

const std::vector<dense::Shape> shapes{{2, 2, 1, 70, 65, 24, 40},
                                       {1, 2, 2, 129, 64, 64, 64},
                                       {1, 1, 1, 3, 5, 9, 3},
                                       {1, 2, 2, 4, 130, 128, 128}};

// o and l of the operator beside those of plain loops that round.
template <class Bias, class WideBias>
void check_forward(const DenseProblem<float>& x, const Bias& bias, const WideBias& wide) {
  const auto truth = new_result<double>(x.shape);
  dense::reference::forward(in_precision<double>(x).inputs(), wide, Full{}, truth.outputs());
  const auto yardstick = rounding_reference(x, bias, Full{});
  const auto out = new_rounded_result(x.shape);
  dense::forward(rounded_inputs(x), bias, Full{}, out.outputs());
  CHECK(errs_at_most_twice(out.o, yardstick.o, truth.o));
  CHECK(errs_at_most_twice(out.lse, yardstick.lse, truth.lse));
}

}  // namespace

TEST_CASE("dense attention in bfloat16 errs at most twice as much as plain loops that round",
          "[attention][dense][rounded]") {
  for (const auto& s : shapes) {
    CAPTURE(s.queries, s.keys, s.width, s.value_width);
    auto x = random_rounded_problem(s, {1, 0, 0, 0}, true);
    check_forward(x, x.dense_bias(), in_precision<double>(x).dense_bias());
    round_numbers(x.tensor);
    check_forward(x, bias::Tensor<Bfloat16>(converted<View4<Bfloat16>>(x.tensor)),
                  in_precision<double>(x).dense_bias());
  }
}

TEST_CASE("dense attention in bfloat16 with a table of differences", "[attention][dense][rounded]") {
  const bias::Offsets offsets(bias::Grid({1, 8, 8}, {1, 8, 8}, {false, true, false}));
  const auto x = random_rounded_problem({2, 2, 2, 64, 64, 32, 32}, {0, 0, 0, 0}, false);
  const auto theta = random_array<View2<float>>(3, 1, 2, offsets.count());
  check_forward(x, bias::Relative<float>(theta, offsets),
                bias::Relative<double>(converted<View2<double>>(theta), offsets));
}

// What rounding does to each is looked at in tests/attention/tensor_cores/test_backward.cpp; here, that the
// gradients of the operator are those of the reference to the digits that bfloat16 has.
TEST_CASE("dense attention in bfloat16: gradients are the reference's to three digits",
          "[attention][dense][rounded]") {
  for (const auto& s : shapes) {
    CAPTURE(s.queries, s.keys, s.width, s.value_width);
    const auto x = random_rounded_problem(s, {1, 0, 0, 0}, true);
    const auto wide = in_precision<double>(x);
    const auto truth = new_result<double>(s);
    dense::reference::forward(wide.inputs(), wide.dense_bias(), Full{}, truth.outputs());
    const auto exact = new_gradients(wide);
    dense::reference::backward(wide.inputs(), wide.dense_bias(), Full{}, upstream(wide, truth), exact);

    const auto out = new_rounded_result(s);
    dense::forward(rounded_inputs(x), x.dense_bias(), Full{}, out.outputs());
    dense::Gradients<Bfloat16> g{View4<Bfloat16>("d_q", x.q.layout()), View4<Bfloat16>("d_k", x.k.layout()),
                                 View4<Bfloat16>("d_v", x.v.layout())};
    g.d_pairs = View4<float>("d_pairs", x.tensor.layout());
    g.d_prior = View4<float>("d_prior", x.prior.layout());
    g.d_temperature = View1<float>("d_temperature", x.temperature.layout());
    g.d_gain = View1<float>("d_gain", x.gain.layout());
    g.d_sink = View1<float>("d_sink", x.sink.layout());
    dense::backward(rounded_inputs(x), x.dense_bias(), Full{},
                    {out.o, out.lse, converted<View4<Bfloat16>>(x.d_o), x.d_lse}, g);
    const auto close = [](const auto& kernel, const auto& reference) {
      CHECK(largest_difference(values(kernel), values(reference)) < 0.02 * (1 + largest(values(reference))));
    };
    close(g.d_q, exact.d_q);
    close(g.d_k, exact.d_k);
    close(g.d_v, exact.d_v);
    close(g.d_pairs, exact.d_pairs);
    close(g.d_prior, exact.d_prior);
    close(g.d_temperature, exact.d_temperature);
    close(g.d_gain, exact.d_gain);
    close(g.d_sink, exact.d_sink);
  }
}

TEST_CASE("dense attention by products of tf32 errs at most twice as much as plain loops of tf32",
          "[attention][dense][rounded]") {
  const auto x = random_problem({1, 2, 2, 70, 65, 24, 40}, {0, 0, 0, 0}, false);
  const auto truth = new_result<double>(x.shape);
  const auto wide = in_precision<double>(x);
  dense::reference::forward(wide.inputs(), wide.dense_bias(), Full{}, truth.outputs());
  const auto yardstick = tf32_reference(x, x.dense_bias(), Full{});
  const auto out = new_result<float>(x.shape);
  dense::forward_tf32(x.inputs(), x.dense_bias(), Full{}, out.outputs());
  CHECK(errs_at_most_twice(out.o, yardstick.o, truth.o));
  CHECK(errs_at_most_twice(out.lse, yardstick.lse, truth.lse));
}
