// tests/attention/tensor_cores/test_forward.cpp
#include "attention/tensor_cores/forward.hpp"

#include <catch2/catch_test_macros.hpp>

#include "attention/bias/bucket.hpp"
#include "attention/bias/relative.hpp"
#include "attention/bias/sum.hpp"
#include "tests/attention/tensor_cores/problem.hpp"

using namespace attune;
using namespace attune::attention;
using namespace attune::test;

namespace {

// One past a tile of queries and of keys, one token, no keys, rows that are not pieces of 16 bytes, widths that
// differ, grouped heads, every width of the tiles.
const std::vector<dense::Shape> shapes{{1, 1, 1, 1, 1, 1, 1},      {1, 2, 1, 129, 65, 64, 64},
                                       {2, 4, 2, 20, 70, 24, 40},  {1, 1, 1, 5, 7, 3, 9},
                                       {1, 2, 2, 3, 0, 8, 8},      {1, 1, 1, 64, 130, 128, 128},
                                       {1, 1, 1, 140, 64, 32, 32}, {1, 2, 2, 17, 63, 0, 16}};
const std::vector<bias::Shape4> broadcasts{{0, 0, 0, 0}, {1, 0, 0, 0}, {0, 1, 0, 1}, {1, 1, 1, 0}};

template <class Bias, class Mask>
RoundedResult run(const DenseProblem<float>& x, const Bias& bias, const Mask& mask, std::uint32_t seed,
                  Counts& counts) {
  const auto out = new_rounded_result(x.shape);
  // Every number must be written.
  Kokkos::deep_copy(out.o, Bfloat16(NAN));
  Kokkos::deep_copy(out.lse, NAN);
  dense::forward_on_tensor_cores(rounded_inputs(x), bias, mask, out.outputs(), Emulator{seed, counts});
  return out;
}

template <class Bias, class Mask, class WideBias>
void check(const DenseProblem<float>& x, const Bias& bias, const WideBias& wide_bias, const Mask& mask) {
  Counts counts;
  const auto out = run(x, bias, mask, 1, counts), again = run(x, bias, mask, 77, counts);
  CHECK(values(out.o) == values(again.o));
  CHECK(counts.bank_conflicts == 0);

  const auto truth = new_result<double>(x.shape);
  dense::reference::forward(in_precision<double>(x).inputs(), wide_bias, mask, truth.outputs());
  const auto yardstick = rounding_reference(x, bias, mask);
  CHECK(errs_at_most_twice(out.o, yardstick.o, truth.o));
  CHECK(errs_at_most_twice(out.lse, yardstick.lse, truth.lse));
}

template <class Check> void for_each_problem(const Check& check) {
  std::size_t turn = 0;
  for (const auto& s : shapes) {
    INFO("shape " << s.batches << " " << s.heads << " " << s.groups << " " << s.queries << " " << s.keys
                  << " " << s.width << " " << s.value_width);
    check(random_rounded_problem(s, broadcasts[turn % broadcasts.size()], turn % 2 == 0));
    ++turn;
  }
}

KeyPadding padding_of(const dense::Shape& s) {
  const View2<std::uint8_t> present("present", s.batches, s.keys);
  std::vector<double> numbers(present.size());
  for (std::size_t n = 0; n < numbers.size(); ++n) numbers[n] = n * 7 % 3 != 0;
  assign(present, numbers);
  return {present};
}

}  // namespace

TEST_CASE("tensor cores: forward errs at most twice as much as rounded plain loops", "[tensor_cores]") {
  for_each_problem([](const auto& x) {
    const auto bias = x.dense_bias();
    const auto wide = in_precision<double>(x).dense_bias();
    check(x, bias, wide, Full{});
    check(x, bias, wide, Causal{x.shape.keys - x.shape.queries});
    check(x, bias, wide, attention::Window{20, 10});
    check(x, bias, wide, padding_of(x.shape));
  });
}

