// experiments/command/bench_child.hpp
//
// The program attune_bench, which lies beside this one, run with a number of threads: Kokkos takes its
// threads once, when it starts, so that every number of them needs a process of its own.
#pragma once

#include <string>
#include <vector>

#include "bench/record.hpp"

namespace attune::command {

struct BenchChild {
  std::string record;  // a file that it may write
  bool smoke = false;
  std::vector<std::string> kernels;
};

// Its table goes to the standard output. Throws InputError (environment) where it cannot be run or does not
// end well; a kernel that fails its check is in the record.
bench::Record run_child(const BenchChild& child, int threads);

}  // namespace attune::command
