// tests/attention/dense/test_teams.cpp
//
// The kernels of teams against the reference, and past their tiles against a thread a row.
#include <catch2/catch_template_test_macros.hpp>
#include <map>

#include "attention/bias/bucket.hpp"
#include "attention/bias/monotone.hpp"
#include "attention/bias/relative.hpp"
#include "attention/bias/sum.hpp"
#include "attention/dense/backward.hpp"
#include "attention/dense/backward_teams.hpp"
#include "attention/dense/forward_streaming.hpp"
#include "attention/dense/forward_teams.hpp"
#include "tests/attention/dense/cases.hpp"

using namespace attune;
using namespace attune::attention;
using namespace attune::test;

namespace {

template <class Scalar, class Mask>
DenseResult<Scalar> result_of(const DenseProblem<Scalar>& x, const Mask& mask) {
  const auto out = new_result<Scalar>(x.shape);
  dense::forward_teams(x.inputs(), x.dense_bias(), mask, out.outputs());
  return out;
}

// g by teams, or by a thread a row.
template <class Scalar, class Bias, class Mask>
void pull_back(const DenseProblem<Scalar>& x, const Bias& bias, const Mask& mask,
               const DenseResult<Scalar>& out, bool by_teams, const dense::Gradients<Scalar>& g) {
  const auto in = x.inputs();
  const auto up = upstream(x, out);
  const View3<Scalar> delta("delta", x.shape.batches, x.shape.heads, x.shape.queries);
  Kokkos::parallel_for("delta", dense::every(static_cast<Index>(delta.size())),
                       dense::FillDelta<Scalar>{up, delta, x.shape});
  const auto pullback = dense::pullback_of(in, bias, mask, up, delta);
  if (by_teams)
    dense::pull_back_teams(pullback, in.prior, g);
  else
    dense::pull_back(pullback, in.prior, g);
  Kokkos::parallel_for("sink", dense::every(static_cast<Index>(g.d_sink.size())),
                       dense::AddSink<Scalar>{{in.sink, minus_infinity<Scalar>}, up.lse, delta, g.d_sink});
}

template <class Scalar, class Mask>
dense::Gradients<Scalar> gradients_of(const DenseProblem<Scalar>& x, const Mask& mask) {
  const auto g = new_gradients(x);
  pull_back(x, x.dense_bias(), mask, result_of(x, mask), true, g);
  return g;
}

template <class View> double relative_difference(const View& a, const View& b) {
  return largest_difference(values(a), values(b)) / (1 + largest(values(b)));
}

// Outputs and all gradients of both methods, and of teams once more.
template <class Scalar, class Bias, class Mask>
void check_methods(const DenseProblem<Scalar>& x, const Bias& bias, const Mask& mask, Index rows = 0,
                   Index entries = 0) {
  constexpr double close = 1024 * std::numeric_limits<Scalar>::epsilon();
  const auto teams = new_result<Scalar>(x.shape), again = new_result<Scalar>(x.shape),
             streaming = new_result<Scalar>(x.shape);
  const auto in = x.inputs();
  for (const auto& each : {teams, again}) {
    Kokkos::deep_copy(each.o, Scalar(NAN));
    Kokkos::deep_copy(each.lse, Scalar(NAN));
    dense::forward_teams(in, bias, mask, each.outputs());
  }
  dense::forward_streaming(in, bias, mask, streaming.outputs());
  CHECK(relative_difference(teams.o, streaming.o) < close);
  auto l = values(teams.lse), m = values(streaming.lse);
  for (std::size_t n = 0; n < l.size(); ++n)
    CHECK((l[n] == m[n] || std::abs(l[n] - m[n]) < close * (1 + std::abs(m[n]))));
  CHECK(values(teams.o) == values(again.o));
  CHECK(l == values(again.lse));

  dense::Gradients<Scalar> g[3];
  for (int n = 0; n < 3; ++n) {
    g[n] = new_gradients(x);
    g[n].d_table = View2<Scalar>("d_table", rows, entries);
    if constexpr (!bias::HasPairs<Bias>) g[n].d_pairs = {};
    for (const auto& poisoned : {g[n].d_q, g[n].d_k, g[n].d_v, g[n].d_pairs, g[n].d_prior})
      Kokkos::deep_copy(poisoned, Scalar(NAN));
    pull_back(x, bias, mask, streaming, n < 2, g[n]);
  }
  for_each_gradient(
      [&](const char* name, const auto& of_teams, const auto& of_teams_again, const auto& of_streaming) {
        INFO("gradient of " << name);
        CHECK(relative_difference(of_teams, of_streaming) < close);
        CHECK(values(of_teams) == values(of_teams_again));
      },
      g[0], g[1], g[2]);
  CHECK(relative_difference(g[0].d_table, g[2].d_table) < close);
}

template <class Scalar> DenseProblem<Scalar> problem(const dense::Shape& s, const bias::Shape4& broadcast) {
  return in_precision<Scalar>(random_problem(s, broadcast, true));
}

template <class Scalar> View2<const Scalar> table(Index rows, Index entries) {
  return converted<View2<Scalar>>(random_array<View2<float>>(77, 1, rows, entries));
}

}  // namespace

TEST_CASE("dense attention by teams: the reference's output in double", "[attention][dense]") {
  for_each_case([](const auto& draw, const auto& mask) {
    const auto x = in_precision<double>(draw(0));
    const auto out = result_of(x, mask), truth = reference_of(x, mask);
    CHECK(largest_difference(values(out.o), values(truth.o)) < 1e-14);
    CHECK(largest_difference(values(out.lse), values(truth.lse)) < 1e-14);
  });
}

