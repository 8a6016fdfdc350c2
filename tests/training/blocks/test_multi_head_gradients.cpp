// tests/training/blocks/test_multi_head_gradients.cpp
#include <catch2/catch_test_macros.hpp>

#include "tests/support/weights_gradient.hpp"
#include "tests/training/blocks/multi_head_problem.hpp"
#include "training/adamw.hpp"

using namespace attune;
using namespace attune::training;
using namespace attune::attention;
namespace multi_head = blocks::multi_head;
using multi_head::Relation;
using test::cases;
using test::in_double;
using test::largest_difference;
using test::Problem;
using test::problem_of;
using test::random_array;
using test::values;

namespace {

// A random direction of hundreds of weights is long, so the step is small.
constexpr test::Differences differences{.step = 3e-6, .entries = 20};

// Gradients of L = <d_out, out> for all that a bias of Views `learned` may ask for.
template <class Pairs, class Learned>
void check_block_gradients(const Problem<double>& p, const Pairs& relation, const Learned& learned) {
  const auto out = p.output();
  const View2<double> d_x("d_x", p.x.extent(0), p.x.extent(1)), d_y("d_y", p.y.extent(0), p.y.extent(1));
  const Learned d_learned("d_learned", learned.layout());
  const auto objective = [&](const auto& w, const auto& d_w) {
    const auto saved = multi_head::forward(w, p.inputs(), relation, out);
    multi_head::Gradients<double> gradients{.d_w = d_w, .d_x = d_x, .d_y = d_y};
    if constexpr (Learned::rank() == 2) gradients.d_table = d_learned;
    if constexpr (Learned::rank() == 4) gradients.d_pairs = d_learned;
    multi_head::backward(w, p.inputs(), relation, {saved, p.d_out}, gradients);
    return test::inner_product(out, p.d_out);
  };
  const auto loss = [&] {
    multi_head::forward(p.w, p.inputs(), relation, out);
    return test::inner_product(out, p.d_out);
  };
  test::check_weights_gradient(p.w, objective, differences);
  objective(p.w, zeros_like(p.w));
  test::check_gradient({test::variable("x", p.x, d_x), test::variable("y", p.y, d_y),
                        test::variable("bias", learned, d_learned)},
                       loss, differences);
}

}  // namespace

TEST_CASE("multi-head attention: backward is the gradient of forward", "[blocks]") {
  for (const auto& c : cases()) {
    const auto p = in_double(problem_of(c));
    check_block_gradients(p, Relation{bias::Tensor<double>(p.tensor), Window{1, 1}}, p.tensor);
    check_block_gradients(p, Relation{test::OffsetTable<double>{p.table}, Full{}}, p.table);
  }
}

TEST_CASE("multi-head attention: gradients in float are those in double but for rounding", "[blocks]") {
  for (const auto& c : cases()) {
    const auto gradient_of = [](const auto& p, auto number) {
      using Scalar = decltype(number);
      const Relation relation{bias::Tensor<Scalar>(p.tensor), Full{}};
      const auto out = p.output();
      const auto d_w = zeros_like(p.w);
      const View2<Scalar> d_x("d_x", p.x.extent(0), p.x.extent(1));
      const auto saved = multi_head::forward(p.w, p.inputs(), relation, out);
      multi_head::backward(p.w, p.inputs(), relation, {saved, p.d_out}, {.d_w = d_w, .d_x = d_x});
      auto all = flatten(d_w);
      const auto of_x = values(d_x);
      all.insert(all.end(), of_x.begin(), of_x.end());
      return all;
    };
    const auto p = problem_of(c);
    const auto exact = gradient_of(in_double(p), 0.0);
    CHECK(largest_difference(gradient_of(p, 0.0f), exact) <= 2e-6 * (1 + test::largest(exact)));
  }
}

TEST_CASE("multi-head attention: backward adds to the gradients of weights, and d_x may be unwanted",
          "[blocks]") {
  const auto p = in_double(problem_of(cases().back()));
  const Relation relation{bias::None<double>{}, Full{}};
  const auto saved = multi_head::forward(p.w, p.inputs(), relation, p.output());
  const auto once = zeros_like(p.w), twice = zeros_like(p.w);
  multi_head::backward(p.w, p.inputs(), relation, {saved, p.d_out}, {.d_w = once});
  for (int use = 0; use < 2; ++use)
    multi_head::backward(p.w, p.inputs(), relation, {saved, p.d_out}, {.d_w = twice});
  auto doubled = flatten(once);
  for (double& entry : doubled) entry *= 2;
  CHECK(test::largest(doubled) > 0);
  CHECK(flatten(twice) == doubled);
}

namespace {

struct Copier {
  multi_head::Weights<double> attention;
  View2<double> table;  // (1, tokens)
};
void describe(auto& tensor, Copier& w) {
  nested(tensor, "attention", w.attention);
  tensor("table", w.table, "bias of each offset", Initial::zeros());
}

// Mean square distance of the output from the token two places before, on a ring.
double copy_loss(const Copier& w, const View2<double>& x, Index batches, const Copier& d_w) {
  const auto tokens = static_cast<std::size_t>(x.extent(0)) / batches, width = x.extent(1);
  const View2<double> out("out", x.extent(0), width), d_out("d_out", x.extent(0), width);
  const Relation relation{test::OffsetTable<double>{w.table}, Full{}};
  const auto saved = multi_head::forward(w.attention, {x, batches}, relation, out);
  const auto given = values(out), wanted = values(x);
  auto slope = given;
  double loss = 0;
  const double share = 1 / static_cast<double>(slope.size());
  for (std::size_t n = 0; n < slope.size(); ++n) {
    const std::size_t i = n / width, b = i / tokens, before = (i % tokens + tokens - 2) % tokens;
    const double distance = given[n] - wanted[(b * tokens + before) * width + n % width];
    loss += share * distance * distance;
    slope[n] = 2 * share * distance;
  }
  test::assign(d_out, slope);
  multi_head::backward(w.attention, {x, batches}, relation, {saved, d_out},
                       {.d_w = d_w.attention, .d_table = d_w.table});
  return loss;
}

}  // namespace

TEST_CASE("multi-head attention learns to copy the token two places before", "[blocks]") {
  constexpr Index batches = 4, tokens = 7, width = 3;
  Copier w{multi_head::make<double>({.width = width, .heads = 1, .head_width = width}),
           View2<double>("table", 1, tokens)};
  initialise(w, Random{5, 1});
  Moments moments;
  Vector x = flatten(w);
  double first = 0, last = 0;
  constexpr int steps = 400;
  for (int step = 0; step < steps; ++step) {
    const auto sample = random_array<View2<double>>(100 + step, 1.0, batches * tokens, width);
    const Copier gradient = zeros_like(w);
    last = copy_loss(w, sample, batches, gradient);
    if (step == 0) first = last;
    adamw_step(moments, x, flatten(gradient), step < 3 * steps / 4 ? 0.05 : 0.01, {});
    unflatten(x, w);
  }
  CHECK(first > 0.5);
  CHECK(last < 0.01);
  const auto table = values(w.table);
  CHECK(std::max_element(table.begin(), table.end()) - table.begin() == tokens - 2);
}
