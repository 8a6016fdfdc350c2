// experiments/traffic/parts/calibration/truth.hpp
//
// A law with known parameters, driven among prescribed vehicles: the record that fits are tried on.
//
// The parameters lie around the published ones, at random: the first set with which the driver never comes closer to
// the vehicle ahead than its length, or, if none of so many does, the one that keeps the largest distance.
#pragma once

#include "experiments/traffic/parts/calibration/contender.hpp"
#include "experiments/traffic/parts/calibration/stop_and_go.hpp"

namespace attune::experiments::traffic::calibration {

struct Truth {
  std::vector<double> values;
  std::vector<bool> told;  // does the half that is fitted depend on the parameter?
  Record record;
  double least_distance = 0;  // front to front [m]
  double mean_speed = 0;
};

// `spread` is the standard deviation of z.
Truth make_truth(const Contender& one, const StopAndGo& course, double spread, int leaders, Random random,
                 std::uint64_t number);

// The record with errors of this standard deviation [m] in the follower's places.
Record measured(Record record, double error, Random random, std::uint64_t number);

}  // namespace attune::experiments::traffic::calibration
