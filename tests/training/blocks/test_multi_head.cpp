// tests/training/blocks/test_multi_head.cpp
#include "training/blocks/multi_head.hpp"

#include <catch2/catch_test_macros.hpp>

#include "attention/dense/backward_plan.hpp"
#include "tests/support/accuracy.hpp"
#include "tests/support/peak_bytes.hpp"
#include "tests/training/blocks/multi_head_problem.hpp"
#include "tests/training/blocks/plain.hpp"
#include "training/adamw.hpp"
#include "training/blocks/heads.hpp"

using namespace attune;
using namespace attune::training;
using namespace attune::attention;
namespace multi_head = blocks::multi_head;
namespace plain = test::plain;
using multi_head::Relation;
using test::cases;
using test::in_double;
using test::largest_difference;
using test::Problem;
using test::problem_of;
using test::random_array;
using test::self;
using test::values;

namespace {

template <class Scalar, class Bias, class Mask>
View2<Scalar> output(const Problem<Scalar>& p, const Relation<Bias, Mask>& relation) {
  const auto out = p.output();
  multi_head::forward(p.w, p.inputs(), relation, out);
  return out;
}

template <class Scalar>
std::vector<double> by_loops(const Problem<Scalar>& p, const plain::Relation& relation) {
  if (p.shape.batches == 0) return {};
  const auto x = plain::rows_of(p.x);
  return plain::numbers(plain::multi_head(p.w, relation, x, p.shape.keys == self ? x : plain::rows_of(p.y)));
}

// The plain relation with the bias tensor of p and the mask of a window of one key on either side.
template <class Scalar> plain::Relation tensor_in_window(const Problem<Scalar>& p) {
  return {
      p.shape.batches,
      [numbers = values(p.tensor), H = p.tensor.extent(1), M = p.tensor.extent(2), N = p.tensor.extent(3)](
          Index b, Index h, Index i, Index j) { return numbers[((b * H + h) * M + i) * N + j]; },
      [](Index, Index i, Index j) { return i - j <= 1 && j - i <= 1; }};
}

template <class Scalar> plain::Relation offsets(const Problem<Scalar>& p) {
  return {p.shape.batches,
          [numbers = values(p.table)](Index, Index h, Index i, Index j) {
            return numbers[h * 5 + ((j - i) % 5 + 5) % 5];
          },
          [](Index, Index, Index) { return true; }};
}

}  // namespace

TEST_CASE("multi-head attention: the output is that of plain loops", "[blocks]") {
  for (const auto& c : cases()) {
    const auto p = in_double(problem_of(c));
    CHECK(largest_difference(values(output(p, Relation{bias::None<double>{}, Full{}})),
                             by_loops(p, {.batches = c.batches})) < 1e-13);
    CHECK(largest_difference(values(output(p, Relation{bias::Tensor<double>(p.tensor), Window{1, 1}})),
                             by_loops(p, tensor_in_window(p))) < 1e-13);
    CHECK(largest_difference(values(output(p, Relation{test::OffsetTable<double>{p.table}, Full{}})),
                             by_loops(p, offsets(p))) < 1e-13);
  }
}

TEST_CASE("multi-head attention in float errs at most twice as much as plain loops in float", "[blocks]") {
  for (const auto& c : cases()) {
    double kernel = 0, yardstick = 0, size = 1;
    for (std::uint32_t draw = 0; draw < 8; ++draw) {
      const auto p = problem_of(c, draw);
      const auto truth = by_loops(in_double(p), offsets(p));
      const auto single = values(output(p, Relation{test::OffsetTable<float>{p.table}, Full{}}));
      kernel = std::max(kernel, largest_difference(single, truth));
      yardstick = std::max(yardstick, largest_difference(by_loops(p, offsets(p)), truth));
      size = std::max(size, test::largest(truth));
    }
    CHECK(kernel <= 2 * yardstick + 4 * std::numeric_limits<float>::epsilon() * size);
  }
}

