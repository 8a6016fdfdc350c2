// experiments/traffic/traffic_calibration.cpp
//
// Question   What does a fit to trajectories tell of a car-following law: its parameters, its errors on what it has not
//            seen, its stability?
// Equation   min over the parameters of  mean (x_simulated - x_recorded)^2  over the first half of a record of one
//            follower, simulated from its leaders alone: the error of the spacing. One optimiser for all laws
// Exact      a law fitted to its own trajectory has its parameters back, so its E, lambda_2 and largest gain too; with
//            errors of measurement intervals of 95 % cover the truth in 95 of 100
// Expect     parameters to 1e-6 without errors; other laws err by decimetres to metres, and some that follow well have
//            the wrong verdict on string stability
// Data       trajectories of every law behind a leader who stops and goes; recordings of a user, looked for in --data
// Source     E8 of the traffic theory; Treiber, Kanagaraj 2015 [treiber2015]
// Builds on  solvers/traffic, solvers/traffic/theory
// Figure     analysis/traffic/traffic_calibration.py
#include <algorithm>

#include "experiments/experiment.hpp"
#include "experiments/traffic/parts/calibration/calibration_claims.hpp"
#include "experiments/traffic/parts/calibration/recorded_fits.hpp"
#include "experiments/traffic/parts/calibration/table.hpp"

