// experiments/traffic/parts/mode_growth.cpp
#include "experiments/traffic/parts/mode_growth.hpp"

namespace attune::experiments::traffic {

Amplitudes amplitudes_of(const double* headways, Index vehicles, double mean) {
  const double turn = 2 * std::numbers::pi / static_cast<double>(vehicles);
  Amplitudes circle;
  for (Index i = 0; i < vehicles; ++i) circle.push_back(std::polar(1.0, -turn * static_cast<double>(i)));
  Amplitudes all;
  for (Index m = 1; m <= vehicles / 2; ++m) {
    std::complex<double> sum = 0;
    for (Index i = 0; i < vehicles; ++i)
      sum += (headways[i] - mean) * circle[static_cast<std::size_t>(m * i % vehicles)];
    all.push_back(2.0 / static_cast<double>(vehicles) * sum);
  }
  return all;
}

std::vector<double> largest_growths(const std::vector<Amplitudes>& first, const std::vector<Amplitudes>& last,
                                    double seconds) {
  constexpr double died_out = 1e-3;
  std::vector<double> growths;
  for (std::size_t j = 0; j < first.size(); ++j) {
    double largest = 0, growth = -std::numeric_limits<double>::infinity();
    for (const auto& one : last[j]) largest = std::max(largest, std::abs(one));
    for (std::size_t m = 0; m < last[j].size(); ++m)
      if (std::abs(last[j][m]) >= died_out * largest)
        growth = std::max(growth, std::log(std::abs(last[j][m]) / std::abs(first[j][m])) / seconds);
    growths.push_back(growth);
  }
  return growths;
}

}  // namespace attune::experiments::traffic
