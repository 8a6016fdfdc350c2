// experiments/heat/parts/positive_map/one_cell_lesson.hpp
//
// A softmax head that learns from many fields at one cell each: what it makes of the field at the cell, against a
// target. The samples lie behind one another along z, and the offsets reach over all of them along z, so that one call
// of the attention kernel serves every sample.
//
//   misfit(p) = sqrt sum_n (sum_o p_o f_n(o) - target_n)^2,   p = softmax(bias), tied over reflections
//
// Shapes   fields f_n known at the offsets of a box window of half-width W on D axes
// Limits   every rank does the whole lesson by itself
#pragma once

#include <functional>

#include "experiments/heat/parts/positive_map/window_cases.hpp"
#include "experiments/heat/parts/stencil_lesson.hpp"

namespace attune::experiments::heat::positive_map {

struct Sample {
  std::function<double(const Triple& offset)> field;
  double target;
};

struct Schooled {
  double misfit = 0;
  attune::heat::theory::Stencil stencil;  // the trained weights
};

// Starts from the Gaussian of variance 2 r, no logit below `least_logit`.
struct Schooling {
  double r = 0;
  training::Options training;
  double least_logit = -30;
};

Schooled school(const WindowCase& window, const std::vector<Sample>& samples, const Schooling& how);

// The least misfit over the simplex of tied weights, by nonnegative least squares on the same numbers.
double least_misfit(const WindowCase& window, const std::vector<Sample>& samples);

}  // namespace attune::experiments::heat::positive_map
