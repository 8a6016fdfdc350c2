// tests/training/blocks/test_encoder.cpp
#include "training/blocks/encoder.hpp"

#include <catch2/catch_test_macros.hpp>

#include "attention/dense/backward_plan.hpp"
#include "tests/support/peak_bytes.hpp"
#include "tests/support/weights_gradient.hpp"
#include "tests/training/blocks/offset_table.hpp"
#include "tests/training/blocks/plain.hpp"
#include "training/initialise.hpp"

using namespace attune;
using namespace attune::training;
using namespace attune::attention;
namespace encoder = blocks::encoder;
namespace plain = test::plain;
using blocks::multi_head::Relation;
using layers::dropout::Dropout;
using layers::dropout::Phase;
using test::converted;
using test::largest_difference;
using test::random_array;
using test::values;

namespace {

constexpr encoder::Shape shape{.width = 6, .heads = 2, .head_width = 3, .hidden = 10, .groups = 1};
constexpr blocks::multi_head::Parts parts{.gate = true};

encoder::Weights<float> random_weights(std::uint32_t seed) {
  auto w = encoder::make<float>(shape, parts);
  initialise_normal(w, 0.5, Random{seed, 1});
  return w;
}
encoder::Weights<double> in_double(const encoder::Weights<float>& w) {
  auto exact = encoder::make<double>(shape, parts);
  unflatten(flatten(w), exact);
  return exact;
}

// (b, h, i, j) of a table of a number an offset, and keys that are not later than the query.
plain::Relation causal(const std::vector<double>& table, Index batches) {
  const auto entries = static_cast<Index>(table.size());
  return {batches,
          [table, entries](Index, Index, Index i, Index j) {
            return table[((j - i) % entries + entries) % entries];
          },
          [](Index, Index i, Index j) { return j <= i; }};
}

template <class Scalar>
std::vector<double> output(const encoder::Weights<Scalar>& w, const View2<Scalar>& x,
                           const View2<Scalar>& table) {
  const View2<Scalar> out("out", x.extent(0), x.extent(1));
  encoder::forward(w, {x, 2}, Relation{test::OffsetTable<Scalar>{table}, Causal{}}, out);
  return values(out);
}

}  // namespace

TEST_CASE("encoder: the output is that of plain loops, in float with at most twice their error", "[blocks]") {
  for (const Index tokens : {1, 9}) {
    double kernel = 0, yardstick = 0, size = 1;
    for (std::uint32_t draw = 0; draw < 8; ++draw) {
      const auto w = random_weights(draw);
      const auto x = random_array<View2<float>>(16 * draw + 1, 1, 2 * tokens, 6);
      const auto table = random_array<View2<float>>(16 * draw + 2, 1, 1, 4);
      const auto relation = causal(values(table), 2);
      const auto wide = converted<View2<double>>(x);
      const auto truth = plain::numbers(plain::encoder(in_double(w), relation, plain::rows_of(wide)));
      CHECK(largest_difference(output(in_double(w), wide, converted<View2<double>>(table)), truth) < 1e-13);
      kernel = std::max(kernel, largest_difference(output(w, x, table), truth));
      yardstick =
          std::max(yardstick,
                   largest_difference(plain::numbers(plain::encoder(w, relation, plain::rows_of(x))), truth));
      size = std::max(size, test::largest(truth));
    }
    CHECK(kernel <= 2 * yardstick + 4 * std::numeric_limits<float>::epsilon() * size);
  }
}

TEST_CASE("encoder: backward is the gradient of forward, with dropout as well", "[blocks]") {
  const auto w = in_double(random_weights(7));
  const auto x = random_array<View2<double>>(1, 1, 2 * 5, 6),
             d_out = random_array<View2<double>>(2, 1, 2 * 5, 6);
  const auto table = random_array<View2<double>>(3, 1, 1, 4);
  const View2<double> out("out", 10, 6), d_x("d_x", 10, 6), d_table("d_table", 1, 4);
  for (const double rate : {0.0, 0.4}) {
    const encoder::Inputs<double> in{
        x, 2, {.rate = rate, .random = {5, 1}}, {.rate = rate, .random = {5, 2}}};
    const Relation relation{test::OffsetTable<double>{table}, Causal{}};
    const auto objective = [&](const auto& at, const auto& d_w) {
      const auto saved = encoder::forward(at, in, relation, out);
      encoder::backward(at, in, relation, {saved, d_out}, {.d_w = d_w, .d_x = d_x, .d_table = d_table});
      return test::inner_product(out, d_out);
    };
    test::check_weights_gradient(w, objective);
    objective(w, zeros_like(w));
    test::check_gradient({test::variable("x", x, d_x), test::variable("table", table, d_table)},
                         [&] { return objective(w, zeros_like(w)); });
  }
}

