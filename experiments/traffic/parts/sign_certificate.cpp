// experiments/traffic/parts/sign_certificate.cpp
//
// Written out from the equations, in long double, without the law's own interactions, weights or partials.
#include "experiments/traffic/parts/sign_certificate.hpp"

#include <cmath>

namespace attune::experiments::traffic {
namespace {

struct Leader {
  long double phi, steepness, logit;  // phi_j, |phi'_j|, z_j
};

std::vector<Leader> leaders_of(const AttendInteractions& law,
                               const Sight<double, AttendInteractions::capacity>& see) {
  const attune::traffic::Idm& idm = law.idm;
  const long double v = see.speed,
                    root = std::sqrt(static_cast<long double>(idm.acceleration_scale) * idm.deceleration);
  std::vector<Leader> all;
  for (int k = 0; k < law.heed.heeded; ++k) {
    const long double gap = see.distance[k] - (k + 1) * static_cast<long double>(idm.length);
    const long double wish = v * idm.time_gap + v * (v - see.leader_speed[k]) / (2 * root);
    const long double phi = std::pow((idm.standstill_gap + std::max(wish, 0.0L)) / gap, 2);
    all.push_back({phi, 2 * phi / gap,
                   law.heed.bias[k] - see.distance[k] / static_cast<long double>(law.heed.reach) +
                       law.heed_interaction * phi});
  }
  return all;
}

}  // namespace

SignCertificate sign_certificate(const AttendInteractions& law,
                                 const Sight<double, AttendInteractions::capacity>& see) {
  const auto leaders = leaders_of(law, see);
  const long double tau = law.heed.temperature;
  long double highest = leaders[0].logit, most = 0, sum = 0, mean = 0;
  std::vector<long double> weights;
  for (const Leader& one : leaders) {
    highest = std::max(highest, one.logit);
    most = std::max(most, one.phi);
  }
  for (const Leader& one : leaders) {
    weights.push_back(std::exp((one.logit - highest) / tau));
    sum += weights.back();
    mean += weights.back() * one.phi;
  }
  mean /= sum;

  SignCertificate certificate;
  long double sure = 0;
  for (std::size_t j = 0; j < leaders.size(); ++j) {
    const Leader& one = leaders[j];
    const long double heeded = law.heed_interaction + 1 / (law.heed.reach * one.steepness);
    const long double margin = 1 + heeded * (one.phi - mean) / tau;
    certificate.margins.push_back(static_cast<double>(margin));
    certificate.gains.push_back(
        static_cast<double>(law.idm.acceleration_scale * (weights[j] / sum) * one.steepness * margin));
    sure = std::max(sure, heeded * (most - one.phi));
  }
  certificate.sure_temperature = static_cast<double>(sure);
  return certificate;
}

}  // namespace attune::experiments::traffic