namespace attune::experiments::traffic {
namespace traffic_calibration_parts {

using namespace calibration;

struct Params {
  StudyParams study;
  std::string shown = "idm";
  double close = 1;
  RecordedParams recorded;
};

void describe(auto& field, Params& p) {
  describe_study(field, p.study);
  field("shown", p.shown, "1", "law whose trajectory is stored, with every fit to it", one_of(cast_names()));
  field("close", p.close, "m", "held-out error of a law that follows well", above(0));
  describe_recorded(field, p.recorded);
}

constexpr Dataset data_name{"data", "1", "data", "law that made the trajectory"};
constexpr Dataset law_name{"law", "1", "law", "law that was fitted to it"};
constexpr Dataset start_number{"start", "1", "start", "0: published parameters; others about them"};
constexpr Dataset parameter_name{"parameter", "1", "parameter", "law and parameter"};
constexpr Dataset parameter_unit{"parameter_unit", "1", "parameter", "its unit"};
constexpr Dataset fit_error{"fit_error", "m", "data law", "spacing error on the half that was fitted, rms",
                            "",          true};
constexpr Dataset held_out{"held_out_error", "m", "data law", "the same on the other half", "", true};
constexpr Dataset mean_speed{"mean_speed", "m/s", "data",
                             "of the follower; stability is that of uniform flow at it"};
constexpr Dataset least_distance{"least_distance", "m", "data", "to the vehicle ahead, front to front"};
constexpr Dataset true_excess{"true_excess",           "1/s^2", "data", "E; NaN where not of one leader",
                              "f_l^2 + 2 f_s - f_v^2", true};
constexpr Dataset fitted_excess{"fitted_excess", "1/s^2", "data law", "the same of fits", "", true};
constexpr Dataset true_wave{
    "true_long_wave", "1/s", "data", "lambda_2 of long waves; stable below 0", "", true};
constexpr Dataset fitted_wave{"fitted_long_wave", "1/s", "data law", "the same of fits", "", true};
constexpr Dataset true_gain{"true_gain", "1", "data", "largest gain over frequencies, vehicle to vehicle",
                            "",          true};
constexpr Dataset fitted_gain{"fitted_gain", "1", "data law", "the same of fits", "", true};
constexpr Dataset true_value{"true_value", "1", "parameter", "in its unit"};
constexpr Dataset told{"told", "1", "parameter", "1 where the half that is fitted depends on it"};
constexpr Dataset fitted_value{"fitted_value", "1", "parameter", "of the fit without errors", "", true};
constexpr Dataset start_error{"start_error", "m", "law start", "fit_error to its own data, of each start", "",
                              true};
constexpr Dataset noisy_value{"noisy_value", "1", "repetition parameter", "fitted to places with errors", "",
                              true};
constexpr Dataset noisy_low{
    "noisy_low", "1", "repetition parameter", "lower end of its interval; NaN: it is not told", "", true};
constexpr Dataset noisy_high{"noisy_high", "1", "repetition parameter", "upper end", "", true};
constexpr Dataset shown_time{"time", "s", "time", "since the beginning of the half that is held out"};
constexpr Dataset shown_spacing{"shown_spacing", "m", "time",
                                "of the law `shown`, to the front of the vehicle ahead"};
constexpr Dataset shown_fits{"shown_fits", "m", "law time", "the same of every law fitted to it", "", true};

void check(const Params& p, const Deck& deck) {
  const StudyParams& s = p.study;
  if (chosen(s).size() != s.laws.size()) deck.refuse("params.laws", "must not repeat an entry");
  if (std::find(s.laws.begin(), s.laws.end(), p.shown) == s.laws.end())
    deck.refuse("params.shown", "must be one of 'laws'");
  if (s.course.hold_least > s.course.hold_most)
    deck.refuse("params.hold_most", "must be at least hold_least");
  if (s.course.ramp_least > s.course.ramp_most)
    deck.refuse("params.ramp_most", "must be at least ramp_least");
  if (s.course.duration / s.course.dt > 1e7)
    deck.refuse("params.dt", "must leave at most 10 million samples in 'duration'");
  if (s.block > s.course.duration / 4) deck.refuse("params.block", "must be at most a quarter of 'duration'");
}

Study setup(const Params& p, std::uint32_t seed, Results& results) {
  Study study = make_study(p.study, seed);
  std::vector<std::string> names, parameters, units;
  std::vector<double> starts, values, are_told, speeds, distances;
  for (std::size_t n = 0; n < study.laws.size(); ++n) {
    const Contender& law = study.laws[n];
    names.push_back(law.name);
    speeds.push_back(study.truths[n].mean_speed);
    distances.push_back(study.truths[n].least_distance);
    for (std::size_t i = 0; i < law.parameters.size(); ++i) {
      parameters.push_back(law.name + "." + law.parameters[i].name);
      units.push_back(law.parameters[i].unit);
      values.push_back(study.truths[n].values[i]);
      are_told.push_back(study.truths[n].told[i] ? 1 : 0);
    }
  }
  for (std::size_t n = 0; n < study.size.starts; ++n) starts.push_back(static_cast<double>(n));
  results.labels(data_name, names);
  results.labels(law_name, names);
  results.labels(parameter_name, parameters);
  results.text(parameter_unit, units);
  results.axis(start_number, starts);
  results.write(true_value, values);
  results.write(told, are_told);
  results.write(mean_speed, speeds);
  results.write(least_distance, distances);
  return study;
}

// Of each law to its own data; `number(outcome, parameter)`.
template <class Number>
std::vector<double> of_parameters(const Study& s, const std::vector<const Outcome*>& own,
                                  const Number& number) {
  std::vector<double> all;
  for (std::size_t n = 0; n < s.laws.size(); ++n)
    for (std::size_t i = 0; i < s.laws[n].parameters.size(); ++i)
      all.push_back(std::isfinite(own[n]->rms) ? number(*own[n], i) : NAN);
  return all;
}

void write_matrix(const Study& s, const std::vector<Outcome>& fits, Results& results) {
  const std::size_t L = s.laws.size();
  const auto write = [&](const Dataset& dataset, const auto& number) {
    Table table({L, L});
    for (std::size_t n = 0; n < fits.size(); ++n) table.set({n / L, n % L}, number(fits[n]));
    results.write(dataset, table.array());
  };
  write(fit_error, [](const Outcome& o) { return o.rms; });
  write(held_out, [](const Outcome& o) { return o.held_out; });
  write(fitted_excess, [](const Outcome& o) { return o.stability.excess; });
  write(fitted_wave, [](const Outcome& o) { return o.stability.long_wave; });
  write(fitted_gain, [](const Outcome& o) { return o.stability.gain; });
}

void write_truth(const Study& s, const std::vector<Outcome>& fits, Results& results) {
  const std::size_t L = s.laws.size();
  Table excess({L}), wave({L}), gain({L}), starts({L, s.size.starts});
  std::vector<const Outcome*> own;
  for (std::size_t n = 0; n < L; ++n) {
    own.push_back(&fits[n * L + n]);
    const Truth& truth = s.truths[n];
    const auto stability = s.laws[n].stability(truth.values, truth.mean_speed, truth.record.length);
    excess.set({n}, stability.excess);
    wave.set({n}, stability.long_wave);
    gain.set({n}, stability.gain);
    for (std::size_t i = 0; i < s.size.starts; ++i) starts.set({n, i}, own[n]->start_rms[i]);
  }
  results.write(true_excess, excess.array());
  results.write(true_wave, wave.array());
  results.write(true_gain, gain.array());
  results.write(start_error, starts.array());
  results.write(fitted_value,
                of_parameters(s, own, [](const Outcome& o, std::size_t i) { return o.values[i]; }));
}

void write_errors(const Study& s, const std::vector<Outcome>& fits, Results& results) {
  const std::size_t L = s.laws.size(), R = fits.size() / L;
  if (R == 0) return;
  const auto write = [&](const Dataset& dataset, const auto& number) {
    Array all{{R, 0}, {}};
    for (std::size_t r = 0; r < R; ++r) {
      std::vector<const Outcome*> own;
      for (std::size_t n = 0; n < L; ++n) own.push_back(&fits[r * L + n]);
      const auto row = of_parameters(s, own, number);
      all.shape[1] = row.size();
      all.values.insert(all.values.end(), row.begin(), row.end());
    }
    results.write(dataset, all);
  };
  write(noisy_value, [](const Outcome& o, std::size_t i) { return o.values[i]; });
  write(noisy_low,
        [](const Outcome& o, std::size_t i) { return o.intervals[i].known ? o.intervals[i].low : NAN; });
  write(noisy_high,
        [](const Outcome& o, std::size_t i) { return o.intervals[i].known ? o.intervals[i].high : NAN; });
}

void write_shown(const Study& s, const std::vector<Outcome>& fits, const std::string& shown,
                 Results& results) {
  const std::size_t L = s.laws.size();
  std::size_t data = 0;
  while (s.laws[data].name != shown) ++data;
  const Record& record = s.truths[data].record;
  const Stretch half = second_half(record);
  const auto every = std::max<std::size_t>(1, static_cast<std::size_t>(std::llround(0.5 / record.dt)));
  std::vector<double> time, spacing;
  for (std::size_t k = half.begin; k < half.end; k += every) {
    time.push_back(static_cast<double>(k - half.begin) * record.dt);
    spacing.push_back(record.ahead_position[0][k] - record.position[k]);
  }
  Table courses({L, time.size()});
  for (std::size_t n = 0; n < L; ++n) {
    const Outcome& fit = fits[data * L + n];
    std::vector<double> x(half.size());
    if (!std::isfinite(fit.held_out)) continue;
    const std::vector<double> values(
        fit.values.begin(), fit.values.begin() + static_cast<std::ptrdiff_t>(s.laws[n].parameters.size()));
    s.laws[n].follow(values, record, half, recorded_start(record, half), x.data(), nullptr);
    for (std::size_t i = 0; i < time.size(); ++i)
      courses.set({n, i}, record.ahead_position[0][half.begin + i * every] - x[i * every]);
  }
  results.axis(shown_time, time);
  results.write(shown_spacing, spacing);
  results.write(shown_fits, courses.array());
}

void run(const Params& p, const Deck& deck, const Domain& world, Results& results) {
  const Study study = setup(p, deck.seed(), results);
  const auto fits = fit_all(study, world.communicator());
  write_matrix(study, fits, results);
  write_truth(study, fits, results);
  write_shown(study, fits, p.shown, results);
  claim_recovery(study, fits, results);
  claim_verdicts(study, fits, p.close, results);

  const auto noisy = fit_with_errors(study, world.communicator());
  write_errors(study, noisy, results);
  claim_coverage(study, noisy, results);
  study_recordings(p.recorded, study, world, results);
}

}  // namespace traffic_calibration_parts

extern const Verbs traffic_calibration =
    verbs<traffic_calibration_parts::Params, traffic_calibration_parts::check,
          traffic_calibration_parts::run>();

}  // namespace attune::experiments::traffic
