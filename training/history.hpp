// training/history.hpp
//
// The course of one training run. Entry 0 is the start, the last entry the last iterate; between them every
// record_every-th iterate.
#pragma once

#include <string>
#include <vector>

namespace attune::training {

struct History {
  std::vector<double> iteration, loss, gradient_norm;  // (records); gradient_norm is Euclidean
  std::string
      stopped_because;  // iterations, gradient_tolerance, loss_tolerance, relative_decrease or no_decrease
  int evaluations = 0;  // calls of the objective
  int best_iteration = 0;  // the iterate whose weights are kept, with its loss and gradient
  int best_evaluation = 0;  // calls of the objective till then
  double best_loss = 0, best_gradient_norm = 0;
};

}  // namespace attune::training
