// attention/dense/backward_rows.hpp
//
// What belongs to a query: delta_i, d_q_i, and its share of the gradients of a head's parameters,
//
//   d_tau_h  = -1 / tau^2 sum_ij d_t_ij s_ij           d_gain_h = sum_ij p_ij d_p_ij
//   d_sink_h = -sum_i exp(sink - l_i) delta_i
//
// One thread a row; the shares of the rows of a head are then added in their order by one thread a head.
#pragma once

#include "attention/dense/pullback.hpp"

namespace attune::attention::dense {

template <class Scalar> struct FillDelta {
  Upstream<Scalar> up;
  View3<Scalar> delta;
  Shape shape;
  KOKKOS_FUNCTION void operator()(Index n) const {
    const auto [b, h, i] = place(n, shape.heads, shape.queries);
    const Scalar sum = dot(row(up.d_o, b, h, i), row(up.o, b, h, i), shape.value_width);
    delta(b, h, i) = up.d_lse.size() > 0 ? sum - up.d_lse(b, h, i) : sum;
  }
};

// The shares of a row; Views that nobody asks for are empty.
struct Shares {
  View3<double> temperature, gain;  // (B, H, M)
};

template <class Pullback> struct BackwardRows {
  using Scalar = typename Pullback::Number;
  Pullback pullback;
  View4<Scalar> d_q;
  Shares shares;

  KOKKOS_FUNCTION void operator()(Index n) const {
    const auto& score = pullback.score;
    const auto [b, h, i] = place(n, score.shape.heads, score.shape.queries);
    const Index width = d_q.size() > 0 ? score.shape.width : 0, g = score.group(h);
    const Scalar tau = score.temperature.at(h), factor = score.scale / tau;
    Scalar* const sum = row(d_q, b, h, i);
    clear(sum, width);

    typename Pullback::Sums sums;
    const Range keys = keys_of(score.mask, b, i, score.shape.keys);
    for (Index j = keys.begin; j < keys.end; ++j) {
      typename Pullback::Pair pair;
      if (!pullback.find(b, h, i, j, pair)) continue;
      add_scaled(sum, factor * pair.d_t, row(score.k, b, g, j), width);
      sums.absorb(pair);
    }
    const auto of_row = pullback.scores_and_gain(b, h, i, sums);
    if (shares.temperature.size() > 0)
      shares.temperature(b, h, i) = -of_row.first / (double(tau) * double(tau));
    if (shares.gain.size() > 0) shares.gain(b, h, i) = of_row.second;
  }
};

// (H|1) <- sum over b, i, and over h where there is one number for all.
template <class Scalar> struct AddShares {
  View3<const double> shares;
  View1<Scalar> sum;
  KOKKOS_FUNCTION void operator()(Index n) const {
    const auto heads = static_cast<Index>(shares.extent(1));
    const bool one = sum.extent(0) == 1;
    double total = 0;
    for (Index b = 0; b < static_cast<Index>(shares.extent(0)); ++b)
      for (Index h = one ? 0 : n; h < (one ? heads : n + 1); ++h)
        for (Index i = 0; i < static_cast<Index>(shares.extent(2)); ++i) total += shares(b, h, i);
    sum(n) = static_cast<Scalar>(total);
  }
};

template <class Scalar> struct AddSink {
  PerHead<Scalar> sink;
  View3<const Scalar> lse, delta;
  View1<Scalar> sum;
  KOKKOS_FUNCTION void operator()(Index n) const {
    const auto heads = static_cast<Index>(lse.extent(1));
    const bool one = sum.extent(0) == 1;
    double total = 0;
    for (Index b = 0; b < static_cast<Index>(lse.extent(0)); ++b)
      for (Index h = one ? 0 : n; h < (one ? heads : n + 1); ++h)
        for (Index i = 0; i < static_cast<Index>(lse.extent(2)); ++i)
          if (sink.at(h) != minus_infinity<Scalar>)
            total -= Kokkos::exp(double(sink.at(h)) - double(lse(b, h, i))) * double(delta(b, h, i));
    sum(n) = static_cast<Scalar>(total);
  }
};

}  // namespace attune::attention::dense
