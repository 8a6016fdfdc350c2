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

// A look at a roof that sees less than this part of the best look of the run was disturbed: clocks and
// neighbours explain a fifth, no more. Such a look would flatter the kernel beside it.
inline constexpr double least_look = 0.8;

// The best look of the record at the roof of a row.
double best_look(const Record& record, const Row& of_row);

// How many looks of a record were disturbed, and of how many.
struct Looks {
  int disturbed = 0, all = 0;
};
Looks looks_of(const Record& record);

// The part of its roof that each sample of a row of the record reaches, and their median. The roof is the
// look beside the sample, or least_look of the best one if that is more.
std::vector<double> fractions(const Record& record, const Row& row);
double fraction(const Record& record, const Row& row);

}  // namespace attune::bench
