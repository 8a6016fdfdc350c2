// tests/support/accuracy.hpp
//
// How far a kernel in float may be from the truth: twice as far as the reference in float is, and four
// units in the last place of the largest number. One number alone may be right by luck: the worst of
// several draws is compared.
#pragma once

#include <limits>

#include "tests/support/arrays.hpp"

namespace attune::test {

struct Accuracy {
  double kernel = 0, yardstick = 0;  // worst errors
  double size = 1;  // of the numbers

  template <class Kernel, class Yardstick, class Truth>
  void absorb(const Kernel& of_kernel, const Yardstick& of_yardstick, const Truth& truth) {
    const auto exact = values(truth);
    kernel = std::max(kernel, largest_difference(values(of_kernel), exact));
    yardstick = std::max(yardstick, largest_difference(values(of_yardstick), exact));
    for (const double x : exact) size = std::isfinite(x) ? std::max(size, std::abs(x)) : size;
  }
  bool holds() const { return kernel <= 2 * yardstick + 4 * std::numeric_limits<float>::epsilon() * size; }
};

template <class Kernel, class Yardstick, class Truth>
bool errs_at_most_twice(const Kernel& kernel, const Yardstick& yardstick, const Truth& truth) {
  Accuracy accuracy;
  accuracy.absorb(kernel, yardstick, truth);
  return accuracy.holds();
}

}  // namespace attune::test
