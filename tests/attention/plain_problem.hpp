// tests/attention/plain_problem.hpp
//
// Random inputs of an attention of plain form, with a bias in memory, a prior, and a temperature and a gain a
// head; shapes and masks that break kernels.
#pragma once

#include "attention/dense/dense.hpp"
#include "tests/support/arrays.hpp"

namespace attune::test {

using attention::dense::Shape;

struct PlainCase {
  Shape shape;  // B, H, G, M, N, D, E
  std::vector<bool> broadcast;  // the axes of the bias of extent 1
};

// One key, more heads than groups, widths one past the lanes of dot(), no query, no key.
inline std::vector<PlainCase> plain_cases() {
  return {{{1, 1, 1, 1, 1, 1, 1}, {false, false, false, false}},
          {{2, 2, 1, 5, 7, 3, 4}, {false, false, false, false}},
          {{2, 4, 2, 4, 3, 9, 17}, {true, false, false, false}},
          {{1, 3, 3, 9, 6, 8, 1}, {true, true, true, false}},
          {{2, 1, 1, 3, 4, 1, 2}, {false, true, false, true}},
          {{1, 2, 2, 0, 3, 2, 2}, {true, false, true, true}},
          {{1, 2, 2, 3, 0, 2, 2}, {true, false, true, true}}};
}
inline PlainCase small_case() { return {{2, 2, 1, 3, 4, 3, 2}, {true, false, false, false}}; }

template <class Scalar> struct PlainProblem {
  Shape shape;
  View4<Scalar> q, k, v, numbers, d_o, prior;
  View1<Scalar> temperature, gain;

  attention::dense::Inputs<Scalar> inputs() const {
    return {.q = q,
            .k = k,
            .v = v,
            .temperature = temperature,
            .gain = gain,
            .prior = attention::bias::Tensor<Scalar>(prior)};
  }
  View3<Scalar> of_rows(const std::string& label) const {
    return View3<Scalar>(label, static_cast<std::size_t>(shape.batches),
                         static_cast<std::size_t>(shape.heads), static_cast<std::size_t>(shape.queries));
  }
};

template <class View> View zeros_as(const View& x) { return View("test::zeros", x.layout()); }
template <class Scalar> View4<Scalar> random_as(const View4<Scalar>& x, std::uint32_t seed) {
  return random_array<View4<Scalar>>(seed, 1, x.extent(0), x.extent(1), x.extent(2), x.extent(3));
}

template <class Scalar> PlainProblem<Scalar> plain_problem(const PlainCase& c) {
  const Shape& s = c.shape;
  const auto random = [](std::uint32_t seed, double size, const attention::bias::Shape4& n) {
    return random_array<View4<Scalar>>(seed, size, n[0], n[1], n[2], n[3]);
  };
  attention::bias::Shape4 of_bias{s.batches, s.heads, s.queries, s.keys};
  for (int a = 0; a < 4; ++a) of_bias[a] = c.broadcast[a] ? 1 : of_bias[a];
  PlainProblem<Scalar> x;
  x.shape = s;
  x.q = random(1, 1, {s.batches, s.heads, s.queries, s.width});
  x.k = random(2, 1, {s.batches, s.groups, s.keys, s.width});
  x.v = random(3, 1, {s.batches, s.groups, s.keys, s.value_width});
  x.d_o = random(4, 1, {s.batches, s.heads, s.queries, s.value_width});
  x.numbers = random(5, 1, of_bias);
  x.prior = random(6, 0.5, {1, 1, 1, s.keys});
  std::vector<double> taus, gains;
  for (Index h = 0; h < s.heads; ++h) {
    taus.push_back(0.8 + 0.3 * static_cast<double>(h));
    gains.push_back(1.2 - 0.5 * static_cast<double>(h));
  }
  x.temperature = View1<Scalar>("temperature", taus.size());
  x.gain = View1<Scalar>("gain", gains.size());
  assign(x.temperature, taus);
  assign(x.gain, gains);
  return x;
}

// The very numbers of a problem in float, in double.
inline PlainProblem<double> widened(const PlainProblem<float>& x) {
  const auto wide = [](const View4<float>& array) { return converted<View4<double>>(array); };
  return {x.shape,
          wide(x.q),
          wide(x.k),
          wide(x.v),
          wide(x.numbers),
          wide(x.d_o),
          wide(x.prior),
          converted<View1<double>>(x.temperature),
          converted<View1<double>>(x.gain)};
}

// theta_{h, j - i + M}: a bias with a table.
template <class Scalar> struct Offsets {
  View2<const Scalar> table;
  Index queries;
  Index rows() const { return static_cast<Index>(table.extent(0)); }
  Index entries() const { return static_cast<Index>(table.extent(1)); }
  KOKKOS_FUNCTION Scalar at(Index, Index h, Index i, Index j) const { return table(h, j - i + queries); }
  template <class Visit> KOKKOS_FUNCTION void each(Index, Index, Index i, Index j, const Visit& visit) const {
    visit(j - i + queries, Scalar(1));
  }
};

// run(mask) for masks of every kind; rows without a key among them.
template <class Run> void with_every_mask(const Shape& s, const Run& run) {
  run(attention::Full{});
  run(attention::Causal{});
  run(attention::Causal{-1});  // the first row is empty
  const auto batches = static_cast<std::size_t>(s.batches), keys = static_cast<std::size_t>(s.keys);
  const View2<std::uint8_t> present("present", batches, keys);
  std::vector<double> there(present.size());
  for (std::size_t n = 0; n < there.size(); ++n) there[n] = n % 3 == 1 ? 0 : 1;
  assign(present, there);
  run(attention::KeyPadding{present});

  const View1<Index> sizes_of_queries("queries", batches), sizes_of_keys("keys", batches);
  std::vector<double> sizes(batches, static_cast<double>((s.queries + 1) / 2));
  assign(sizes_of_queries, sizes);
  sizes.assign(batches, static_cast<double>((s.keys + 1) / 2));
  sizes.back() = 0;
  assign(sizes_of_keys, sizes);
  run(attention::Lengths{sizes_of_queries, sizes_of_keys});
}

}  // namespace attune::test
