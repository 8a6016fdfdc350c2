// core/results/inspect_claims.cpp
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/core/require.hpp"
#include "core/results/inspect.hpp"
#include "core/results/stored.hpp"

namespace attune {
namespace {

using results::StoredClaim;
using Row = std::array<std::string, 9>;

const Row heading{"", "claim", "value", "kind", "expected", "tolerance", "unit", "role", "statement"};

std::string mark(const StoredClaim& stored) {
  if (stored.holds == -1) return "-";
  if (results::is_red(stored)) return "RED";
  return stored.holds == 1 ? "ok" : "?";  // the file calls red what holds: attune verify says more
}

Row row_of(const StoredClaim& stored) {
  const Claim& claim = stored.claim;
  std::string statement = claim.statement;
  if (!claim.absent.empty()) statement += " [not evaluated: " + claim.absent + "]";
  return {mark(stored),
          claim.id,
          fmt::format("{:.6g}", claim.value),
          word(claim.kind),
          fmt::format("{:.6g}", claim.expected),
          fmt::format("{:.3g}", claim.tolerance),
          claim.unit,
          word(claim.role),
          statement};
}

std::string table(const std::vector<Row>& rows) {
  std::array<std::size_t, 9> width{};
  for (const Row& row : rows)
    for (std::size_t c = 0; c < row.size(); ++c) width[c] = std::max(width[c], row[c].size());
  std::string text;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t c = 0; c < row.size(); ++c) line += fmt::format("{:<{}}  ", row[c], width[c]);
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

bool is_snapshot(const results::Foreign& foreign) { return results::has_link(foreign.file, "VTKHDF"); }

}  // namespace

Inspection inspect_claims(const std::vector<std::string>& paths) {
  Inspection inspection;
  int total = 0, red = 0, red_that_count = 0, open = 0;
  for (const auto& path : result_files(paths)) {
    const auto foreign = results::open_checked(path, results::any_size);
    if (is_snapshot(foreign)) continue;
    std::vector<Row> rows{heading};
    for (const auto& name : results::claim_names(foreign)) {
      try {
        const StoredClaim stored = results::read_claim(foreign, name);
        rows.push_back(row_of(stored));
        ++total;
        open += stored.holds == -1;
        red += results::is_red(stored);
        red_that_count += results::is_red(stored) && results::counts(stored.claim.role);
      } catch (const results::Fault& fault) {
        throw InputError(Exit::input, path + ": claim " + name + ": " + fault.what());
      }
    }
    inspection.text += path + "\n" + (rows.size() == 1 ? "no claims\n" : table(rows)) + "\n";
  }
  inspection.text += fmt::format("{} claims: {} hold, {} red ({} that count), {} not evaluated\n", total,
                                 total - red - open, red, red_that_count, open);
  inspection.sound = red_that_count == 0;
  return inspection;
}

}  // namespace attune
