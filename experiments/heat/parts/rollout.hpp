// experiments/heat/parts/rollout.hpp
//
// A stencil stepped many times, audited at every step, against theory's closed form for any step and against
// the exact propagator of the heat equation.
//
//   measured     e_n = |A^n u0 - T^n u0| / |T^n u0|,  T the band-limited propagator (spectral solver), A the
//   stepping kernel predicted    the same in closed form (T12 of the theory), and the field A^n u0 itself
//   round-off    a stencil of W weights in [0, 1] errs by at most (W + 2) eps max|u0| a step in each cell,
//   and never
//                enlarges an earlier error: after n steps, n (W + 2) eps max|u0|
//   maximum      A^n u0 stays within [min u0, max u0], with walls of value 0 within [-max|u0|, max|u0|], up
//   to that round-off
#pragma once

#include <functional>

#include "core/core/random.hpp"
#include "experiments/heat/parts/setting.hpp"
#include "experiments/heat/parts/start_field.hpp"
#include "solvers/heat/theory/rollout.hpp"

namespace attune::experiments::heat {

struct RolloutPlan {
  std::string start;  // picture, white, fourier, gaussian
  Index steps = 1000;
  std::vector<Index> records;  // ascending steps at which errors are taken, the last is `steps`
  double rate = 0;  // r of the propagator T, along each axis
  attune::heat::theory::Stencil stencil;  // A as theory sees it; weights >= 0 of sum 1
};

struct RolloutAudit {
  std::vector<double> measured,
      predicted;  // (records)  e_n; predicted is empty where there is no closed form
  double disagreement = 0;  // max over records of |measured - predicted| / its round-off bound
  double deviation = 0, round_off = 0;  // max |A^n u0 - predicted field| at the last step, and its bound
  double excess = 0, excess_bound = 0;  // largest leave of the initial range at any step, and its bound
};

// One step: fills the ghosts of u and writes next.
template <class Scalar>
using StepFunction = std::function<void(const Field<Scalar>& u, const Field<Scalar>& next)>;

template <class Scalar>
RolloutAudit audited_rollout(const Setting& setting, const Triple& halo, const RolloutPlan& plan,
                             const Map& picture, const Random& random, const StepFunction<Scalar>& step);

// About `count` steps from 1 to `last`, evenly spaced in their logarithm.
std::vector<Index> record_steps(Index last, int count);

}  // namespace attune::experiments::heat
