// experiments/command/bench.cpp
#include "experiments/command/bench.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <Kokkos_Timer.hpp>
#include <algorithm>
#include <filesystem>

#include "bench/cases.hpp"
#include "core/results/run_record.hpp"
#include "experiments/command/bench_child.hpp"
#include "experiments/command/bench_tables.hpp"
#include "experiments/command/conduct.hpp"

namespace attune::command {
namespace {

constexpr char experiment[] = "kernels/bench";

// One, two and all of them; a device has no such number.
std::vector<int> thread_counts(const Options& options) {
  if (!options.threads.empty()) return options.threads;
  const int all = on_host ? Device().concurrency() : 1;
  std::vector<int> counts;
  for (const int count : {1, 2, all})
    if (count <= all && (counts.empty() || count > counts.back())) counts.push_back(count);
  return counts;
}

std::string deck_of(const Options& options, const std::vector<int>& threads) {
  std::vector<std::string> kernels;
  for (const auto& name : options.names) kernels.push_back(fmt::format("'{}'", name));
  return fmt::format("experiment = '{}'\n[params]\nkernels = [{}]\nthreads = [{}]\nsmoke = {}\n", experiment,
                     fmt::join(kernels, ", "), fmt::join(threads, ", "), options.smoke);
}

Provenance provenance(const Options& options, const std::vector<int>& threads) {
  return {.experiment = experiment,
          .question = "How near do the kernels come to what the machine can do?",
          .deck = deck_of(options, threads),
          .precision = "float and double",
          .scale = options.smoke ? Scale::smoke : Scale::quick,
          .measurement = true};
}

}  // namespace

void check_kernels(const std::vector<std::string>& kernels) {
  const auto known = bench::names();
  for (const auto& kernel : kernels)
    if (std::find(known.begin(), known.end(), kernel) == known.end())
      refuse_usage(fmt::format("unknown kernel '{}'{}", kernel, guess(kernel, known)), "bench");
}

Exit run_benchmark(const Options& options, const Domain& world) {
  if (world.communicator().size > 1) refuse_usage("bench measures one process; it takes no ranks", "bench");
  const Kokkos::Timer timer;
  const auto threads = thread_counts(options);
  RunRecord record{experiment, options.line, utc_now()};
  Results results(options.out, provenance(options, threads), world);

  Benchmark benchmark;
  if (!options.peers.empty()) benchmark.peers = bench::read_records(options.peers);
  const auto sizes = options.smoke ? bench::smoke_sizes() : bench::standard_sizes();
  benchmark.families = bench::chosen(bench::every_family(sizes), options.names);
  const auto written = std::filesystem::path(options.out) / (std::string(experiment) + ".record.tmp");
  for (const int count : threads)
    benchmark.records.push_back(run_child({written.string(), options.smoke, options.names}, count));

  write_tables(benchmark, results);
  claim_all(benchmark, results);
  const auto claims = results.tally();
  results.close();
  record.wall_seconds = timer.seconds();
  write_run_record(options.out, record, world);
  fmt::print("{}  {:.1f} s  claims: {}  {}\n", experiment, record.wall_seconds, text(claims), results.path());
  if (claims.counting_red == 0) return Exit::done;
  fmt::print(stderr, "attune: {} kernels are wrong; 'attune claims {}' lists them\n", claims.counting_red,
             results.path());
  return Exit::claim;
}

}  // namespace attune::command
