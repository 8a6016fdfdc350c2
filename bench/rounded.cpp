// bench/rounded.cpp
//
// Dense attention in bfloat16: forward without a bias and with one of bfloat16 that the batches share, backward
// without and with its gradient; other operators have files of their own (rounded.hpp). What a kernel may err is
// twice what plain loops in float err that round weights, gradients of scores and results.
#include "bench/rounded.hpp"
#include "attention/dense/dense.hpp"
#include "bench/arrays.hpp"
#include "bench/sampled.hpp"

namespace attune::bench {
namespace {

namespace dense = attention::dense;
namespace bias = attention::bias;
using attention::Full;

// Two thousand numbers a token, as models have them; less on a processor, which widens.
struct Extents {
  Index batches, heads, tokens, width;
};
Extents extents_of(const Sizes& sizes, Index width) {
  if (on_host) return {1, 2, sizes.tokens < 512 ? sizes.tokens : 512, width};
  return {4, 2048 / width, sizes.tokens, width};
}

struct Arrays {
  Extents extents;
  View4<Bfloat16> q, k, v, o, numbers;
  View3<float> lse;

  Arrays(const Extents& e, bool biased)
      : extents(e),
        q(random_array<View4<Bfloat16>>(1, e.batches, e.heads, e.tokens, e.width)),
        k(random_array<View4<Bfloat16>>(2, e.batches, e.heads, e.tokens, e.width)),
        v(random_array<View4<Bfloat16>>(3, e.batches, e.heads, e.tokens, e.width)),
        o(shaped_as(q)),
        lse("bench::lse", e.batches, e.heads, e.tokens) {
    if (biased) numbers = random_array<View4<Bfloat16>>(4, 1, e.heads, e.tokens, e.tokens);
  }
  bias::Tensor<Bfloat16> bias() const { return bias::Tensor<Bfloat16>(numbers); }
  void forward() const { dense::forward(dense::Inputs<Bfloat16>{q, k, v}, bias(), Full{}, {o, lse}); }
};

// The same numbers on the host; query and key i of head h of batch b have row (b H + h) N + i.
struct HostArrays {
  std::vector<float> q, k, v, numbers;
  Extents extents;

  explicit HostArrays(const Arrays& x)
      : q(floats_of(x.q)),
        k(floats_of(x.k)),
        v(floats_of(x.v)),
        numbers(floats_of(x.numbers)),
        extents(x.extents) {}
  float bias(Index head, Index i, Index j) const {
    const Index n = extents.tokens;
    return numbers.empty() ? 0.0f : numbers[static_cast<std::size_t>((head % extents.heads * n + i) * n + j)];
  }
  Attention<float> rows() const {
    const Index n = extents.tokens;
    const auto linked = [this, n](Index row, bool row_is_query) {
      const Index head = row / n, own = row % n;
      std::vector<Link<float>> links;
      for (Index other = 0; other < n; ++other)
        links.push_back({head * n + other, row_is_query ? bias(head, own, other) : bias(head, other, own)});
      return links;
    };
    return {q.data(),
            k.data(),
            v.data(),
            extents.width,
            extents.width,
            [linked](Index i) { return linked(i, true); },
            [linked](Index j) { return linked(j, false); }};
  }
};

Compared compare_forward(const Arrays& x) {
  const HostArrays host(x);
  return compare_rounded_outputs(host.rows(), x.o, x.lse);
}

struct Backward {
  Arrays x;
  View4<Bfloat16> d_o, d_q, d_k, d_v;
  View4<float> d_numbers;

