// experiments/heat/parts/rollout_benchmark/benchmark_claims.cpp
#include "experiments/heat/parts/rollout_benchmark/benchmark_claims.hpp"

#include <algorithm>
#include <cmath>

#include "core/core/require.hpp"

namespace attune::experiments::heat::rollout_benchmark {
namespace {

constexpr double resolution = 1e-14;  // of a loss by rounded covariances, over the mean square of the targets

std::size_t place_of(const std::vector<Contestant>& all, const std::string& name) {
  for (std::size_t c = 0; c < all.size(); ++c)
    if (all[c].name == name) return c;
  require(false, "a contestant of that name");
  return 0;
}

bool positive(const Contestant& contestant) {
  return contestant.learned && contestant.method != "signed" && contestant.method != "free";
}

// max over seeds, NaN if one is none.
template <class Value> double most(std::size_t count, const Value& value) {
  double largest = 0;
  for (std::size_t k = 0; k < count; ++k)
    if (const double here = value(k); !(here <= largest)) largest = here;
  return largest;
}

// Relative distance of two curves from step 1 on, as long as the rollouts are measured; infinite if they never are.
double distance(const std::vector<double>& measured, const std::vector<double>& expected) {
  if (!std::isfinite(measured[1])) return INFINITY;
  return most(measured.size() - 1, [&](std::size_t n) {
    return std::isfinite(measured[n + 1]) ? std::abs(measured[n + 1] / expected[n + 1] - 1) : 0.0;
  });
}

void claim_identities(const Case& at, const Outcome& outcome, Results& results) {
  const auto all = at.lineup.contestants();
  double disagreement = 0, drift = 0, excess = 0;
  for (std::size_t c = 0; c < all.size(); ++c)
    for (const auto& standing : outcome.standing[c]) {
      if (!(standing.disagreement <= disagreement)) disagreement = standing.disagreement;
      if (!positive(all[c])) continue;
      if (!(standing.drift <= drift)) drift = standing.drift;
      if (!(standing.excess <= excess)) excess = standing.excess;
    }
  const double points = static_cast<double>(at.contest.offsets.size());
  const double round_off = static_cast<double>(at.steps) * (points + 2) * at.eps;
  results.claim(
      {"closed_form_" + at.name,
       "Every contestant's error at every step from every start is its closed form, in units of the "
       "round-off that its steps can make",
       disagreement, Kind::at_most, 1, 0, "1", "T12", Role::identity});
  results.claim({"mass_" + at.name, "A softmax head keeps the mean, relative to the largest value", drift,
                 Kind::at_most, 0, round_off, "1", "T9", Role::identity, Scale::smoke,
                 at.contest.scenario.boundary == "dirichlet" ? "walls of value 0 take mass" : ""});
  results.claim({"maximum_" + at.name,
                 "No step of a softmax head leaves the initial range, relative to the largest value", excess,
                 Kind::at_most, 0, 2 * round_off, "1", "T8", Role::identity});
}

void claim_foretold(const Case& at, const Training& training, const Outcome& outcome, Results& results) {
  const auto all = at.lineup.contestants();
  const std::size_t seeds = at.lineup.seeds.size(), softmax = place_of(all, "softmax");
  double least = INFINITY;
  for (const auto& optimum : training.optimum[0]) least = std::min(least, optimum.loss);
  const std::string unresolved =
      least < resolution ? "the least loss is below what the projection resolves, 1e-14 of the mean square"
                         : "";
  const double apart = most(seeds, [&](std::size_t k) {
    return std::abs(training.learned[softmax][k].loss / training.optimum[0][k].loss - 1);
  });
  results.claim(
      {"one_step_" + at.name,
       "One-step training of a softmax head ends at the projection on the simplex for its own data: "
       "relative excess of the loss, worst seed",
       apart, Kind::at_most, 0, 1e-2, "1", "T2", Role::convergence, Scale::smoke, unresolved});
  const double of_rollout = most(seeds, [&](std::size_t k) {
    return distance(outcome.standing[softmax][k].curve[nrmse_curve], outcome.foretold[0][k]);
  });
  results.claim(
      {"foretold_" + at.name,
       "Its error at every step is that of the projection, known before training; relative, worst seed",
       of_rollout, Kind::at_most, 0, 5e-2, "1", "T12", Role::convergence, Scale::smoke, unresolved});
  for (std::size_t n = 0; n < at.lineup.teachers.size(); ++n) {
    const std::string& teacher = at.lineup.teachers[n];
    const double of_xi = most(seeds, [&](std::size_t k) {
      const auto xi = superiority(all, outcome, teacher, n + 1, k);
      return distance(xi.measured, xi.foretold);
    });
    results.claim(
        {"xi_" + teacher + "_" + at.name,
         "Error of the head that learned from a solver over the error of that solver, as foretold before "
         "training; relative, worst seed and step",
         of_xi, Kind::at_most, 0, 5e-2, "1", "T12", Role::convergence});
  }
}

// Geometric means of a contestant, the middle seed.
double middle_mean(const Case& at, const Outcome& outcome, std::size_t contestant) {
  std::vector<double> means;
  for (const auto& standing : outcome.standing[contestant]) {
    const double value = geometric_mean_of(standing, at.geometric_steps);
    means.push_back(std::isfinite(value) ? value : INFINITY);
  }
  std::sort(means.begin(), means.end());
  return means[means.size() / 2];
}

void claim_winners(const Case& at, const Outcome& outcome, Results& results) {
  const auto all = at.lineup.contestants();
  double best = INFINITY;
  for (std::size_t c = 0; c < all.size(); ++c)
    if (all[c].learned && all[c].teacher == "exact") best = std::min(best, middle_mean(at, outcome, c));
  for (const auto& head : at.lineup.heads)
    if (!at.lineup.unroll.empty()) {
      const auto longest = std::to_string(at.lineup.unroll.back());
      const double once = middle_mean(at, outcome, place_of(all, head));
      const double unrolled = middle_mean(at, outcome, place_of(all, head + ", " + longest + " steps"));
      results.claim(
          {"unrolling_helps_" + head + "_" + at.name,
           "Training through several steps lowers the geometric mean of nRMSE: over that of one step",
           unrolled / once, Kind::at_most, 1, 0, "1", "APEBench", Role::empirical, Scale::smoke,
           std::isfinite(unrolled / once) ? "" : "a rollout was given up"});
    }
  for (const auto& rival : {std::string("persistence"), std::string("ftcs"), std::string("adi")})
    results.claim({"learned_beats_" + rival + "_" + at.name,
                   "The best learned stencil has a smaller geometric mean of nRMSE than its rival: ratio",
                   best / middle_mean(at, outcome, place_of(all, rival)), Kind::at_most, 1, 0, "1", "E10",
                   Role::empirical, Scale::smoke, std::isfinite(best) ? "" : "no learned rollout lasted"});
}

}  // namespace

double geometric_mean_of(const Standing& standing, Index last) {
  return geometric_mean(std::span(standing.curve[nrmse_curve]).subspan(1, static_cast<std::size_t>(last)));
}

Superiority superiority(const std::vector<Contestant>& all, const Outcome& outcome,
                        const std::string& teacher, std::size_t source, std::size_t seed) {
  const auto& pupil = outcome.standing[place_of(all, "softmax on " + teacher)][seed].curve;
  const auto& master = outcome.standing[place_of(all, teacher)][seed].curve;
  Superiority xi{{NAN}, {NAN}};
  for (std::size_t n = 1; n < pupil[nrmse_curve].size(); ++n) {
    xi.measured.push_back(pupil[nrmse_curve][n] / master[nrmse_curve][n]);
    xi.foretold.push_back(outcome.foretold[source][seed][n] / master[predicted_curve][n]);
  }
  return xi;
}

void claim_case(const Case& at, const Training& training, const Outcome& outcome, Results& results) {
  claim_identities(at, outcome, results);
  claim_foretold(at, training, outcome, results);
  claim_winners(at, outcome, results);
}

}  // namespace attune::experiments::heat::rollout_benchmark
