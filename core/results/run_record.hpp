// core/results/run_record.hpp
//
// DIR/F/E.run.json: what differs between runs that give the same answer, and so stands in no result file.
#pragma once

#include <string>
#include <vector>

#include "core/domain/domain.hpp"

namespace attune {

struct RunRecord {
  std::string experiment;  // F/E
  std::vector<std::string> command;  // argv
  std::string started;  // utc_now() at the start
  double wall_seconds = 0;
};

// "2026-01-31T12:00:00Z"
std::string utc_now();

// Adds hosts, ranks, threads and the MPI library, and writes the file by way of a temporary one. Collective;
// throws InputError(io) on every rank alike.
void write_run_record(const std::string& directory, const RunRecord& record, const Domain& world);

// A text as a JSON string, with its quotes. Bytes that are no UTF-8 become U+FFFD.
std::string json_string(const std::string& text);

}  // namespace attune
