// experiments/traffic/parts/calibration/contender.hpp
//
// A law that takes part in a calibration, whatever its type: the same optimiser moves its parameters, the same
// simulation drives it.
#pragma once

#include <functional>
#include <limits>

#include "experiments/traffic/parts/calibration/follow.hpp"
#include "experiments/traffic/parts/calibration/free_parameters.hpp"
#include "solvers/traffic/equilibrium.hpp"
#include "solvers/traffic/refusal.hpp"
#include "solvers/traffic/theory/string_stability.hpp"
#include "solvers/traffic/theory/transfer.hpp"

namespace attune::experiments::traffic::calibration {

// In uniform flow at one speed. NaN where there is none, and where a number is not defined for the law.
struct Stability {
  double headway = std::numeric_limits<double>::quiet_NaN();
  double long_wave = headway;  // lambda_2 [1/s], stable below 0
  double excess = headway;  // E [1/s^2], of one leader
  double gain = headway;  // the largest gain of a platoon over frequencies, from vehicle to vehicle
};

struct Contender {
  std::string name;
  std::vector<FreeParameter> parameters;
  int leaders = 1;
  bool looks_back = false;

  std::function<bool(const std::vector<double>& values, const Record&, const Stretch&, const Start&,
                     double* position, double* speed)>
      follow;
  std::function<Stability(const std::vector<double>& values, double speed, double length)> stability;
  std::function<double(const std::vector<double>& values)> speed_scale;

  bool can_be_seen_in(const Record& record) const {
    return record.leaders() >= leaders && (!looks_back || record.has_behind());
  }
};

template <class Law> void set_length(Law& law, double length) {
  if constexpr (requires { law.length = length; })
    law.length = length;
  else if constexpr (requires { law.idm.length = length; })
    law.idm.length = length;
  else if constexpr (requires { law.acc.length = length; })
    law.acc.length = length;
}

template <class Law> Stability stability_of(const Law& law, double speed) {
  namespace theory = attune::traffic::theory;
  Stability found;
  const double headway = attune::traffic::equilibrium_headway(law, speed);
  if (!std::isfinite(headway)) return found;
  const auto near = theory::linearise(law, headway, speed);
  found.headway = headway;
  found.long_wave = theory::long_wave(near).second;
  double stiffness = 0;
  for (const double f : near.distance) stiffness += f;
  if (Law::looks_back || !(near.speed < 0) || !(stiffness > 0)) return found;
  if (near.leaders() == 1) found.excess = theory::excess(near);
  found.gain = theory::largest_cascade_gain(near).gain;
  return found;
}

// `held` names the parameters that no fit moves; the length is always that of the record.
template <class Law> Contender contender(const Law& published, std::vector<std::string> held) {
  held.push_back("length");
  FreeLister lister{held, {}};
  Law law = published;
  describe(lister, law);
  const auto parameters = lister.parameters;
  const auto made = [published, parameters](const std::vector<double>& values, double length) {
    Law with = published;
    FreeSetter setter{parameters, values};
    describe(setter, with);
    set_length(with, length);
    return with;
  };
  Contender result{Law::name, parameters, published.leaders(), Law::looks_back, {}, {}, {}};
  result.follow = [made](const std::vector<double>& values, const Record& record, const Stretch& stretch,
                         const Start& start, double* position, double* speed) {
    using attune::traffic::refusal;  // or that of the driver's own namespace
    const Law with = made(values, record.length);
    return refusal(with).empty() && calibration::follow(with, record, stretch, start, position, speed);
  };
  result.stability = [made](const std::vector<double>& values, double speed, double length) {
    using attune::traffic::refusal;
    const Law with = made(values, length);
    return refusal(with).empty() ? stability_of(with, speed) : Stability{};
  };
  result.speed_scale = [made](const std::vector<double>& values) { return made(values, 0).speed_scale(); };
  return result;
}

}  // namespace attune::experiments::traffic::calibration
