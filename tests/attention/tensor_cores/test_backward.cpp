// tests/attention/tensor_cores/test_backward.cpp
#include <catch2/catch_test_macros.hpp>
#include <map>
#include <typeinfo>

#include "attention/bias/bucket.hpp"
#include "attention/bias/relative.hpp"
#include "attention/bias/sum.hpp"
#include "attention/dense/backward_tensor_cores.hpp"
#include "tests/attention/tensor_cores/problem.hpp"

using namespace attune;
using namespace attune::attention;
using namespace attune::test;

namespace {

// One past a block of keys and past steps of queries, one token, no keys, rows that are not pieces of 16 bytes,
// widths that differ, grouped heads, every width of the tiles.
const std::vector<dense::Shape> shapes{{1, 1, 1, 1, 1, 1, 1},      {1, 2, 1, 65, 129, 64, 64},
                                       {2, 4, 2, 20, 70, 24, 40},  {1, 1, 1, 5, 7, 3, 9},
                                       {1, 2, 2, 3, 0, 8, 8},      {1, 1, 1, 130, 40, 128, 128},
                                       {1, 1, 1, 140, 64, 32, 32}, {1, 2, 2, 17, 63, 0, 16}};
const std::vector<bias::Shape4> broadcasts{
    {0, 0, 0, 0}, {1, 0, 0, 0}, {0, 1, 0, 1}, {1, 1, 1, 0}, {1, 1, 1, 1}};

// Gradients of one kind, as numbers.
struct Numbers {
  std::vector<std::pair<std::string, std::vector<double>>> of;
  template <class Scalar> explicit Numbers(const dense::Gradients<Scalar>& g) {
    const auto add = [&](const char* name, const auto& view) {
      if (view.size() > 0) of.emplace_back(name, values(view));
    };
    add("d_q", g.d_q);
    add("d_k", g.d_k);
    add("d_v", g.d_v);
    add("d_temperature", g.d_temperature);
    add("d_gain", g.d_gain);
    add("d_sink", g.d_sink);
    add("d_prior", g.d_prior);
    add("d_table", g.d_table);
    add("d_pairs", g.d_pairs);
  }
};

// A problem, the rounded output of forward and every gradient, asked for.
template <class Bias, class WideBias, class Mask> struct Case {
  DenseProblem<float> x;
  Bias bias;
  WideBias wide_bias;
  Mask mask;
  DenseResult<double> exact;
  RoundedResult out;

  Case(const DenseProblem<float>& given, const Bias& narrow, const WideBias& wide, const Mask& of_mask)
      : x(given),
        bias(narrow),
        wide_bias(wide),
        mask(of_mask),
        exact(new_result<double>(x.shape)),
        out(new_rounded_result(x.shape)) {
    dense::reference::forward(in_precision<double>(x).inputs(), wide_bias, mask, exact.outputs());
    assign(out.o, values(exact.o));
    assign(out.lse, values(exact.lse));
  }

  template <class Scalar> dense::Gradients<Scalar> new_gradients() const {
    const auto like = [](const auto& view, auto number) {
      return Kokkos::View<decltype(number)****, Kokkos::LayoutRight, Device>("gradient", view.layout());
    };
    using Wide = Accumulated<Scalar>;
    dense::Gradients<Scalar> g{like(x.q, Scalar()), like(x.k, Scalar()), like(x.v, Scalar())};
    for (const auto& view : {g.d_q, g.d_k, g.d_v}) Kokkos::deep_copy(view, Scalar(NAN));
    g.d_temperature = View1<Wide>("gradient", x.temperature.layout());
    g.d_gain = View1<Wide>("gradient", x.gain.layout());
    g.d_sink = View1<Wide>("gradient", x.sink.layout());
    g.d_prior = like(x.prior, Wide());
    if constexpr (bias::HasPairs<Bias>) {
      const auto n = bias.pairs();
      g.d_pairs = View4<Wide>("gradient", n[0], n[1], n[2], n[3]);
    }
    if constexpr (bias::HasTable<Bias>) g.d_table = View2<Wide>("gradient", bias.rows(), bias.entries());
    return g;
  }
  template <class Scalar> dense::Upstream<Scalar> upstream() const {
    using Wide = Accumulated<Scalar>;
    dense::Upstream<Scalar> up{converted<View4<Scalar>>(out.o), converted<View3<Wide>>(out.lse),
                               converted<View4<Scalar>>(x.d_o), converted<View3<Wide>>(x.d_lse)};
    if constexpr (std::is_same_v<Scalar, double>) {
      up.o = exact.o;
      up.lse = exact.lse;
    }
    return up;
  }

  Numbers run(std::uint32_t seed, Index budget, Counts& counts) const {
    const auto g = new_gradients<Bfloat16>();
    dense::backward_on_tensor_cores(rounded_inputs(x), bias, mask, upstream<Bfloat16>(), g,
                                    Emulator{seed, counts}, budget);
    return Numbers(g);
  }
  Numbers truth() const {
    const auto g = new_gradients<double>();
    dense::reference::backward(in_precision<double>(x).inputs(), wide_bias, mask, upstream<double>(), g);
    return Numbers(g);
  }
  // In float, gain p_ij and d_s_ij rounded before they are added up, and what is stored in bfloat16.
  Numbers yardstick() const {
    const auto g = new_gradients<float>();
    const auto up = upstream<float>();
    const auto problem = dense::reference::problem_of(x.inputs(), bias, mask);
    auto rows = dense::reference::rows_of_saved(problem, up.lse);
    auto chain = dense::reference::chain_of(problem, rows, up);
    const auto& s = x.shape;
    for (std::size_t n = 0; n < rows.p.size(); ++n) {
      const auto h = n / static_cast<std::size_t>(s.queries * s.keys) % static_cast<std::size_t>(s.heads);
      const float gain = problem.gain[h], tau = problem.temperature[h];
      rows.p[n] = Bfloat16(gain * rows.p[n]) / gain;
      chain.d_t[n] = Bfloat16(chain.d_t[n] / tau) * tau;
    }
    dense::reference::put_inputs(problem, rows, chain, up, g);
    for (const auto& view : {g.d_q, g.d_k, g.d_v}) round_numbers(view);
    dense::reference::put_heads(g.d_temperature, chain.d_temperature);
    dense::reference::put_heads(g.d_gain, chain.d_gain);
    dense::reference::put_heads(g.d_sink, chain.d_sink);
    dense::reference::put_pairs(g.d_prior, problem, chain.d_t);
    dense::reference::put_bias(problem, bias, chain.d_t, g.d_table, g.d_pairs);
    return Numbers(g);
  }
};

// Gradients of few numbers, which single draws may have right by luck: the worst of all that a test makes.
struct Few {
  std::map<std::string, Accuracy> of;
  ~Few() {
    for (const auto& [name, accuracy] : of) {
      INFO(name << " errs by " << accuracy.kernel << ", plain loops by " << accuracy.yardstick);
      CHECK(accuracy.holds());
    }
  }
};

template <class Bias, class WideBias, class Mask>
void check(Few& few, const Case<Bias, WideBias, Mask>& c, Index budget = dense::score_gradient_budget) {
  INFO("mask " << typeid(Mask).name());
  Counts counts;
  const auto kernel = c.run(1, budget, counts), truth = c.truth(), yardstick = c.yardstick();
  CHECK(counts.bank_conflicts == 0);
  REQUIRE(kernel.of.size() == truth.of.size());
  for (std::size_t n = 0; n < truth.of.size(); ++n) {
    Accuracy accuracy;
    const auto absorb = [&](Accuracy& into) {
      into.kernel = std::max(into.kernel, largest_difference(kernel.of[n].second, truth.of[n].second));
      into.yardstick =
          std::max(into.yardstick, largest_difference(yardstick.of[n].second, truth.of[n].second));
      for (const double exact : truth.of[n].second) into.size = std::max(into.size, std::abs(exact));
    };
    absorb(accuracy);
    INFO(truth.of[n].first << " errs by " << accuracy.kernel << ", plain loops by " << accuracy.yardstick);
    if (truth.of[n].second.size() > 8)
      CHECK(accuracy.holds());
    else
      absorb(few.of[truth.of[n].first]);
  }
}
template <class Mask>
void check(Few& few, const DenseProblem<float>& x, const Mask& mask,
           Index budget = dense::score_gradient_budget) {
  using Wide = bias::Tensor<double>;
  check(few,
        Case<bias::Tensor<float>, Wide, Mask>(x, x.dense_bias(), in_precision<double>(x).dense_bias(), mask),
        budget);
}

KeyPadding padding_of(const dense::Shape& s) {
  const View2<std::uint8_t> present("present", s.batches, s.keys);
  std::vector<double> there(present.size());
  for (std::size_t n = 0; n < there.size(); ++n)
    there[n] =
        static_cast<Index>(n) / std::max<Index>(s.keys, 1) == 1 ? 0 : n * 7 % 3 != 0;  // none in batch 1
  assign(present, there);
  return {present};
}
Lengths lengths_of(const dense::Shape& s) {
  std::vector<Index> queries, keys;
  for (Index b = 0; b < s.batches; ++b) {
    queries.push_back(s.queries - b % 2);
    keys.push_back(b == 2 ? 0 : std::max<Index>(0, s.keys - b));
  }
  return {to_device("queries", queries), to_device("keys", keys)};
}

}  // namespace

