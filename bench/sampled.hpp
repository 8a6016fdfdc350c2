// bench/sampled.hpp
//
// The definition of softmax attention, one row at a time: what a benchmark compares a few rows of large
// arrays with, where the reference of the operator would take hours. Written once for every operator that is
// a softmax over a list of keys:
//
//   s_ij = scale q_i . k_j + b_ij     l_i = log sum_j exp s_ij
//   p_ij = exp(s_ij - l_i)            o_i = sum_j p_ij v_j
//
// and, as backward sees it, from the l and o that forward left,
//
//   d_s_ij = p_ij (d_o_i . v_j - d_o_i . o_i)
//   d_q_i = scale sum_j d_s_ij k_j     d_k_j = scale sum_i d_s_ij q_i     d_v_j = sum_i p_ij d_o_i
//
// Real is the type that is computed in: the truth's or the kernel's own. A Rounding is what a kernel does to
// numbers before it multiplies matrices by them: to weights, d_s, and what it writes.
#pragma once

#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include "bench/compared.hpp"
#include "core/core/bfloat16.hpp"
#include "core/core/random.hpp"

namespace attune::bench {

struct NoRounding {
  template <class Real> Real operator()(Real x) const { return x; }
};
struct ToBfloat16 {
  float operator()(float x) const { return Bfloat16(x); }
};

// A key of a query, or a query of a key, and the bias of the pair.
template <class Scalar> struct Link {
  Index other;
  Scalar bias;
};
template <class Scalar> using Links = std::function<std::vector<Link<Scalar>>(Index)>;

// Rows of q and k hold `width` numbers, those of v, o and d_o `value_width`, one after another.
template <class Scalar> struct Attention {
  const Scalar *q, *k, *v;
  Index width, value_width;
  Links<Scalar> keys_of, queries_of;
};

// What forward left, and the gradient that arrives.
template <class Scalar> struct Saved { const Scalar *o, *lse, *d_o; };

template <class Real, class Scalar> Real dot(const Scalar* a, const Scalar* b, Index count) {
  Real sum = 0;
  for (Index n = 0; n < count; ++n) sum += static_cast<Real>(a[n]) * static_cast<Real>(b[n]);
  return sum;
}

template <class Real, class Scalar> void add_scaled(std::vector<Real>& sum, Real factor, const Scalar* row) {
  for (std::size_t n = 0; n < sum.size(); ++n) sum[n] += factor * static_cast<Real>(row[n]);
}

template <class Real> Real scale_of(Index width) { return 1 / std::sqrt(static_cast<Real>(width)); }

template <class Real, class Scalar> Real score(const Attention<Scalar>& x, Index i, Index j, Scalar bias) {
  const Index d = x.width;
  return scale_of<Real>(d) * dot<Real>(x.q + i * d, x.k + j * d, d) + static_cast<Real>(bias);
}

template <class Real> struct OutputRow {
  std::vector<Real> o;
  Real lse;
};

template <class Real, class Scalar, class Rounding = NoRounding>
OutputRow<Real> output_row(const Attention<Scalar>& x, Index i, const Rounding& rounded = {}) {
  const auto links = x.keys_of(i);
  std::vector<Real> s;
  Real most = -std::numeric_limits<Real>::infinity(), total = 0;
  for (const auto& [j, bias] : links) {
    s.push_back(score<Real>(x, i, j, bias));
    most = std::max(most, s.back());
  }
  OutputRow<Real> row{std::vector<Real>(x.value_width, 0), most};
  for (std::size_t n = 0; n < links.size(); ++n) total += s[n] = std::exp(s[n] - most);
  for (std::size_t n = 0; n < links.size(); ++n)
    add_scaled(row.o, rounded(s[n] / total), x.v + links[n].other * x.value_width);
  for (Real& o : row.o) o = rounded(o);
  if (!links.empty()) row.lse += std::log(total);
  return row;
}

template <class Real, class Scalar>
Real weight(const Attention<Scalar>& x, const Saved<Scalar>& saved, Index i, const Link<Scalar>& key) {
  return std::exp(score<Real>(x, i, key.other, key.bias) - static_cast<Real>(saved.lse[i]));
}

template <class Real, class Scalar>
Real d_score(const Attention<Scalar>& x, const Saved<Scalar>& saved, Index i, const Link<Scalar>& key) {
  const Index e = x.value_width;
  const Real slope = dot<Real>(saved.d_o + i * e, x.v + key.other * e, e);
  const Real delta = dot<Real>(saved.d_o + i * e, saved.o + i * e, e);
  return weight<Real>(x, saved, i, key) * (slope - delta);
}

template <class Real, class Scalar, class Rounding = NoRounding>
std::vector<Real> d_q_row(const Attention<Scalar>& x, const Saved<Scalar>& saved, Index i,
                          const Rounding& rounded = {}) {
  std::vector<Real> sum(x.width, 0);
  for (const auto& key : x.keys_of(i))
    add_scaled(sum, scale_of<Real>(x.width) * rounded(d_score<Real>(x, saved, i, key)),
               x.k + key.other * x.width);
  for (Real& x_n : sum) x_n = rounded(x_n);
  return sum;
}

template <class Real, class Scalar, class Rounding = NoRounding>
std::vector<Real> d_k_row(const Attention<Scalar>& x, const Saved<Scalar>& saved, Index j,
                          const Rounding& rounded = {}) {
  std::vector<Real> sum(x.width, 0);
  for (const auto& [i, bias] : x.queries_of(j))
    add_scaled(sum, scale_of<Real>(x.width) * rounded(d_score<Real>(x, saved, i, {j, bias})),
               x.q + i * x.width);
  for (Real& x_n : sum) x_n = rounded(x_n);
  return sum;
}

template <class Real, class Scalar, class Rounding = NoRounding>
std::vector<Real> d_v_row(const Attention<Scalar>& x, const Saved<Scalar>& saved, Index j,
                          const Rounding& rounded = {}) {
  std::vector<Real> sum(x.value_width, 0);
  for (const auto& [i, bias] : x.queries_of(j))
    add_scaled(sum, rounded(weight<Real>(x, saved, i, {j, bias})), saved.d_o + i * x.value_width);
  for (Real& x_n : sum) x_n = rounded(x_n);
  return sum;
}

// Some of `count` rows: the first, the last and others at random, so that no tile is looked at alone.
inline std::vector<Index> sample(Index count, Index most, std::uint32_t stream) {
  std::vector<Index> rows;
  if (count > 0) rows = {0, count - 1};
  const Random random{7, stream};
  for (std::uint64_t n = 2; n < static_cast<std::uint64_t>(most) && count > 2; ++n)
    rows.push_back(static_cast<Index>(random.uniform(n) * static_cast<double>(count)));
  return rows;
}

// Forward's rows of o and l against the definition.
template <class Scalar, class Rounding = NoRounding>
void compare_outputs(const Attention<Scalar>& x, const Saved<Scalar>& left, const std::vector<Index>& rows,
                     Compared& compared, const Rounding& rounded = {}) {
  Entries<Scalar> o, lse;
  for (const Index i : rows) {
    const auto loops = output_row<Scalar>(x, i, rounded);
    const auto truth = output_row<Truth<Scalar>>(x, i);
    o.absorb(left.o + i * x.value_width, loops.o, truth.o);
    lse.absorb(left.lse[i], loops.lse, truth.lse);
  }
  o.put_into(compared);
  lse.put_into(compared);
}

template <class Scalar> struct InputGradients { const Scalar *d_q, *d_k, *d_v; };

// Backward's rows against the definition: of d_q by query, of d_k and d_v by key.
template <class Scalar, class Rounding = NoRounding>
void compare_gradients(const Attention<Scalar>& x, const Saved<Scalar>& saved,
                       const InputGradients<Scalar>& left,
                       const std::pair<std::vector<Index>, std::vector<Index>>& rows, Compared& compared,
                       const Rounding& rounded = {}) {
  using Wide = Truth<Scalar>;
  Entries<Scalar> d_q, d_k, d_v;
  for (const Index i : rows.first)
    d_q.absorb(left.d_q + i * x.width, d_q_row<Scalar>(x, saved, i, rounded), d_q_row<Wide>(x, saved, i));
  for (const Index j : rows.second) {
    d_k.absorb(left.d_k + j * x.width, d_k_row<Scalar>(x, saved, j, rounded), d_k_row<Wide>(x, saved, j));
    d_v.absorb(left.d_v + j * x.value_width, d_v_row<Scalar>(x, saved, j, rounded),
               d_v_row<Wide>(x, saved, j));
  }
  d_q.put_into(compared);
  d_k.put_into(compared);
  d_v.put_into(compared);
}

}  // namespace attune::bench
