// training/adam.cpp
#include "training/adam.hpp"

namespace attune::training {

void adam(Point point, Progress& progress) {
  const Options& o = progress.options;
  const double beta_1 = o.first_moment_decay, beta_2 = o.second_moment_decay, epsilon = o.moment_offset;
  Vector m(point.x.size(), 0.0), v(point.x.size(), 0.0);
  double power_1 = 1, power_2 = 1;

  progress.evaluate(point);
  while (progress.goes_on(point)) {
    power_1 *= beta_1;
    power_2 *= beta_2;
    for (std::size_t i = 0; i < point.x.size(); ++i) {
      const double g = point.gradient[i];
      m[i] = beta_1 * m[i] + (1 - beta_1) * g;
      v[i] = beta_2 * v[i] + (1 - beta_2) * g * g;
      point.x[i] -= o.rate * (m[i] / (1 - power_1)) / (std::sqrt(v[i] / (1 - power_2)) + epsilon);
    }
    progress.evaluate(point);
  }
}

}  // namespace attune::training
