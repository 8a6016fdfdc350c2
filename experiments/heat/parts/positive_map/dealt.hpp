// experiments/heat/parts/positive_map/dealt.hpp
//
// Small cases that a rank can do by itself, dealt out: rank n % size does case n, and all get every answer. The bits of
// the answers are added as integers, zero where a rank has none, so that any number of ranks gives the same.
#pragma once

#include <bit>
#include <functional>
#include <vector>

#include "core/core/communicator.hpp"

namespace attune::experiments::heat {

// answer(n) -> so many numbers, the same count for every case. Collective.
inline std::vector<std::vector<double>> dealt(std::size_t cases, std::size_t numbers,
                                              const Communicator& ranks,
                                              const std::function<std::vector<double>(std::size_t)>& answer) {
  std::vector<std::int64_t> bits(cases * numbers, 0);
  for (std::size_t n = 0; n < cases; ++n) {
    if (static_cast<int>(n % static_cast<std::size_t>(ranks.size)) != ranks.rank) continue;
    const auto mine = answer(n);
    for (std::size_t i = 0; i < numbers; ++i) bits[n * numbers + i] = std::bit_cast<std::int64_t>(mine[i]);
  }
  ranks.add(bits.data(), bits.size());
  std::vector<std::vector<double>> all(cases);
  for (std::size_t n = 0; n < bits.size(); ++n) all[n / numbers].push_back(std::bit_cast<double>(bits[n]));
  return all;
}

}  // namespace attune::experiments::heat
