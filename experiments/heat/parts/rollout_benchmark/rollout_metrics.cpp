// experiments/heat/parts/rollout_benchmark/rollout_metrics.cpp
#include "experiments/heat/parts/rollout_benchmark/rollout_metrics.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/core/require.hpp"

namespace attune::experiments::heat::rollout_benchmark {
namespace {

constexpr double least_variance = 1e-7;  // of VRMSE
constexpr double low_end = 4, middle_end = 12;  // cycles

double mean_square(Sample x) {
  double sum = 0;
  for (const double value : x) sum += value * value;
  return sum / static_cast<double>(x.size());
}

// Squares of e over the faces, each face with all of its cells.
double boundary_error(Sample u, Sample v, const Triple& cells, int dimensions) {
  const Index stride[3] = {cells[1] * cells[2], cells[2], 1};
  double sum = 0, count = 0;
  for (int a = 3 - dimensions; a < 3; ++a)
    for (const Index face : {Index(0), cells[a] - 1}) {
      Triple extent = cells;
      extent[a] = 1;
      for (Index k = 0; k < extent[0]; ++k)
        for (Index j = 0; j < extent[1]; ++j)
          for (Index i = 0; i < extent[2]; ++i) {
            const Index at = k * stride[0] + j * stride[1] + i * stride[2] + face * stride[a];
            const auto n = static_cast<std::size_t>(at);
            sum += (u[n] - v[n]) * (u[n] - v[n]);
            count += 1;
          }
    }
  return std::sqrt(sum / count);
}

// floor of the wave number in cycles over the box
double cycles(const attune::heat::Angles& theta, const Batch& batch) {
  double square = 0;
  for (int a = batch.first_axis(); a < 3; ++a) {
    const double k = theta[a] * static_cast<double>(batch.cells[a]) / (2 * std::numbers::pi);
    square += k * k;
  }
  return std::floor(std::sqrt(square) + 1e-9);  // a whole number may come out of the angles an ulp short
}

double size_of_angles(const attune::heat::Angles& theta, const Batch& batch) {
  double square = 0;
  for (int a = batch.first_axis(); a < 3; ++a) square += theta[a] * theta[a];
  return std::sqrt(square);
}

}  // namespace

PointMetrics compare(Sample u, Sample v, const Triple& cells, int dimensions) {
  require(u.size() == v.size() && static_cast<Index>(u.size()) == cells[0] * cells[1] * cells[2],
          "two samples of the same cells");
  const auto n = static_cast<double>(u.size());
  double sum_u = 0, sum_v = 0, square = 0, size = 0, absolute = 0, absolute_v = 0, largest = 0;
  for (std::size_t i = 0; i < u.size(); ++i) {
    const double e = u[i] - v[i];
    sum_u += u[i];
    sum_v += v[i];
    square += e * e;
    size += v[i] * v[i];
    absolute += std::abs(e);
    absolute_v += std::abs(v[i]);
    largest = std::max(largest, std::abs(e));
  }
  const double mean_u = sum_u / n, mean_v = sum_v / n;
  double uu = 0, vv = 0, uv = 0, error = 0;
  for (std::size_t i = 0; i < u.size(); ++i) {
    uu += (u[i] - mean_u) * (u[i] - mean_u);
    vv += (v[i] - mean_v) * (v[i] - mean_v);
    uv += (u[i] - mean_u) * (v[i] - mean_v);
    error += u[i] - v[i];
  }
  PointMetrics m;
  m.rmse = std::sqrt(square / n);
  m.nmse = square / size;
  m.nrmse = std::sqrt(m.nmse);
  m.vrmse = std::sqrt(square / n / (vv / n + least_variance));
  m.nmae = absolute / absolute_v;
  m.largest = largest;
  m.mean_error = error / n;
  m.correlation = uv / std::sqrt(uu * vv);
  m.boundary = boundary_error(u, v, cells, dimensions);
  return m;
}

std::vector<SpectralMetrics> compare_spectra(const Batch& batch, const Samples& u, const Samples& v) {
  Samples e = u;
  for (std::size_t s = 0; s < e.size(); ++s)
    for (std::size_t i = 0; i < e[s].size(); ++i) e[s][i] -= v[s][i];
  const auto part = [&](double from, double to) {
    return multiplied(batch, e, [&batch, from, to](const attune::heat::Angles& theta) {
      const double k = cycles(theta, batch);
      return k >= from && k < to ? 1.0 : 0.0;
    });
  };
  const auto gradient = [&batch](const attune::heat::Angles& theta) { return size_of_angles(theta, batch); };
  const auto low = part(0, low_end), middle = part(low_end, middle_end), high = part(middle_end, INFINITY);
  const auto slope_e = multiplied(batch, e, gradient), slope_v = multiplied(batch, v, gradient);
  std::vector<SpectralMetrics> metrics;
  for (std::size_t s = 0; s < e.size(); ++s) {
    const double relative = std::sqrt(mean_square(e[s]) / mean_square(v[s]));
    metrics.push_back({std::sqrt(mean_square(low[s])), std::sqrt(mean_square(middle[s])),
                       std::sqrt(mean_square(high[s])),
                       relative + std::sqrt(mean_square(slope_e[s]) / mean_square(slope_v[s]))});
  }
  return metrics;
}

double time_below(std::span<const double> curve, double threshold) {
  for (std::size_t n = 0; n < curve.size(); ++n) {
    if (!(curve[n] < threshold)) continue;
    if (n == 0) return 0;
    return static_cast<double>(n) - (threshold - curve[n]) / (curve[n - 1] - curve[n]);
  }
  return NAN;
}

double geometric_mean(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += std::log(value);
  return std::exp(sum / static_cast<double>(values.size()));
}

double mean(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

}  // namespace attune::experiments::heat::rollout_benchmark
