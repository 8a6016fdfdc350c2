// experiments/heat/parts/rollout_benchmark/rollout_benchmark.hpp
//
// One case of a rollout benchmark: trains every learned contestant for every seed, rolls all contestants out from
// every test start, and means the measures over the starts. Trainings, and then blocks of test starts, are dealt
// to the ranks.
#pragma once

#include "experiments/heat/parts/rollout_benchmark/contest_rollout.hpp"

namespace attune::experiments::heat::rollout_benchmark {

struct Lineup {
  std::vector<std::string> heads, teachers;  // trained heads; solvers of low fidelity to learn from
  std::vector<Index> unroll;  // lengths beyond one step, ascending
  std::vector<Index> seeds;
  std::vector<Contestant> contestants() const { return contestants_of(heads, unroll, teachers); }
  // "exact" and the teachers: those whose one-step optimum is predicted.
  std::vector<std::string> sources() const;
};

struct TestPlan {
  Index seed = 0;
  std::size_t trajectories = 0, block = 1;  // starts in all, and those that one rank rolls out together
  Index steps = 0;
  std::vector<Index> records;  // steps at which all measures are taken
  double hopeless = 0;  // nRMSE beyond which a rollout is given up
};

// Tests and training draw from different streams.
Samples test_starts(const Contest& contest, const TestPlan& plan, std::size_t first, std::size_t count);

struct Training {
  // (contestants, seeds); empty where nothing is learned
  std::vector<std::vector<Learned>> learned;
  // (sources, seeds): weights and loss of the projection on the simplex
  std::vector<std::vector<Learned>> optimum;
};

Training train_all(const Contest& contest, const Lineup& lineup, const Communicator& ranks);

enum Curve : std::size_t { nrmse_curve, vrmse_curve, correlation_curve, predicted_curve, curves };
enum Record : std::size_t {
  rmse,
  nmse,
  nmae,
  largest,
  mean_error,
  boundary,
  low,
  middle,
  high,
  h1,
  record_count
};

// Means over the test starts: of squares for mean_error, the largest for largest, disagreement, drift, excess.
struct Standing {
  std::vector<double> curve[curves];  // (steps + 1)
  std::vector<double> record[record_count];  // (records)
  double disagreement = 0, drift = 0, excess = 0;
};

struct Outcome {
  std::vector<std::vector<Standing>> standing;  // (contestants, seeds)
  std::vector<std::vector<std::vector<double>>>
      foretold;  // (sources, seeds, steps + 1): nRMSE of the optimum
};

template <class Scalar>
Outcome roll_all_out(const Contest& contest, const Lineup& lineup, const TestPlan& plan,
                     const Training& training, const Communicator& ranks);

}  // namespace attune::experiments::heat::rollout_benchmark
