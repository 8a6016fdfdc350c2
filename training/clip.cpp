// training/clip.cpp
#include "training/clip.hpp"

#include <cmath>

#include "core/core/exact_sum.hpp"

namespace attune::training {

double exact_norm(const Vector& x) {
  double most = 0;
  for (const double entry : x) most = std::max(most, std::abs(entry));
  const int exponent = most > 0 && std::isfinite(most) ? std::ilogb(most) : 0;
  sum::ExactSum squares;
  for (const double entry : x) {
    const double scaled = std::scalbn(entry, -exponent);
    squares.add(scaled * scaled);
  }
  return std::scalbn(std::sqrt(squares.value()), exponent);
}

double clip(Vector& gradient, double most) {
  const double norm = exact_norm(gradient);
  if (most > 0 && norm > most)
    for (double& entry : gradient) entry *= most / norm;
  return norm;
}

}  // namespace attune::training
