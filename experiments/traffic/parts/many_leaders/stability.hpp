// experiments/traffic/parts/many_leaders/stability.hpp
//
// Drivers, each in uniform flow of its own: is it stable for long waves, and for all? And how fast does the mode
// that grows fastest on a ring grow in a run, beside what the dispersion relation of the time step says?
//
// The run, in Runge-Kutta's steps, starts on that mode itself: with z = exp(i theta) and its root lambda
//
//   h_i = h + eps Re z^i,   v_i = v_e + eps Re [lambda z^i / (z - 1)]
//
// and its growth is ln |A(t)| over the time in which it stays below 30 eps.
//
// Units   [m], [m/s], [s], growth [1/s]
#pragma once

#include "experiments/traffic/parts/mode_growth.hpp"
#include "solvers/traffic/theory/discrete_dispersion.hpp"
#include "solvers/traffic/theory/string_stability.hpp"

namespace attune::experiments::traffic {

struct LoneModes {
  Index vehicles = 100;
  double time_step = 0.1, seconds = 50, amplitude = 1e-5;
  Index records = 10;
};

void describe(auto& field, LoneModes& modes) {
  field("vehicles", modes.vehicles, "1", "vehicles N of a ring that is driven", between(4, 100000));
  field("time_step", modes.time_step, "s", "dt, Runge-Kutta 4", above(0.0));
  field("seconds", modes.seconds, "s", "how long it is driven", above(0.0));
  field("amplitude", modes.amplitude, "m", "eps of the mode at the start", above(0.0));
  field("records", modes.records, "1", "how often its amplitude is looked at", between(1, 1000));
}

// An entry a driver.
struct StabilityTable {
  std::vector<double> speed;  // v_e
  std::vector<double> long_wave, long_wave_by_roots;  // lambda_2, and Re lambda / theta^2 of long waves
  std::vector<double> growth, angle;  // of the fastest wave on an endless row
  std::vector<double> mode, expected, found;  // of the ring: m, growth by theory and by the run

  void append(const StabilityTable& other);
  std::size_t size() const { return speed.size(); }
};

// The mode that grows fastest in steps, with its root in continuous time.
inline attune::traffic::theory::RingMode fastest_of(const attune::traffic::theory::Linearisation& law,
                                                    const LoneModes& modes) {
  namespace theory = attune::traffic::theory;
  auto mode = theory::fastest_discrete_mode(law, static_cast<int>(modes.vehicles),
                                            theory::TimeStep::runge_kutta, modes.time_step);
  mode.root = theory::mode_roots(law, mode.theta)[0];
  return mode;
}

// How |A| grew from the first record to the last that is below 30 times it; amplitudes of one mode.
double growth_of_records(const std::vector<double>& amplitudes, double seconds_between);

// Re lambda / theta^2 of the longest wave, extrapolated from rings to theta -> 0.
double long_wave_by_roots(const attune::traffic::theory::Linearisation& law);

template <class Law>
std::vector<double> driven_growths(const std::vector<RingCase<Law>>& cases,
                                   const std::vector<attune::traffic::theory::RingMode>& fastest,
                                   const LoneModes& modes, const Domain& world) {
  namespace solver = attune::traffic;
  const Domain domain = solver::rings(world, static_cast<Index>(cases.size()), modes.vehicles);
  solver::Drive<Law> drive(domain, solver::one_law_a_road(laws_of(cases)),
                           {.dt = modes.time_step, .integrator = solver::Integrator::runge_kutta});
  auto state = drive.empty();
  const auto wave = [&](std::size_t j, Index i, std::complex<double> amplitude) {
    const Index turns = fastest[j].mode * i % modes.vehicles;
    const double phase =
        2 * std::numbers::pi * static_cast<double>(turns) / static_cast<double>(modes.vehicles);
    return modes.amplitude * std::real(amplitude * std::polar(1.0, phase));
  };
  const auto headway = [&](Index ring, Index i) {
    const auto j = static_cast<std::size_t>(ring);
    return cases[j].headway + wave(j, i, 1);
  };
  const auto speed = [&](Index ring, Index i) {
    const auto j = static_cast<std::size_t>(ring);
    return cases[j].speed + wave(j, i, fastest[j].root / (std::polar(1.0, fastest[j].theta) - 1.0));
  };
  solver::fill(state, domain, headway, speed);
  drive.check(state);

  const auto steps =
      std::max<Index>(1, std::llround(modes.seconds / modes.time_step / static_cast<double>(modes.records)));
  std::vector<std::vector<double>> seen(cases.size());
  for (Index r = 0; r <= modes.records; ++r) {
    if (r > 0) drive.advance(state, steps);
    const auto amplitudes = amplitudes_of(state, domain, cases);
    for (std::size_t j = 0; j < cases.size(); ++j)
      seen[j].push_back(std::abs(amplitudes[j][static_cast<std::size_t>(fastest[j].mode - 1)]));
  }
  std::vector<double> growths;
  for (const auto& one : seen)
    growths.push_back(growth_of_records(one, static_cast<double>(steps) * modes.time_step));
  return growths;
}

// Collective.
template <class Law>
StabilityTable stability_of(const std::vector<Law>& laws, double headway, const LoneModes& modes,
                            const Domain& world) {
  namespace theory = attune::traffic::theory;
  StabilityTable table;
  std::vector<RingCase<Law>> cases;
  std::vector<theory::RingMode> fastest;
  for (const Law& law : laws) {
    const theory::Linearisation lin = theory::linearise(law, headway);
    const theory::FastestWave wave = theory::fastest_wave(lin, 400);
    fastest.push_back(fastest_of(lin, modes));
    cases.push_back({law, headway, lin.equilibrium_speed});
    table.speed.push_back(lin.equilibrium_speed);
    table.long_wave.push_back(theory::long_wave(lin).second);
    table.long_wave_by_roots.push_back(long_wave_by_roots(lin));
    table.growth.push_back(wave.root.real());
    table.angle.push_back(wave.theta);
    table.mode.push_back(fastest.back().mode);
    table.expected.push_back(
        theory::discrete_roots(lin, fastest.back().theta, theory::TimeStep::runge_kutta, modes.time_step)[0]
            .real());
  }
  table.found = driven_growths(cases, fastest, modes, world);
  return table;
}

}  // namespace attune::experiments::traffic
