// experiments/traffic/parts/calibration/recorded_fits.cpp
#include "experiments/traffic/parts/calibration/recorded_fits.hpp"

#include <algorithm>
#include <filesystem>

#include "experiments/data_path.hpp"
#include "experiments/traffic/parts/calibration/table.hpp"

namespace attune::experiments::traffic::calibration {
namespace {

constexpr Dataset file_name{"recording", "1", "recording", "file of recorded trajectories"};
constexpr Dataset file_status{"recording_status", "1", "recording", "read, or skipped"};
constexpr Dataset follower_name{"follower", "1", "follower", "recording and vehicle"};
constexpr Dataset fit_error{
    "recorded_fit_error", "m", "follower law", "spacing error on the first half, rms", "", true};
constexpr Dataset held_out{"recorded_held_out_error",     "m", "follower law",
                           "the same on the second half", "",  true};
constexpr Dataset baseline{"recorded_baseline", "m", "follower",
                           "the same of a driver who keeps the mean spacing of the first half"};
constexpr Dataset speed{"recorded_speed", "m/s", "follower",
                        "mean speed; stability is that of uniform flow at it"};
constexpr Dataset excess{
    "recorded_excess", "1/s^2", "follower law", "E of fits; NaN where not of one leader", "", true};
constexpr Dataset wave{
    "recorded_long_wave", "1/s", "follower law", "lambda_2 of fits, stable below 0", "", true};
constexpr Dataset gain{"recorded_gain", "1", "follower law", "largest gain of fits", "", true};

struct Follower {
  std::size_t file;
  Recording recording;
};

double mean(const std::vector<double>& x, const Stretch& part) {
  double sum = 0;
  for (std::size_t k = part.begin; k < part.end; ++k) sum += x[k];
  return sum / static_cast<double>(part.size());
}

// rms over the second half of the spacing less its mean over the first.
double constant_spacing_error(const Record& record) {
  std::vector<double> spacing;
  for (std::size_t k = 0; k < record.samples(); ++k)
    spacing.push_back(record.ahead_position[0][k] - record.position[k]);
  const double usual = mean(spacing, first_half(record));
  for (double& s : spacing) s = (s - usual) * (s - usual);
  return std::sqrt(mean(spacing, second_half(record)));
}

std::vector<Outcome> fit_followers(const std::vector<Follower>& all, const Study& s,
                                   const Communicator& ranks) {
  const std::size_t L = s.laws.size();
  return dealt_outcomes(all.size() * L, s.size, ranks, [&](std::size_t n) {
    const Record& record = all[n / L].recording.record;
    const Contender& law = s.laws[n % L];
    if (!law.can_be_seen_in(record)) return Outcome{};
    const auto fit = calibrate(law, record, plan_of(s.p.fits, true), {s.seed, stream::recorded}, n);
    return outcome_of(law, record, fit, mean(record.speed, {0, record.samples()}));
  });
}

void write_followers(const std::vector<Follower>& all, const std::vector<Outcome>& fits, const Study& s,
                     const RecordedParams& p, Results& results) {
  const std::size_t F = all.size(), L = s.laws.size();
  std::vector<std::string> names;
  std::vector<double> usual, speeds;
  for (const auto& one : all) {
    names.push_back(p.files[one.file] + ": " + one.recording.name);
    usual.push_back(constant_spacing_error(one.recording.record));
    speeds.push_back(mean(one.recording.record.speed, {0, one.recording.record.samples()}));
  }
  results.labels(follower_name, names);
  results.write(baseline, usual);
  results.write(speed, speeds);
  const auto write = [&](const Dataset& dataset, const auto& number) {
    Table table({F, L});
    for (std::size_t n = 0; n < fits.size(); ++n) table.set({n / L, n % L}, number(fits[n]));
    results.write(dataset, table.array());
  };
  write(fit_error, [](const Outcome& o) { return o.rms; });
  write(held_out, [](const Outcome& o) { return o.held_out; });
  write(excess, [](const Outcome& o) { return o.stability.excess; });
  write(wave, [](const Outcome& o) { return o.stability.long_wave; });
  write(gain, [](const Outcome& o) { return o.stability.gain; });
}

// The median over followers of a recording of the least held-out error of a law, over that of constant spacing.
double best_over_baseline(const std::vector<Follower>& all, const std::vector<Outcome>& fits,
                          std::size_t file, std::size_t laws) {
  std::vector<double> ratios;
  for (std::size_t f = 0; f < all.size(); ++f) {
    if (all[f].file != file) continue;
    double best = INFINITY;
    for (std::size_t l = 0; l < laws; ++l)
      if (fits[f * laws + l].held_out < best) best = fits[f * laws + l].held_out;
    ratios.push_back(best / constant_spacing_error(all[f].recording.record));
  }
  std::sort(ratios.begin(), ratios.end());
  return ratios.empty() ? INFINITY : ratios[ratios.size() / 2];
}

}  // namespace

void study_recordings(const RecordedParams& p, const Study& s, const Domain& world, Results& results) {
  if (p.files.empty()) return;
  int leaders = 1;
  for (const auto& law : s.laws) leaders = std::max(leaders, law.leaders);
  std::vector<Follower> all;
  std::vector<std::string> absent(p.files.size());
  for (std::size_t f = 0; f < p.files.size(); ++f) {
    try {
      const auto trajectories = attune::traffic::read_trajectories(find_data(p.files[f]), p.layout);
      for (auto& one :
           followers(trajectories, p.least_duration, static_cast<std::size_t>(p.most_followers), leaders))
        all.push_back({f, std::move(one)});
    } catch (const MissingData&) {
      absent[f] = "skipped: " + p.files[f];
      continue;
    }
    if (all.empty() || all.back().file != f) absent[f] = "no follower is seen for 'least_duration'";
  }
  const auto fits = fit_followers(all, s, world.communicator());
  results.labels(file_name, p.files);
  std::vector<std::string> status;
  for (const auto& reason : absent) status.push_back(reason.empty() ? "read" : reason);
  results.text(file_status, status);
  if (!all.empty()) write_followers(all, fits, s, p, results);
  for (std::size_t f = 0; f < p.files.size(); ++f)
    results.claim({"recording_" + std::to_string(f + 1),
                   "Of " + p.files[f] +
                       " the best law errs less, where it was not fitted, than a driver of constant "
                       "spacing: the median ratio over followers",
                   absent[f].empty() ? best_over_baseline(all, fits, f, s.laws.size()) : 0, Kind::at_most, 1,
                   0, "1", "E8 of the traffic theory", Role::empirical, Scale::smoke, absent[f]});
}

}  // namespace attune::experiments::traffic::calibration
