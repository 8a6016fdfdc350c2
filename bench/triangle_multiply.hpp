// bench/triangle_multiply.hpp
//
// The sums of the triangle multiplicative update; beside them the same sums on channels that are apart
// already, which leaves the matrix products alone.
#pragma once

#include "attention/tiles/product.hpp"
#include "attention/triangle/multiply.hpp"
#include "bench/arrays.hpp"
#include "bench/cases.hpp"
#include "bench/sampled.hpp"
#include "core/core/require.hpp"

namespace attune::bench {

namespace multiply = attention::triangle::multiply;

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
    return compare_sums<Scalar>(n, channels, at(attention::on_host_copy(a)), at(attention::on_host_copy(b)),
                                at(attention::on_host_copy(o)));
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
      attention::tiles::add_product<wide, Scalar>(to + j, n, count,
                                                  {{a + (c * n + first) * n, n, 1}, b + c * n * n + j, n, n});
  }
};

template <class Scalar> Prepared prepare_products(Index n, Index channels) {
  require(n % Products<Scalar>::columns == 0, "whole register tiles");
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

template <class Scalar> void add_multiply_cases(const Sizes& sizes, std::vector<Case>& cases) {
  const Index n = sizes.triangle_tokens, channels = sizes.triangle_channels;
  const std::string precision = precision_of<Scalar>();
  const Cost sums = multiply::forward_cost({1, n, n, n, channels}, sizeof(Scalar));
  cases.push_back({"triangle_multiply",
                   precision,
                   "sums of the update, outgoing, channels last",
                   sums,
                   Roof::arithmetic,
                   {.fraction = 0.42, .peer = 2, .scales = true},
                   {},
                   {}});
  cases.back().peer = {"triangle_multiply", {{"N", std::to_string(n)}, {"C", std::to_string(channels)}}};
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

}  // namespace attune::bench
