// training/train_options.hpp
//
// What a user may choose about training by mini-batches. An experiment embeds the keys flat in a table of its
// own, as with options.hpp.
#pragma once

#include "core/core/random.hpp"
#include "training/adamw.hpp"
#include "training/schedule.hpp"

namespace attune::training {

struct TrainOptions {
  Index epochs = 100, batch = 32, micro_batch = 1;
  Schedule schedule;
  Adamw adamw;
  double most_gradient_norm = 0;
  std::string averaging = "none";
  double average_decay = 0.999;
  Index average_from = 0;
  Random random;  // of the epochs' orders
};

void describe_training(auto& field, TrainOptions& o) {
  field("epochs", o.epochs, "1", "times that every sample is seen", at_least(0));
  field("batch", o.batch, "1", "samples of a step", at_least(1));
  field("micro_batch", o.micro_batch, "1", "samples of a batch that are worked off at once", at_least(1));
  describe_schedule(field, o.schedule);
  describe_adamw(field, o.adamw);
  field("most_gradient_norm", o.most_gradient_norm, "1", "longer gradients are shortened to it; 0: none is",
        at_least(0));
  field("averaging", o.averaging, "1", "iterates whose mean is kept: of every epoch's end, or of every step",
        one_of({"none", "epochs", "steps"}));
  field("average_decay", o.average_decay, "1", "weight of a mean over steps one step later; 1: a plain mean",
        between(0, 1));
  field("average_from", o.average_from, "1", "epoch whose iterates are the first of a mean", at_least(0));
}

}  // namespace attune::training
