// experiments/heat/parts/rollout_benchmark/rollout_metrics.hpp
//
// How far a predicted field u is from the true v, as the benchmarks of learned simulators measure it. With
// e = u - v and <.> the mean over the cells of one sample:
//
//   RMSE  sqrt <e^2>            nRMSE  sqrt (<e^2> / <v^2>)        nMSE  <e^2> / <v^2>     nMAE  <|e|> / <|v|>
//   VRMSE sqrt (<e^2> / (<(v - <v>)^2> + 1e-7))      max  max |e|      mean error  <e>  (cRMSE: its root mean
//   square over samples)        bRMSE  root mean square of e over the outermost cells, a cell counted once for
//   each face it touches        Pearson  <(u - <u>)(v - <v>)> / sqrt (<(u - <u>)^2> <(v - <v>)^2>)
//   fRMSE  root mean square of the part of e with k < 4, 4 <= k < 12, k >= 12;  k = floor |(k_z, k_y, k_x)| in
//   cycles over the box, k_a = theta_a N_a / 2 pi: by DFT, with walls by DCT or DST
//   H1    nRMSE + |grad e| / |grad v|, the gradient by the same transforms
//
// and over the steps of a rollout the geometric mean, means over windows, and the time till a correlation has
// fallen to a threshold, linearly between steps.
// Source    RMSE, nRMSE, cRMSE, max, bRMSE [takamoto2022]; nMSE, nMAE, H1, geometric mean [koehler2024]; VRMSE,
//           Pearson, windows [ohana2024]; correlation time [kochkov2021]. The bands are those of [takamoto2022];
//           their norms are Parseval's, as in [koehler2024]: the squares of the three add up to RMSE^2, where
//           [takamoto2022] averages shells of one orthant
// Shapes    a sample (nz, ny, nx) row-major
#pragma once

#include <span>
#include <vector>

#include "core/core/box.hpp"
#include "experiments/heat/parts/rollout_benchmark/batch.hpp"

namespace attune::experiments::heat::rollout_benchmark {

using Sample = std::span<const double>;

struct PointMetrics {
  double rmse = 0, nrmse = 0, vrmse = 0, nmse = 0, nmae = 0, largest = 0, mean_error = 0, boundary = 0,
         correlation = 0;
};

// cells of the sample; its last `dimensions` axes have faces.
PointMetrics compare(Sample u, Sample v, const Triple& cells, int dimensions);

struct SpectralMetrics {
  double low = 0, middle = 0, high = 0, h1 = 0;
};

// One for each sample of the batch.
std::vector<SpectralMetrics> compare_spectra(const Batch& batch, const Samples& u, const Samples& v);

// The first time at which a curve over steps 0, 1, ... is below the threshold; NaN if it never is.
double time_below(std::span<const double> curve, double threshold);

double geometric_mean(std::span<const double> values);
double mean(std::span<const double> values);

// r of the difficulty gamma_2 = 2 D r, from alpha_2 = gamma_2 / (2 N^2 D), alpha_2 = kappa dt / L^2 [koehler2024].
inline double rate_of_difficulty(double gamma, int dimensions) {
  return gamma / (2 * static_cast<double>(dimensions));
}

}  // namespace attune::experiments::heat::rollout_benchmark
