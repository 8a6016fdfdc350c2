// experiments/traffic/parts/calibration/study.cpp
#include "experiments/traffic/parts/calibration/study.hpp"

namespace attune::experiments::traffic::calibration {

std::vector<Contender> chosen(const StudyParams& p) {
  std::vector<Contender> some;
  for (const auto& one : cast())
    if (std::find(p.laws.begin(), p.laws.end(), one.name) != p.laws.end()) some.push_back(one);
  return some;
}

Study make_study(const StudyParams& p, std::uint32_t seed) {
  Study s{p, seed, chosen(p), {}, {0, static_cast<std::size_t>(p.fits.starts)}};
  int leaders = 1;
  for (const auto& law : s.laws) {
    leaders = std::max(leaders, law.leaders);
    s.size.parameters = std::max(s.size.parameters, law.parameters.size());
  }
  for (std::size_t n = 0; n < s.laws.size(); ++n)
    s.truths.push_back(make_truth(s.laws[n], p.course, p.truth_spread, leaders, {seed, stream::truths}, n));
  return s;
}

Plan plan_of(const FitParams& p, bool free_start) {
  Plan plan;
  plan.starts = static_cast<int>(p.starts);
  plan.spread = p.start_spread;
  plan.horizons = p.horizons;
  plan.free_start = free_start;
  plan.search.reach = p.reach;
  plan.search.iterations = static_cast<int>(p.iterations);
  return plan;
}

std::vector<Outcome> fit_all(const Study& s, const Communicator& ranks) {
  const std::size_t L = s.laws.size();
  return dealt_outcomes(L * L, s.size, ranks, [&s, L](std::size_t n) {
    const Truth& truth = s.truths[n / L];
    const Contender& law = s.laws[n % L];
    Plan plan = plan_of(s.p.fits, false);
    plan.all_starts = n / L == n % L;
    const auto fit = calibrate(law, truth.record, plan, {s.seed, stream::starts}, n);
    return outcome_of(law, truth.record, fit, truth.mean_speed);
  });
}

std::vector<Outcome> fit_with_errors(const Study& s, const Communicator& ranks) {
  const std::size_t L = s.laws.size(), tasks = L * static_cast<std::size_t>(s.p.repetitions);
  const Resampling resampling{static_cast<int>(s.p.draws), s.p.block, s.p.coverage};
  return dealt_outcomes(tasks, s.size, ranks, [&s, L, resampling](std::size_t n) {
    const Truth& truth = s.truths[n % L];
    const Contender& law = s.laws[n % L];
    const Record record = measured(truth.record, s.p.error, {s.seed, stream::errors}, n);
    const auto fit = calibrate(law, record, plan_of(s.p.fits, true), {s.seed, stream::starts_with_errors}, n);
    Outcome made = outcome_of(law, record, fit, truth.mean_speed);
    if (fit.found) made.intervals = intervals(law, record, fit, true, resampling, {s.seed, stream::draws}, n);
    return made;
  });
}

}  // namespace attune::experiments::traffic::calibration
