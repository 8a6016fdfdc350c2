// bench/measure.cpp
#include "bench/measure.hpp"

#include <Kokkos_Timer.hpp>

#include "core/core/peak_bytes.hpp"

namespace attune::bench {
namespace {

// A case between rounds.
struct Running {
  Prepared prepared;
  int repeats = 1;  // bodies in a sample
  double spent = 0;
};

double seconds_of(const std::function<void()>& body, int repeats) {
  const Kokkos::Timer timer;
  for (int n = 0; n < repeats; ++n) body();
  Kokkos::fence("bench::seconds_of");
  return timer.seconds() / repeats;
}

Running start(const Case& one, const Effort& effort, Row& row) {
  Running running;
  row = {one.name, one.precision, one.roof, one.cost, 0, {}, {}, {}, {}};
  double once = 0;
  row.memory = static_cast<double>(peak_bytes([&] {
    running.prepared = one.prepare();
    once = seconds_of(running.prepared.body, 1);
  }));
  row.compared = running.prepared.check();
  if (once < effort.seconds_a_round)
    once = seconds_of(running.prepared.body, 1);  // the first call was a cold one
  running.repeats = 1 + static_cast<int>(effort.seconds_a_sample / (once + 1e-7));
  return running;
}

void one_round(Running& running, const Effort& effort, const Roofs& roofs, Row& row) {
  if (running.spent > effort.most_seconds) return;
  const double peak = roofs.peak(row.precision), bandwidth = roofs.bandwidth();
  const std::size_t first = row.seconds.size();
  const Kokkos::Timer timer;
  do row.seconds.push_back(seconds_of(running.prepared.body, running.repeats));
  while (timer.seconds() < effort.seconds_a_round && row.seconds.size() < first + 10);
  running.spent += timer.seconds();
  const std::size_t samples = row.seconds.size();
  row.peak.resize(samples, (peak + roofs.peak(row.precision)) / 2);
  row.bandwidth.resize(samples, (bandwidth + roofs.bandwidth()) / 2);
}

}  // namespace

std::vector<Row> measure(const Family& family, const Effort& effort, const Roofs& roofs) {
  std::vector<Row> rows(family.cases.size());
  std::vector<Running> running;
  for (std::size_t n = 0; n < rows.size(); ++n) running.push_back(start(family.cases[n], effort, rows[n]));
  for (int round = 0; round < effort.rounds; ++round)
    for (std::size_t n = 0; n < rows.size(); ++n) one_round(running[n], effort, roofs, rows[n]);
  return rows;
}

Record new_record(const Roofs& roofs) {
  Record record;
  record.program = std::string("attune_bench, ") + Device::name();
  record.threads = on_host ? Device().concurrency() : 1;
  record.plain_triad = roofs.bandwidth(Stores::plain);
  return record;
}

}  // namespace attune::bench
