// bench/record.hpp
//
// What was measured with one number of threads, by this program or by a peer, and the text that carries it
// from one process to another: a keyword a line and what it has to say, `case` before what belongs to it.
//
//   program attune_bench, Kokkos 5.2.2 OpenMP
//   threads 2
//   plain_triad 2.1e+10
//   case dense_forward_d64 float arithmetic
//   flops 8.6e+09
//   bytes 8.4e+06
//   memory 8454144
//   error 1.1e-07
//   excess 0.41
//   seconds 0.071 0.070
//   peak 2.1e+11 2.1e+11
//   bandwidth 3.3e+10 3.3e+10
//
// `program` begins a record; a file may hold several. A peer writes program, threads, case and seconds.
#pragma once

#include <iosfwd>

#include "bench/case.hpp"

namespace attune::bench {

struct Row {
  std::string name, precision;
  Roof roof = Roof::arithmetic;
  Cost cost;
  double memory = 0;  // [byte], the most Kokkos memory at once, arrays and work space
  Compared compared;
  std::vector<double> seconds;  // of each sample
  std::vector<double> peak, bandwidth;  // [flop/s], [byte/s], round each sample
};

struct Record {
  std::string program;
  int threads = 1;
  double plain_triad = 0;  // [byte/s]
  std::vector<Row> rows;
};

void write(const Record& record, std::ostream& text);

// Throws InputError (input) naming `file` and the line that nobody understands.
std::vector<Record> read_records(const std::string& file);

// The row of a case, or nullptr.
const Row* find(const Record& record, const std::string& name, const std::string& precision);

struct Spread {
  double lower, median, upper;  // quartiles; NaN of no samples
};
Spread spread(std::vector<double> samples);

// The part of its roof that each sample reaches, and their median.
std::vector<double> fractions(const Row& row);
double fraction(const Row& row);

}  // namespace attune::bench
