// experiments/traffic/parts/many_leaders/stability.cpp
#include "experiments/traffic/parts/many_leaders/stability.hpp"

#include "experiments/traffic/parts/temperature/neutral_search.hpp"

namespace attune::experiments::traffic {

void StabilityTable::append(const StabilityTable& other) {
  const auto add = [](std::vector<double>& to, const std::vector<double>& from) {
    to.insert(to.end(), from.begin(), from.end());
  };
  add(speed, other.speed);
  add(long_wave, other.long_wave);
  add(long_wave_by_roots, other.long_wave_by_roots);
  add(growth, other.growth);
  add(angle, other.angle);
  add(mode, other.mode);
  add(expected, other.expected);
  add(found, other.found);
}

double growth_of_records(const std::vector<double>& amplitudes, double seconds_between) {
  constexpr double small = 30;
  std::size_t last = 1;
  while (last + 1 < amplitudes.size() && amplitudes[last + 1] < small * amplitudes[0]) ++last;
  return std::log(amplitudes[last] / amplitudes[0]) / (static_cast<double>(last) * seconds_between);
}

double long_wave_by_roots(const attune::traffic::theory::Linearisation& law) {
  std::vector<double> values;
  for (const int vehicles : {1000, 2000, 4000, 8000}) {
    const double theta = 2 * std::numbers::pi / vehicles;
    values.push_back(ring_growth(law, vehicles, Waves::longest) / (theta * theta));
  }
  return endless(values);
}

}  // namespace attune::experiments::traffic