TEST_CASE(
    "multi-head attention: padding changes nothing, and a query without a key gives the bias of the output",
    "[blocks]") {
  const auto c = cases()[6];
  const auto p = in_double(problem_of({c.shape, {.bias = true, .gate = true}, 2, 6, 11}));
  const View2<std::uint8_t> present("present", 2, 11);
  std::vector<double> there(22, 0.0);
  for (std::size_t j = 0; j < 8; ++j) there[j] = 1;  // 8 keys in batch 0, none in batch 1
  test::assign(present, there);
  const Relation relation{bias::None<double>{}, KeyPadding{present}};
  const auto before = values(output(p, relation));
  CHECK(largest_difference(before, by_loops(p, {.batches = 2, .allows = [&](Index b, Index, Index j) {
                                                  return there[b * 11 + j] > 0;
                                                }})) < 1e-13);
  auto moved = values(p.y);
  for (std::size_t n = 8 * 7; n < moved.size(); ++n) moved[n] += 3;
  test::assign(p.y, moved);
  CHECK(values(output(p, relation)) == before);
  const auto b_o = values(p.w.output.bias);
  for (std::size_t i = 6; i < 12; ++i)
    CHECK(std::vector<double>(before.begin() + i * 8, before.begin() + (i + 1) * 8) == b_o);

  const View2<double> d_y("d_y", p.y.extent(0), p.y.extent(1));
  const auto saved = multi_head::forward(p.w, p.inputs(), relation, p.output());
  multi_head::backward(p.w, p.inputs(), relation, {saved, p.d_out}, {.d_w = zeros_like(p.w), .d_y = d_y});
  const auto slope = values(d_y);
  CHECK(test::largest(std::vector<double>(slope.begin(), slope.begin() + 8 * 7)) > 0);
  CHECK(test::largest(std::vector<double>(slope.begin() + 8 * 7, slope.end())) == 0);
}

TEST_CASE("multi-head attention without a bias permutes its output with its tokens", "[blocks]") {
  const auto p = in_double(problem_of({cases()[0].shape, {.gate = true}, 1, 7, self}));
  const Relation relation{bias::None<double>{}, Full{}};
  const std::vector<std::size_t> order{3, 0, 6, 2, 5, 1, 4};
  const auto permuted = [&order](const std::vector<double>& rows) {
    std::vector<double> result;
    for (const std::size_t i : order)
      result.insert(result.end(), rows.begin() + i * 5, rows.begin() + (i + 1) * 5);
    return result;
  };
  const auto expected = permuted(values(output(p, relation)));
  test::assign(p.x, permuted(values(p.x)));
  CHECK(largest_difference(values(output(p, relation)), expected) < 1e-14);
}

TEST_CASE("multi-head attention: what a batch gives does not depend on the others, bit for bit", "[blocks]") {
  const auto p = problem_of({{.width = 9, .heads = 2, .head_width = 17}, {.gate = true}, 5, 33, self});
  const Relation relation{bias::None<float>{}, Causal{}};
  const auto all = values(output(p, relation));
  const View2<float> alone("alone", 33, 9), third = Kokkos::subview(p.x, std::pair(66, 99), Kokkos::ALL);
  multi_head::forward(p.w, {third, 1}, relation, alone);
  CHECK(values(alone) == std::vector<double>(all.begin() + 66 * 9, all.begin() + 99 * 9));
}

TEST_CASE("multi-head attention has as many parameters as its formula says", "[blocks]") {
  for (const auto& c : cases()) {
    const auto& s = c.shape;
    const Index H = s.heads, G = s.groups, D = s.head_width, E = s.value_width, C = s.width,
                Y = s.memory_width;
    Index expected = C * H * D + Y * G * (D + E) + H * E * s.out + s.out;
    if (c.parts.bias) expected += H * D + G * (D + E);
    if (c.parts.gate) expected += (C + 1) * H * E;
    if (c.parts.temperature) expected += H;
    if (c.parts.sink) expected += H;
    CHECK(count(multi_head::make<float>(s, c.parts)) == static_cast<std::size_t>(expected));
  }
}

