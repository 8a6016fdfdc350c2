// experiments/command/bench_claims.hpp
//
// What a benchmark claims. That a kernel computes what its definition says is an identity; every bar is
// empirical, since a slow kernel is not a wrong one.
#pragma once

#include "bench/record.hpp"
#include "core/results/results.hpp"

namespace attune::command {

struct Benchmark {
  std::vector<bench::Family> families;  // that were asked for
  std::vector<bench::Record> records;  // one a number of threads, in ascending order
  std::vector<bench::Record> peers;
};

// Median seconds of the peer, NaN without.
double peer_seconds(const Benchmark& benchmark, const std::string& name, const std::string& precision,
                    int threads);

void claim_all(const Benchmark& benchmark, Results& results);

}  // namespace attune::command
