// experiments/traffic/parts/temperature/interaction_signs.cpp
#include "experiments/traffic/parts/temperature/interaction_signs.hpp"

#include <cmath>
#include <complex>
#include <limits>

#include "solvers/traffic/theory/linearisation.hpp"

namespace attune::experiments::traffic {
namespace {

namespace theory = attune::traffic::theory;

constexpr double undecided = 1e-9;  // of a margin, whose sign is not told apart from round-off

int wrong_distances(const AttendInteractions& law, const InteractionSight& see) {
  const auto f = law.partials(see);
  int wrong = 0;
  for (int k = 0; k < law.leaders(); ++k) wrong += f.distance[k] < 0;
  return wrong;
}

InteractionSight uniform(const AttendInteractions& law, double headway) {
  return attune::traffic::uniform_sight(law, headway, theory::equilibrium_speed(law, headway));
}

void look_at(const AttendInteractions& law, const InteractionSight& see, SignCensus& census) {
  const SignCertificate certificate = sign_certificate(law, see);
  const auto f = law.partials(see);
  const auto truth = stepped_gains(law, see);
  double largest = std::numeric_limits<double>::min();
  for (const double gain : truth) largest = std::max(largest, std::abs(gain));
  for (int k = 0; k < law.leaders(); ++k) {
    census.gain_misfit = std::max(census.gain_misfit, std::abs(certificate.gains[k] - truth[k]) / largest);
    census.partial_misfit = std::max(census.partial_misfit, std::abs(f.distance[k] - truth[k]) / largest);
    if (f.distance[k] == 0 || std::abs(certificate.margins[k]) < undecided) continue;
    ++census.looked_at;
    census.wrong += f.distance[k] < 0;
    census.disagreements += (f.distance[k] < 0) != (certificate.margins[k] < 0);
  }
}

}  // namespace

std::vector<double> stepped_gains(const AttendInteractions& law, const InteractionSight& see) {
  using Complex = std::complex<double>;
  constexpr double step = 1e-100;
  Sight<Complex, AttendInteractions::capacity> stepped;
  stepped.speed = see.speed;
  for (int k = 0; k < law.leaders(); ++k) {
    stepped.distance[k] = see.distance[k];
    stepped.leader_speed[k] = see.leader_speed[k];
  }
  std::vector<double> gains;
  for (int k = 0; k < law.leaders(); ++k) {
    stepped.distance[k] = Complex(see.distance[k], step);
    gains.push_back(law.acceleration(stepped).imag() / step);
    stepped.distance[k] = see.distance[k];
  }
  return gains;
}

InteractionSight random_interactions(const AttendInteractions& law, const Random& random, Index sight) {
  InteractionSight see;
  const auto unit = [&](int draw) {
    return random.uniform(static_cast<std::uint64_t>(sight), static_cast<std::uint32_t>(draw));
  };
  see.speed = law.speed_scale() * unit(0);
  for (int k = 0; k < law.leaders(); ++k) {
    see.leader_speed[k] = law.speed_scale() * unit(1 + 2 * k);
    const double gap = 0.5 * std::pow(100.0, unit(2 + 2 * k));
    see.distance[k] = (k > 0 ? see.distance[k - 1] : 0) + law.vehicle_length() + gap;
  }
  return see;
}

SignCensus sign_census(const AttendInteractions& law, double coldest, double hottest, Index sights,
                       const Random& random, const Communicator& ranks) {
  constexpr std::uint32_t of_temperature = 100, of_bias = 200;
  SignCensus census;
  for (Index n = ranks.rank; n < sights; n += ranks.size) {
    const auto key = static_cast<std::uint64_t>(n);
    AttendInteractions one = law;
    one.heed.temperature = coldest * std::pow(hottest / coldest, random.uniform(key, of_temperature));
    const auto see = random_interactions(law, random, n);
    look_at(one, see, census);
    for (int k = 0; k < one.leaders(); ++k)
      one.heed.bias[k] = random.normal(key, of_bias + static_cast<std::uint32_t>(k));
    const double sure = sign_certificate(one, see).sure_temperature;
    if (!(sure > 0)) continue;
    one.heed.temperature = (1 + undecided) * sure;
    census.wrong_when_sure += wrong_distances(one, see);
  }
  double misfits[]{census.gain_misfit, census.partial_misfit};
  std::int64_t counts[]{census.looked_at, census.wrong, census.disagreements, census.wrong_when_sure};
  ranks.maximum(misfits, 2);
  ranks.add(counts, 4);
  return {misfits[0], misfits[1], counts[0], counts[1], counts[2], counts[3]};
}

double onset_gap(const AttendInteractions& law) {
  AttendInteractions two = law;
  two.heed = {
      .heeded = 2, .reach = std::numeric_limits<double>::infinity(), .temperature = law.heed.temperature};
  two.heed_interaction = 1;
  const double tau = two.heed.temperature, s0 = two.idm.standstill_gap, l = two.idm.length;
  const auto wrong = [&](double gap) {  // phi_2 = tau
    InteractionSight see;
    see.distance[0] = l + s0 / std::sqrt((1 + gap) * tau);
    see.distance[1] = 2 * l + s0 / std::sqrt(tau);
    return wrong_distances(two, see) > 0;
  };
  double low = 0, high = 4;
  while (high - low > 1e-12) (wrong(0.5 * (low + high)) ? high : low) = 0.5 * (low + high);
  return 0.5 * (low + high);
}

Onset onset_temperature(AttendInteractions law, double headway) {
  const auto boundary = [&](const auto& wrong, double cold, double hot) {
    for (int n = 0; n < 60; ++n) {
      law.heed.temperature = std::sqrt(cold * hot);
      (wrong(uniform(law, headway)) ? cold : hot) = law.heed.temperature;
    }
    return hot;
  };
  law.heed.temperature = 1;
  const double guess = sign_certificate(law, uniform(law, headway)).sure_temperature;
  Onset onset;
  onset.found =
      boundary([&](const auto& see) { return wrong_distances(law, see) > 0; }, guess / 30, guess * 30);
  onset.expected = boundary([&](const auto& see) { return sign_certificate(law, see).least_margin() < 0; },
                            guess / 30, guess * 30);
  law.heed.temperature = onset.expected;
  onset.sure = sign_certificate(law, uniform(law, headway)).sure_temperature;
  return onset;
}

}  // namespace attune::experiments::traffic
