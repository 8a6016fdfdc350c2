// solvers/traffic/delimited_text.hpp
//
// A text file of rows of fields, read line by line. Fields are separated by a comma, a semicolon, a tab or blanks,
// whichever of these the first line has, in this order; they may stand in double quotes. Blank lines and lines that
// begin with '#' are left out.
//
// Limits  2 GiB a file, 65536 characters a line, 4096 fields a row
#pragma once

#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "core/core/require.hpp"

namespace attune::traffic {

class DelimitedText {
 public:
  // Throws InputError(input) if there is no such file that can be read.
  explicit DelimitedText(const std::string& path);

  // The next row; false at the end.
  bool next();

  std::size_t size() const { return fields_.size(); }
  std::size_t line() const { return line_; }
  const std::string& word(std::size_t field) const;  // throws where the row ends before
  double number(std::size_t field) const;  // throws unless it is a finite number

  // "PATH:LINE:COLUMN: REASON", as InputError(input).
  [[noreturn]] void refuse(std::size_t field, const std::string& reason) const;
  [[noreturn]] void refuse(const std::string& reason) const;  // of the file as a whole

 private:
  void split(const std::string& text);

  std::string path_;
  std::ifstream file_;
  std::size_t line_ = 0;
  char separator_ = 0;  // 0: blanks, or not known yet
  bool knows_separator_ = false;
  std::vector<std::string> fields_;
  std::vector<std::size_t> columns_;  // where each field begins, from 1
};

}  // namespace attune::traffic
