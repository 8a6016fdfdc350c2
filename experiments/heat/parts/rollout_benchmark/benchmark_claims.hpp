// experiments/heat/parts/rollout_benchmark/benchmark_claims.hpp
//
// What one case of a rollout benchmark claims, and the figures that its claims and tables share.
#pragma once

#include "core/results/results.hpp"
#include "experiments/heat/parts/rollout_benchmark/rollout_benchmark.hpp"

namespace attune::experiments::heat::rollout_benchmark {

// Of nRMSE over steps 1 .. last.
double geometric_mean_of(const Standing& standing, Index last);

// xi(n), n = 0 .. N, of the softmax head that learned from a teacher: as measured, and by the closed forms of the
// projection on the simplex and of the teacher, which need no training. Entry 0 is no number.
struct Superiority {
  std::vector<double> measured, foretold;
};
Superiority superiority(const std::vector<Contestant>& contestants, const Outcome& outcome,
                        const std::string& teacher, std::size_t source, std::size_t seed);

struct Case {
  std::string name;
  Contest contest;
  Lineup lineup;
  Index steps, geometric_steps;
  double eps;  // of the fields
};

// Identities: closed_form (T12), mass (T9), maximum (T8). Convergence: one_step (the projection on the simplex),
// xi (before training). Empirical: does unrolling help, who beats persistence and explicit sub-steps.
void claim_case(const Case& at, const Training& training, const Outcome& outcome, Results& results);

}  // namespace attune::experiments::heat::rollout_benchmark
