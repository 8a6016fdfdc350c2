// experiments/heat/parts/work_precision/learned_steppers.hpp
//
// Stencils that learn the exact propagator of a step past the explicit limit, and what steps by them.
//
// Lesson     one line of cells, noise of flat spectrum on |theta| <= band; target exp(-r theta^2) of it
// Stencils   softmax     p = softmax(b)                 signed     (1 + a) softmax(b) - a softmax(b')
//            gaussian    p = softmax(-s o^2), one s     sparsemax  p = sparsemax(b)
//            free        any p of sum 1, by least squares
// In space   the propagator is the product over axes of those of lines, and so is the stencil: a head whose
//            biases add over axes is one head on the box. It is applied as one box window, or axis by axis,
//            the same numbers in D passes of 2 W + 1 weights instead of one of (2 W + 1)^D
#pragma once

#include "experiments/heat/parts/work_precision/stepper.hpp"
#include "solvers/heat/theory/stencil.hpp"
#include "training/options.hpp"

namespace attune::experiments::heat::work_precision {

enum class LearnedKind { softmax, signed_heads, gaussian, free, sparsemax };

struct LineLesson {
  double r = 1;  // of the step to learn
  double points = 4;  // cells in the shortest wave of the data: band = 2 pi / points
  Index reach = 2;  // W
  Index cells = 512;  // of the line
  double second_head = 1;  // a
  Index seed = 1;
  std::uint32_t deck_seed = 1;
};

// The weights of offsets -W .. W on a line that training ended with. The same on all ranks; each trains
// by itself.
std::vector<double> learn_line(LearnedKind kind, const LineLesson& lesson, const training::Options& options);

// sum_o p_o cos(o theta)
double line_symbol(const std::vector<double>& weights, double theta);

// Steps by the product of these weights over axes, in one window or axis by axis.
template <class Scalar>
TimeStepper<Scalar> weighted_steps(const Setting& setting, const std::vector<double>& weights,
                                   bool one_window);

}  // namespace attune::experiments::heat::work_precision
