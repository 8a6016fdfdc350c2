// bench/triangle.cpp
//
// Triangle attention around the starting node, forward and backward with every gradient; triangle_multiply.hpp
// has the other operator of the family.
#include "attention/triangle/attention.hpp"
#include "bench/arrays.hpp"
#include "bench/cases.hpp"
#include "bench/sampled.hpp"
#include "bench/triangle_multiply.hpp"

namespace attune::bench {
namespace {

namespace triangle = attention::triangle;
using attention::on_host_copy;

constexpr Index heads = 4, width = 32;

template <class Scalar> struct Pass {
  View5<Scalar> q, k, v, o, d_o, d_q, d_k, d_v;
  View4<Scalar> lse, bias, d_bias;

  explicit Pass(Index n)
      : q(pairs(1, n)),
        k(pairs(2, n)),
        v(pairs(3, n)),
        o(shaped_as(q)),
        d_o(pairs(5, n)),
        d_q(shaped_as(q)),
        d_k(shaped_as(q)),
        d_v(shaped_as(q)),
        lse("bench::lse", 1, n, n, heads),
        bias(random_array<View4<Scalar>>(4, 1, heads, n, n)),
        d_bias(shaped_as(bias)) {}
  static View5<Scalar> pairs(std::uint32_t stream, Index n) {
    return random_array<View5<Scalar>>(stream, 1, n, n, heads, width);
  }
  void run() const {
    const triangle::Inputs<Scalar> in{q, k, v, bias};
    triangle::forward(in, triangle::Starting{}, {o, lse});
    triangle::backward(in, triangle::Starting{}, {o, lse, d_o}, {d_q, d_k, d_v, d_bias});
  }
  Compared compare() const;
};

// Row (i N + j) H + h is the pair (i, j) of head h; the pairs of one i see each other, and the bias of
// (i, j) for (i, k) is b_jk.
template <class Scalar> Compared Pass<Scalar>::compare() const {
  const auto hq = on_host_copy(q), hk = on_host_copy(k), hv = on_host_copy(v), ho = on_host_copy(o);
  const auto up = on_host_copy(d_o), left_q = on_host_copy(d_q), left_k = on_host_copy(d_k),
             left_v = on_host_copy(d_v);
  const auto hl = on_host_copy(lse), b = on_host_copy(bias), left_b = on_host_copy(d_bias);
  const auto n = static_cast<Index>(q.extent(1));
  const auto linked = [n, b](Index row, bool row_is_query) {
    const Index h = row % heads, own = row / heads % n, i = row / heads / n;
    std::vector<Link<Scalar>> links;
    for (Index other = 0; other < n; ++other)
      links.push_back(
          {(i * n + other) * heads + h, row_is_query ? b(0, h, own, other) : b(0, h, other, own)});
    return links;
  };
  const Attention<Scalar> rows{hq.data(),
                               hk.data(),
                               hv.data(),
                               width,
                               width,
                               [linked](Index row) { return linked(row, true); },
                               [linked](Index row) { return linked(row, false); }};
  const Saved<Scalar> saved{ho.data(), hl.data(), up.data()};
  const auto count = static_cast<Index>(hl.size());
  Compared compared;
  compare_outputs(rows, saved, sample(count, 400, 1), compared);
  compare_gradients(rows, saved, {left_q.data(), left_k.data(), left_v.data()},
                    {sample(count, 200, 2), sample(count, 200, 3)}, compared);
  Entries<Scalar> entries;
  for (const Index entry : sample(heads * n * n, 200, 4)) {
    const Index h = entry / (n * n), j = entry / n % n, third = entry % n;
    Scalar loops = 0;
    Truth<Scalar> truth = 0;
    for (Index i = 0; i < n; ++i) {
      const Index query = (i * n + j) * heads + h;
      const Link<Scalar> key{(i * n + third) * heads + h, b(0, h, j, third)};
      loops += d_score<Scalar>(rows, saved, query, key);
      truth += d_score<Truth<Scalar>>(rows, saved, query, key);
    }
    entries.absorb(left_b(0, h, j, third), loops, truth);
  }
  entries.put_into(compared);
  return compared;
}

template <class Scalar> void add_cases(const Sizes& sizes, std::vector<Case>& cases) {
  const Index n = sizes.triangle_tokens;
  const auto text = [](Index number) { return std::to_string(number); };
  const std::string precision = precision_of<Scalar>();

  const Cost forward = triangle::forward_cost({1, n, n, heads, width, width}, sizeof(Scalar));
  cases.push_back({"triangle_attention",
                   precision,
                   "h = 4, d = 32, forward and backward with every gradient",
                   3.5 * forward,
                   Roof::arithmetic,
                   {.fraction = 0.52, .peer = 6, .scales = true},
                   {},
                   {}});
  cases.back().peer = {"triangle_attention", {{"N", text(n)}, {"H", text(heads)}, {"D", text(width)}}};
  cases.back().prepare = [n]() -> Prepared {
    const Pass<Scalar> pass(n);
    return {[pass] { pass.run(); }, [pass] { return pass.compare(); }};
  };
}

}  // namespace

Family triangle_family(const Sizes& sizes) {
  Family family{"triangle", {}};
  add_cases<float>(sizes, family.cases);
  add_multiply_cases<float>(sizes, family.cases);
  add_cases<double>(sizes, family.cases);
  add_multiply_cases<double>(sizes, family.cases);
  return family;
}

}  // namespace attune::bench