TEST_CASE("multi-head attention starts by its rules: gates open by sigmoid(1), an output of zeros if wanted",
          "[blocks]") {
  auto w = multi_head::make<double>(
      {.width = 8, .heads = 2, .head_width = 4, .groups = 1},
      {.gate = true, .temperature = true, .sink = true, .output = multi_head::Start::zeros});
  initialise(w, Random{3, 1});
  CHECK(test::largest(values(w.gate.weight)) == 0);
  CHECK(values(w.gate.bias) == std::vector<double>(8, 1.0));
  CHECK(values(w.temperature) == std::vector<double>(2, 1.0));
  CHECK(test::largest(values(w.sink)) == 0);
  CHECK(test::largest(values(w.output.weight)) == 0);
  CHECK(test::largest(values(w.query.weight)) <= std::sqrt(6.0 / 16));
  CHECK(test::largest(values(w.key.weight)) > std::sqrt(6.0 / 16));  // of 4 outputs, below sqrt(6 / 12)
  CHECK(slices(w)[0].name == "query.weight");
  CHECK(is_weight_of_a_map(slices(w)[0]));
}

TEST_CASE("multi-head attention takes the memory that its header says", "[blocks]") {
  constexpr Index B = 3, M = 400, H = 4, D = 16, queries = B * M * H * D * 4;  // bytes
  const auto w = multi_head::make<float>({.width = 8, .heads = H, .head_width = D}, {.gate = true});
  const View2<float> x("x", B * M, 8), out("out", B * M, 8), d_x("d_x", B * M, 8);
  const Relation relation{bias::None<float>{}, Window{3, 3}};
  multi_head::Saved<float> saved;
  const auto forward = test::peak_bytes([&] { saved = multi_head::forward(w, {x, B}, relation, out); });
  const auto kept = 5 * queries + B * H * M * 4;
  CHECK(forward >= kept + queries);
  CHECK(forward < kept + queries + 5000);
  const auto d_w = zeros_like(w);
  const auto backward = test::peak_bytes([&] {
    multi_head::backward(w, {x, B}, relation, {saved, out}, {.d_w = d_w, .d_x = d_x});
  });
  CHECK(backward >= 6 * queries);
  const auto plan = attention::dense::BackwardPlan::of<float>({B, H, H, M, M, D, D}, {}, {}, 0, true);
  CHECK(static_cast<double>(backward) < 6 * queries + plan.bytes<float>({}, {}) + 20000);
}

TEST_CASE("heads are cut and put together again without a rounding", "[blocks]") {
  const auto rows = random_array<View2<float>>(1, 1.0, 2 * 5, 3 * 4);
  const View4<float> heads("heads", 2, 3, 5, 4);
  blocks::split_heads(rows, heads);
  const auto flat = values(rows), cut = values(heads);
  CHECK(cut[((1 * 3 + 2) * 5 + 3) * 4 + 1] == flat[(1 * 5 + 3) * 12 + 2 * 4 + 1]);
  const View2<float> again("again", 2 * 5, 3 * 4);
  blocks::merge_heads(heads, again);
  CHECK(values(again) == flat);
  CHECK_THROWS_AS(blocks::split_heads(View2<float>("rows", 9, 12), heads), BrokenPromise);
}

TEST_CASE("multi-head attention refuses shapes that disagree", "[blocks]") {
  const auto w = multi_head::make<double>({.width = 4, .heads = 2, .head_width = 3});
  const Relation relation{bias::None<double>{}, Full{}};
  const View2<double> x("x", 6, 4), out("out", 6, 4);
  CHECK_THROWS_AS(multi_head::make<double>({.width = 4, .heads = 3, .head_width = 2, .groups = 2}),
                  BrokenPromise);
  CHECK_THROWS_AS(multi_head::forward(w, {x, 4}, relation, out), BrokenPromise);
  CHECK_THROWS_AS(multi_head::forward(w, {View2<double>("x", 6, 5), 2}, relation, out), BrokenPromise);
  const auto saved = multi_head::forward(w, {x, 2}, relation, out);
  CHECK_THROWS_AS(multi_head::backward(w, {x, 2}, relation, {saved, out}, {.d_w = zeros_like(w), .d_y = x}),
                  BrokenPromise);
}
