// experiments/traffic/parts/calibration/study.hpp
//
// Trajectories made by laws with known parameters, and every law fitted to every one of them.
#pragma once

#include "core/domain/domain.hpp"
#include "experiments/traffic/parts/calibration/cast.hpp"
#include "experiments/traffic/parts/calibration/outcome.hpp"
#include "experiments/traffic/parts/calibration/truth.hpp"

namespace attune::experiments::traffic::calibration {

struct FitParams {
  Index starts = 4, iterations = 100;
  double start_spread = 0.4, reach = 3;
  std::vector<double> horizons{4, 20};
};

struct StudyParams {
  std::vector<std::string> laws = cast_names();
  StopAndGo course;
  FitParams fits;
  double truth_spread = 0.15;
  double error = 0.2;
  Index repetitions = 4;
  Index draws = 200;
  double block = 5, coverage = 0.95;
};

void describe_study(auto& field, StudyParams& p) {
  field("laws", p.laws, "1", "laws that make trajectories, and are fitted to each", one_of(cast_names()),
        length(1, 64));
  describe_stop_and_go(field, p.course);
  field("truth_spread", p.truth_spread, "1", "of true parameters about the published ones, in log",
        between(0, 1));
  field("starts", p.fits.starts, "1", "starts of a fit: published parameters, and others about them",
        between(1, 64));
  field("start_spread", p.fits.start_spread, "1", "of the others, in log", between(0, 3));
  field("horizons", p.fits.horizons, "s", "a fit first looks so far, stage by stage, then all the way",
        above(0), length(0, 8));
  field("reach", p.fits.reach, "1", "of fits from the published parameters, in log", above(0));
  field("iterations", p.fits.iterations, "1", "steps of the optimiser, each stage", between(1, 10000));
  field("error", p.error, "m", "standard deviation of the errors of measured places", above(0));
  field("repetitions", p.repetitions, "1", "records with errors, of each law", between(0, 1000));
  field("draws", p.draws, "1", "of the bootstrap", between(20, 100000));
  field("block", p.block, "s", "of residuals that are drawn together", above(0));
  field("coverage", p.coverage, "1", "of intervals", above(0), below(1));
}

struct Study {
  StudyParams p;
  std::uint32_t seed = 1;
  std::vector<Contender> laws;
  std::vector<Truth> truths;  // of each law
  OutcomeSize size;
};

std::vector<Contender> chosen(const StudyParams& p);  // in the order of the cast
Study make_study(const StudyParams& p, std::uint32_t seed);
Plan plan_of(const FitParams& p, bool free_start);

// Of law to data, entry data * laws + law. Collective.
std::vector<Outcome> fit_all(const Study& study, const Communicator& ranks);

// Of each law to its own data with errors, with intervals, entry repetition * laws + law. Collective.
std::vector<Outcome> fit_with_errors(const Study& study, const Communicator& ranks);

// Streams of random numbers.
namespace stream {
inline constexpr std::uint32_t truths = 1, starts = 2, errors = 3, draws = 4, starts_with_errors = 5,
                               recorded = 6, recorded_draws = 7;
}

}  // namespace attune::experiments::traffic::calibration
