// experiments/command/reproduce.cpp
#include "experiments/command/reproduce.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "experiments/command/conduct.hpp"
#include "experiments/data_path.hpp"
#include "experiments/registry.hpp"

namespace attune::command {
namespace {

constexpr double patience = 30;  // [s] between the first and the last rank that meets the same error

struct Row {
  std::string name, scale, what;
  double seconds = 0;
  bool ran = false;
};

std::string family_of(const std::string& name) { return name.substr(0, name.find('/')); }

std::vector<std::string> all_families() {
  std::vector<std::string> families;
  for (const auto& experiment : experiments::registry())
    if (families.empty() || families.back() != family_of(experiment.name))
      families.push_back(family_of(experiment.name));
  return families;
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Exit code_of(const Outcome& outcome) { return outcome.claims.counting_red > 0 ? Exit::claim : Exit::done; }

void name_red(const Outcome& outcome, const Domain& world) {
  if (!world.speaks() || outcome.claims.counting_red == 0) return;
  fmt::print(stderr, "attune: {} of the claims that count are red; 'attune claims {}' lists them\n",
             outcome.claims.counting_red, outcome.path);
}

Row attempt(const std::string& name, const Options& options, const Domain& world, const MpiSession& mpi,
            Exit& code) {
  Row row{name, options.scale.empty() ? "quick" : options.scale, ""};
  try {
    const auto outcome = conduct(assignment(name, options, world.communicator()), options, world);
    row = {name, row.scale, fmt::format("{:40}  {}", text(outcome.claims), outcome.path), outcome.seconds,
           true};
    name_red(outcome, world);
    code = code_of(outcome);
  } catch (const experiments::MissingData& missing) {
    report(missing, world, mpi);
    row.what = "skipped: " + missing.file;
  } catch (const InputError& error) {
    report(error, world, mpi);
    row.what = std::string("failed: ") + error.what();
    code = error.code;
  }
  return row;
}

void print_table(const std::vector<Row>& rows) {
  fmt::print("\n{:36}{:8}{:>8}  {:40}  {}\n", "experiment", "scale", "[s]", "claims", "result");
  for (const auto& row : rows)
    fmt::print("{:36}{:8}{:>8}  {}\n", row.name, row.scale, row.ran ? fmt::format("{:.1f}", row.seconds) : "",
               row.what);
}

}  // namespace

void check_families(const std::vector<std::string>& families) {
  const auto known = all_families();
  for (const auto& family : families)
    if (!contains(known, family))
      refuse_usage(fmt::format("unknown family '{}'{}", family, guess(family, known)), "reproduce");
}

void report(const InputError& error, const Domain& world, const MpiSession& mpi) {
  if (mpi.all_arrive(patience)) {
    if (world.speaks()) fmt::print(stderr, "{}\n", error.what());
    return;
  }
  fmt::print(stderr, "attune: rank {} alone: {}\n", world.communicator().rank, error.what());
  MpiSession::abort(static_cast<int>(error.code));
}

Exit run(const Options& options, const Domain& world) {
  const auto assigned = assignment(options.names.front(), options, world.communicator());
  const auto outcome = conduct(assigned, options, world);
  if (world.speaks())
    fmt::print("{}  {:.1f} s  claims: {}  {}\n", assigned.experiment.name, outcome.seconds,
               text(outcome.claims), outcome.path);
  name_red(outcome, world);
  return code_of(outcome);
}

Exit reproduce(const Options& options, const Domain& world, const MpiSession& mpi) {
  std::vector<Row> rows;
  Exit failed = Exit::done, red = Exit::done;
  for (const auto& experiment : experiments::registry()) {
    if (!options.names.empty() && !contains(options.names, family_of(experiment.name))) continue;
    Exit code = Exit::done;
    rows.push_back(attempt(experiment.name, options, world, mpi, code));
    if (code == Exit::claim) red = code;
    if (code != Exit::claim && failed == Exit::done) failed = code;
  }
  if (world.speaks()) print_table(rows);
  return failed != Exit::done ? failed : red;
}

}  // namespace attune::command
