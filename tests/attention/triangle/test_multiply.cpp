// tests/attention/triangle/test_multiply.cpp
#include "attention/triangle/multiply.hpp"

#include <catch2/catch_test_macros.hpp>

#include "attention/triangle/multiply_forward.hpp"
#include "attention/triangle/multiply_reference.hpp"
#include "core/core/require.hpp"
#include "tests/attention/triangle/problem.hpp"
#include "tests/support/peak_bytes.hpp"

using namespace attune;
using namespace attune::test;
namespace multiply = attune::attention::triangle::multiply;
using multiply::Incoming;
using multiply::Outgoing;

namespace {

// (B, I, J, K, C) that break kernels: one node, one past a tile, remainders of the lanes, a sum over nothing.
std::vector<multiply::Shape> multiply_shapes() {
  return {{1, 1, 1, 1, 1}, {2, 5, 5, 5, 3},  {1, 9, 4, 7, 16}, {1, 3, 6, 5, 23},
          {1, 2, 3, 0, 4}, {1, 0, 2, 3, 17}, {1, 2, 2, 2, 0},  {1, 5, 3, 2, 85}};
}

template <class Visit> void every_form(const Visit& visit) {
  visit(Outgoing{});
  visit(Incoming{});
}

template <class Scalar> struct Problem {
  View4<Scalar> a, b, d_o;
  multiply::Inputs<Scalar> inputs() const { return {a, b}; }
};

template <class Form> Problem<float> random_sides(const multiply::Shape& s, const Form&) {
  const auto sides = [&](std::uint32_t seed, Index nodes) {
    return Form::third_first ? random_array<View4<float>>(seed, 1, s.batches, s.third, nodes, s.channels)
                             : random_array<View4<float>>(seed, 1, s.batches, nodes, s.third, s.channels);
  };
  return {sides(1, s.left), sides(2, s.right),
          random_array<View4<float>>(3, 1, s.batches, s.left, s.right, s.channels)};
}

template <class To> Problem<To> precise(const Problem<float>& x) {
  return {converted<View4<To>>(x.a), converted<View4<To>>(x.b), converted<View4<To>>(x.d_o)};
}

template <class Scalar> struct Result { View4<Scalar> o, d_a, d_b; };

template <class Scalar> Result<Scalar> new_result(const Problem<Scalar>& x) {
  return {View4<Scalar>("o", x.d_o.layout()), View4<Scalar>("d_a", x.a.layout()),
          View4<Scalar>("d_b", x.b.layout())};
}

template <class Scalar, class Form> Result<Scalar> kernel(const Problem<Scalar>& x, const Form& form) {
  const auto r = new_result(x);
  multiply::forward(x.inputs(), form, multiply::Outputs<Scalar>{r.o});
  multiply::backward(x.inputs(), form, multiply::Upstream<Scalar>{x.d_o},
                     multiply::Gradients<Scalar>{r.d_a, r.d_b});
  return r;
}

template <class Scalar, class Form> Result<Scalar> by_reference(const Problem<Scalar>& x, const Form& form) {
  const auto r = new_result(x);
  multiply::reference::forward(x.inputs(), form, multiply::Outputs<Scalar>{r.o});
  multiply::reference::backward(x.inputs(), form, multiply::Upstream<Scalar>{x.d_o},
                                multiply::Gradients<Scalar>{r.d_a, r.d_b});
  return r;
}

// Channels first .. first + count - 1.
View4<double> channels(const View4<double>& from, std::size_t first, std::size_t count) {
  auto layout = from.layout();
  const std::size_t all = layout.dimension[3];
  layout.dimension[3] = count;
  const View4<double> to("channels", layout);
  const auto old = values(from);
  std::vector<double> numbers(to.size());
  for (std::size_t n = 0; n < numbers.size(); ++n) numbers[n] = old[n / count * all + first + n % count];
  assign(to, numbers);
  return to;
}

}  // namespace

TEST_CASE("triangle multiplication: output and gradients are those of the reference in double",
          "[attention][triangle]") {
  for (const auto& s : multiply_shapes())
    every_form([&](const auto& form) {
      const auto x = precise<double>(random_sides(s, form));
      const auto is = kernel(x, form), truth = by_reference(x, form);
      CHECK(largest_difference(values(is.o), values(truth.o)) < 4e-15);
      CHECK(largest_difference(values(is.d_a), values(truth.d_a)) < 4e-15);
      CHECK(largest_difference(values(is.d_b), values(truth.d_b)) < 4e-15);
    });
}

