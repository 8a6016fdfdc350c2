// bench/rounded_triangle.cpp
//
// Triangle attention in bfloat16 around the starting node with a bias: forward, and backward with every gradient. What
// a kernel may err is twice what plain loops in float err that round weights, gradients of scores and results.
#include <algorithm>

#include "attention/triangle/attention.hpp"
#include "bench/arrays.hpp"
#include "bench/rounded.hpp"
#include "bench/sampled.hpp"

namespace attune::bench {
namespace {

namespace triangle = attention::triangle;

constexpr Index heads = 4, width = 32;

struct Arrays {
  View5<Bfloat16> q, k, v, o;
  View4<float> lse, bias;

  explicit Arrays(Index n)
      : q(pairs(1, n)),
        k(pairs(2, n)),
        v(pairs(3, n)),
        o(shaped_as(q)),
        lse("bench::lse", 1, n, n, heads),
        bias(random_array<View4<float>>(4, 1, heads, n, n)) {}
  static View5<Bfloat16> pairs(std::uint32_t stream, Index n) {
    return random_array<View5<Bfloat16>>(stream, 1, n, n, heads, width);
  }
  triangle::Inputs<Bfloat16> inputs() const { return {q, k, v, bias}; }
  void forward() const { triangle::forward(inputs(), triangle::Starting{}, {o, lse}); }
};

// Row (i N + j) H + h is the pair (i, j) of head h; the pairs of one i see each other, and the bias of
// (i, j) for (i, k) is b_jk.
struct HostArrays {
  std::vector<float> q, k, v, bias;
  Index n;

  explicit HostArrays(const Arrays& x)
      : q(floats_of(x.q)), k(floats_of(x.k)), v(floats_of(x.v)), bias(floats_of(x.bias)), n(x.q.extent(1)) {}
  float between(Index h, Index j, Index third) const {
    return bias[static_cast<std::size_t>((h * n + j) * n + third)];
  }
  Attention<float> rows() const {
    const auto linked = [this](Index row, bool row_is_query) {
      const Index h = row % heads, own = row / heads % n, i = row / heads / n;
      std::vector<Link<float>> links;
      for (Index other = 0; other < n; ++other)
        links.push_back(
            {(i * n + other) * heads + h, row_is_query ? between(h, own, other) : between(h, other, own)});
      return links;
    };
    return {q.data(),
            k.data(),
            v.data(),
            width,
            width,
            [linked](Index row) { return linked(row, true); },
            [linked](Index row) { return linked(row, false); }};
  }
};

Compared compare_forward(const Arrays& x) {
  const HostArrays host(x);
  return compare_rounded_outputs(host.rows(), x.o, x.lse);
}

struct Backward {
  Arrays x;
  View5<Bfloat16> d_o, d_q, d_k, d_v;
  View4<float> d_bias;

  explicit Backward(Index n)
      : x(n),
        d_o(Arrays::pairs(5, n)),
        d_q(shaped_as(x.q)),
        d_k(shaped_as(x.q)),
        d_v(shaped_as(x.q)),
        d_bias(shaped_as(x.bias)) {
    x.forward();
  }
  void run() const {
    triangle::backward(x.inputs(), triangle::Starting{}, {x.o, x.lse, d_o}, {d_q, d_k, d_v, d_bias});
  }
  Compared compare() const {
    const HostArrays host(x);
    const auto o = floats_of(x.o), lse = floats_of(x.lse), up = floats_of(d_o);
    const auto left_q = floats_of(d_q), left_k = floats_of(d_k), left_v = floats_of(d_v);
    const Saved<float> saved{o.data(), lse.data(), up.data()};
    const auto count = static_cast<Index>(lse.size());
    Compared compared;
    compare_gradients(host.rows(), saved, {left_q.data(), left_k.data(), left_v.data()},
                      {sample(count, 32, 2), sample(count, 32, 3)}, compared, ToBfloat16{});
    compare_bias(host, saved, compared);
    return compared;
  }
  // d_b_jk = sum_i d_s_ijk
  void compare_bias(const HostArrays& host, const Saved<float>& saved, Compared& compared) const {
    const auto left = floats_of(d_bias);
    const auto rows = host.rows();
    const Index n = host.n;
    Entries<float> entries;
    for (const Index entry : sample(heads * n * n, 200, 4)) {
      const Index h = entry / (n * n), j = entry / n % n, third = entry % n;
      float loops = 0;
      double truth = 0;
      for (Index i = 0; i < n; ++i) {
        const Index query = (i * n + j) * heads + h;
        const Link<float> key{(i * n + third) * heads + h, host.between(h, j, third)};
        loops += ToBfloat16{}(d_score<float>(rows, saved, query, key));
        truth += d_score<double>(rows, saved, query, key);
      }
      entries.absorb(left[static_cast<std::size_t>(entry)], loops, truth);
    }
    entries.put_into(compared);
  }
};

// The biases and their gradients are floats.
Case case_of(const std::string& pass, Index n) {
  Cost cost = triangle::forward_cost({1, n, n, heads, width, width}, sizeof(Bfloat16));
  if (pass == "backward") cost = 2.5 * cost;
  cost.bytes += static_cast<double>(heads * n * n) * (pass == "backward" ? 6 : 2);
  Case one{"rounded_triangle_" + pass,
           "bfloat16",
           "h = 4, d = 32, a bias" + std::string(pass == "backward" ? ", every gradient" : ""),
           cost,
           Roof::arithmetic,
           {},
           {},
           {}};
  const auto text = [](Index number) { return std::to_string(number); };
  one.peer = {"triangle_attention", {{"pass", pass}, {"N", text(n)}, {"H", text(heads)}, {"D", text(width)}}};
  if (!on_host) one.bars.rate = pass == "backward" ? 120e12 : 200e12;
  return one;
}

}  // namespace

void add_rounded_triangle_cases(const Sizes& sizes, std::vector<Case>& cases) {
  const Index n = on_host ? std::min<Index>(sizes.triangle_tokens, 128) : 4 * sizes.triangle_tokens;
  cases.push_back(case_of("forward", n));
  cases.back().prepare = [n]() -> Prepared {
    const Arrays x(n);
    return {[x] { x.forward(); }, [x] { return compare_forward(x); }};
  };
  cases.push_back(case_of("backward", n));
  cases.back().prepare = [n]() -> Prepared {
    const Backward pass(n);
    return {[pass] { pass.run(); }, [pass] { return pass.compare(); }};
  };
}

}  // namespace attune::bench
