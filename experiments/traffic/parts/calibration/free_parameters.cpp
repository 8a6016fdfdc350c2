// experiments/traffic/parts/calibration/free_parameters.cpp
#include "experiments/traffic/parts/calibration/free_parameters.hpp"

#include <cmath>

namespace attune::experiments::traffic::calibration {
namespace {

constexpr double closest = 1e-3;  // to a bound, of where a fit may begin

}  // namespace

double to_free(const FreeParameter& p, double value) {
  const bool below = std::isfinite(p.least), above = std::isfinite(p.most);
  if (!below && !above) return value;
  if (below && above) {
    const double share = std::clamp((value - p.least) / (p.most - p.least), closest, 1 - closest);
    return std::log(share / (1 - share));
  }
  if (below) return std::log(std::max(value - p.least, closest));
  return -std::log(std::max(p.most - value, closest));
}

double from_free(const FreeParameter& p, double z) {
  const bool below = std::isfinite(p.least), above = std::isfinite(p.most);
  if (!below && !above) return z;
  if (below && above) return p.least + (p.most - p.least) / (1 + std::exp(-z));
  if (below) return p.least + std::exp(z);
  return p.most - std::exp(-z);
}

}  // namespace attune::experiments::traffic::calibration
