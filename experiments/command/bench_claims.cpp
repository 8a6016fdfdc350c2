// experiments/command/bench_claims.cpp
#include "experiments/command/bench_claims.hpp"

#include <fmt/format.h>

#include <cmath>

namespace attune::command {
namespace {

using bench::Case;
using bench::Record;

constexpr double least_scaling = 1.85, most_below_float = 0.08;
constexpr char source[] = "bench/case.hpp";

std::string threads_of(const Record& record) {
  return record.threads == 1 ? "1 thread" : fmt::format("{} threads", record.threads);
}

std::string id(const char* what, const Case& one, const Record& record) {
  return fmt::format("{}_{}_{}_threads{}", what, one.name, one.precision, record.threads);
}

const char* roof_of(const Case& one) {
  return one.roof == bench::Roof::arithmetic ? "the peak of multiply-adds" : "the bandwidth of the triad";
}

// What is claimed of a speed.
struct Speed {
  std::string id, statement;
  double value;
  Kind kind;
  double expected, tolerance = 0;
  std::string absent = "";
};

// Smoke shapes are too small for a speed.
void claim_speed(Results& results, const Speed& speed) {
  results.claim({speed.id, speed.statement, speed.value, speed.kind, speed.expected, speed.tolerance, "1",
                 source, Role::empirical, Scale::quick, speed.absent});
}

void claim_check(const Case& one, const Benchmark& benchmark, Results& results) {
  double worst = 0;
  for (const auto& record : benchmark.records)
    if (const auto* row = bench::find(record, one.name, one.precision))
      if (!(row->compared.excess <= worst)) worst = row->compared.excess;
  results.claim({fmt::format("check_{}_{}", one.name, one.precision),
                 fmt::format("On the arrays that are timed {} in {} errs at most twice as much as the plain "
                             "loops; root mean squares, kernel / (2 loops + eps max)",
                             one.name, one.precision),
                 worst, Kind::at_most, 1, 0, "1", "bench/compared.hpp", Role::identity});
}

void claim_fraction(const Case& one, const Record& record, Results& results) {
  const double here = bench::fraction(record, *bench::find(record, one.name, one.precision));
  const auto* in_float = bench::find(record, one.name, "float");
  if (one.precision == "double" && in_float != nullptr)
    claim_speed(results, {id("precision", one, record),
                          fmt::format("{} on {} reaches in double the part of {} that it reaches in float, "
                                      "within {}",
                                      one.name, threads_of(record), roof_of(one), most_below_float),
                          here, Kind::at_least, bench::fraction(record, *in_float), most_below_float});
  if (one.precision == "double" || one.bars.fraction == 0) return;
  claim_speed(results, {id("fraction", one, record),
                        fmt::format("{} on {} reaches {} of {}", one.name, threads_of(record),
                                    one.bars.fraction, roof_of(one)),
                        here, Kind::at_least, one.bars.fraction});
}

void claim_rate(const Case& one, const Record& record, Results& results) {
  if (one.bars.rate == 0) return;
  const double here =
      one.cost.flops / bench::spread(bench::find(record, one.name, one.precision)->seconds).median;
  claim_speed(results, {id("rate", one, record),
                        fmt::format("{} does {} Tflop/s, as the device does that this was set for", one.name,
                                    one.bars.rate * 1e-12),
                        here / one.bars.rate, Kind::at_least, 1});
}

// Both cases do the same work, so times are as the parts of the roof the other way round.
void claim_slower(const Case& one, const Record& record, Results& results) {
  if (one.bars.against.empty() || one.precision == "double") return;
  const auto* other = bench::find(record, one.bars.against, one.precision);
  const double slower = bench::fraction(record, *other) /
                        bench::fraction(record, *bench::find(record, one.name, one.precision));
  claim_speed(results, {id("slower", one, record),
                        fmt::format("{} on {} takes at most {} times as long as {}", one.name,
                                    threads_of(record), 1 + one.bars.slower, one.bars.against),
                        slower, Kind::at_most, 1 + one.bars.slower});
}

void claim_peer(const Case& one, const Benchmark& benchmark, const Record& record, Results& results) {
  if (one.bars.peer == 0 || one.precision == "double") return;
  const double theirs = peer_seconds(benchmark, one.name, one.precision, record.threads);
  const double ours = bench::spread(bench::find(record, one.name, one.precision)->seconds).median;
  const bool there = std::isfinite(theirs);
  Speed speed{
      id("peer", one, record),
      fmt::format("{} on {} is {} times as fast as PyTorch", one.name, threads_of(record), one.bars.peer),
      there ? theirs / ours : 0, Kind::at_least, one.bars.peer};
  if (!there) speed.absent = "no seconds of PyTorch; scripts/bench measures them where it is installed";
  claim_speed(results, speed);
}

// Work per time at the best clock of each run, since the two ran one after the other.
void claim_scaling(const Case& one, const Benchmark& benchmark, Results& results) {
  if (!one.bars.scales || one.precision == "double") return;
  const Record *single = nullptr, *twin = nullptr;
  for (const auto& record : benchmark.records) {
    if (record.threads == 1) single = &record;
    if (record.threads == 2) twin = &record;
  }
  if (single == nullptr || twin == nullptr) return;
  const auto speed = [&](const Record& record) {
    const auto& row = *bench::find(record, one.name, one.precision);
    return bench::fraction(record, row) * bench::best_look(record, row);
  };
  claim_speed(results, {fmt::format("scaling_{}_{}", one.name, one.precision),
                        fmt::format("{}: two threads do {} times the work of one", one.name, least_scaling),
                        speed(*twin) / speed(*single), Kind::at_least, least_scaling});
}

}  // namespace

double peer_seconds(const Benchmark& benchmark, const std::string& name, const std::string& precision,
                    int threads) {
  std::vector<double> seconds;
  for (const auto& peer : benchmark.peers) {
    const auto* row = peer.threads == threads ? bench::find(peer, name, precision) : nullptr;
    if (row != nullptr) seconds.insert(seconds.end(), row->seconds.begin(), row->seconds.end());
  }
  return bench::spread(seconds).median;
}

void claim_all(const Benchmark& benchmark, Results& results) {
  for (const auto& family : benchmark.families)
    for (const auto& one : family.cases) {
      claim_check(one, benchmark, results);
      for (const auto& record : benchmark.records) {
        claim_fraction(one, record, results);
        claim_rate(one, record, results);
        claim_slower(one, record, results);
        claim_peer(one, benchmark, record, results);
      }
      claim_scaling(one, benchmark, results);
    }
}

}  // namespace attune::command