TEST_CASE("tensor cores: gradients err at most twice as much as those of rounded plain loops",
          "[tensor_cores]") {
  std::size_t turn = 0;
  Few few;
  for (const auto& s : shapes) {
    INFO("shape " << s.batches << " " << s.heads << " " << s.groups << " " << s.queries << " " << s.keys
                  << " " << s.width << " " << s.value_width);
    const auto x = random_rounded_problem(s, broadcasts[turn % broadcasts.size()], turn % 2 == 0);
    check(few, x, Full{});
    check(few, x, Causal{s.keys - s.queries});
    check(few, x, attention::Window{20, 10});
    check(few, x, padding_of(s));
    check(few, x, lengths_of(s));
    ++turn;
  }
}

TEST_CASE("tensor cores: backward gives the same bits in whatever order threads run", "[tensor_cores]") {
  const auto x = random_rounded_problem({1, 2, 1, 70, 130, 64, 64}, {0, 1, 0, 0}, true);
  const Case<bias::Tensor<float>, bias::Tensor<double>, attention::Window> c(
      x, x.dense_bias(), in_precision<double>(x).dense_bias(), {20, 90});
  Counts counts;
  const Index by_keys = 2 * 128 * 128 * 2;
  for (const Index budget : {dense::score_gradient_budget, by_keys}) {
    const auto first = c.run(1, budget, counts), second = c.run(77, budget, counts);
    for (std::size_t n = 0; n < first.of.size(); ++n) {
      INFO(first.of[n].first);
      CHECK(first.of[n].second == second.of[n].second);
    }
  }
}

