// solvers/traffic/bracketed_root.hpp
//
// The root of a function that falls, by halving an interval until no number is left inside it.
//
// Cost   about 60 values of the function, up to 1100 for a root next to 0
#pragma once

namespace attune::traffic {

// least if f(least) <= 0, most if f(most) >= 0; else the last number, from below, where f is not negative.
template <class Function> double falling_root(const Function& f, double least, double most) {
  if (!(f(least) > 0)) return least;
  if (f(most) >= 0) return most;
  for (;;) {
    const double middle = least + 0.5 * (most - least);
    if (middle <= least || middle >= most) return least;
    (f(middle) >= 0 ? least : most) = middle;
  }
}

}  // namespace attune::traffic
