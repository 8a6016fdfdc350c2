// attention/dense/reference.hpp
//
// Dense attention by plain loops on host copies, with all M x N scores in memory; the definition. The
// double instance is the truth, the float instance the yardstick of rounding. What a bias and a mask say of
// each pair is asked once, on the device where their Views are.
#pragma once

#include <cmath>
#include <limits>
#include <vector>

#include "attention/dense/dense.hpp"
#include "attention/host_arrays.hpp"

namespace attune::attention::dense::reference {

// Every pair (b, h, i, j) in row-major order.
template <class Scalar> struct Pairs {
  std::vector<Scalar> bias;
  std::vector<std::uint8_t> allowed;
};

template <class Scalar, class Bias, class Mask> struct AskPairs {
  Bias bias;
  Mask mask;
  View4<Scalar> values;
  View4<std::uint8_t> allowed;
  KOKKOS_FUNCTION void operator()(Index) const {
    for (Index b = 0; b < static_cast<Index>(values.extent(0)); ++b)
      for (Index h = 0; h < static_cast<Index>(values.extent(1)); ++h)
        for (Index i = 0; i < static_cast<Index>(values.extent(2)); ++i)
          for (Index j = 0; j < static_cast<Index>(values.extent(3)); ++j) {
            values(b, h, i, j) = bias.at(b, h, i, j);
            allowed(b, h, i, j) = mask.allows(b, i, j) ? 1 : 0;
          }
  }
};

template <class Scalar, class Bias, class Mask>
Pairs<Scalar> ask_pairs(const Shape& s, const Bias& bias, const Mask& mask) {
  const View4<Scalar> values("attention::dense::reference::bias", s.batches, s.heads, s.queries, s.keys);
  const View4<std::uint8_t> allowed("attention::dense::reference::allowed", s.batches, s.heads, s.queries,
                                    s.keys);
  Kokkos::parallel_for("attention::dense::reference::ask_pairs", Kokkos::RangePolicy<Device>(0, 1),
                       AskPairs<Scalar, Bias, Mask>{bias, mask, values, allowed});
  const auto host_values = on_host_copy(values);
  const auto host_allowed = on_host_copy(allowed);
  return {{host_values.data(), host_values.data() + host_values.size()},
          {host_allowed.data(), host_allowed.data() + host_allowed.size()}};
}

// The softmax of every row.
template <class Scalar> struct Rows {
  std::vector<Scalar> s, p;  // (B, H, M, N)
  std::vector<Scalar> lse, sink;  // (B, H, M); sink is the weight of the sink
};

template <class Scalar> struct Problem {
  Shape shape;
  Kokkos::View<const Scalar****, Kokkos::LayoutRight, Kokkos::HostSpace> q, k, v;
  std::vector<Scalar> temperature, gain, sink;  // (H)
  std::vector<Scalar> prior;  // (B, H, M, N)
  Pairs<Scalar> pairs;
  Scalar scale;

  std::size_t at(Index b, Index h, Index i, Index j = 0, Index columns = 1) const {
    return static_cast<std::size_t>(((b * shape.heads + h) * shape.queries + i) * columns + j);
  }
  Index group(Index h) const { return h / (shape.heads / shape.groups); }
};

template <class Scalar>
std::vector<Scalar> per_head(const View1<const Scalar>& given, Index heads, Scalar otherwise) {
  std::vector<Scalar> all(heads, otherwise);
  const auto host = on_host_copy(given);
  for (Index h = 0; h < heads && given.size() > 0; ++h) all[h] = host(given.size() == 1 ? 0 : h);
  return all;
}

template <class Scalar, class Bias, class Mask>
Problem<Scalar> problem_of(const Inputs<Scalar>& in, const Bias& bias, const Mask& mask) {
  const Shape s = shape_of(in);
  const double scale = in.scale ? *in.scale : s.width > 0 ? 1 / std::sqrt(static_cast<double>(s.width)) : 1;
  return {s,
          on_host_copy(in.q),
          on_host_copy(in.k),
          on_host_copy(in.v),
          per_head(in.temperature, s.heads, Scalar(1)),
          per_head(in.gain, s.heads, Scalar(1)),
          per_head(in.sink, s.heads, -std::numeric_limits<Scalar>::infinity()),
          ask_pairs<Scalar>(s, in.prior, Full{}).bias,
          ask_pairs<Scalar>(s, bias, mask),
          static_cast<Scalar>(scale)};
}

// t_ij of a row, -infinity where the pair takes no part; writes s_ij.
template <class Scalar>
std::vector<Scalar> score_row(const Problem<Scalar>& x, Index b, Index h, Index i, std::vector<Scalar>& s) {
  std::vector<Scalar> t(x.shape.keys, -std::numeric_limits<Scalar>::infinity());
  for (Index j = 0; j < x.shape.keys; ++j) {
    const std::size_t pair = x.at(b, h, i, j, x.shape.keys);
    Scalar product = 0;
    for (Index d = 0; d < x.shape.width; ++d) product += x.q(b, h, i, d) * x.k(b, x.group(h), j, d);
    s[pair] = x.scale * product + x.pairs.bias[pair];
    if (x.pairs.allowed[pair]) t[j] = s[pair] / x.temperature[h] + x.prior[pair];
  }
  return t;
}

template <class Scalar> Rows<Scalar> rows_of(const Problem<Scalar>& x) {
  const Shape& s = x.shape;
  constexpr Scalar nothing = -std::numeric_limits<Scalar>::infinity();
  Rows<Scalar> rows{std::vector<Scalar>(x.pairs.bias.size(), 0), std::vector<Scalar>(x.pairs.bias.size(), 0),
                    std::vector<Scalar>(x.at(s.batches, 0, 0), nothing),
                    std::vector<Scalar>(x.at(s.batches, 0, 0), 0)};
  for (Index b = 0; b < s.batches; ++b)
    for (Index h = 0; h < s.heads; ++h)
      for (Index i = 0; i < s.queries; ++i) {
        const auto t = score_row(x, b, h, i, rows.s);
        Scalar most = x.sink[h], total = 0;
        for (const Scalar score : t) most = std::max(most, score);
        if (!(most > nothing)) continue;
        const std::size_t row = x.at(b, h, i);
        for (Index j = 0; j < s.keys; ++j) total += rows.p[x.at(b, h, i, j, s.keys)] = std::exp(t[j] - most);
        total += rows.sink[row] = std::exp(x.sink[h] - most);
        for (Index j = 0; j < s.keys; ++j) rows.p[x.at(b, h, i, j, s.keys)] /= total;
        rows.sink[row] /= total;
        rows.lse[row] = most + std::log(total);
      }
  return rows;
}

template <class Scalar>
void put_outputs(const Problem<Scalar>& x, const Rows<Scalar>& rows, const Outputs<Scalar>& out) {
  const Shape& s = x.shape;
  const auto o = Kokkos::create_mirror_view(out.o);
  const auto lse = Kokkos::create_mirror_view(out.lse);
  for (Index b = 0; b < s.batches; ++b)
    for (Index h = 0; h < s.heads; ++h)
      for (Index i = 0; i < s.queries; ++i) {
        lse(b, h, i) = rows.lse[x.at(b, h, i)];
        for (Index e = 0; e < s.value_width; ++e) {
          Scalar sum = 0;
          for (Index j = 0; j < s.keys; ++j)
            sum += rows.p[x.at(b, h, i, j, s.keys)] * x.v(b, x.group(h), j, e);
          o(b, h, i, e) = x.gain[h] * sum;
        }
      }
  Kokkos::deep_copy(out.o, o);
  Kokkos::deep_copy(out.lse, lse);
}

template <class Scalar, class Bias, class Mask>
void forward(const Inputs<Scalar>& in, const Bias& bias, const Mask& mask, const Outputs<Scalar>& out) {
  const auto x = problem_of(in, bias, mask);
  put_outputs(x, rows_of(x), out);
}

}  // namespace attune::attention::dense::reference
