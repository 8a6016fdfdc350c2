// training/schedule.cpp
#include "training/schedule.hpp"

#include <algorithm>
#include <cmath>

#include "core/core/require.hpp"

namespace attune::training {

double Schedule::rate(Index step) const {
  if (step < warmup) return largest * static_cast<double>(step + 1) / static_cast<double>(warmup);
  const auto since = static_cast<double>(step - warmup);
  if (shape == "constant") return largest;
  if (shape == "inverse_sqrt") return largest * std::sqrt(horizon / (since + horizon));

  const auto course = static_cast<double>(std::max<Index>(1, steps - warmup));
  const double s = std::min(1.0, since / course);
  if (shape == "linear") return largest * (1 - s);
  if (shape == "cosine") return largest * 0.5 * (1 + std::cos(3.14159265358979323846 * s));
  throw InputError(Exit::deck,
                   "schedule = '" + shape + "': expected constant, linear, cosine or inverse_sqrt");
}

}  // namespace attune::training