TEST_CASE("dense attention by teams: float errs at most twice as much as the float reference",
          "[attention][dense]") {
  for_each_case([](const auto& draw, const auto& mask) {
    std::map<std::string, Accuracy> accuracy;
    for (std::uint32_t n = 0; n < 4 * draws; ++n) {  // the reference too has sums right by luck
      const auto x = draw(n);
      const auto wide = in_precision<double>(x);
      const auto truth = reference_of(wide, mask);
      const auto yardstick = reference_of(x, mask), out = result_of(x, mask);
      accuracy["o"].absorb(out.o, yardstick.o, truth.o);
      accuracy["lse"].absorb(out.lse, yardstick.lse, truth.lse);
      for_each_gradient([&](const char* name, const auto&... of) { accuracy[name].absorb(of...); },
                        gradients_of(x, mask), reference_gradients_of(x, mask),
                        reference_gradients_of(wide, mask));
    }
    for (const auto& [name, worst] : accuracy) {
      INFO(name);
      CHECK(worst.holds());
    }
  });
}

TEST_CASE("dense attention by teams: the reference's gradients in double", "[attention][dense]") {
  for_each_case([](const auto& draw, const auto& mask) {
    const auto x = in_precision<double>(draw(0));
    for_each_gradient(
        [](const char* name, const auto& kernel, const auto& truth) {
          INFO("gradient of " << name);
          CHECK(relative_difference(kernel, truth) < 1e-13);
        },
        gradients_of(x, mask), reference_gradients_of(x, mask));
  });
}

TEMPLATE_TEST_CASE(
    "dense attention by teams: that of a thread a row, past every tile and the same bits again",
    "[attention][dense]", float, double) {
  std::size_t turn = 0;
  for (const auto& s : {dense::Shape{2, 4, 2, 65, 131, 20, 12}, dense::Shape{3, 2, 2, 129, 65, 33, 64},
                        dense::Shape{1, 2, 1, 40, 70, 68, 130}, dense::Shape{2, 1, 1, 33, 64, 96, 36}})
    for (int n = 0; n < 2; ++n) {
      const auto broadcast = std::vector<bias::Shape4>{
          {0, 0, 0, 0}, {1, 0, 0, 0}, {0, 1, 0, 0}, {1, 1, 0, 0}, {1, 0, 0, 1}}[turn++ % 5];
      const auto x = problem<TestType>(s, broadcast);
      check_methods(x, x.dense_bias(), Full{});
      check_methods(x, x.dense_bias(), Causal{-3});
      check_methods(x, x.dense_bias(), attention::Window{9, 30});
      check_methods(x, x.dense_bias(), padding_of(s));
      check_methods(x, x.dense_bias(), lengths_of(s));
      check_methods(x, bias::None<TestType>{}, attention::Both<Causal, KeyPadding>{{}, padding_of(s)});
    }
}

TEMPLATE_TEST_CASE("dense attention by teams: biases by position and by buckets, and their tables' gradients",
                   "[attention][dense]", float, double) {
  const bias::Grid sheet({1, 9, 17}, {1, 8, 20}), torus({2, 4, 19}, {2, 4, 19}, {true, false, true});
  for (const auto& grid : {sheet, torus}) {
    const auto count = [](const Triple& n) { return n[0] * n[1] * n[2]; };
    const auto x = problem<TestType>({2, 2, 1, count(grid.queries), count(grid.keys), 9, 5}, {0, 0, 0, 0});
    const bias::Offsets whole(grid), reach(grid, {1, 2, 3});
    check_methods(x, bias::Relative<TestType>(table<TestType>(2, whole.count()), whole), Full{}, 2,
                  whole.count());
    check_methods(x, bias::Monotone<TestType>(table<TestType>(1, 2), grid), Causal{}, 1, 2);
    using Sum = bias::Sum<bias::Relative<TestType>, bias::Tensor<TestType>>;
    check_methods(x, Sum({table<TestType>(1, reach.count()), reach}, x.dense_bias()), Full{}, 1,
                  reach.count());
  }
  const auto x = problem<TestType>({2, 2, 1, 90, 77, 9, 5}, {0, 0, 0, 0});
  std::vector<double> numbers(90 * 77);
  for (std::size_t n = 0; n < numbers.size(); ++n) numbers[n] = static_cast<double>(n * n % 30);
  const View3<std::uint8_t> index("index", 1, 90, 77);
  assign(index, numbers);
  check_methods(x, bias::bucket(table<TestType>(2, 30), View3<const std::uint8_t>(index)), Full{}, 2, 30);
}

TEMPLATE_TEST_CASE("dense attention by teams: scores that grow along the keys, and pairs of no weight",
                   "[attention][dense]", float, double) {
  auto x = problem<TestType>({1, 2, 2, 40, 150, 4, 6}, {1, 1, 1, 0});
  auto grows = values(x.tensor);
  for (std::size_t j = 0; j < grows.size(); ++j) grows[j] += (j % 3 == 0 ? 0.5 : 0.0) * double(j);
  assign(x.tensor, grows);
  check_methods(x, x.dense_bias(), Full{});
  for (std::size_t j = 0; j < grows.size(); ++j) grows[j] = j < 100 || j % 2 == 0 ? -INFINITY : grows[j];
  assign(x.tensor, grows);
  check_methods(x, x.dense_bias(), Full{});
  check_methods(x, x.dense_bias(), attention::Window{5, 5});  // rows without a key
  grows[101] = NAN;
  assign(x.tensor, grows);
  for (const double o : values(result_of(x, Full{}).o)) CHECK(std::isnan(o));
}
