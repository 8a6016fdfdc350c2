// experiments/heat/parts/stability/march.hpp
//
// A linear stencil of any sign stepped until it has left the range of its data by a stated factor, beside theory's
// closed form. It was made for a rate r; asked for r', the heat equation at n r' is met after the nearest whole
// number of its own steps, m(n) = round(n r' / r), at least 1:
//
//   measured     e_n = |A^m(n) u0 - exp(n r' laplace) u0| / |exp(n r' laplace) u0|, the propagator by the spectral solver
//   predicted    |(g_A^m(n) - exp(-n r' theta^2)) u0^| / |exp(-n r' theta^2) u0^|   (T12 of the theory)
//   round-off    a step errs by at most points eps size max|u| in each cell, and what was there before grows by at
//                most G = max|g_A| in the Euclidean norm:   E_m = G E_{m-1} + points eps size max|u_{m-1}| sqrt(cells)
//   range        how far a step leaves [min u0, max u0], with walls of value 0 [-max|u0|, max|u0|]
//
// Measures nothing more once max|u| > stop max|u0|: fields stay finite.
#pragma once

#include <functional>

#include "experiments/heat/parts/setting.hpp"
#include "solvers/heat/theory/stencil.hpp"

namespace attune::experiments::heat::stability {

struct MarchPlan {
  attune::heat::theory::Stencil stencil;
  double own_rate, rate;  // r, r'
  std::vector<Index> records;  // n, ascending
  double growth, points, size;  // G and the rest of the round-off
  double stop = 1e12, leave = 10;  // max|u| / max|u0|
};

struct MarchAudit {
  std::vector<double> measured, predicted, largest;  // (records)  e_n and max|u| / max|u0|; NaN once stopped
  double disagreement = 0;  // max |measured - predicted| / its round-off, of errors and of the last field
  double excess = 0;  // largest leave of the range at any step
  double excess_bound = 0;  // of a stencil of weights >= 0: steps points eps range
  Index left = 0;  // first step with max|u| > leave max|u0|; 0: none
};

// `start` has the halo that `step` needs; step(u, next) fills the ghosts of u.
template <class Scalar>
MarchAudit march(const Setting& setting, const Field<Scalar>& start, const MarchPlan& plan,
                 const std::function<void(const Field<Scalar>&, const Field<Scalar>&)>& step);

// The first of the steps given, ascending, at which the closed form is beyond `leave`; 0: none.
Index predicted_leave(const Setting& setting, const std::vector<double>& start, const MarchPlan& plan,
                      const std::vector<Index>& steps);

// |A u| / |u| after so many steps, u brought back to size 1 at each: the power iteration for max|g|.
template <class Scalar>
double measured_growth(const Setting& setting, const Field<Scalar>& start, Index steps,
                       const std::function<void(const Field<Scalar>&, const Field<Scalar>&)>& step);

// The same in closed form at that step: by Parseval sum |g|^2n |u0^|^2 over sum |g|^2(n-1) |u0^|^2, a root.
double predicted_growth(const Setting& setting, const std::vector<double>& start,
                        const attune::heat::theory::Stencil& stencil, Index steps);

}  // namespace attune::experiments::heat::stability
