// experiments/command/bench_tables.hpp
//
// The data sets of kernels/bench.timing.h5.
#pragma once

#include "experiments/command/bench_claims.hpp"

namespace attune::command {

void write_tables(const Benchmark& benchmark, Results& results);

}  // namespace attune::command
