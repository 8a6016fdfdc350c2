// experiments/heat/parts/verification/measures.hpp
//
// What is measured of one solver on one grid, beside what theory says of it.
//
//   decay        | <u_n, mode> / <mode, mode> / g^n - 1 |,  g the factor of a step; where |g^n| is below a
//                hundredth relative to a hundredth, as rounding is relative to the start
//   in time      |u_n - exp(-1) mode| / |mode| at n r = 1 / s_1: r such that the semi-discrete equation has
//                the mode fall to exp(-1) in n steps
//   in space     |L mode + |theta|^2 mode| / (|theta|^2 |mode|)
//   at fixed r   sqrt(mean (u_n - exp(-n r |theta|^2) mode)^2)
#pragma once

#include "experiments/heat/parts/mode_error.hpp"
#include "experiments/heat/parts/verification/solvers.hpp"

namespace attune::experiments::heat::verification {

struct Measured {
  double error = 0;
  double expected = 0;  // its bound, or the error by theory
};

// `expected` is the bound: rounding, and for implicit steps the tolerance of their linear systems.
template <class Scalar>
Measured decay_error(const Solver<Scalar>& row, const Setting& s, Index m, Index most_steps,
                     double tolerance);

// The fewest steps that are stable and at least `least`.
Index steps_in_time(const Solver<double>& row, const Setting& s, Index least);
Measured error_in_time(const Solver<double>& row, const Setting& s, Index steps);

// Of the star of that order; mode 1 on periodic axes and 2 between walls, so that theta is 2 pi / N.
Measured error_in_space(int order, const Setting& s);

double error_at_fixed_rate(const Solver<double>& row, const Setting& s, double r, Index steps);

// What rounding may make of an error in space (the centre's weight over |theta|^2) and in time, the tolerance
// of linear systems included, with room: an order is measured above it.
double rounding_in_space(const Setting& s);
double rounding_in_time(const Solver<double>& row, Index steps, double tolerance);

// log2 of the ratio of two errors on end, the last ones that theory has above `rounding`, or the first ones.
double observed_order(const std::vector<Measured>& ladder, const std::vector<double>& rounding);

}  // namespace attune::experiments::heat::verification
