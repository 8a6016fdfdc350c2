// solvers/traffic/theory/golden_section.hpp
//
// The maximum of a function with one peak between a and b, by golden sections.
//
// Source  Kiefer 1953 [kiefer1953]
// Limits  the place is found to about the square root of round-off, the value to round-off
// Cost    75 calls
#pragma once

#include <utility>

namespace attune::traffic::theory {

struct Maximum {
  double at = 0, value = 0;
};

template <class Function> Maximum golden_maximum(const Function& f, double a, double b) {
  constexpr double section = 0.61803398874989484820;
  double c = b - section * (b - a), d = a + section * (b - a);
  double at_c = f(c), at_d = f(d);
  for (int n = 0; n < 73; ++n) {
    if (at_c > at_d) {
      b = std::exchange(d, c);
      at_d = at_c;
      c = b - section * (b - a);
      at_c = f(c);
    } else {
      a = std::exchange(c, d);
      at_c = at_d;
      d = a + section * (b - a);
      at_d = f(d);
    }
  }
  return at_c > at_d ? Maximum{c, at_c} : Maximum{d, at_d};
}

}  // namespace attune::traffic::theory
