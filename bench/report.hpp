// bench/report.hpp
//
// What was measured, as a table for a terminal.
#pragma once

#include "bench/record.hpp"

namespace attune::bench {

std::string table_head();

// A line for each of these cases, whose rows are the last ones of the record. A row whose check fails says so.
std::string table_of(const Record& record, const std::vector<Case>& cases);

// The cases and what a peer needs to repeat them, a line each: NAME PRECISION OPERATION KEY=WORD ...
std::string peer_list(const std::vector<Family>& families);

}  // namespace attune::bench
