// experiments/kernels/parts/errors.hpp
//
// How far computed arrays are from the truth: of each array over its entries and the draws, of a pass its
// worst array. Relative to max(1, |truth|_max).
#pragma once

#include <algorithm>
#include <cmath>

#include "experiments/kernels/parts/subject.hpp"

namespace attune::experiments::kernels {

// Of one pass: the worst array.
struct Errors {
  double kernel = 0, reference = 0, excess = 0;
  bool measured = false;  // has the pass arrays?
};

// Errors of one array over its entries and the draws.
struct Error {
  long double worst = 0, squares = 0;

  // One draw of a pass; an entry of `arrays` for each of its arrays.
  void absorb(std::vector<OfArray>& arrays, const std::vector<Numbers>& kernel,
              const std::vector<Numbers>& reference, const std::vector<Numbers>& truth);

  // u is the unit round-off; excess is root mean square kernel / (2 reference + 2 u).
  Errors summed_up(const std::vector<OfArray>& arrays, double u);

}  // namespace attune::experiments::kernels
