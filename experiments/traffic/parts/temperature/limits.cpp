// experiments/traffic/parts/temperature/limits.cpp
#include "experiments/traffic/parts/temperature/limits.hpp"

#include <cmath>

#include "experiments/traffic/parts/temperature/interaction_signs.hpp"

namespace attune::experiments::traffic {
namespace {

// Logits of leaders at least half a metre apart then differ by more than doubles can hold, or by nothing.
constexpr double cold = 1e-5, hot = 1e15;

template <class Law> Law at(Law law, double temperature) {
  law.heed.heeded = std::min(law.heed.heeded, attune::traffic::Lenz::capacity);
  for (double& bias : law.heed.bias) bias = 0;
  law.heed.temperature = temperature * law.heed.reach;
  law.heed.reach = 1;
  return law;
}

template <int capacity> auto first_of(const InteractionSight& see) {
  Sight<double, capacity> few;
  few.speed = see.speed;
  for (int k = 0; k < capacity; ++k) {
    few.distance[k] = see.distance[k];
    few.leader_speed[k] = see.leader_speed[k];
  }
  return few;
}

void grow(double& farthest, double found, double expected) {
  farthest = std::max(farthest, std::abs(found - expected) / (1 + std::abs(expected)));
}

struct Means {
  double speed = 0, interaction = 0;
};
Means means(const attune::traffic::Idm& idm, const InteractionSight& see, int leaders) {
  Means mean;
  for (int k = 0; k < leaders; ++k) {
    const double v = see.speed, gap = see.distance[k] - (k + 1) * idm.length;
    const double wish = v * idm.time_gap + v * (v - see.leader_speed[k]) /
                                               (2 * std::sqrt(idm.acceleration_scale * idm.deceleration));
    mean.speed += see.leader_speed[k] / leaders;
    mean.interaction += std::pow((idm.standstill_gap + std::max(0.0, wish)) / gap, 2) / leaders;
  }
  return mean;
}

}  // namespace

TemperatureLimits temperature_limits(const AttendGaps& gaps, const AttendSpeeds& speeds,
                                     const AttendInteractions& interactions, Index sights,
                                     const Random& random) {
  using namespace attune::traffic;
  const int K = at(gaps, hot).leaders();
  const Ovm ovm{gaps.sensitivity, gaps.optimal, gaps.length};
  const Fvdm fvdm{speeds.sensitivity, speeds.speed_gain, speeds.optimal, speeds.length};
  Lenz lenz{.heeded = K, .optimal = gaps.optimal};
  for (double& a : lenz.sensitivity) a = gaps.sensitivity / K;
  AttendInteractions plain = interactions;
  plain.heed_interaction = 0;
  plain.heed.heeded = LeaderAttention::capacity;
  TemperatureLimits far;
  for (Index n = 0; n < sights; ++n) {
    const auto see = random_interactions(plain, random, n);
    const auto one = first_of<1>(see);
    grow(far.gaps_cold, at(gaps, cold).acceleration(see), ovm.acceleration(one));
    grow(far.gaps_hot, at(gaps, hot).acceleration(see), lenz.acceleration(first_of<8>(see)));
    grow(far.speeds_cold, at(speeds, cold).acceleration(see), fvdm.acceleration(one));
    const Means mean = means(plain.idm, see, at(speeds, hot).leaders());
    grow(far.speeds_hot, at(speeds, hot).acceleration(see),
         speeds.sensitivity * (speeds.optimal.speed(see.distance[0]) - see.speed) +
             speeds.speed_gain * (mean.speed - see.speed));
    grow(far.interactions_cold, at(plain, cold).acceleration(see), plain.idm.acceleration(one));
    const double free = 1 - std::pow(see.speed / plain.idm.desired_speed, plain.idm.exponent);
    grow(far.interactions_hot, at(plain, hot).acceleration(see),
         plain.idm.acceleration_scale * (free - means(plain.idm, see, at(plain, hot).leaders()).interaction));
  }
  return far;
}

}  // namespace attune::experiments::traffic
