// core/core/require.hpp
//
// The ways to fail, told apart by name. An InputError is the user's: every rank throws the same text, main
// prints it once and ends with its code. A BrokenPromise is the code's: any one rank throws it, main aborts
// the job with 70.
#pragma once

#include <source_location>
#include <stdexcept>
#include <string>

namespace attune {

enum class Exit : int {
  done = 0,
  usage = 2,
  deck = 3,
  input = 4,
  io = 5,
  not_finite = 6,
  claim = 7,
  environment = 8,
  internal = 70,
  stopped = 75
};

class InputError : public std::runtime_error {
 public:
  InputError(Exit kind, const std::string& what) : std::runtime_error(what), code(kind) {}
  Exit code;
};

class BrokenPromise : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

// Throws BrokenPromise naming file, line and function unless the promise holds.
inline void require(bool holds, const std::string& promise,
                    const std::source_location& where = std::source_location::current()) {
  if (holds) return;
  throw BrokenPromise(std::string(where.file_name()) + ":" + std::to_string(where.line()) + ": " +
                      where.function_name() + ": broken promise: " + promise);
}

}  // namespace attune
