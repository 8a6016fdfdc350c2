// training/gradient_descent.cpp
#include "training/gradient_descent.hpp"

namespace attune::training {

void gradient_descent(Point point, Progress& progress) {
  const double rate = progress.options.rate;
  progress.evaluate(point);
  while (progress.goes_on(point)) {
    for (std::size_t i = 0; i < point.x.size(); ++i) point.x[i] -= rate * point.gradient[i];
    progress.evaluate(point);
  }
}

}  // namespace attune::training
