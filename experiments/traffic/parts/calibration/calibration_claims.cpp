// experiments/traffic/parts/calibration/calibration_claims.cpp
#include "experiments/traffic/parts/calibration/calibration_claims.hpp"

#include <cmath>

namespace attune::experiments::traffic::calibration {
namespace {

const char* const source = "E8 of the traffic theory";

double relative(double value, double expected) {
  return std::abs(value - expected) / std::max(std::abs(expected), 1e-3);
}

// Of the parameters that the record tells.
double farthest_parameter(const std::vector<double>& fitted, const Truth& truth) {
  double most = 0;
  for (std::size_t n = 0; n < truth.values.size(); ++n)
    if (truth.told[n]) most = std::max(most, relative(fitted[n], truth.values[n]));
  return most;
}

// Of what both know.
double farthest_stability(const Stability& fitted, const Stability& truth) {
  double most = 0;
  for (const auto number : {&Stability::headway, &Stability::long_wave, &Stability::excess, &Stability::gain})
    if (std::isfinite(truth.*number)) most = std::max(most, relative(fitted.*number, truth.*number));
  return most;
}

}  // namespace

void claim_recovery(const Study& s, const std::vector<Outcome>& fits, Results& results) {
  constexpr double tolerance = 1e-6, explained = 1e-6;
  double fewest = static_cast<double>(s.p.fits.starts);
  for (std::size_t n = 0; n < s.laws.size(); ++n) {
    const Contender& law = s.laws[n];
    const Truth& truth = s.truths[n];
    const Outcome& own = fits[n * s.laws.size() + n];
    const bool answered = std::isfinite(own.rms);
    results.claim({"parameters_" + law.name,
                   "Fitted to its own trajectory, " + law.name +
                       " has the parameters back that the record depends on: the farthest",
                   answered ? farthest_parameter(own.values, truth) : INFINITY, Kind::at_most, 0, tolerance,
                   "1", source, Role::convergence});
    const auto expected = law.stability(truth.values, truth.mean_speed, truth.record.length);
    results.claim({"stability_" + law.name,
                   "and so its headway, E, lambda_2 and largest gain: the farthest of them",
                   answered ? farthest_stability(own.stability, expected) : INFINITY, Kind::at_most, 0, 1e-5,
                   "1", source, Role::convergence});
    double found = 0;
    for (const double rms : own.start_rms) found += rms < explained ? 1 : 0;
    fewest = std::min(fewest, found);
  }
  results.claim({"starts_that_recover",
                 "Starts from which every law finds its own trajectory: the fewest of a law", fewest,
                 Kind::at_least, std::min(2.0, static_cast<double>(s.p.fits.starts)), 0, "1", source,
                 Role::convergence, Scale::quick});
}

void claim_coverage(const Study& s, const std::vector<Outcome>& fits, Results& results) {
  double covered = 0, told = 0;
  for (std::size_t n = 0; n < fits.size(); ++n) {
    const std::size_t law = n % s.laws.size();
    for (std::size_t i = 0; i < s.laws[law].parameters.size(); ++i) {
      if (!fits[n].intervals[i].known || !s.truths[law].told[i]) continue;
      told += 1;
      covered += fits[n].intervals[i].covers(s.truths[law].values[i]) ? 1 : 0;
    }
  }
  // Parameters of one fit err together: no more than the fits count as independent.
  const double independent = std::max(1.0, static_cast<double>(fits.size()));
  const double band = 4 * std::sqrt(s.p.coverage * (1 - s.p.coverage) / independent);
  results.claim(
      {"interval_coverage",
       "Share of true parameters that bootstrap intervals of fits with errors cover, within four standard "
       "errors of so many fits",
       told > 0 ? covered / told : 0, Kind::equal_abs, s.p.coverage, band, "1", source, Role::statistical,
       Scale::smoke, told > 0 ? "" : "no records with errors were asked for"});
}

void claim_verdicts(const Study& s, const std::vector<Outcome>& fits, double close, Results& results) {
  const std::size_t L = s.laws.size();
  double followers = 0, agree = 0;
  for (std::size_t n = 0; n < fits.size(); ++n) {
    const Truth& truth = s.truths[n / L];
    const auto expected = s.laws[n / L].stability(truth.values, truth.mean_speed, truth.record.length);
    const bool known = std::isfinite(expected.long_wave) && std::isfinite(fits[n].stability.long_wave);
    if (n / L == n % L || !known || !(fits[n].held_out < close)) continue;
    followers += 1;
    agree += (fits[n].stability.long_wave < 0) == (expected.long_wave < 0) ? 1 : 0;
  }
  results.claim(
      {"verdict_of_good_fits",
       "Share of other laws which, fitted, follow to within 'close' where they were not fitted and have the "
       "truth's verdict on the stability of long waves",
       followers > 0 ? agree / followers : 0, Kind::at_least, 1, 0, "1", source, Role::empirical,
       Scale::smoke, followers > 0 ? "" : "no other law follows so well"});
}

}  // namespace attune::experiments::traffic::calibration
