// experiments/heat/parts/rollout_benchmark/benchmark_params.hpp
//
// What a deck says of a rollout benchmark, and the contests that follow from it.
#pragma once

#include "core/deck/deck.hpp"
#include "experiments/heat/parts/rollout_benchmark/rollout_benchmark.hpp"
#include "experiments/heat/parts/sweep.hpp"

namespace attune::experiments::heat::rollout_benchmark {

struct BenchmarkParams {
  Sweep sweep;
  Cells cells{{160}, {32, 32}, {12, 12, 12}};
  std::vector<double> difficulties{4};
  std::string shape = "ball";
  std::vector<Index> reach{5, 3, 2};
  StartKind start;
  std::vector<std::string> heads{"softmax", "signed", "gaussian", "sparsemax"};
  std::vector<std::string> teachers{"ftcs", "backward_euler"};
  std::vector<Index> unroll{3, 5};
  std::vector<Index> seeds{1, 2, 3};
  double second_head = 0.25, substep_ratio = 0.8;
  Index train_fields = 3;
  std::vector<Index> window_starts{0, 10};
  Index iterations = 400, unrolled_iterations = 60;
  double settled = 1e-8;
  Index test_seed = 1000, test_trajectories = 6, steps = 100;
  std::vector<Index> records{1, 2, 5, 10, 20, 50, 100};
  Index geometric_steps = 100;
  double hopeless = 1e3;
  std::uint32_t deck_seed = 1;
};

void describe_benchmark(auto& field, BenchmarkParams& p) {
  describe_sweep(field, p.sweep);
  field("cells_1d", p.cells.in_1d, "1", "cells of a field, D = 1", between(2, 1 << 16), length(1));
  field("cells_2d", p.cells.in_2d, "1", "the same, D = 2, (y, x)", between(2, 1 << 11), length(2));
  field("cells_3d", p.cells.in_3d, "1", "the same, D = 3, (z, y, x)", between(2, 1 << 8), length(3));
  field("difficulties", p.difficulties, "1", "gamma_2 = 2 D r of APEBench", above(0), at_most(1000),
        length(1, 8));
  field("shape", p.shape, "1", "offsets of the learned stencils", one_of({"star", "box", "ball"}));
  field("reach", p.reach, "cells", "their reach for D = 1, 2, 3", between(1, 16), length(3));
  field("spectrum", p.start.spectrum, "1", "fields to learn from and to start from",
        one_of({"fourier", "white", "smooth"}));
  field("highest_mode", p.start.highest, "1", "largest mode number of \"fourier\"", between(1, 64));
  field("smooth_width", p.start.smooth_width, "cells", "width of the smoothing of \"smooth\"", at_least(0));
  field("heads", p.heads, "1", "heads that are trained on one step and unrolled; softmax is always there",
        one_of({"softmax", "signed", "gaussian", "sparsemax"}), length(1, 4));
  field("teachers", p.teachers, "1", "solvers of low fidelity that a softmax head learns from as well",
        one_of({"ftcs", "backward_euler"}), length(0, 2));
  field("unroll", p.unroll, "1",
        "further lengths of training windows, ascending, each from the weights before", between(2, 100),
        length(0, 8));
  field("seeds", p.seeds, "1", "one training set each", between(0, 4294967295.0), length(1, 100));
  field("second_head", p.second_head, "1", "a of the signed heads, their largest negative weight in all",
        above(0));
  field("substep_ratio", p.substep_ratio, "1", "largest 2 D r of an explicit sub-step", above(0), at_most(1));
  field("train_fields", p.train_fields, "1", "initial fields of a training set", between(1, 10000));
  field("window_starts", p.window_starts, "1", "steps of their trajectories at which windows begin",
        between(0, 1e5), length(1, 1000));
  field("iterations", p.iterations, "1", "steps of l-bfgs on one step, at most", between(1, 1e6));
  field("unrolled_iterations", p.unrolled_iterations, "1", "and through each window", between(1, 1e6));
  field("settled", p.settled, "1", "training stops when 20 steps lower the loss by a smaller part",
        between(0, 1));
  field("test_seed", p.test_seed, "1", "of the test set", between(0, 4294967295.0));
  field("test_trajectories", p.test_trajectories, "1", "initial fields of the test set", between(1, 10000));
  field("steps", p.steps, "1", "steps of a rollout", between(1, 1e5));
  field("records", p.records, "1", "steps at which all metrics are taken, ascending", between(1, 1e5),
        length(1, 1000));
  field("geometric_steps", p.geometric_steps, "1", "steps over which nRMSE has its geometric mean",
        between(1, 1e5));
  field("hopeless", p.hopeless, "1", "nRMSE beyond which a rollout is no longer measured", above(1));
}

// Refuses what no single range can.
void check_benchmark(const BenchmarkParams& p, const Deck& deck);

Lineup lineup_of(const BenchmarkParams& p);
TestPlan plan_of(const BenchmarkParams& p);
Contest contest_of(const BenchmarkParams& p, Index dimensions, const std::string& boundary,
                   double difficulty);

// "2d_neumann_gamma0p5": a suffix for claims and files.
std::string name_of(int dimensions, const std::string& boundary, double difficulty);

}  // namespace attune::experiments::heat::rollout_benchmark
