// tests/support/accuracy.hpp
//
// How far a kernel in float may be from the truth: twice as far as the reference in float is, and four units in the
// last place of the largest number.
#pragma once

#include <limits>

#include "tests/support/arrays.hpp"

namespace attune::test {

template <class Kernel, class Yardstick, class Truth>
bool errs_at_most_twice(const Kernel& kernel, const Yardstick& yardstick, const Truth& truth) {
  const auto exact = values(truth);
  double size = 1;
  for (const double x : exact) size = std::isfinite(x) ? std::max(size, std::abs(x)) : size;
  const double floor = 4 * std::numeric_limits<float>::epsilon() * size;
  return largest_difference(values(kernel), exact) <=
         2 * largest_difference(values(yardstick), exact) + floor;
}

}  // namespace attune::test
