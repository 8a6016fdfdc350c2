// tests/attention/dense/test_tiles.cpp
//
// The kernels in tiles against those that stream, at sizes past every block of the tiles.
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include "attention/bias/bucket.hpp"
#include "attention/bias/monotone.hpp"
#include "attention/bias/relative.hpp"
#include "attention/dense/backward.hpp"
#include "attention/dense/forward.hpp"
#include "tests/attention/dense/problem.hpp"

using namespace attune;
using namespace attune::attention;
using namespace attune::test;

namespace {

// Scores of a thousand units round by as many, and one number may be the sum of ten thousand.
template <class Scalar> constexpr double close = 8192 * std::numeric_limits<Scalar>::epsilon();

// |a - b| <= close times the largest of b.
template <class View> bool agree(const View& a, const View& b) {
  const auto x = values(a), y = values(b);
  double most = 1, error = 0;
  for (std::size_t n = 0; n < y.size(); ++n) {
    most = std::max(most, std::isfinite(y[n]) ? std::abs(y[n]) : 0);
    if (x[n] != y[n]) error = std::max(error, std::abs(x[n] - y[n]));
  }
  return error <= close<typename View::non_const_value_type> * most;
}

template <class Scalar> struct Both { dense::Gradients<Scalar> tiled, streaming; };

// Outputs and all gradients of both methods, compared; gradients returned.
template <class Scalar, class Bias, class Mask>
void check_methods(const DenseProblem<Scalar>& x, const Bias& bias, const Mask& mask, Index rows,
                   Index entries) {
  const auto tiled = new_result<Scalar>(x.shape), streaming = new_result<Scalar>(x.shape);
  const auto in = x.inputs();
  dense::forward_tiled(in, bias, mask, tiled.outputs());
  dense::forward_streaming(in, bias, mask, streaming.outputs());
  CHECK(agree(tiled.o, streaming.o));
  CHECK(agree(tiled.lse, streaming.lse));

  Both<Scalar> g{new_gradients(x), new_gradients(x)};
  for (auto* each : {&g.tiled, &g.streaming}) {
    each->d_table = View2<Scalar>("d_table", rows, entries);
    if constexpr (!bias::HasPairs<Bias>) each->d_pairs = {};
  }
  const auto up = upstream(x, streaming);
  const View3<Scalar> delta("delta", x.shape.batches, x.shape.heads, x.shape.queries);
  Kokkos::parallel_for("delta", dense::every(static_cast<Index>(delta.size())),
                       dense::FillDelta<Scalar>{up, delta, x.shape});
  dense::backward_tiled(in, bias, dense::pullback_of(in, tiles::source_of<Scalar>(bias), mask, up, delta),
                        g.tiled);
  dense::pull_back(dense::pullback_of(in, bias, mask, up, delta), in.prior, g.streaming);
  CHECK(agree(g.tiled.d_q, g.streaming.d_q));
  CHECK(agree(g.tiled.d_k, g.streaming.d_k));
  CHECK(agree(g.tiled.d_v, g.streaming.d_v));
  CHECK(agree(g.tiled.d_temperature, g.streaming.d_temperature));
  CHECK(agree(g.tiled.d_gain, g.streaming.d_gain));
  CHECK(agree(g.tiled.d_prior, g.streaming.d_prior));
  CHECK(agree(g.tiled.d_pairs, g.streaming.d_pairs));
  CHECK(agree(g.tiled.d_table, g.streaming.d_table));
}

template <class Scalar> DenseProblem<Scalar> problem(const dense::Shape& s, const bias::Shape4& broadcast) {
  return in_precision<Scalar>(random_problem(s, broadcast, true));
}

template <class Scalar> View2<const Scalar> table(Index rows, Index entries) {
  return converted<View2<Scalar>>(random_array<View2<float>>(77, 1, rows, entries));
}

}  // namespace

TEMPLATE_TEST_CASE("dense attention in tiles: that of a thread a row, past every block", "[attention][dense]",
                   float, double) {
  for (const auto& broadcast : {bias::Shape4{0, 0, 0, 0}, bias::Shape4{1, 1, 0, 0}, bias::Shape4{0, 1, 1, 0},
                                bias::Shape4{1, 0, 0, 1}})
    for (const auto& s : {dense::Shape{2, 4, 2, 101, 131, 20, 12}, dense::Shape{1, 1, 1, 200, 65, 7, 33}}) {
      const auto x = problem<TestType>(s, broadcast);
      check_methods(x, x.dense_bias(), Full{}, 0, 0);
      check_methods(x, x.dense_bias(), Causal{-3}, 0, 0);
      check_methods(x, x.dense_bias(), attention::Window{9, 70}, 0, 0);
      check_methods(x, bias::None<TestType>{}, Full{}, 0, 0);
    }
}

TEMPLATE_TEST_CASE("dense attention in tiles: biases on grids and by buckets have their tables' gradients",
                   "[attention][dense]", float, double) {
  const bias::Grid line({1, 1, 150}, {1, 1, 70}), sheet({1, 9, 17}, {1, 8, 20}),
      torus({2, 4, 19}, {2, 4, 19}, {true, false, true});
  for (const auto& grid : {line, sheet, torus}) {
    const auto count = [](const Triple& n) { return n[0] * n[1] * n[2]; };
    const auto x = problem<TestType>({2, 2, 1, count(grid.queries), count(grid.keys), 9, 5}, {0, 0, 0, 0});
    const bias::Offsets whole(grid), reach(grid, {1, 2, 3});
    for (const Index rows : {1, 2}) {
      check_methods(x, bias::Relative<TestType>(table<TestType>(rows, whole.count()), whole), Full{}, rows,
                    whole.count());
      check_methods(x, bias::Relative<TestType>(table<TestType>(rows, reach.count()), reach), Causal{}, rows,
                    reach.count());
      check_methods(x, bias::Monotone<TestType>(table<TestType>(rows, 2), grid), Full{}, rows, 2);
    }
    using Sum = bias::Sum<bias::Relative<TestType>, bias::Tensor<TestType>>;
    check_methods(x, Sum({table<TestType>(1, reach.count()), reach}, x.dense_bias()), Full{}, 1,
                  reach.count());
  }
  const auto x = problem<TestType>({2, 2, 1, 90, 77, 9, 5}, {0, 0, 0, 0});
  for (const Index entries : {5, 16, 30, 200}) {
    std::vector<double> numbers(90 * 77);
    for (std::size_t n = 0; n < numbers.size(); ++n) numbers[n] = static_cast<double>(n * n % entries);
    const View3<std::uint8_t> index("index", 1, 90, 77);
    assign(index, numbers);
    check_methods(x, bias::bucket(table<TestType>(2, entries), View3<const std::uint8_t>(index)), Full{}, 2,
                  entries);
  }
}

TEMPLATE_TEST_CASE("dense attention in tiles: scores that grow without end along the keys",
                   "[attention][dense]", float, double) {
  auto x = problem<TestType>({1, 2, 2, 40, 150, 4, 6}, {1, 1, 1, 0});
  auto grows = values(x.tensor);
  for (std::size_t j = 0; j < grows.size(); ++j) grows[j] += (j % 3 == 0 ? 7.0 : 0.0) * double(j);
  assign(x.tensor, grows);
  check_methods(x, x.dense_bias(), Full{}, 0, 0);
  for (double& number : grows) number = -number - 500;
  assign(x.tensor, grows);
  check_methods(x, x.dense_bias(), Full{}, 0, 0);
  check_methods(x, x.dense_bias(), attention::Window{5, 5}, 0, 0);
}
