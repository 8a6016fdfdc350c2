// training/average.cpp
#include "training/average.hpp"

#include <cmath>

namespace attune::training {

void absorb(Average& average, const Vector& x, double beta) {
  require(beta >= 0 && beta <= 1, "beta of an average in [0, 1]");
  if (average.iterates == 0) average.mean = x;  // w_1 = 1
  require(average.mean.size() == x.size(), "iterates of one shape");
  const auto t = static_cast<double>(++average.iterates);
  // 1 - beta^t without cancellation for beta near 1.
  const double weight = beta < 1 ? (1 - beta) / -std::expm1(t * std::log(beta)) : 1 / t;
  for (std::size_t i = 0; i < x.size(); ++i) average.mean[i] += weight * (x[i] - average.mean[i]);
}

}  // namespace attune::training
