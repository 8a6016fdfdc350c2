// training/schedule.hpp
//
// The rate of every step, t = 0, 1, ... With W steps of warm-up, S steps in all and u = t - W:
//
//   t < W                rate (t + 1) / W
//   constant             rate
//   linear               rate (1 - s)                    s = u / (S - W), 1 at most
//   cosine               rate (1 + cos(pi s)) / 2
//   inverse_sqrt         rate sqrt(T / (u + T))          T = horizon
//
// Source   linear warm-up [goyal2017]; cosine [loshchilov2017, eq. 5]; inverse_sqrt [taniai2024]
#pragma once

#include <string>

#include "core/core/views.hpp"
#include "core/deck/describe.hpp"

namespace attune::training {

struct Schedule {
  std::string shape = "constant";
  double largest = 1e-3;
  Index warmup = 0;  // W
  Index steps = 0;  // S; 0: as many as the training takes
  double horizon = 4000;  // T

  double rate(Index step) const;
};

void describe_schedule(auto& field, Schedule& s) {
  field("schedule", s.shape, "1", "course of the rate after the warm-up",
        one_of({"constant", "linear", "cosine", "inverse_sqrt"}));
  field("rate", s.largest, "1", "largest rate", above(0));
  field("warmup_steps", s.warmup, "1", "steps over which the rate grows from 0", at_least(0));
  field("schedule_steps", s.steps, "1",
        "steps after which linear and cosine end at 0; 0: those of the training", at_least(0));
  field("schedule_horizon", s.horizon, "1", "steps over which inverse_sqrt hardly falls", above(0));
}

}  // namespace attune::training
