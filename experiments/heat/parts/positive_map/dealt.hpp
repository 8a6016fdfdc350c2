// experiments/heat/parts/positive_map/dealt.hpp
//
// Small cases of equally many numbers, each worked out whole by one rank, as a list that all ranks have.
#pragma once

#include <functional>

#include "experiments/dealt_numbers.hpp"

namespace attune::experiments::heat::positive_map {

// answer(n) -> so many numbers. Collective.
inline std::vector<std::vector<double>> dealt(std::size_t cases, std::size_t numbers,
                                              const Communicator& ranks,
                                              const std::function<std::vector<double>(std::size_t)>& answer) {
  DealtNumbers table(cases * numbers);
  deal(cases, ranks, [&](std::size_t n) {
    const auto mine = answer(n);
    for (std::size_t i = 0; i < numbers; ++i) table.set(n * numbers + i, mine.at(i));
  });
  table.share(ranks);
  std::vector<std::vector<double>> all(cases);
  for (std::size_t n = 0; n < table.size(); ++n) all[n / numbers].push_back(table.get(n));
  return all;
}

}  // namespace attune::experiments::heat::positive_map
