// tests/attention/bias/through_dense.hpp
//
// Is a bias what it says, and are its gradients? Asked through dense attention on random queries, keys and
// values. A bias is made from its parameters by make(table, numbers), in float and in double; the numbers are
// those of its pairs.
#pragma once

#include <catch2/catch_test_macros.hpp>

#include "attention/dense/reference_backward.hpp"
#include "tests/support/accuracy.hpp"
#include "tests/support/gradient.hpp"

namespace attune::test {

using namespace attune::attention;
using bias::Shape4;

template <class Scalar> struct Sample {
  View4<Scalar> q, k, v, d_o;
  View3<Scalar> d_lse;
  View1<Scalar> temperature;

  dense::Inputs<Scalar> inputs() const { return {.q = q, .k = k, .v = v, .temperature = temperature}; }
};

template <class Scalar> Sample<Scalar> sample(const Shape4& shape, std::uint32_t draw = 0) {
  const auto [batches, heads, queries, keys] = std::array{shape[0], shape[1], shape[2], shape[3]};
  constexpr Index width = 5, value_width = 3;
  const auto four = [draw](std::uint32_t seed, Index b, Index h, Index n, Index d) {
    return random_array<View4<Scalar>>(16 * draw + seed, 1, b, h, n, d);
  };
  Sample<Scalar> sample{four(1, batches, heads, queries, width),
                        four(2, batches, heads, keys, width),
                        four(3, batches, heads, keys, value_width),
                        four(4, batches, heads, queries, value_width),
                        random_array<View3<Scalar>>(16 * draw + 5, 1, batches, heads, queries),
                        View1<Scalar>("temperature", 1)};
  Kokkos::deep_copy(sample.temperature, Scalar(0.7));
  return sample;
}

inline Sample<double> in_double(const Sample<float>& x) {
  return {converted<View4<double>>(x.q),     converted<View4<double>>(x.k),
          converted<View4<double>>(x.v),     converted<View4<double>>(x.d_o),
          converted<View3<double>>(x.d_lse), converted<View1<double>>(x.temperature)};
}

template <class Scalar, class Bias, class Mask>
dense::Outputs<Scalar> forward(const Sample<Scalar>& x, const Bias& bias, const Mask& mask) {
  const dense::Outputs<Scalar> out{View4<Scalar>("o", x.d_o.layout()),
                                   View3<Scalar>("lse", x.d_lse.layout())};
  dense::forward(x.inputs(), bias, mask, out);
  return out;
}

// plain(b, h, i, j) of all pairs, as an array of that shape.
template <class Plain> View4<double> assembled(const Shape4& shape, const Plain& plain) {
  const View4<double> array("assembled", shape[0], shape[1], shape[2], shape[3]);
  std::vector<double> numbers;
  for (Index b = 0; b < shape[0]; ++b)
    for (Index h = 0; h < shape[1]; ++h)
      for (Index i = 0; i < shape[2]; ++i)
        for (Index j = 0; j < shape[3]; ++j) numbers.push_back(plain(b, h, i, j));
  assign(array, numbers);
  return array;
}

// at() of all pairs, in row-major order.
template <class Bias> std::vector<double> at_of(const Bias& bias, const Shape4& shape) {
  return dense::reference::ask_pairs<double>({shape[0], shape[1], shape[1], shape[2], shape[3], 0, 0}, bias,
                                             Full{})
      .bias;
}

// at() is the plain formula for all pairs, and attention with the bias is that with its numbers in memory.
template <class Bias, class Plain>
void check_values(const Bias& bias, const Shape4& shape, const Plain& plain) {
  const auto truth = assembled(shape, plain);
  CHECK(largest_difference(at_of(bias, shape), values(truth)) <= 1e-14 * (1 + largest(values(truth))));
  const auto x = sample<double>(shape);
  const auto out = forward(x, bias, Full{}), expected = forward(x, bias::Tensor<double>(truth), Full{});
  CHECK(largest_difference(values(out.o), values(expected.o)) < 1e-13);
  CHECK(largest_difference(values(out.lse), values(expected.lse)) < 1e-13);
}

// The parameters of a bias, or their gradients.
template <class Scalar> struct Learned {
  View2<Scalar> table;
  View4<Scalar> numbers;
};

template <class Scalar, class Make> auto made(const Make& make, const Learned<Scalar>& learned) {
  return make(View2<const Scalar>(learned.table), View4<const Scalar>(learned.numbers));
}

template <class To, class From> Learned<To> converted_learned(const Learned<From>& from) {
  return {converted<View2<To>>(from.table), converted<View4<To>>(from.numbers)};
}

enum class By { kernel, reference };

template <class Scalar, class Make, class Mask>
Learned<Scalar> backward(By by, const Sample<Scalar>& x, const Make& make, const Learned<Scalar>& learned,
                         const Mask& mask) {
  const auto bias = made(make, learned);
  const auto out = forward(x, bias, mask);
  const dense::Upstream<Scalar> up{out.o, out.lse, x.d_o, x.d_lse};
  const Learned<Scalar> gradient{View2<Scalar>("d_table", learned.table.layout()),
                                 View4<Scalar>("d_numbers", learned.numbers.layout())};
  const dense::Gradients<Scalar> asked{
      .d_q = {}, .d_k = {}, .d_v = {}, .d_table = gradient.table, .d_pairs = gradient.numbers};
  if (by == By::kernel)
    dense::backward(x.inputs(), bias, mask, up, asked);
  else
    dense::reference::backward(x.inputs(), bias, mask, up, asked);
  return gradient;
}

// <d_o, o> + <d_lse, lse>, rows without a key left out.
template <class Bias, class Mask> double loss(const Sample<double>& x, const Bias& bias, const Mask& mask) {
  const auto out = forward(x, bias, mask);
  const auto lse = values(out.lse), d_lse = values(x.d_lse);
  double sum = inner_product(out.o, x.d_o);
  for (std::size_t n = 0; n < lse.size(); ++n)
    if (std::isfinite(lse[n])) sum += d_lse[n] * lse[n];
  return sum;
}

// The gradients of the kernel: those of the reference and of central differences, and in float as good as the
// reference's.
template <class Make, class Mask>
void check_gradients(const Make& make, const Learned<double>& learned, const Shape4& shape,
                     const Mask& mask) {
  const auto x = sample<double>(shape);
  const auto gradient = backward(By::kernel, x, make, learned, mask),
             truth = backward(By::reference, x, make, learned, mask);
  const auto close = [](const auto& a, const auto& b) {
    return largest_difference(values(a), values(b)) <= 1e-13 * (1 + largest(values(b)));
  };
  CHECK(close(gradient.table, truth.table));
  CHECK(close(gradient.numbers, truth.numbers));

  check_gradient({variable("table", learned.table, gradient.table),
                  variable("numbers", learned.numbers, gradient.numbers)},
                 [&] { return loss(x, made(make, learned), mask); });

  const auto rough_learned = converted_learned<float>(learned);
  Accuracy table, numbers;
  for (std::uint32_t draw = 0; draw < 4; ++draw) {
    const auto rough = sample<float>(shape, draw);
    const auto kernel = backward(By::kernel, rough, make, rough_learned, mask),
               yardstick = backward(By::reference, rough, make, rough_learned, mask);
    const auto exact =
        backward(By::reference, in_double(rough), make, converted_learned<double>(rough_learned), mask);
    table.absorb(kernel.table, yardstick.table, exact.table);
    numbers.absorb(kernel.numbers, yardstick.numbers, exact.numbers);
  }
  CHECK(table.holds());
  CHECK(numbers.holds());
}

// A table of random numbers around a mean.
inline View2<double> random_table(Index rows, Index entries, double mean = 0, double spread = 1) {
  const View2<double> table("table", rows, entries);
  std::vector<double> numbers(table.size());
  for (std::size_t n = 0; n < numbers.size(); ++n) numbers[n] = mean + spread * Random{7, 3}.normal(n);
  assign(table, numbers);
  return table;
}

// A number of a table (H|1, entries) as the heads see it, on the host.
struct HostTable {
  std::vector<double> numbers;
  Index rows, entries;
  explicit HostTable(const View2<double>& table)
      : numbers(values(table)),
        rows(static_cast<Index>(table.extent(0))),
        entries(static_cast<Index>(table.extent(1))) {}
  double operator()(Index h, Index entry) const { return numbers[(rows == 1 ? 0 : h) * entries + entry]; }
};

}  // namespace attune::test
