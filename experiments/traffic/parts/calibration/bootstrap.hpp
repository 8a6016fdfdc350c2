// experiments/traffic/parts/calibration/bootstrap.hpp
//
// How far parameters may lie from what was fitted, from the residuals themselves: blocks of the record are drawn with
// replacement, and a draw moves the fit by one Gauss-Newton step,
//
//   dz = -(sum_b J_b^T J_b)^{-1} sum_b J_b^T r_b
//
// Blocks keep residuals together that depend on each other.
//
// Source  blocks of Künsch 1989 [kunsch1989]
// Cost    p^2 a block and draw, after one Jacobian
#pragma once

#include "experiments/traffic/parts/calibration/calibrate.hpp"

namespace attune::experiments::traffic::calibration {

struct Resampling {
  int draws = 200;
  double block = 5;  // [s]
  double coverage = 0.95;
};

struct Interval {
  double low = 0, high = 0;
  bool known = false;  // z is told apart from others: its standard deviation over draws is below 1
  bool covers(double value) const { return value >= low && value <= high; }
};

// Of each parameter, in its own unit.
std::vector<Interval> intervals(const Contender& one, const Record& record, const Fit& fit, bool free_start,
                                const Resampling& plan, Random random, std::uint64_t number);

}  // namespace attune::experiments::traffic::calibration
