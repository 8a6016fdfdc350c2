// bench/report.hpp
//
// What was measured, as a table for a terminal.
#pragma once

#include "bench/record.hpp"

namespace attune::bench {

std::string table_head();

// A line a row. A row whose check fails says so.
std::string table_of(const std::vector<Row>& rows, const std::vector<Case>& cases);

// The cases and what a peer needs to repeat them, a line each: NAME PRECISION OPERATION KEY=WORD ...
std::string peer_list(const std::vector<Family>& families);

}  // namespace attune::bench
