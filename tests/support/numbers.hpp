// tests/support/numbers.hpp
//
// Lists of numbers and how far apart they are.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

namespace attune::test {

// INFINITY where the lists differ in length or hold a NaN that the other does not; infinities that agree
// are equal.
inline double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.size() != b.size()) return INFINITY;
  double most = 0;
  for (std::size_t n = 0; n < a.size(); ++n) {
    if (a[n] == b[n]) continue;
    const double difference = std::abs(a[n] - b[n]);
    most = std::isnan(difference) ? INFINITY : std::max(most, difference);
  }
  return most;
}

inline double largest(const std::vector<double>& a) {
  return largest_difference(a, std::vector<double>(a.size(), 0));
}

}  // namespace attune::test
