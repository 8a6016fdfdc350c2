// training/options.hpp
//
// What a user may choose about training. An experiment embeds the keys flat in its own table:
//
//   struct Params { training::Options training; };
//   void describe(auto& field, Params& p) { training::describe_options(field, p.training); }
#pragma once

#include <string>

#include "core/deck/describe.hpp"

namespace attune::training {

struct Options {
  std::string method = "lbfgs";
  int iterations = 1000;
  double rate = 0.1;
  double first_moment_decay = 0.9, second_moment_decay = 0.999, moment_offset = 1e-8;
  int memory = 50;
  double gradient_tolerance = 0, loss_tolerance = 0;
  double relative_decrease = 0;
  int patience = 0;
  int record_every = 1;
};

void describe_options(auto& field, Options& o) {
  field("optimiser", o.method, "1", "method of descent", one_of({"gradient_descent", "adam", "lbfgs"}));
  field("iterations", o.iterations, "1", "steps at most", at_least(0));
  field("rate", o.rate, "1", "step size of gradient_descent and adam", above(0));
  field("first_moment_decay", o.first_moment_decay, "1", "beta_1 of adam", between(0, 1));
  field("second_moment_decay", o.second_moment_decay, "1", "beta_2 of adam", between(0, 1));
  field("moment_offset", o.moment_offset, "1", "epsilon of adam", above(0));
  field("memory", o.memory, "1", "pairs lbfgs remembers", at_least(1));
  field("gradient_tolerance", o.gradient_tolerance, "1", "stop when |gradient|_2 <= it", at_least(0));
  field("loss_tolerance", o.loss_tolerance, "1", "stop when |loss| <= it", at_least(0));
  field("relative_decrease", o.relative_decrease, "1",
        "stop when `patience` steps lower the loss by a smaller part", between(0, 1));
  field("patience", o.patience, "1", "steps that relative_decrease spans; 0: no early stop", at_least(0));
  field("record_every", o.record_every, "1", "steps between two entries of the history", at_least(1));
}

}  // namespace attune::training
