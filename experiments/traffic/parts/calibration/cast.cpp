// experiments/traffic/parts/calibration/cast.cpp
#include "experiments/traffic/parts/calibration/cast.hpp"

#include "solvers/traffic/law_list.hpp"

namespace attune::experiments::traffic::calibration {
namespace {

namespace solver = attune::traffic;

// V of the motorway [bando1995b]: that of the default has no units.
constexpr solver::OptimalVelocity motorway{16.8, 0.0860, 25, 0.913};

template <class Law> Law of_real_traffic(Law law) { return law; }
solver::Ovm of_real_traffic(solver::Ovm law) {
  law.sensitivity = 2;
  law.optimal = motorway;
  return law;
}
solver::Lenz of_real_traffic(solver::Lenz law) {
  law.optimal = motorway;
  return law;
}
solver::Bilateral of_real_traffic(solver::Bilateral law) {
  law.distance_gain = 0.3;  // else the desired speed pushes it into a vehicle that stands
  law.cruise_gain = 0.02;
  return law;
}
solver::Hdm of_real_traffic(solver::Hdm law) {
  law.anticipation = 0.5;
  return law;
}

template <class Law> std::vector<std::string> held(const Law&) { return {}; }
std::vector<std::string> held(const solver::Lenz& law) {  // what it does not read
  std::vector<std::string> names;
  for (int k = law.heeded; k < solver::Lenz::capacity; ++k)
    names.push_back("sensitivity_" + std::to_string(k + 1));
  return names;
}

}  // namespace

std::vector<Contender> cast() {
  std::vector<Contender> all;
  solver::for_each_law(
      [&all](const auto& law) { all.push_back(contender(of_real_traffic(law), held(law))); });
  return all;
}

std::vector<std::string> cast_names() {
  std::vector<std::string> names;
  for (const auto& one : cast()) names.push_back(one.name);
  return names;
}

}  // namespace attune::experiments::traffic::calibration
