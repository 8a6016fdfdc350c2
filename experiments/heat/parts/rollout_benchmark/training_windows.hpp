// experiments/heat/parts/rollout_benchmark/training_windows.hpp
//
// What emulators learn from and are tested on: truncated Fourier series (or other starts) and the trajectories
// that a solver makes of them.
//
//   exact            exp(-r |theta|^2), by FFT, DCT or DST         ftcs   m explicit sub-steps of r / m
//   backward_euler   1 / (1 + s), solved by FFT, DCT or DST
//
// Starts have mean zero where constants are a mode [koehler2024]; seeds are apart by seed, number and purpose.
#pragma once

#include "core/core/random.hpp"
#include "experiments/heat/parts/rollout_benchmark/unrolled_lesson.hpp"

namespace attune::experiments::heat::rollout_benchmark {

struct StartKind {
  std::string spectrum = "fourier";  // fourier, white, smooth
  Index highest = 5;
  double smooth_width = 2;
};

struct Scenario {
  std::vector<Index> cells;
  std::string boundary;
  double rate = 0;  // r of one step, each axis
  int substeps = 1;  // of the explicit solver
  int dimensions() const { return static_cast<int>(cells.size()); }
};

// Samples `first`, `first` + 1, ... of a seed.
Samples start_samples(const Scenario& scenario, const StartKind& kind, Index seed, std::uint32_t stream,
                      std::size_t first, std::size_t count);

// The fields n steps later, for one of the solvers above.
Samples advanced(const Scenario& scenario, const std::string& solver, const Samples& start, Index steps);

// Windows of `length` steps that begin at the given steps of the trajectories of all starts.
Windows training_windows(const Scenario& scenario, const std::string& solver, const Samples& starts,
                         const std::vector<Index>& begins, Index length);

}  // namespace attune::experiments::heat::rollout_benchmark
