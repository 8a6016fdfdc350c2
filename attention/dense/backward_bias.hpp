// attention/dense/backward_bias.hpp
//
// The gradients of what is added to the scores. A number of a broadcast tensor is shared by the pairs (b,
// h, i, j) that read it, and so is an entry of a table:
//
//   d_number = sum over its pairs of factor d_t_ij slope_ij       factor = 1 / tau for the bias, 1 for prior
//   d_theta  = sum over its pairs of d_t_ij / tau d at_ij / d theta
//
// A number is one thread's, which runs over its pairs in order. A table is cut into chunks of rows (b, h,
// i), each added up by one thread in a table of its own; the chunks are then added in order.
#pragma once

#include "attention/dense/pullback.hpp"

namespace attune::attention::dense {

enum class Added { before_temperature, after_temperature };

template <class Pullback, class Source> struct BackwardPairs {
  Pullback pullback;
  Source source;  // whose slope counts: the bias or the prior
  Added added;
  View4<typename Pullback::Number> d_pairs;
  bias::Shape4 broadcast;  // how many pairs share a number, along each axis

  KOKKOS_FUNCTION void operator()(Index n) const {
    const auto& score = pullback.score;
    bias::Shape4 at;
    Index rest = n;
    for (int a = 3; a >= 0; --a) {
      const auto extent = static_cast<Index>(d_pairs.extent(a));
      at[a] = rest % extent;
      rest /= extent;
    }
    double sum = 0;
    for (Index b = at[0]; b < at[0] + broadcast[0]; ++b)
      for (Index h = at[1]; h < at[1] + broadcast[1]; ++h) {
        const double factor = added == Added::before_temperature ? 1 / double(score.temperature.at(h)) : 1;
        for (Index i = at[2]; i < at[2] + broadcast[2]; ++i)
          for (Index j = at[3]; j < at[3] + broadcast[3]; ++j) {
            typename Pullback::Pair pair;
            if (pullback.find(b, h, i, j, pair))
              sum += factor * double(pair.d_t) * double(source.slope(b, h, i, j));
          }
      }
    d_pairs.data()[n] = static_cast<typename Pullback::Number>(sum);
  }
};

template <class Scalar> struct AddToTable {
  double* table;
  double d_score;
  KOKKOS_FUNCTION void operator()(Index entry, Scalar derivative) const {
    table[entry] += d_score * double(derivative);
  }
};

template <class Pullback> struct BackwardTable {
  Pullback pullback;
  View3<double> chunks;  // (chunks, rows, entries), zero on entry

  // Thread n adds up chunk c of row r: a range of the rows (b, h, i), with h = r unless the heads share the
  // table.
  KOKKOS_FUNCTION void operator()(Index n) const {
    const Shape& s = pullback.score.shape;
    const auto count = static_cast<Index>(chunks.extent(0)), rows = static_cast<Index>(chunks.extent(1));
    const Index c = n / rows, r = n % rows;
    const Index heads = rows == 1 ? s.heads : 1, all = s.batches * heads * s.queries;
    const Index length = (all + count - 1) / count, end = (c + 1) * length < all ? (c + 1) * length : all;
    for (Index m = c * length; m < end; ++m) {
      const auto [b, h, i] = place(m, heads, s.queries);
      absorb_row(b, rows == 1 ? h : r, i, &chunks(c, r, 0));
    }
  }

  KOKKOS_FUNCTION void absorb_row(Index b, Index h, Index i, double* table) const {
    const auto& score = pullback.score;
    const double factor = 1 / double(score.temperature.at(h));
    const Range keys = keys_of(score.mask, b, i, score.shape.keys);
    for (Index j = keys.begin; j < keys.end; ++j) {
      typename Pullback::Pair pair;
      if (!pullback.find(b, h, i, j, pair)) continue;
      score.bias.each(b, h, i, j, AddToTable<typename Pullback::Number>{table, factor * double(pair.d_t)});
    }
  }
};

template <class Scalar> struct AddChunks {
  View3<const double> chunks;
  View2<Scalar> d_table;
  KOKKOS_FUNCTION void operator()(Index n) const {
    const auto entries = static_cast<Index>(d_table.extent(1));
    double sum = 0;
    for (Index c = 0; c < static_cast<Index>(chunks.extent(0)); ++c)
      sum += chunks(c, n / entries, n % entries);
    d_table(n / entries, n % entries) = static_cast<Scalar>(sum);
  }
};

}  // namespace attune::attention::dense