  explicit Backward(const Arrays& arrays)
      : x(arrays), d_o(shaped_as(x.q)), d_q(shaped_as(x.q)), d_k(shaped_as(x.q)), d_v(shaped_as(x.q)) {
    fill(d_o, 5);
    if (x.numbers.size() > 0) d_numbers = View4<float>("bench::d_numbers", x.numbers.layout());
    x.forward();
  }
  void run() const {
    dense::Gradients<Bfloat16> gradients{d_q, d_k, d_v};
    gradients.d_pairs = d_numbers;
    dense::backward(dense::Inputs<Bfloat16>{x.q, x.k, x.v}, x.bias(), Full{}, {x.o, x.lse, d_o}, gradients);
  }
  Compared compare() const {
    const HostArrays host(x);
    const auto o = floats_of(x.o), lse = floats_of(x.lse), up = floats_of(d_o);
    const auto left_q = floats_of(d_q), left_k = floats_of(d_k), left_v = floats_of(d_v);
    const Saved<float> saved{o.data(), lse.data(), up.data()};
    const auto count = static_cast<Index>(lse.size());
    Compared compared;
    compare_gradients(host.rows(), saved, {left_q.data(), left_k.data(), left_v.data()},
                      {sample(count, 32, 1), sample(count, 32, 2)}, compared, ToBfloat16{});
    if (d_numbers.size() > 0) compare_bias(host, saved, compared);
    return compared;
  }
  // d_bias_hij = sum_b d_s_bhij
  void compare_bias(const HostArrays& host, const Saved<float>& saved, Compared& compared) const {
    const auto left = floats_of(d_numbers);
    const auto rows = host.rows();
    const Index n = x.extents.tokens;
    Entries<float> entries;
    for (const Index number : sample(static_cast<Index>(left.size()), 1000, 3)) {
      const Index h = number / (n * n), i = number / n % n, j = number % n;
      float loops = 0;
      double truth = 0;
      for (Index b = 0; b < x.extents.batches; ++b) {
        const Index first = (b * x.extents.heads + h) * n;
        loops += ToBfloat16{}(d_score<float>(rows, saved, first + i, {first + j, host.bias(h, i, j)}));
        truth += d_score<double>(rows, saved, first + i, {first + j, host.bias(h, i, j)});
      }
      entries.absorb(left[static_cast<std::size_t>(number)], loops, truth);
    }
    entries.put_into(compared);
  }
};

Case case_of(const std::string& pass, const Extents& e, bool biased) {
  const auto pairs = static_cast<double>(e.heads * e.tokens * e.tokens);
  Cost cost = dense::forward_cost({e.batches, e.heads, e.heads, e.tokens, e.tokens, e.width, e.width}, 2);
  if (pass == "backward") cost = 2.5 * cost;
  if (biased) cost.bytes += pairs * (pass == "backward" ? 6 : 2);
  const std::string width = std::to_string(e.width);
  Case one{"rounded_" + pass + "_d" + width + (biased ? "_tensor" : ""),
           "bfloat16",
           biased ? "dense bias that the batches share" : "no bias",
           cost,
           Roof::arithmetic,
           {},
           {},
           {}};
  one.peer = {"attention",
              {{"pass", pass},
               {"bias", biased ? "heads" : "none"},
               {"B", std::to_string(e.batches)},
               {"H", std::to_string(e.heads)},
               {"N", std::to_string(e.tokens)},
               {"D", width}}};
  if (pass == "forward")
    one.prepare = [e, biased]() -> Prepared {
      const Arrays x(e, biased);
      return {[=] { x.forward(); }, [=] { return compare_forward(x); }};
    };
  else
    one.prepare = [e, biased]() -> Prepared {
      const Backward pass_of{Arrays(e, biased)};
      return {[=] { pass_of.run(); }, [=] { return pass_of.compare(); }};
    };
  return one;
}

}  // namespace

Family rounded_family(const Sizes& sizes) {
  Family family{"rounded", {}};
  const auto add = [&](const std::string& pass, Index width, bool biased, const Bars& bars) {
    family.cases.push_back(case_of(pass, extents_of(sizes, width), biased));
    if (!on_host) family.cases.back().bars = bars;
  };
  add("forward", 64, false, {.rate = 324e12, .peer = 1});
  add("forward", 128, false, {.rate = 370e12, .peer = 0.6});
  add("forward", 64, true, {.against = "rounded_forward_d64", .slower = 0.1, .peer = 1});
  add("backward", 64, false, {.rate = 270e12, .peer = 0.6});
  add("backward", 128, false, {.rate = 322e12, .peer = 0.6});
  add("backward", 64, true, {.against = "rounded_backward_d64", .slower = 0.1, .peer = 1});
  add_rounded_triangle_cases(sizes, family.cases);
  add_rounded_window_cases(family.cases);
  return family;
}

}  // namespace attune::bench
