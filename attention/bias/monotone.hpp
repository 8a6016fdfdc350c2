// attention/bias/monotone.hpp
//
// A penalty that grows with the distance along each axis of a grid, at a rate of its own for each:
//
//   at(b, h, i, j) = -sum_a lambda_{h|0, a} |d_a(i, j)|          over the last D axes of (z, y, x)
//
// One axis: -lambda |i - j|. Before a softmax it is the logarithm of an exponential kernel, of a
// separable one in two or three dimensions.
//
// Gradient d_lambda_a = -sum over the pairs of d_score |d_a|
// Source   ALiBi [press2022], section 3, where i >= j; its slopes there are constants
// Shapes   lambda (H|1, D), D in 1..3, axes in the order (.., y, x)
// Cost     2 D flops and 6 integer divisions a score
// Limits   see grid.hpp; any sign of lambda
#pragma once

#include <cmath>

#include "attention/bias/grid.hpp"

namespace attune::attention::bias {

template <class Scalar> struct Monotone {
  View2<const Scalar> lambda;
  Grid grid;

  Monotone(const View2<const Scalar>& rates, const Grid& of_tokens) : lambda(rates), grid(of_tokens) {
    require(entries() >= 1 && entries() <= 3, "lambda (H|1, D), D in 1..3");
  }

  KOKKOS_FUNCTION Scalar at(Index, Index h, Index i, Index j) const {
    const Triple d = grid.difference(i, j);
    const int axes = static_cast<int>(lambda.extent(1));
    Scalar sum = 0;
    for (int a = 0; a < axes; ++a) sum += of_head(lambda, h, a) * size(d[3 - axes + a]);
    return -sum;
  }
  const Grid& difference_grid() const { return grid; }
  Index rows() const { return static_cast<Index>(lambda.extent(0)); }
  Index entries() const { return static_cast<Index>(lambda.extent(1)); }
  bool fits(const Shape4& pairs) const { return grid.fits(pairs); }
  template <class Visit> KOKKOS_FUNCTION void each(Index, Index, Index i, Index j, const Visit& visit) const {
    const Triple d = grid.difference(i, j);
    const int axes = static_cast<int>(lambda.extent(1));
    for (int a = 0; a < axes; ++a) visit(a, -size(d[3 - axes + a]));
  }

  KOKKOS_FUNCTION static Scalar size(Index d) { return static_cast<Scalar>(d < 0 ? -d : d); }
};

// The geometric slopes of ALiBi, 2^(-8 h / H) for h = 1 .. H [press2022, section 3].
inline std::vector<double> alibi_slopes(Index heads) {
  std::vector<double> slopes(heads);
  for (Index h = 0; h < heads; ++h)
    slopes[h] = std::exp2(-8 * static_cast<double>(h + 1) / static_cast<double>(heads));
  return slopes;
}

}  // namespace attune::attention::bias
