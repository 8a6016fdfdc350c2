// experiments/kernels/parts/errors.cpp
#include "experiments/kernels/parts/errors.hpp"

#include <algorithm>
#include <cmath>

namespace attune::experiments::kernels {

void Error::absorb(long double computed, long double truth) {
  const long double error = computed == truth ? 0 : std::abs(computed - truth);
  worst = std::isnan(error) ? INFINITY : std::max(worst, error);
  squares += error * error;
}

void absorb(std::vector<OfArray>& arrays, const std::vector<Numbers>& kernel,
            const std::vector<Numbers>& reference, const std::vector<Numbers>& truth) {
  arrays.resize(truth.size());
  for (std::size_t a = 0; a < truth.size(); ++a)
    for (std::size_t n = 0; n < truth[a].size(); ++n) {
      arrays[a].kernel.absorb(kernel[a][n], truth[a][n]);
      arrays[a].reference.absorb(reference[a][n], truth[a][n]);
      ++arrays[a].entries;
      if (std::isfinite(truth[a][n])) arrays[a].size = std::max(arrays[a].size, std::abs(truth[a][n]));
    }
}

Errors summed_up(const std::vector<OfArray>& arrays, double u) {
  Errors errors;
  errors.measured = !arrays.empty();
  for (const auto& array : arrays) {
    if (array.entries == 0) continue;
    const auto mean = [&](const Error& error) {
      return static_cast<double>(std::sqrt(error.squares / array.entries) / array.size);
    };
    errors.kernel = std::max(errors.kernel, static_cast<double>(array.kernel.worst / array.size));
    errors.reference = std::max(errors.reference, static_cast<double>(array.reference.worst / array.size));
    const double excess = mean(array.kernel) / (2 * mean(array.reference) + 2 * u);
    errors.excess = std::isnan(excess) ? INFINITY : std::max(errors.excess, excess);
  }
  return errors;
}

}  // namespace attune::experiments::kernels
