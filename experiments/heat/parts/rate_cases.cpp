// experiments/heat/parts/rate_cases.cpp
#include "experiments/heat/parts/rate_cases.hpp"

#include <set>

namespace attune::experiments::heat {
namespace {

constexpr Dataset case_dimension{"case_dimension", "1", "case", "space dimensions D of the case"};
constexpr Dataset case_fourier{"case_fourier", "1", "case", "r = kappa dt / h^2 of the case"};
constexpr Dataset case_reach{"case_reach", "cells", "case", "half-width W of the trained window of the case"};

}  // namespace

std::vector<RateCase> cases_of(const RateCases& c, const std::vector<Index>& dimensions) {
  std::vector<RateCase> cases;
  for (const Index D : dimensions)
    for (std::size_t i = 0; i < c.fourier(D).size(); ++i)
      cases.push_back({static_cast<int>(D), c.fourier(D)[i], c.reach(D)[i],
                       std::to_string(D) + "d_r" + std::to_string(i)});
  return cases;
}

void check_rate_cases(const RateCases& c, Index D, const Deck& deck) {
  const std::string suffix = "_" + std::to_string(D) + "d";
  const auto& r = c.fourier(D);
  if (c.reach(D).size() != r.size())
    deck.refuse("params.reach" + suffix, "must have one entry for each of fourier" + suffix);
  if (std::set<double>(r.begin(), r.end()).size() != r.size())
    deck.refuse("params.fourier" + suffix, "must not repeat an entry");
}

void write_cases(const std::vector<RateCase>& cases, Results& results) {
  std::vector<double> dimensions, rates, windows;
  for (const RateCase& c : cases) {
    dimensions.push_back(c.dimensions);
    rates.push_back(c.r);
    windows.push_back(static_cast<double>(c.reach));
  }
  results.write(case_dimension, dimensions);
  results.write(case_fourier, rates);
  results.write(case_reach, windows);
}

}  // namespace attune::experiments::heat
