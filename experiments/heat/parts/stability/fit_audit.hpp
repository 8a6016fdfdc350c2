// experiments/heat/parts/stability/fit_audit.hpp
//
// What the fits of all seeds of a case are judged by: the best weights of either kind for each field's own spectrum,
// and the best of any sign for white noise on the grid's waves.
#pragma once

#include "core/results/results.hpp"
#include "experiments/heat/parts/stability/contestant.hpp"
#include "solvers/heat/theory/band_fit.hpp"

namespace attune::experiments::heat::stability {

struct FitAudit {
  double below = INFINITY, above = 0;  // softmax: least rms - optimum, largest rms / optimum - 1
  double softmax_slack = 0;  // round-off of the rms
  double residual = 0, residual_bound = 0;  // free convolution: largest |rms - optimum|, its round-off
  double of_sample = 0;  // largest |max |g| / theory's - 1| for the same spectrum
  double convex = 0, two_heads = 0;  // largest max |g|
  double wins = 0, wins_slack = 0;  // largest rms of the free convolution over that of softmax, its round-off
  std::vector<double> growth;  // (seeds)  max |g| of the free convolution
};

// Optimum of weights >= 0 and of any sign on the spectrum of one field.
struct Optima {
  attune::heat::theory::BandFit positive, any_sign;
};

// All contestants of one seed; eps of the Scalar they were trained in.
void audit_fits(const std::vector<Contestant>& all, const Optima& best, double eps, FitAudit& audit);

// The claims of a case; noise_growth is max |g| of the best fit for white noise, amount that of the two heads.
void claim_fits(const std::string& name, const FitAudit& audit, double noise_growth, double amount,
                Results& results);

}  // namespace attune::experiments::heat::stability
