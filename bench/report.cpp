// bench/report.cpp
#include "bench/report.hpp"

#include <cstdio>

namespace attune::bench {
namespace {

template <class... Values> std::string formatted(const char* format, Values... values) {
  char line[512];
  std::snprintf(line, sizeof line, format, values...);
  return line;
}

double part_of(const Record& record, Row row, Roof roof) {
  row.roof = roof;
  return fraction(record, row);
}

}  // namespace

std::string table_head() {
  return formatted("%-28s %-6s %9s %9s %9s %6s %8s %7s %6s %6s %8s %8s %5s\n", "case", "", "GFLOP", "MB",
                   "ms", "+-%", "GFLOP/s", "GB/s", "peak", "triad", "MiB", "error", "bar");
}

std::string table_of(const Record& record, const std::vector<Case>& cases) {
  std::string text;
  for (std::size_t n = 0; n < cases.size(); ++n) {
    const Row& row = record.rows[record.rows.size() - cases.size() + n];
    const auto time = spread(row.seconds);
    const double rate = row.cost.flops / time.median, flow = row.cost.bytes / time.median;
    text += formatted("%-28s %-6s %9.3f %9.2f %9.3f %6.1f %8.2f %7.2f %6.3f %6.3f %8.1f %8.1e",
                      row.name.c_str(), row.precision.c_str(), row.cost.flops * 1e-9, row.cost.bytes * 1e-6,
                      time.median * 1e3, 50 * (time.upper - time.lower) / time.median, rate * 1e-9,
                      flow * 1e-9, part_of(record, row, Roof::arithmetic),
                      part_of(record, row, Roof::bandwidth), row.memory / (1 << 20), row.compared.error);
    if (cases[n].bars.fraction > 0) text += formatted(" %5.2f", cases[n].bars.fraction);
    if (cases[n].bars.rate > 0)
      text += formatted(" %4.0fT%s", cases[n].bars.rate * 1e-12, rate >= cases[n].bars.rate ? "" : " missed");
    if (!(row.compared.excess <= 1))
      text += formatted("  WRONG: %.2g of what it may err", row.compared.excess);
    text += '\n';
  }
  return text;
}

std::string peer_list(const std::vector<Family>& families) {
  std::string text;
  for (const auto& family : families)
    for (const auto& one : family.cases) {
      if (one.peer.operation.empty() || one.precision == "double") continue;
      text += one.name + ' ' + one.precision + ' ' + one.peer.operation;
      for (const auto& [key, word] : one.peer.settings) text += ' ' + key + '=' + word;
      text += '\n';
    }
  return text;
}

}  // namespace attune::bench
