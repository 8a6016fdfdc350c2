// experiments/command/bench.hpp
//
// `attune bench [KERNEL ...]`: the kernels alone, on one thread, on two and on all that this process was
// started with, each number in a process of its own (bench_child.hpp); then DIR/kernels/bench.timing.h5.
#pragma once

#include "core/domain/domain.hpp"
#include "experiments/command/options.hpp"

namespace attune::command {

// Refuses kernels that there are not, before anything is started.
void check_kernels(const std::vector<std::string>& kernels);

Exit run_benchmark(const Options& options, const Domain& world);

}  // namespace attune::command
