// experiments/heat/parts/rollout_benchmark/contest_rollout.hpp
//
// One contestant rolled out from a block of test starts, measured at every step against the exact solution and
// held against its closed form.
//
//   bound of |measured nRMSE - predicted|, W offsets, weights of total size S, G = max |g|, M_n = max |u_n|:
//   E_n = G E_{n-1} + (W + 6) eps S M_{n-1} sqrt(cells),   bound_n = (E_n + 32 eps M_0 sqrt(cells)) / |v_n|;
//   the second term is that of the transforms that make v
#pragma once

#include "experiments/heat/parts/rollout_benchmark/contestants.hpp"
#include "experiments/heat/parts/rollout_benchmark/rollout_metrics.hpp"

namespace attune::experiments::heat::rollout_benchmark {

// The truth of a block: fields at steps 0, 1, ... and what theory needs of it.
struct TestBlock {
  Batch batch;
  std::vector<Samples> truth;  // (steps + 1, samples, cells)
  std::vector<double> g_truth;  // at the modes
  Index steps() const { return static_cast<Index>(truth.size()) - 1; }
};

TestBlock test_block(const Contest& contest, const Samples& starts, Index steps);

struct Course {
  // (samples, steps + 1); NaN from where the rollout has left every measure
  std::vector<std::vector<PointMetrics>> metrics;
  std::vector<std::vector<double>> predicted;  // nRMSE of the closed form
  std::vector<std::vector<SpectralMetrics>> spectra;  // (records, samples)
  std::vector<double> disagreement;  // of each sample: max over steps of |measured - predicted| / bound
  std::vector<double> drift;  // max over steps of the change of the mean, over max |u_0|
  std::vector<double> excess;  // max over steps of what leaves the initial range, over max |u_0|
};

// Stops measuring a sample once its nRMSE exceeds `hopeless`.
template <class Scalar>
Course roll_out(const Contest& contest, const Contestant& contestant, const std::vector<double>& weights,
                const TestBlock& block, const std::vector<Index>& records, double hopeless);

// The predicted nRMSE of any symbol from the block's starts, (samples, steps + 1).
std::vector<std::vector<double>> predicted_curves(const TestBlock& block,
                                                  const attune::heat::theory::RealSymbol& symbol);

}  // namespace attune::experiments::heat::rollout_benchmark