TEST_CASE("triangle multiplication: the float kernel errs at most twice as much as the float reference",
          "[attention][triangle]") {
  for (const auto& s : multiply_shapes())
    every_form([&](const auto& form) {
      const auto x = random_sides(s, form);
      const auto is = kernel(x, form), yardstick = by_reference(x, form);
      const auto truth = by_reference(precise<double>(x), form);
      CHECK(errs_at_most_twice(is.o, yardstick.o, truth.o));
      CHECK(errs_at_most_twice(is.d_a, yardstick.d_a, truth.d_a));
      CHECK(errs_at_most_twice(is.d_b, yardstick.d_b, truth.d_b));
    });
}

// a = (1, 2; 3, 4), b = (5, 6; 7, 8): outgoing a b^T, incoming a^T b.
TEST_CASE("triangle multiplication: two nodes by hand", "[attention][triangle]") {
  Problem<double> x{View4<double>("a", 1, 2, 2, 1), View4<double>("b", 1, 2, 2, 1),
                    View4<double>("d_o", 1, 2, 2, 1)};
  assign(x.a, {1, 2, 3, 4});
  assign(x.b, {5, 6, 7, 8});
  assign(x.d_o, {1, 0, 0, 0});  // L = o_11: the gradient of a row, or column, of a is that of b
  CHECK(values(kernel(x, Outgoing{}).o) == std::vector<double>{17, 23, 39, 53});
  CHECK(values(kernel(x, Incoming{}).o) == std::vector<double>{26, 30, 38, 44});
  CHECK(values(kernel(x, Outgoing{}).d_a) == std::vector<double>{5, 6, 0, 0});
  CHECK(values(kernel(x, Incoming{}).d_a) == std::vector<double>{5, 0, 7, 0});
  CHECK(values(kernel(x, Outgoing{}).d_b) == std::vector<double>{1, 2, 0, 0});
  CHECK(values(kernel(x, Incoming{}).d_b) == std::vector<double>{1, 0, 3, 0});
}

TEST_CASE("triangle multiplication: backward is the gradient of forward by differences and as an adjoint",
          "[attention][triangle]") {
  every_form([&](const auto& form) {
    const auto x = precise<double>(random_sides({2, 5, 3, 4, 6}, form));
    const auto g = kernel(x, form);
    check_gradient({variable("a", x.a, g.d_a), variable("b", x.b, g.d_b)},
                   [&] { return inner_product(x.d_o, kernel(x, form).o); });
  });
}

TEST_CASE("triangle multiplication: incoming is outgoing of transposed sides, bit for bit",
          "[attention][triangle]") {
  for (const auto& s : multiply_shapes()) {
    const auto x = precise<double>(random_sides(s, Outgoing{}));
    const auto out = kernel(x, Outgoing{});
    const auto in = kernel(Problem<double>{transposed(x.a, 1), transposed(x.b, 1), x.d_o}, Incoming{});
    CHECK(values(in.o) == values(out.o));
    CHECK(values(transposed(in.d_a, 1)) == values(out.d_a));
    CHECK(values(transposed(in.d_b, 1)) == values(out.d_b));
  }
}

TEST_CASE("triangle multiplication: a few channels at a time give the bits of all at once",
          "[attention][triangle]") {
  every_form([&](const auto& form) {
    const std::size_t all = 21;
    const auto x = precise<double>(random_sides({1, 5, 5, 5, 21}, form));
    const auto whole = kernel(x, form);
    for (const std::size_t chunk : {1, 4, 17}) {
      const View4<double> o("o", x.d_o.layout());
      for (std::size_t first = 0; first < all; first += chunk) {
        const std::size_t count = std::min(chunk, all - first);
        const auto at = static_cast<Index>(first);
        const multiply::Inputs<double> in{channels(x.a, first, count), channels(x.b, first, count)};
        const View4<double> d_a("d_a", in.a.layout()), d_b("d_b", in.b.layout());
        multiply::forward(in, form, multiply::Outputs<double>{o, at});
        multiply::backward(in, form, multiply::Upstream<double>{x.d_o, at},
                           multiply::Gradients<double>{d_a, d_b});
        CHECK(values(d_a) == values(channels(whole.d_a, first, count)));
        CHECK(values(d_b) == values(channels(whole.d_b, first, count)));
      }
      CHECK(values(o) == values(whole.o));
    }
  });
}

TEST_CASE("triangle multiplication: a batch gives what each of its members gives alone",
          "[attention][triangle]") {
  every_form([&](const auto& form) {
    const auto x = precise<double>(random_sides({2, 5, 6, 3, 5}, form));
    const auto together = kernel(x, form);
    for (std::size_t b = 0; b < 2; ++b) {
      const auto alone = kernel(Problem<double>{batch(x.a, b), batch(x.b, b), batch(x.d_o, b)}, form);
      CHECK(values(alone.o) == values(batch(together.o, b)));
      CHECK(values(alone.d_a) == values(batch(together.d_a, b)));
      CHECK(values(alone.d_b) == values(batch(together.d_b, b)));
    }
  });
}

