// experiments/heat/parts/work_precision/tournament.hpp
//
// Every solver on one problem, each tuned for each target error.
//
// Ladder    a contestant may choose the grid (cells in the shortest wave), the number of steps and its order
//           or half-width. predicted_error.hpp tells the error of each choice before it is run; for each
//           target the choices that reach it for the least modelled traffic are run, timed and measured
// Time      median of repeats; from the start field in memory to the field at the end. What is made once
//           for a grid and a step (plans, hierarchies, factors, training) is not in it
// Error     sqrt(sum (u - exact)^2 / sum exact^2) over the cells of the grid that was chosen
#pragma once

#include "experiments/heat/parts/work_precision/learned_steppers.hpp"
#include "experiments/heat/parts/work_precision/predicted_error.hpp"

namespace attune::experiments::heat::work_precision {

struct Ladder {
  std::vector<double> targets{1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8};
  std::vector<Index> points{3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 48, 64, 96, 128, 192, 256};
  std::vector<Index> learned_points{3, 4, 6, 8}, learned_steps{1, 2, 4}, reaches{1, 2, 3, 4, 6, 8, 12};
  Index tried = 2;  // choices that are run for each target
  double most_updates = 1e8;  // of a run
  double least_seconds = 0.01;  // of the repeats of a run
  Index most_samples = 20;
};

// Weights that were learned for a step of a size on data of a band.
struct LearnedLine {
  LearnedKind kind;
  Index points, steps, reach;
  double r;
  std::vector<double> weights;
  double seconds;  // of training
};

struct Run {
  std::size_t contestant = 0;
  Index points = 0, N = 0, steps = 0;
  int order = 0;  // in space, or half-width
  double r = 0, tolerance = 0;
  bool one_window = false;
  const LearnedLine* line = nullptr;
  double predicted = 0, noise = 0, modelled = 0;  // error; what rounding may add; traffic in fields
  double error = 0, seconds = 0, updates = 0, bytes = 0;
};

// "FTCS", ... and the learned ones after them.
const std::vector<std::string>& contestants();
std::size_t classical_contestants();  // how many of them
std::size_t transform_contestant();  // the exponential by FFT

// The lines of every kind, number of points and steps, and half-width of the ladder; r from the decay.
std::vector<LearnedLine> learn_lines(const Ladder& ladder, double decay, const LineLesson& lesson,
                                     const training::Options& options);

template <class Scalar>
std::vector<Run> compete(const Domain& world, const std::string& boundary, const ModeProblem& problem,
                         const Ladder& ladder, const std::vector<LearnedLine>& lines);

}  // namespace attune::experiments::heat::work_precision
