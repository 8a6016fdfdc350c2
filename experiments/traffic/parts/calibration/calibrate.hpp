// experiments/traffic/parts/calibration/calibrate.hpp
//
// A contender fitted to what a driver did: spacing to the vehicle ahead, simulated over the first half of a record from
// its leaders alone, least squares from several starts; judged on the second half, which no fit has seen.
//
//   fit   rms over the first half of  x_simulated - x_recorded,  which is that of the spacings
//
// The first start is the published parameters, the others lie around it. From each the fit looks a short way first: the
// simulation is put back on the record again and again, less and less often, and at last never. Far from the truth a
// simulation of minutes says little about which way the parameters should go.
//
// Source  multiple shooting, Bock 1983 [bock1983], without its matching conditions
#pragma once

#include "core/core/random.hpp"
#include "experiments/traffic/parts/calibration/contender.hpp"
#include "experiments/traffic/parts/calibration/least_squares.hpp"

namespace attune::experiments::traffic::calibration {

struct Plan {
  int starts = 4;
  double spread = 0.4;  // of starts: standard deviation of z
  bool free_start = false;  // place and speed at the beginning are fitted too: records have errors
  bool all_starts = false;  // goes on after a start that explains everything
  std::vector<double> horizons{4, 20};  // [s] between two returns to the record, stage by stage
  Search search;
};

struct Fit {
  std::vector<double> z, values;  // of the parameters
  double rms = 0, held_out_rms = 0;  // [m]
  std::vector<double> start_rms;  // of each start that was tried
  Start start;  // at the beginning of the record
  bool found = false;  // a finite answer
};

std::vector<double> values_of(const Contender& one, const std::vector<double>& z);
std::vector<double> published(const Contender& one);  // as z

// `number` sets the random starts.
Fit calibrate(const Contender& one, const Record& record, const Plan& plan, Random random,
              std::uint64_t number);

// The first half as a problem in z of the parameters and, with a free start, its place [m] and speed [m/s] beside
// the recorded ones; back on the record every so many samples, 0: never.
Problem problem_of(const Contender& one, const Record& record, bool free_start, std::size_t horizon = 0);

// rms over a stretch from the recorded start; infinite where there is no finite answer.
double spacing_error(const Contender& one, const std::vector<double>& values, const Record& record,
                     const Stretch& stretch);

}  // namespace attune::experiments::traffic::calibration
