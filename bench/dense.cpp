// bench/dense.cpp
//
// Dense attention on N tokens: forward without a bias and with each kind of bias, backward with the gradient
// of a bias that the heads share.
#include "bench/cases.hpp"
#include "bench/dense_biases.hpp"
#include "bench/sampled.hpp"

namespace attune::bench {
namespace {

constexpr Index heads = dense_heads;

// Query and key i of head h have row h N + i.
template <class Scalar, class Host>
Attention<Scalar> rows_of(const Host& q, const Host& k, const Host& v, const BiasOf<Scalar>& at) {
  const auto n = static_cast<Index>(q.extent(2));
  const auto linked = [n, at](Index row, bool row_is_query) {
    const Index h = row / n, own = row % n;
    std::vector<Link<Scalar>> links;
    for (Index other = 0; other < n; ++other)
      links.push_back({h * n + other, row_is_query ? at(h, own, other) : at(h, other, own)});
    return links;
  };
  return {q.data(),
          k.data(),
          v.data(),
          static_cast<Index>(q.extent(3)),
          static_cast<Index>(v.extent(3)),
          [linked](Index i) { return linked(i, true); },
          [linked](Index j) { return linked(j, false); }};
}

template <class Scalar> Compared compare_forward(const DenseArrays<Scalar>& x, const BiasOf<Scalar>& at) {
  const auto q = on_host_copy(x.q), k = on_host_copy(x.k), v = on_host_copy(x.v), o = on_host_copy(x.o);
  const auto lse = on_host_copy(x.lse);
  Compared compared;
  compare_outputs(rows_of<Scalar>(q, k, v, at), {o.data(), lse.data(), nullptr},
                  sample(static_cast<Index>(lse.size()), 64, 1), compared);
  return compared;
}

template <class Scalar> struct Backward {
  DenseArrays<Scalar> x;
  View4<Scalar> numbers, d_o, d_q, d_k, d_v, d_numbers;

  explicit Backward(const DenseArrays<Scalar>& arrays)
      : x(arrays),
        numbers(random_array<View4<Scalar>>(4, 1, 1, x.q.extent(2), x.q.extent(2))),
        d_o(random_array<View4<Scalar>>(5, 1, heads, x.q.extent(2), x.q.extent(3))),
        d_q(shaped_as(x.q)),
        d_k(shaped_as(x.q)),
        d_v(shaped_as(x.q)),
        d_numbers(shaped_as(numbers)) {
    dense::forward(x.inputs(), bias::Tensor<Scalar>(numbers), Full{}, x.outputs());
  }
  void run() const {
    dense::Gradients<Scalar> gradients{d_q, d_k, d_v};
    gradients.d_pairs = d_numbers;
    dense::backward(x.inputs(), bias::Tensor<Scalar>(numbers), Full{}, {x.o, x.lse, d_o}, gradients);
  }
  Compared compare() const {
    const auto q = on_host_copy(x.q), k = on_host_copy(x.k), v = on_host_copy(x.v);
    const auto o = on_host_copy(x.o), up = on_host_copy(d_o), b = on_host_copy(numbers);
    const auto lse = on_host_copy(x.lse);
    const auto left_q = on_host_copy(d_q), left_k = on_host_copy(d_k), left_v = on_host_copy(d_v);
    const auto rows = rows_of<Scalar>(q, k, v, [=](Index, Index i, Index j) { return b(0, 0, i, j); });
    const Saved<Scalar> saved{o.data(), lse.data(), up.data()};
    const auto count = static_cast<Index>(lse.size());
    Compared compared;
    compare_gradients(rows, saved, {left_q.data(), left_k.data(), left_v.data()},
                      {sample(count, 32, 1), sample(count, 32, 2)}, compared);
    compare_bias(rows, saved, compared);
    return compared;
  }
  // d_bias_ij = sum_h d_s_hij
  void compare_bias(const Attention<Scalar>& rows, const Saved<Scalar>& saved, Compared& compared) const {
    const auto left = on_host_copy(d_numbers), b = on_host_copy(numbers);
    const auto n = static_cast<Index>(numbers.extent(2));
    Entries<Scalar> entries;
    for (const Index pair : sample(n * n, 1000, 3)) {
      const Index i = pair / n, j = pair % n;
      Scalar loops = 0;
      Truth<Scalar> truth = 0;
      for (Index h = 0; h < heads; ++h) {
        loops += d_score<Scalar>(rows, saved, h * n + i, {h * n + j, b(0, 0, i, j)});
        truth += d_score<Truth<Scalar>>(rows, saved, h * n + i, {h * n + j, b(0, 0, i, j)});
      }
      entries.absorb(left(0, 0, i, j), loops, truth);
    }
    entries.put_into(compared);
  }
};

Peer peer_of(const std::string& pass, const std::string& bias, Index n, Index d) {
  return {"attention",
          {{"pass", pass},
           {"bias", bias},
           {"B", "1"},
           {"H", std::to_string(heads)},
           {"N", std::to_string(n)},
           {"D", std::to_string(d)}}};
}

template <class Scalar> Cost cost_of(Index n, Index d) {
  return dense::forward_cost({1, heads, heads, n, n, d, d}, sizeof(Scalar));
}

template <class Scalar, class Make>
Case forward_case(const std::string& name, const std::string& what, Index n, Index d, const Make& make) {
  const Cost cost = cost_of<Scalar>(n, d);
  Case one{"dense_forward_" + name, precision_of<Scalar>(), what, cost, Roof::arithmetic, {}, {}, {}};
  one.prepare = [n, d, make]() -> Prepared {
    const DenseArrays<Scalar> x(n, d);
    const Biased<Scalar> with = make(n);
    return {[=] { with.forward(x); }, [=] { return compare_forward(x, with.at); }};
  };
  return one;
}

template <class Scalar> Case backward_case(Index n, Index d) {
  Cost cost = 2.5 * cost_of<Scalar>(n, d);
  cost.bytes += 2.0 * static_cast<double>(n * n) * sizeof(Scalar);
  const std::string name = "dense_backward_d" + std::to_string(d);
  Case one{name,
           precision_of<Scalar>(),
           "backward with the gradient of a shared dense bias",
           cost,
           Roof::arithmetic,
           {},
           peer_of("backward", "shared", n, d),
           {}};
  one.bars.fraction = 0.55;
  one.bars.peer = 3;
  one.bars.scales = true;
  one.prepare = [n, d]() -> Prepared {
    const Backward<Scalar> pass{DenseArrays<Scalar>(n, d)};
    return {[=] { pass.run(); }, [=] { return pass.compare(); }};
  };
  return one;
}

template <class Scalar> void add_cases(const Sizes& sizes, std::vector<Case>& cases) {
  const Index n = sizes.tokens;
  const auto relative = [](bool window) {
    return [window](Index tokens) { return relative_bias<Scalar>(tokens, window); };
  };
  cases.push_back(forward_case<Scalar>("d64", "no bias", n, 64, no_bias<Scalar>));
  cases.back().bars = {.fraction = 0.66, .peer = 1.4, .scales = true};
  cases.back().peer = peer_of("forward", "none", n, 64);
  cases.push_back(forward_case<Scalar>("d32", "no bias", n, 32, no_bias<Scalar>));
  cases.back().bars = {.fraction = 0.62, .scales = true};
  cases.back().peer = peer_of("forward", "none", n, 32);
  cases.push_back(forward_case<Scalar>("relative", "d = 64, table over a 2-D grid", n, 64, relative(false)));
  cases.push_back(forward_case<Scalar>("periodic_window", "d = 64, table with a reach on a periodic grid", n,
                                       64, relative(true)));
  cases.push_back(forward_case<Scalar>("bucket", "d = 64, 32 buckets", n, 64, bucket_bias<Scalar>));
  cases.back().cost.bytes += static_cast<double>(n * n);
  for (auto one = cases.end() - 3; one != cases.end(); ++one)
    one->bars = {.against = "dense_forward_d64", .slower = 0.06};
  cases.push_back(forward_case<Scalar>("tensor", "d = 64, shared dense bias", n, 64, tensor_bias<Scalar>));
  cases.back().cost.bytes += static_cast<double>(n * n) * sizeof(Scalar);
  cases.back().bars = {.against = "dense_forward_d64", .slower = 0.14, .peer = 1.6};
  cases.back().peer = peer_of("forward", "shared", n, 64);
  cases.push_back(backward_case<Scalar>(n, 64));
  cases.push_back(backward_case<Scalar>(n, 32));
}

}  // namespace

Family dense_family(const Sizes& sizes) {
  Family family{"dense", {}};
  add_cases<float>(sizes, family.cases);
  add_cases<double>(sizes, family.cases);
  return family;
}

}  // namespace attune::bench