TEST_CASE("tensor cores: biases by the line are those by the pair", "[tensor_cores]") {
  const dense::Shape s{2, 2, 2, 60, 63, 16, 16};
  auto x = random_rounded_problem(s, {0, 0, 0, 0}, false);

  SECTION("none") {
    x.prior = {};
    check(x, bias::None<float>{}, bias::None<double>{}, Full{});
  }
  SECTION("bfloat16 in memory, rows of twos and rows that are not") {
    for (const Index keys : {64, 63}) {
      x = random_rounded_problem({2, 2, 2, 60, keys, 16, 16}, {1, 0, 0, 0}, false);
      round_numbers(x.tensor);
      check(x, bias::Tensor<Bfloat16>(converted<View4<Bfloat16>>(x.tensor)),
            in_precision<double>(x).dense_bias(), Full{});
    }
  }
  SECTION("minus infinity masks") {
    auto numbers = values(x.tensor);
    for (std::size_t n = 0; n < numbers.size(); ++n)
      if (n % 5 < 2 || n < 63) numbers[n] = -INFINITY;
    assign(x.tensor, numbers);
    check(x, x.dense_bias(), in_precision<double>(x).dense_bias(), Full{});
  }
  SECTION("a table of differences on a grid, summed with a table looked up by bytes") {
    const bias::Offsets offsets(bias::Grid({3, 4, 5}, {3, 3, 7}));
    const auto theta = random_array<View2<float>>(3, 1, 2, offsets.count());
    const auto table = random_array<View2<float>>(4, 1, 2, 9);
    const View3<std::uint8_t> index("index", 1, s.queries, s.keys);
    std::vector<double> numbers(index.size());
    for (std::size_t n = 0; n < numbers.size(); ++n) numbers[n] = static_cast<double>(n * n % 9);
    assign(index, numbers);
    const bias::Sum both{bias::Relative<float>(theta, offsets), bias::bucket<float>(table, index)};
    const bias::Sum wide{bias::Relative<double>(converted<View2<double>>(theta), offsets),
                         bias::bucket<double>(converted<View2<double>>(table), index)};
    check(x, both, wide, Full{});
  }
}

TEST_CASE("tensor cores: maxima that outgrow each other from tile to tile", "[tensor_cores]") {
  const auto x = random_rounded_problem({1, 2, 2, 70, 300, 64, 64}, {0, 0, 0, 0}, true);
  auto numbers = values(x.q);
  for (double& q : numbers) q *= 16;
  assign(x.q, numbers);
  check(x, x.dense_bias(), in_precision<double>(x).dense_bias(), Full{});
}

TEST_CASE("tensor cores: products are those of the pairs that tiles hold", "[tensor_cores]") {
  const dense::Shape s{1, 1, 1, 256, 256, 64, 64};
  const auto x = random_rounded_problem(s, {0, 0, 0, 0}, false);
  const double pairs_of_a_product = 16 * 8 * 16;
  Counts full, causal;
  run(x, x.dense_bias(), Full{}, 1, full);
  run(x, x.dense_bias(), Causal{}, 1, causal);
  CHECK(full.products == 2.0 * 256 * 256 * 64 / pairs_of_a_product);
  // A warp of 32 queries meets the tiles of 64 keys that one of them sees.
  CHECK(causal.products == full.products * (64 + 64 + 128 + 128 + 192 + 192 + 256 + 256) / (8 * 256));
}

TEST_CASE("tensor cores: forward of tf32 errs at most twice as much as plain loops of tf32",
          "[tensor_cores]") {
  for (const auto& s : std::vector<dense::Shape>{{1, 2, 1, 129, 65, 64, 64},
                                                 {2, 2, 2, 20, 70, 9, 40},
                                                 {1, 1, 1, 40, 130, 128, 30},
                                                 {1, 1, 1, 3, 0, 8, 8}}) {
    const auto x = random_problem(s, {0, 1, 0, 0}, true);
    const auto truth = new_result<double>(s);
    const auto wide = in_precision<double>(x);
    dense::reference::forward(wide.inputs(), wide.dense_bias(), Causal{5}, truth.outputs());
    const auto yardstick = tf32_reference(x, x.dense_bias(), Causal{5});
    const auto out = new_result<float>(s);
    Kokkos::deep_copy(out.o, NAN);
    Counts counts;
    dense::forward_on_tensor_cores(x.inputs(), x.dense_bias(), Causal{5}, out.outputs(), Emulator{1, counts});
    CHECK(errs_at_most_twice(out.o, yardstick.o, truth.o));
    CHECK(errs_at_most_twice(out.lse, yardstick.lse, truth.lse));
    CHECK(counts.bank_conflicts == 0);
  }
}
