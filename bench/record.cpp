// bench/record.cpp
#include "bench/record.hpp"

#include <fstream>
#include <iomanip>
#include <sstream>

#include "core/core/require.hpp"

namespace attune::bench {
namespace {

void put(std::ostream& text, const char* keyword, const std::vector<double>& numbers) {
  text << keyword;
  for (const double number : numbers) text << ' ' << number;
  text << '\n';
}

bool all_numbers(std::istringstream& words, std::vector<double>& numbers) {
  for (double number; words >> number;) numbers.push_back(number);
  return words.eof();
}

bool one_number(std::istringstream& words, double& number) {
  std::vector<double> numbers;
  if (!all_numbers(words, numbers) || numbers.size() != 1) return false;
  number = numbers.front();
  return true;
}

// What stands below `case`.
bool read_row(const std::string& keyword, std::istringstream& words, Row& row) {
  if (keyword == "flops") return one_number(words, row.cost.flops);
  if (keyword == "bytes") return one_number(words, row.cost.bytes);
  if (keyword == "memory") return one_number(words, row.memory);
  if (keyword == "error") return one_number(words, row.compared.error);
  if (keyword == "excess") return one_number(words, row.compared.excess);
  if (keyword == "seconds") return all_numbers(words, row.seconds);
  if (keyword == "peak") return all_numbers(words, row.peak);
  if (keyword == "bandwidth") return all_numbers(words, row.bandwidth);
  return false;
}

bool read_line(const std::string& line, std::vector<Record>& records) {
  std::istringstream words(line);
  std::string keyword;
  if (!(words >> keyword)) return true;  // an empty line
  if (keyword == "program") {
    records.emplace_back();
    std::getline(words >> std::ws, records.back().program);
    return true;
  }
  if (records.empty()) return false;
  Record& record = records.back();
  if (keyword == "threads") return static_cast<bool>(words >> record.threads);
  if (keyword == "plain_triad") return one_number(words, record.plain_triad);
  if (keyword != "case") return !record.rows.empty() && read_row(keyword, words, record.rows.back());
  Row row;
  std::string roof;
  if (!(words >> row.name >> row.precision)) return false;
  words >> roof;
  row.roof = roof == "bandwidth" ? Roof::bandwidth : Roof::arithmetic;
  record.rows.push_back(row);
  return true;
}

}  // namespace

void write(const Record& record, std::ostream& text) {
  text << std::setprecision(17) << "program " << record.program << "\nthreads " << record.threads
       << "\nplain_triad " << record.plain_triad << '\n';
  for (const auto& row : record.rows) {
    text << "case " << row.name << ' ' << row.precision << ' '
         << (row.roof == Roof::arithmetic ? "arithmetic" : "bandwidth") << '\n';
    put(text, "flops", {row.cost.flops});
    put(text, "bytes", {row.cost.bytes});
    put(text, "memory", {row.memory});
    put(text, "error", {row.compared.error});
    put(text, "excess", {row.compared.excess});
    put(text, "seconds", row.seconds);
    put(text, "peak", row.peak);
    put(text, "bandwidth", row.bandwidth);
  }
}

std::vector<Record> read_records(const std::string& file) {
  std::ifstream text(file);
  if (!text) throw InputError(Exit::input, "'" + file + "': cannot be read");
  std::vector<Record> records;
  int number = 0;
  for (std::string line; std::getline(text, line);) {
    ++number;
    if (!read_line(line, records))
      throw InputError(Exit::input,
                       file + ":" + std::to_string(number) + ": not what bench/record.hpp says a record is");
  }
  return records;
}

const Row* find(const Record& record, const std::string& name, const std::string& precision) {
  for (const auto& row : record.rows)
    if (row.name == name && row.precision == precision) return &row;
  return nullptr;
}

Spread spread(std::vector<double> samples) {
  if (samples.empty()) return {std::nan(""), std::nan(""), std::nan("")};
  std::sort(samples.begin(), samples.end());
  const auto quantile = [&](double part) {
    const double place = part * static_cast<double>(samples.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, samples.size() - 1);
    return samples[below] + (place - static_cast<double>(below)) * (samples[above] - samples[below]);
  };
  return {quantile(0.25), quantile(0.5), quantile(0.75)};
}

namespace {

const std::vector<double>& looks_beside(const Row& row) {
  return row.roof == Roof::arithmetic ? row.peak : row.bandwidth;
}

}  // namespace

double best_look(const Record& record, const Row& of_row) {
  double best = 0;
  for (const auto& row : record.rows)
    if (of_row.roof == Roof::bandwidth || row.precision == of_row.precision)
      for (const double look : of_row.roof == Roof::arithmetic ? row.peak : row.bandwidth)
        best = std::max(best, look);
  return best;
}

Looks looks_of(const Record& record) {
  Looks looks;
  for (const auto& row : record.rows) {
    const double least = least_look * best_look(record, row);
    for (const double look : looks_beside(row)) {
      ++looks.all;
      if (look < least) ++looks.disturbed;
    }
  }
  return looks;
}

std::vector<double> fractions(const Record& record, const Row& row) {
  const double least = least_look * best_look(record, row);
  const double work = row.roof == Roof::arithmetic ? row.cost.flops : row.cost.bytes;
  const auto& looks = looks_beside(row);
  std::vector<double> parts;
  for (std::size_t n = 0; n < row.seconds.size() && n < looks.size(); ++n)
    parts.push_back(work / row.seconds[n] / std::max(looks[n], least));
  return parts;
}

double fraction(const Record& record, const Row& row) { return spread(fractions(record, row)).median; }

}  // namespace attune::bench
