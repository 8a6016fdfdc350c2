// experiments/traffic/parts/calibration/calibrate.cpp
#include "experiments/traffic/parts/calibration/calibrate.hpp"

#include <limits>

namespace attune::experiments::traffic::calibration {
namespace {

constexpr double hopeless = 1e6;  // [m] apart: nothing to learn from

double rms(const std::vector<double>& x) {
  double square = 0;
  for (const double e : x) square += e * e;
  return std::sqrt(square / static_cast<double>(x.size()));
}

Start moved_start(const Contender& one, const Record& record, const std::vector<double>& z, bool free_start) {
  Start start = recorded_start(record, first_half(record));
  if (!free_start) return start;
  start.position += z[one.parameters.size()];
  start.speed = std::max(0.0, start.speed + z[one.parameters.size() + 1]);
  return start;
}

std::vector<double> start_of(const Contender& one, const Plan& plan, int n, Random random,
                             std::uint64_t number) {
  auto z = published(one);
  const std::uint64_t index = (number << 16) + static_cast<std::uint64_t>(n);
  for (std::size_t i = 0; n > 0 && i < z.size(); ++i)
    z[i] += plan.spread * random.normal(index, static_cast<std::uint32_t>(i));
  if (plan.free_start) z.insert(z.end(), 2, 0.0);
  return z;
}

// Stage by stage; how far the early ones go does not matter.
Minimum end_of(const Contender& one, const Record& record, const Plan& plan, std::vector<double> z) {
  Search last = plan.search;
  last.centre = published(one);
  Search early = last;
  early.least_fall = 1e-3;
  early.iterations = std::min(early.iterations, 30);
  for (const double horizon : plan.horizons) {
    const auto samples = static_cast<std::size_t>(std::llround(horizon / record.dt));
    if (samples == 0 || samples >= first_half(record).size()) continue;
    z = minimum_near(problem_of(one, record, plan.free_start, samples), z, early).z;
  }
  return minimum_near(problem_of(one, record, plan.free_start), z, last);
}

}  // namespace

std::vector<double> values_of(const Contender& one, const std::vector<double>& z) {
  std::vector<double> values;
  for (std::size_t n = 0; n < one.parameters.size(); ++n)
    values.push_back(from_free(one.parameters[n], z[n]));
  return values;
}

std::vector<double> published(const Contender& one) {
  std::vector<double> z;
  for (const auto& parameter : one.parameters) z.push_back(to_free(parameter, parameter.published));
  return z;
}

Problem problem_of(const Contender& one, const Record& record, bool free_start, std::size_t horizon) {
  const Stretch half = first_half(record);
  if (horizon == 0) horizon = half.size();
  return {half.size(),
          [&one, &record, half, free_start, horizon](const std::vector<double>& z, double* residual) {
            const auto values = values_of(one, z);
            for (std::size_t begin = half.begin; begin < half.end; begin += horizon) {
              const Stretch part{begin, std::min(begin + horizon, half.end)};
              const Start start = begin == half.begin ? moved_start(one, record, z, free_start)
                                                      : recorded_start(record, part);
              if (!one.follow(values, record, part, start, residual + begin, nullptr)) return false;
            }
            for (std::size_t k = 0; k < half.size(); ++k) {
              residual[k] -= record.position[k];
              if (std::abs(residual[k]) > hopeless) return false;
            }
            return true;
          }};
}

double spacing_error(const Contender& one, const std::vector<double>& values, const Record& record,
                     const Stretch& stretch) {
  std::vector<double> x(stretch.size());
  if (!one.follow(values, record, stretch, recorded_start(record, stretch), x.data(), nullptr))
    return std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < x.size(); ++k) x[k] -= record.position[stretch.begin + k];
  return rms(x);
}

Fit calibrate(const Contender& one, const Record& record, const Plan& plan, Random random,
              std::uint64_t number) {
  Fit best;
  best.rms = std::numeric_limits<double>::infinity();
  for (int n = 0; n < plan.starts; ++n) {
    const auto end = end_of(one, record, plan, start_of(one, plan, n, random, number));
    best.start_rms.push_back(end.rms);
    if (end.rms < best.rms) {
      best.rms = end.rms;
      best.z = end.z;
    }
    if (!plan.all_starts && best.rms <= plan.search.least_rms) break;
  }
  best.found = std::isfinite(best.rms);
  if (!best.found) return best;
  best.start = moved_start(one, record, best.z, plan.free_start);
  best.values = values_of(one, best.z);
  best.held_out_rms = spacing_error(one, best.values, record, second_half(record));
  return best;
}

}  // namespace attune::experiments::traffic::calibration
