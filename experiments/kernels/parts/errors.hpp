// experiments/kernels/parts/errors.hpp
//
// How far computed arrays are from the truth: of each array over its entries and the draws, of a pass its
// worst array. Relative to max(1, |truth|_max).
#pragma once

#include "experiments/kernels/parts/subject.hpp"

namespace attune::experiments::kernels {

struct Error {
  long double worst = 0, squares = 0;
  void absorb(long double computed, long double truth);
};

// Of one array.
struct OfArray {
  Error kernel, reference;
  long double size = 1, entries = 0;
};

// One draw of a pass; an entry of `arrays` for each of its arrays.
void absorb(std::vector<OfArray>& arrays, const std::vector<Numbers>& kernel,
            const std::vector<Numbers>& reference, const std::vector<Numbers>& truth);

// Of one pass: the worst array.
struct Errors {
  double kernel = 0, reference = 0;  // largest
  double excess = 0;  // root mean squares, kernel / (2 reference + eps)
  bool measured = false;  // has the pass arrays?
};

// u is the unit round-off, eps = 2 u.
Errors summed_up(const std::vector<OfArray>& arrays, double u);

}  // namespace attune::experiments::kernels
