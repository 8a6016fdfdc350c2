// solvers/heat/theory/band_fit.hpp
//
// The best stencil of a window for a target symbol on the angles that the data hold, with and without a sign,
// by least squares on the symbols themselves.
//
// Equation  minimise sum_q s_q (g(theta_q) - t(theta_q))^2 / sum_q s_q   over weights with w_o = w_{-o} and
//           sum w = 1;  g(theta) = sum over pairs {o, -o} of p cos(o . theta), p the weight of the pair;
//           positive: p >= 0 as well, what one softmax head can reach
// Source    NNLS and QR of [lawson1974]; nodes of Gauss and Legendre [golub1969]
// Shapes    window (n), either with each offset or with each pair given once; angles and shares (q)
// Limits    real targets. The signed fit is ill-conditioned by nature (columns cos(j theta) on a short band):
//           the symbol on the band has all digits, the weights lose those of the condition of the columns
#pragma once

#include <functional>

#include "solvers/heat/theory/stencil.hpp"

namespace attune::heat::theory {

struct Spectrum {
  std::vector<PerAxis> angles;  // theta_q
  std::vector<double> shares;  // s_q
};

// The same share for all |theta_a| <= top on the last `dimensions` axes, by `nodes` Gauss nodes an axis.
Spectrum uniform_band(double top, int dimensions, int nodes = 32);

struct BandFit {
  Stencil stencil;
  double rms = 0;  // root of the minimum
};

using RealSymbol = std::function<double(const PerAxis& theta)>;

BandFit fit_signed(const std::vector<Triple>& window, const Spectrum& spectrum, const RealSymbol& target);
BandFit fit_positive(const std::vector<Triple>& window, const Spectrum& spectrum, const RealSymbol& target);

}  // namespace attune::heat::theory
