// experiments/command/bench_tables.cpp
#include "experiments/command/bench_tables.hpp"

#include <algorithm>
#include <functional>
#include <limits>

namespace attune::command {
namespace {

using bench::Case;
using bench::Record;
using bench::Row;

constexpr Dataset case_name{"case", "1", "case", "what is timed"};
constexpr Dataset precision_name{"precision", "1", "precision", "numbers of the kernel"};
constexpr Dataset thread_count{"threads", "1", "threads", "threads of the process"};
constexpr Dataset roof_name{"roof", "1", "case", "what the fraction is of: arithmetic or bandwidth"};
constexpr Dataset program_name{"program", "1", "threads", "what measured"};
constexpr Dataset peer_name{"peer_program", "1", "peer", "the peers, as they name themselves"};
constexpr Dataset bar{"bar", "1", "case", "fraction that the kernel should reach", "", true};
constexpr Dataset plain_triad{"plain_triad", "byte/s", "threads", "triad with plain stores",
                              "a_n = b_n + s c_n; 24 bytes an entry"};

constexpr const char* each = "case precision threads";
constexpr const char* samples = "case precision threads sample";
constexpr Dataset flops{"flops", "1", each, "floating operations of a call", "", true};
constexpr Dataset bytes{"bytes", "byte", each, "bytes of a call if each number is touched once", "", true};
constexpr Dataset memory{"memory", "byte", each, "most Kokkos memory at once, arrays and work space",
                         "",       true};
constexpr Dataset error{"error", "1", each, "error of the worst array", "rms(kernel - truth) / max |truth|",
                        true};
constexpr Dataset excess{"excess",
                         "1",
                         each,
                         "error over what it may be, worst array",
                         "rms(kernel - truth) / (2 rms(loops - truth) + eps max |truth|)",
                         true};
constexpr Dataset median{"median", "s", each, "median time of a call", "", true};
constexpr Dataset lower{"lower_quartile", "s", each, "lower quartile of the times", "", true};
constexpr Dataset upper{"upper_quartile", "s", each, "upper quartile of the times", "", true};
constexpr Dataset fraction{"fraction",
                           "1",
                           each,
                           "part of the roof that is reached, median of the samples",
                           "flops / seconds / peak, or bytes / seconds / bandwidth",
                           true};
constexpr Dataset peer{"peer_seconds", "s", each, "median time of the peer", "", true};
constexpr Dataset seconds{"seconds", "s", samples, "time of each sample", "", true};
constexpr Dataset peak{"peak", "1/s", samples, "multiply-adds in registers round each sample, 2 flops each",
                       "",     true};
constexpr Dataset bandwidth{"bandwidth",
                            "byte/s",
                            samples,
                            "streaming triad round each sample",
                            "a_n = b_n + s c_n; 24 bytes an entry",
                            true};

constexpr std::array<const char*, 2> precisions{"float", "double"};
constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

// Cases by name, each once.
std::vector<const Case*> named_once(const Benchmark& benchmark) {
  std::vector<const Case*> cases;
  for (const auto& family : benchmark.families)
    for (const auto& one : family.cases) {
      const auto same = [&](const Case* other) { return other->name == one.name; };
      if (std::none_of(cases.begin(), cases.end(), same)) cases.push_back(&one);
    }
  return cases;
}

class Tables {
 public:
  Tables(const Benchmark& measured, Results& file)
      : benchmark(measured), results(file), cases(named_once(measured)) {
    for (const auto& record : benchmark.records)
      for (const auto& row : record.rows) most_samples = std::max(most_samples, row.seconds.size());
  }

  void axes() const {
    std::vector<std::string> names, roofs, programs, peers;
    std::vector<double> bars, threads, plain;
    for (const auto* one : cases) {
      names.push_back(one->name);
      roofs.push_back(one->roof == bench::Roof::arithmetic ? "arithmetic" : "bandwidth");
      bars.push_back(one->bars.fraction > 0 ? one->bars.fraction : nothing);
    }
    for (const auto& record : benchmark.records) {
      threads.push_back(record.threads);
      programs.push_back(record.program);
      plain.push_back(record.plain_triad);
    }
    for (const auto& record : benchmark.peers) peers.push_back(record.program);
    results.labels(case_name, names);
    results.labels(precision_name, {precisions.begin(), precisions.end()});
    results.axis(thread_count, threads);
    results.text(roof_name, roofs);
    results.text(program_name, programs);
    if (!peers.empty()) results.text(peer_name, peers);
    results.write(bar, bars);
    results.write(plain_triad, plain);
  }

  // A number of each row, NaN where there is none.
  void write(const Dataset& dataset, const std::function<double(const Record&, const Row&)>& number) const {
    Array array{{cases.size(), precisions.size(), benchmark.records.size()}, {}};
    every([&](const Record& record, const Row* row) {
      array.values.push_back(row != nullptr ? number(record, *row) : nothing);
    });
    results.write(dataset, array);
  }

  // The samples of each row, filled up with NaN.
  void write(const Dataset& dataset, std::vector<double> Row::*of_samples) const {
    Array array{{cases.size(), precisions.size(), benchmark.records.size(), most_samples}, {}};
    every([&](const Record&, const Row* row) {
      for (std::size_t n = 0; n < most_samples; ++n)
        array.values.push_back(row != nullptr && n < (row->*of_samples).size() ? (row->*of_samples)[n]
                                                                               : nothing);
    });
    results.write(dataset, array);
  }

  void write_peers() const {
    Array array{{cases.size(), precisions.size(), benchmark.records.size()}, {}};
    for (const auto* one : cases)
      for (const char* precision : precisions)
        for (const auto& record : benchmark.records)
          array.values.push_back(peer_seconds(benchmark, one->name, precision, record.threads));
    results.write(peer, array);
  }

 private:
  const Benchmark& benchmark;
  Results& results;
  std::vector<const Case*> cases;
  std::size_t most_samples = 0;

  void every(const std::function<void(const Record&, const Row*)>& visit) const {
    for (const auto* one : cases)
      for (const char* precision : precisions)
        for (const auto& record : benchmark.records) visit(record, bench::find(record, one->name, precision));
  }
};

}  // namespace

void write_tables(const Benchmark& benchmark, Results& results) {
  const Tables tables(benchmark, results);
  tables.axes();
  tables.write(flops, [](const Record&, const Row& row) { return row.cost.flops; });
  tables.write(bytes, [](const Record&, const Row& row) { return row.cost.bytes; });
  tables.write(memory, [](const Record&, const Row& row) { return row.memory; });
  tables.write(error, [](const Record&, const Row& row) { return row.compared.error; });
  tables.write(excess, [](const Record&, const Row& row) { return row.compared.excess; });
  tables.write(median, [](const Record&, const Row& row) { return bench::spread(row.seconds).median; });
  tables.write(lower, [](const Record&, const Row& row) { return bench::spread(row.seconds).lower; });
  tables.write(upper, [](const Record&, const Row& row) { return bench::spread(row.seconds).upper; });
  tables.write(fraction, bench::fraction);
  tables.write(seconds, &Row::seconds);
  tables.write(peak, &Row::peak);
  tables.write(bandwidth, &Row::bandwidth);
  tables.write_peers();
}

}  // namespace attune::command