TEST_CASE("tensor cores: slabs of heads and ranges of keys change no gradient but by rounding",
          "[tensor_cores]") {
  // A head takes 64 x 256 numbers, a block of keys 64 x 128.
  const auto x = random_rounded_problem({2, 2, 1, 50, 140, 16, 8}, {1, 0, 0, 0}, true);
  Few few;
  for (const Index numbers : {64 * 256 * 2, 64 * 128 * 3, 1}) {
    INFO("budget for " << numbers);
    check(few, x, Causal{100}, 2 * numbers);
  }
  check(few, x, Full{}, 1);
  check(few, x, lengths_of(x.shape), 1);
}

TEST_CASE("tensor cores: gradients of tables", "[tensor_cores]") {
  const dense::Shape s{2, 2, 1, 60, 70, 16, 16};
  const auto x = random_rounded_problem(s, {0, 0, 0, 0}, false);
  const bias::Offsets offsets(bias::Grid({3, 4, 5}, {2, 5, 7}));
  const auto table = random_array<View2<float>>(4, 1, 2, 9);
  const View3<std::uint8_t> index("index", 1, s.queries, s.keys);
  std::vector<double> numbers(index.size());
  for (std::size_t n = 0; n < numbers.size(); ++n) numbers[n] = static_cast<double>(n * n % 9);
  assign(index, numbers);
  Few few;
  for (const Index rows : {1, 2}) {
    const auto theta = random_array<View2<float>>(3, 1, rows, offsets.count());
    const bias::Relative<float> relative(theta, offsets);
    const bias::Relative<double> wide(converted<View2<double>>(theta), offsets);
    check(few, Case(x, relative, wide, attention::Window{20, 30}));
    if (rows == 1) continue;
    const bias::Sum both{relative, bias::bucket<float>(table, index)};
    const bias::Sum wide_both{wide, bias::bucket<double>(converted<View2<double>>(table), index)};
    check(few, Case(x, both, wide_both, Full{}), 2 * 64 * 128 * 2);
  }
}

TEST_CASE("tensor cores: gradients of numbers that any axes share", "[tensor_cores]") {
  Few few;
  for (int shared = 0; shared < 16; ++shared) {
    INFO("shared " << shared);
    const dense::Shape s{2, 2, 2, 66, 70, 16, 16};
    const auto x =
        random_rounded_problem(s, {shared & 1, shared >> 1 & 1, shared >> 2 & 1, shared >> 3 & 1}, false);
    check(few, x, Causal{20}, 2 * 128 * 128 * 3);
  }
}

TEST_CASE("tensor cores: minus infinity in a bias masks, rows without keys have no gradient",
          "[tensor_cores]") {
  auto x = random_rounded_problem({2, 2, 2, 60, 63, 16, 16}, {0, 0, 0, 0}, false);
  auto numbers = values(x.tensor);
  for (std::size_t n = 0; n < numbers.size(); ++n)
    if (n % 5 < 2 || n < 63) numbers[n] = -INFINITY;
  assign(x.tensor, numbers);
  Few few;
  check(few, x, Full{});
  x.prior = {};
  check(few, Case(x, bias::None<float>{}, bias::None<double>{}, Causal{-30}));
}

TEST_CASE("tensor cores: backward makes five products a pair and one power", "[tensor_cores]") {
  const dense::Shape s{1, 2, 1, 128, 256, 64, 64};
  auto x = random_rounded_problem(s, {0, 0, 0, 0}, false);
  x.prior = {};
  const Case c(x, bias::None<float>{}, bias::None<double>{}, Full{});
  Counts counts;
  c.run(1, dense::score_gradient_budget, counts);
  const double pairs = 2 * 128 * 256;
  CHECK(counts.products == 5 * pairs * 64 / (16 * 8 * 16));
  CHECK(counts.powers == pairs);
  CHECK(counts.bank_conflicts == 0);
}
