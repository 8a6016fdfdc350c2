// experiments/traffic/parts/calibration/cast.cpp
#include "experiments/traffic/parts/calibration/cast.hpp"

#include <tuple>

#include "experiments/traffic/parts/driver_list.hpp"

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
constexpr int heeded = 3;
AttendGaps of_real_traffic(AttendGaps law) {
  law.sensitivity = 2;
  law.heed.heeded = heeded;
  law.optimal = motorway;
  return law;
}
AttendSpeeds of_real_traffic(AttendSpeeds law) {
  law.heed.heeded = heeded;
  law.speed_gain = 0.5;
  law.optimal = motorway;
  return law;
}
AttendInteractions of_real_traffic(AttendInteractions law) {
  law.heed.heeded = heeded;
  return law;
}

template <class Law> std::vector<std::string> held(const Law&) { return {}; }
std::vector<std::string> held(const solver::Lenz& law) {  // what it does not read
  std::vector<std::string> names;
  for (int k = law.heeded; k < solver::Lenz::capacity; ++k)
    names.push_back("sensitivity_" + std::to_string(k + 1));
  return names;
}

// Of ell and tau a driver reads the product alone while no logit is set.
template <class Driver>
requires requires(Driver d) { d.heed; }
std::vector<std::string> held(const Driver&) {
  std::vector<std::string> names{"reach", "heed_interaction"};
  for (int k = 1; k <= LeaderAttention::capacity; ++k) names.push_back("bias_" + std::to_string(k));
  return names;
}

}  // namespace

std::vector<Contender> cast() {
  std::vector<Contender> all;
  const auto add = [&all](const auto& law) { all.push_back(contender(of_real_traffic(law), held(law))); };
  std::apply([&add](const auto&... law) { (add(law), ...); }, Drivers{});
  return all;
}

std::vector<std::string> cast_names() {
  std::vector<std::string> names;
  for (const auto& one : cast()) names.push_back(one.name);
  return names;
}

}  // namespace attune::experiments::traffic::calibration