TEST_CASE("encoder: a forward of its own before backward gives the same gradients, bit for bit", "[blocks]") {
  const auto w = random_weights(7);
  const auto x = random_array<View2<float>>(1, 1, 2 * 5, 6),
             d_out = random_array<View2<float>>(2, 1, 2 * 5, 6);
  const View2<float> out("out", 10, 6), d_x("d_x", 10, 6);
  const encoder::Inputs<float> in{x, 2, {.rate = 0.3, .random = {5, 1}}, {.rate = 0.3, .random = {5, 2}}};
  const Relation relation{bias::None<float>{}, Full{}};
  const auto gradient = [&](const auto& saved) {
    const auto d_w = zeros_like(w);
    encoder::backward(w, in, relation, {saved, d_out}, {.d_w = d_w, .d_x = d_x});
    auto all = flatten(d_w);
    const auto of_x = values(d_x);
    all.insert(all.end(), of_x.begin(), of_x.end());
    return all;
  };
  const auto saved = encoder::forward(w, in, relation, out);
  const auto kept = gradient(saved);
  CHECK(gradient(encoder::forward(w, in, relation, View2<float>("again", 10, 6))) == kept);

  const auto without = zeros_like(w);
  encoder::backward(w, in, relation, {saved, d_out}, {.d_w = without});
  CHECK(flatten(without) == Vector(kept.begin(), kept.begin() + count(w)));
}

TEST_CASE("encoder: with outputs that start at zero the block starts as the identity", "[blocks]") {
  auto w = encoder::make<double>(shape, {.gate = true, .output = blocks::multi_head::Start::zeros});
  initialise(w, Random{3, 1});
  const auto x = random_array<View2<double>>(1, 1, 2 * 5, 6);
  CHECK(output(w, x, View2<double>("table", 1, 4)) == values(x));
}

TEST_CASE("encoder: dropout is still in evaluation", "[blocks]") {
  const auto w = random_weights(7);
  const auto x = random_array<View2<float>>(1, 1, 2 * 5, 6);
  const Relation relation{bias::None<float>{}, Full{}};
  const auto with = [&](double rate, Phase phase) {
    const View2<float> out("out", 10, 6);
    const Dropout dropout{.rate = rate, .random = {5, 1}, .phase = phase};
    encoder::forward(w, {x, 2, dropout, dropout}, relation, out);
    return values(out);
  };
  CHECK(with(0.5, Phase::evaluation) == with(0, Phase::training));
  CHECK(with(0.5, Phase::training) != with(0, Phase::training));
}

TEST_CASE("encoder lists the tensors of its parts", "[blocks]") {
  const auto w = encoder::make<float>(shape, parts);
  const Index norms = 4 * 6, attention = 6 * 6 + 2 * 6 * 3 + (6 * 6 + 6) + (6 * 6 + 6),
              transition = 6 * 10 + 10 + 10 * 6 + 6;
  CHECK(count(w) == static_cast<std::size_t>(norms + attention + transition));
  CHECK(slices(w).front().name == "norm_of_x.scale");
  CHECK(slices(w).back().name == "transition.down.bias");
}

TEST_CASE("encoder takes the memory that its header says", "[blocks]") {
  constexpr Index rows = 1200, C = 32, H = 2, D = 8, hidden = 16, scalar = 4;
  const auto w = encoder::make<float>({.width = C, .heads = H, .head_width = D, .hidden = hidden});
  const View2<float> x("x", rows, C), out("out", rows, C), d_x("d_x", rows, C);
  const Relation relation{bias::None<float>{}, Window{2, 2}};
  const Index attention = rows * H * (4 * D + 1), kept = rows * (3 * C + 4) + attention + rows * hidden;
  encoder::Saved<float> saved;
  const auto forward = test::peak_bytes([&] { saved = encoder::forward(w, {x, 3}, relation, out); });
  CHECK(forward >= (kept + rows * hidden) * scalar);
  CHECK(forward < (kept + rows * hidden) * scalar + 10000);
  const auto d_w = zeros_like(w);
  const auto go_back = [&] {
    encoder::backward(w, {x, 3}, relation, {saved, out}, {.d_w = d_w, .d_x = d_x});
  };
  go_back();  // Kokkos makes the scratch of threads, and keeps it
  const auto backward = test::peak_bytes(go_back);
  CHECK(backward >= rows * (3 * C + 5 * H * D) * scalar);
  const auto plan =
      attention::dense::BackwardPlan::of<float>({3, H, H, rows / 3, rows / 3, D, D}, {}, {}, 0, true);
  CHECK(static_cast<double>(backward) <
        rows * (3 * C + 5 * H * D) * scalar + plan.bytes<float>({}, {}) + 20000);
}
