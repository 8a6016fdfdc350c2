// bench/measure.hpp
//
// Times the cases of a family in turn, round after round, each between two looks at the roofs: the clock of a
// shared machine wanders, and a fraction is of the roof of that moment.
#pragma once

#include "bench/record.hpp"
#include "bench/roofs.hpp"

namespace attune::bench {

struct Effort {
  int rounds = 3;
  double seconds_a_round = 0.3;  // of one case; a longer one runs once
  double seconds_a_sample = 0.005;  // a shorter body is repeated
  double most_seconds = 6;  // of one case; after them it has no further round
  double bytes_of_roofs = (on_host ? 128.0 : 512.0) * (1 << 20);  // of each array of the triad
};

inline Effort smoke_effort() { return {1, 0.01, 0.001, 1, 1 << 20}; }

// Prepares each case, checks it against the definition on the arrays that are then timed, and times it.
std::vector<Row> measure(const Family& family, const Effort& effort, const Roofs& roofs);

// This program, its threads, and the plain triad.
Record new_record(const Roofs& roofs);

}  // namespace attune::bench
