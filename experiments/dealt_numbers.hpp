// experiments/dealt_numbers.hpp
//
// A table whose entries are worked out by different ranks and then known to all: task n falls to rank n mod p,
// which alone writes the entries of that task. Every number is made whole by one rank, so the table has the same
// bits on any number of them.
#pragma once

#include <cstring>
#include <vector>

#include "core/core/communicator.hpp"
#include "core/core/require.hpp"

namespace attune::experiments {

class DealtNumbers {
 public:
  // All zero.
  explicit DealtNumbers(std::size_t count) : bits_(count, 0) {}

  void set(std::size_t place, double value) { std::memcpy(&bits_.at(place), &value, sizeof value); }
  double get(std::size_t place) const {
    double value;
    std::memcpy(&value, &bits_.at(place), sizeof value);
    return value;
  }
  std::size_t size() const { return bits_.size(); }

  // Adds the bits: zero everywhere but on the rank that wrote. Collective, once.
  void share(const Communicator& ranks) { ranks.add(bits_.data(), bits_.size()); }

 private:
  std::vector<std::int64_t> bits_;
};

// Runs task(n) for the tasks that fall to this rank. A refusal on any rank is one on every rank. Collective.
template <class Task> void deal(std::size_t tasks, const Communicator& ranks, const Task& task) {
  std::string refusal;
  Exit kind = Exit::done;
  for (std::size_t n = static_cast<std::size_t>(ranks.rank); n < tasks && refusal.empty();
       n += static_cast<std::size_t>(ranks.size)) {
    try {
      task(n);
    } catch (const InputError& error) {
      refusal = error.what();
      kind = error.code;
    }
  }
  double worst = refusal.empty() ? -1 : static_cast<double>(kind);
  ranks.maximum(&worst, 1);
  if (worst < 0) return;
  throw InputError(static_cast<Exit>(static_cast<int>(worst)),
                   refusal.empty() ? "refused on another rank" : refusal);
}

}  // namespace attune::experiments