TEST_CASE("triangle multiplication: the order of nodes and padding of zeros do not matter",
          "[attention][triangle]") {
  const Index nodes = 7, padded = 9;
  const auto shuffle = [&](const auto& array) {
    return moved(array, 1, {nodes, nodes}, [&](Index i, Index j) {
      return Pair{(3 * i + 2) % nodes, (3 * j + 2) % nodes};
    });
  };
  const auto sized = [](const auto& array, Index n) {
    return moved(array, 1, {n, n}, [](Index i, Index j) { return Pair{i, j}; });
  };
  every_form([&](const auto& form) {
    const auto x = precise<double>(random_sides({1, nodes, nodes, nodes, 5}, form));
    const auto is = kernel(x, form);
    const auto other = kernel(Problem<double>{shuffle(x.a), shuffle(x.b), shuffle(x.d_o)}, form);
    CHECK(largest_difference(values(other.o), values(shuffle(is.o))) < 1e-14);
    CHECK(largest_difference(values(other.d_a), values(shuffle(is.d_a))) < 1e-14);

    const auto wide =
        kernel(Problem<double>{sized(x.a, padded), sized(x.b, padded), sized(x.d_o, padded)}, form);
    CHECK(values(sized(wide.o, nodes)) == values(is.o));
    CHECK(values(sized(wide.d_b, nodes)) == values(is.d_b));
  });
}

TEST_CASE("triangle multiplication: tiles and streams agree to rounding, one past every block",
          "[attention][triangle]") {
  using attention::triangle::multiply::most_columns;
  using attention::triangle::multiply::most_rows;
  using attention::triangle::multiply::most_steps;
  const Index line = multiply::line_channels<double>;
  for (const multiply::Shape& s : std::vector<multiply::Shape>{{1, most_rows + 1, 5, 3, line + 1},
                                                               {1, 4, most_columns + 1, 2, line},
                                                               {1, 6, 4, most_steps + 1, 2 * line - 1},
                                                               {2, 1, 1, 2 * most_steps, line},
                                                               {1, 13, 10, 17, 1}})
    every_form([&](const auto& form) {
      const auto x = precise<double>(random_sides(s, form));
      const auto tiled = new_result(x), streamed = new_result(x);
      const auto work = [&](const auto& o) {
        return multiply::Contract<double>{multiply::sides(x.inputs().a, form),
                                          multiply::sides(x.inputs().b, form), multiply::grid(o), s.channels};
      };
      multiply::contract("tiled", work(tiled.o));
      multiply::contract_streaming("streamed", work(streamed.o));
      CHECK(largest_difference(values(tiled.o), values(streamed.o)) < 2e-14);
    });
}

TEST_CASE("triangle multiplication: channels, rows and columns outside the output are left alone",
          "[attention][triangle]") {
  const Index stored = 40, first = 3;
  const auto x = precise<double>(random_sides({1, 7, 5, 6, 21}, Outgoing{}));
  const View4<double> o("o", 1, 7, 5, stored);
  Kokkos::deep_copy(o, 7.0);
  multiply::forward(x.inputs(), Outgoing{}, multiply::Outputs<double>{o, first});
  const auto all = values(o);
  for (std::size_t n = 0; n < all.size(); ++n) {
    const Index c = static_cast<Index>(n) % stored;
    CHECK((all[n] == 7.0) == (c < first || c >= first + 21));
  }
}

TEST_CASE("triangle multiplication: no memory is allocated but scratch once, wrong shapes are refused",
          "[attention][triangle]") {
  const auto x = precise<double>(random_sides({1, 9, 9, 9, 5}, Outgoing{}));
  const auto r = kernel(x, Outgoing{});
  CHECK(peak_bytes([&] {
          multiply::forward(x.inputs(), Outgoing{}, multiply::Outputs<double>{r.o});
          multiply::backward(x.inputs(), Outgoing{}, multiply::Upstream<double>{x.d_o},
                             multiply::Gradients<double>{r.d_a, r.d_b});
        }) == 0);
  CHECK_THROWS_AS(multiply::forward(x.inputs(), Outgoing{}, multiply::Outputs<double>{r.o, 1}),
                  BrokenPromise);
  const View4<double> narrow("b", 1, 9, 9, 4);
  CHECK_THROWS_AS(
      multiply::forward(multiply::Inputs<double>{x.a, narrow}, Outgoing{}, multiply::Outputs<double>{r.o}),
      BrokenPromise);
}

TEST_CASE("triangle multiplication: a square of N nodes costs 2 N^3 C flops", "[attention][triangle]") {
  CHECK(multiply::forward_cost({1, 96, 96, 96, 16}, 4).flops == 2.0 * 96 * 96 * 96 * 16);
}
