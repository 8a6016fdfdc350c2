// experiments/traffic/parts/temperature/neutral_search.hpp
//
// Where a parameter of a driver makes rings just stable, by bisection of the real parts of their eigenvalues:
// partials of the law, the quadratic of each mode, nothing that is known of the answer.
//
// Rings of N, 2 N, 4 N .. are neutral at values that differ from the endless row's by powers of N^-2; these are
// eliminated one after another.
//
// Limits   unstable below the neutral value, stable above it
#pragma once

#include <cmath>

#include "solvers/traffic/theory/ring_spectrum.hpp"

namespace attune::experiments::traffic {

enum class Waves { longest, all };

// The largest real part of modes m = 1, or m = 1 .. N / 2.
inline double ring_growth(const attune::traffic::theory::Linearisation& law, int vehicles, Waves waves) {
  namespace theory = attune::traffic::theory;
  double growth = -INFINITY;
  for (int m = 1; m <= (waves == Waves::all ? vehicles / 2 : 1); ++m)
    growth = std::max(growth, theory::mode_roots(law, theory::mode_angle(m, vehicles))[0].real());
  return growth;
}

// at(value) is the linearisation of a driver with that value. Neutral between low and high.
template <class At> double neutral_value(const At& at, double low, double high, int vehicles, Waves waves) {
  for (int n = 0; n < 60 && high - low > 1e-15 * high; ++n) {
    const double middle = 0.5 * (low + high);
    (ring_growth(at(middle), vehicles, waves) > 0 ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

// Of values on rings of N, 2 N, 4 N ..
inline double endless(std::vector<double> values) {
  for (double power = 4; values.size() > 1; power *= 4) {
    for (std::size_t n = 0; n + 1 < values.size(); ++n)
      values[n] = (power * values[n + 1] - values[n]) / (power - 1);
    values.pop_back();
  }
  return values[0];
}

}  // namespace attune::experiments::traffic
