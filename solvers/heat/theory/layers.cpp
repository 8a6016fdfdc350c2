// solvers/heat/theory/layers.cpp
#include "solvers/heat/theory/layers.hpp"

#include "core/core/require.hpp"

namespace attune::heat::theory {

SteadyLayers steady_layers(const std::vector<double>& kappa, double h, Index sheet) {
  require(sheet >= 0 && sheet < static_cast<Index>(kappa.size()), "the sheet lies in a cell");
  std::vector<long double> below;  // R_c
  long double whole = 0;
  for (const double k : kappa) {
    below.push_back(whole + h / (2 * static_cast<long double>(k)));
    whole += h / static_cast<long double>(k);
  }
  const auto at = static_cast<std::size_t>(sheet);
  const long double q = 1 / below[at], p = 1 / (whole - below[at]);
  SteadyLayers layers{{}, static_cast<double>(q + p)};
  for (std::size_t c = 0; c < kappa.size(); ++c)
    layers.u.push_back(static_cast<double>(c <= at ? q * below[c] : p * (whole - below[c])));
  return layers;
}

}  // namespace attune::heat::theory
