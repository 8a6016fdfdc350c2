// bench/triangle.cpp
//
// Triangle attention around the starting node, forward and backward with every gradient, and the sum of the
// triangle multiplicative update; beside it the same sum on channels that are apart already, which leaves
// the matrix products alone.
#include "attention/tiles/product.hpp"
#include "attention/triangle/attention.hpp"
#include "attention/triangle/multiply.hpp"
#include "bench/arrays.hpp"
#include "bench/cases.hpp"
#include "bench/sampled.hpp"

namespace attune::bench {
namespace {

namespace triangle = attention::triangle;
namespace multiply = attention::triangle::multiply;
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

// o_ijc against sum_k a_ikc b_jkc, whatever the order of the arrays: (i, k, c) to a number.
template <class Scalar, class A, class B, class O>
Compared compare_sums(Index n, Index channels, const A& a, const B& b, const O& o) {
  Entries<Scalar> entries;
  for (const Index entry : sample(n * n * channels, 4000, 5)) {
    const Index c = entry % channels, j = entry / channels % n, i = entry / channels / n;
    Scalar loops = 0;
    Truth<Scalar> truth = 0;
    for (Index k = 0; k < n; ++k) {
      loops += a(i, k, c) * b(j, k, c);
      truth += static_cast<Truth<Scalar>>(a(i, k, c)) * static_cast<Truth<Scalar>>(b(j, k, c));
    }
    entries.absorb(o(i, j, c), loops, truth);
  }
  Compared compared;
  entries.put_into(compared);
  return compared;
}

template <class Scalar> Prepared prepare_update(Index n, Index channels) {
  const auto a = random_array<View4<Scalar>>(1, 1, n, n, channels);
  const auto b = random_array<View4<Scalar>>(2, 1, n, n, channels);
  const View4<Scalar> o("bench::o", 1, n, n, channels);
  const auto run = [=] { multiply::forward<Scalar>({a, b}, multiply::Outgoing{}, {o}); };
  const auto check = [=] {
    const auto at = [](const auto& host) {
      return [host](Index i, Index k, Index c) { return host(0, i, k, c); };
    };
    return compare_sums<Scalar>(n, channels, at(on_host_copy(a)), at(on_host_copy(b)), at(on_host_copy(o)));
  };
  return {run, check};
}

// Rows of o of one channel: a (C, I, K), b (C, K, J), o (C, I, J).
template <class Scalar> struct Products {
  static constexpr int wide = 2;
  static constexpr Index columns = wide * simd::width<Scalar>, rows = 64;
  const Scalar *a, *b;
  Scalar* o;
  Index n;

  void operator()(Index block) const {
    const Index blocks = (n + rows - 1) / rows, c = block / blocks, first = block % blocks * rows;
    const Index count = n - first < rows ? n - first : rows;
    Scalar* to = o + (c * n + first) * n;
    for (Index place = 0; place < count * n; ++place) to[place] = 0;
    for (Index j = 0; j < n; j += columns)
      attention::tiles::add_product<wide, Scalar>(to + j, n, count, n, {a + (c * n + first) * n, n, 1},
                                                  b + c * n * n + j, n);
  }
};

template <class Scalar> Prepared prepare_products(Index n, Index channels) {
  const auto a = random_array<View3<Scalar>>(1, channels, n, n);
  const auto b = random_array<View3<Scalar>>(2, channels, n, n);
  const View3<Scalar> o("bench::o", channels, n, n);
  const auto run = [=] {
    const Index blocks = (n + Products<Scalar>::rows - 1) / Products<Scalar>::rows;
    Kokkos::parallel_for("bench::products",
                         Kokkos::RangePolicy<Kokkos::DefaultHostExecutionSpace, Kokkos::IndexType<Index>>(
                             0, channels * blocks),
                         Products<Scalar>{a.data(), b.data(), o.data(), n});
  };
  const auto check = [=] {
    return compare_sums<Scalar>(
        n, channels, [a](Index i, Index k, Index c) { return a(c, i, k); },
        [b](Index j, Index k, Index c) { return b(c, k, j); },
        [o](Index i, Index j, Index c) { return o(c, i, j); });
  };
  return {run, check};
}

template <class Scalar> void add_cases(const Sizes& sizes, std::vector<Case>& cases) {
  const Index n = sizes.triangle_tokens, channels = sizes.triangle_channels;
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

  const Cost sums = multiply::forward_cost({1, n, n, n, channels}, sizeof(Scalar));
  cases.push_back({"triangle_multiply",
                   precision,
                   "sums of the update, outgoing, channels last",
                   sums,
                   Roof::arithmetic,
                   {.fraction = 0.42, .peer = 2, .scales = true},
                   {},
                   {}});
  cases.back().peer = {"triangle_multiply", {{"N", text(n)}, {"C", text(channels)}}};
  cases.back().prepare = [=] { return prepare_update<Scalar>(n, channels); };
  if constexpr (on_host) {
    cases.push_back({"triangle_multiply_products",
                     precision,
                     "its matrix products alone, channels first",
                     sums,
                     Roof::arithmetic,
                     {.fraction = 0.62, .scales = true},
                     {},
                     {}});
    cases.back().prepare = [=] { return prepare_products<Scalar>(n, channels); };
  }
}

}  // namespace

Family triangle_family(const Sizes& sizes) {
  Family family{"triangle", {}};
  add_cases<float>(sizes, family.cases);
  add_cases<double>(sizes, family.cases);
  return family;
}

}  // namespace attune::bench
