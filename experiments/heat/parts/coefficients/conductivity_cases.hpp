// experiments/heat/parts/coefficients/conductivity_cases.hpp
//
// Cases with an exact answer for heads that see the conductivity.
//
//   smooth_errors    u' = A u + dt s with the source s of a manufactured solution on a smooth conductivity: root mean
//                    square distance to it at the end
//   steady_residual  one step from the steady state through layers between walls of 1 and 0, of resistances
//                    h / kappa_i in series: the largest change of u, 0 for a head that keeps it
//   query_terms      content attention of scores q_i + k_j: how far the q_i move the output: they cancel, so that
//                    a geometric mean by terms of either cell alone does not survive the softmax
#pragma once

#include "experiments/heat/parts/coefficients/conductivity_contest.hpp"

namespace attune::experiments::heat::coefficients {

struct SmoothCase {
  double stability, end;
};
// Of every contestant.
template <class Scalar>
std::vector<double> smooth_errors(const Setting& setting, const LearnedWeights& learned,
                                  const SmoothCase& plan);

template <class Scalar>
double steady_residual(const Domain& world, const std::vector<double>& kappa, double stability,
                       std::size_t contestant, const LearnedWeights& learned);

struct QueryTerms {
  double moved = 0, range = 0;  // the largest change of the output, the range of the input
};
// log kappa / 2 of query and key, on a periodic grid.
template <class Scalar>
QueryTerms query_terms(const Setting& setting, const Field<double>& kappa, const Field<double>& u);

// Weights of one step on a constant conductivity of rate r, of the centre and of a neighbour, from an impulse.
struct Impulse {
  double centre, neighbour;
};
template <class Scalar> Impulse impulse(const Setting& setting, double r, Centre centre);

// The step y of finite volumes, and the sweep (y + r u) / (1 + r), r = dt d_i, from L alone.
struct Volumes {
  Field<double> step, sweep;
};
Volumes by_volumes(const attune::heat::FaceOperator<double>& L, const Field<double>& u, double dt,
                   const Domain& domain);

template <class To, class From> Field<To> converted(const Field<From>& u);  // own cells

}  // namespace attune::experiments::heat::coefficients
