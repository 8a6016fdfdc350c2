// experiments/heat/parts/stability/fit_audit.cpp
#include "experiments/heat/parts/stability/fit_audit.hpp"

#include <numeric>

#include "solvers/heat/theory/symbol_maximum.hpp"

namespace attune::experiments::heat::stability {

namespace theory = attune::heat::theory;

void audit_fits(const std::vector<Contestant>& all, const Optima& best, double eps, FitAudit& audit) {
  for (const Contestant& one : all) {
    const double growth = one.growth;
    if (one.convex()) audit.convex = std::max(audit.convex, growth);
    switch (one.kind) {
      case Learner::softmax:
        audit.below = std::min(audit.below, one.train_rms - best.positive.rms);
        audit.above = std::max(audit.above, one.train_rms / best.positive.rms - 1);
        audit.softmax_slack = one.points() * eps;
        audit.wins = std::max(audit.wins, all.back().train_rms / one.train_rms);
        audit.wins_slack = std::max(
            audit.wins_slack, (one.points() + all.back().points() * all.back().size()) * eps / one.train_rms);
        break;
      case Learner::gaussian:
        break;
      case Learner::two_heads:
        audit.two_heads = std::max(audit.two_heads, growth);
        break;
      case Learner::convolution:
        audit.growth.push_back(growth);
        audit.residual = std::max(audit.residual, std::abs(one.train_rms - best.any_sign.rms));
        audit.residual_bound = std::max(audit.residual_bound, one.points() * eps * one.size());
        audit.of_sample = std::max(audit.of_sample,
                                   std::abs(growth / theory::largest_symbol(best.any_sign.stencil).size - 1));
        break;
    }
  }
}

void claim_fits(const std::string& name, const FitAudit& audit, double noise_growth, double amount,
                Results& results) {
  const auto seeds = static_cast<double>(audit.growth.size());
  const double mean = std::accumulate(audit.growth.begin(), audit.growth.end(), 0.0) / seeds;
  double square = 0;
  for (const double growth : audit.growth) square += (growth - mean) * (growth - mean);
  const double error_of_mean = std::sqrt(square / std::max(1.0, seeds - 1) / seeds);

  results.claim({"softmax_above_optimum_" + name,
                 "No softmax head errs less on its training field than the best weights >= 0; least distance",
                 audit.below, Kind::at_least, 0, audit.softmax_slack, "1", "T8", Role::identity});
  results.claim({"softmax_near_optimum_" + name, "and none errs 1 % more", audit.above, Kind::at_most, 0,
                 1e-2, "1", "T8", Role::convergence});
  results.claim({"free_residual_" + name,
                 "The free convolution leaves what theory's best weights of any sign leave; farthest seed",
                 audit.residual, Kind::at_most, 0, audit.residual_bound, "1", "T8", Role::identity});
  results.claim({"free_growth_" + name,
                 "and has the growth max |g| of theory's fit to the same field's spectrum, relative",
                 audit.of_sample, Kind::at_most, 0, 1e-6, "1", "T8", Role::convergence});
  results.claim({"free_growth_of_noise_" + name,
                 "The mean growth of the seeds is that of the best fit for white noise on the grid's waves",
                 mean, Kind::equal_abs, noise_growth, 4 * error_of_mean, "1", "T8", Role::statistical,
                 Scale::quick, audit.growth.size() < 2 ? "one seed has no spread" : ""});
  results.claim({"convex_contracts_" + name, "Softmax and Gaussian heads have |g| <= 1, any seed",
                 audit.convex, Kind::at_most, 1, 1e-14, "1", "T8", Role::identity});
  results.claim({"two_heads_bound_" + name, "Two heads of opposite sign have |g| <= 1 + 2 a, any seed",
                 audit.two_heads, Kind::at_most, 1 + 2 * amount, 1e-14 * (1 + 2 * amount), "1", "T8",
                 Role::identity});
  results.claim(
      {"free_wins_on_band_" + name,
       "The free convolution errs no more than softmax on its training field, ties to 1e-6; largest "
       "ratio",
       audit.wins, Kind::at_most, 1, 1e-6 + audit.wins_slack, "1", "T8", Role::empirical});
}

}  // namespace attune::experiments::heat::stability
