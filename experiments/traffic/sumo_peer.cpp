// experiments/traffic/sumo_peer.cpp
//
// Question   Does an independent simulator, SUMO, drive the same ring the same way?
// Equation   intelligent driver model on a ring of circumference L; semi-implicit Euler steps, SUMO's default, and
//            ballistic ones
// Exact      a wave of small amplitude grows as the discrete dispersion relation of the integrator says
// Expect     growth to 1 %; places to a millimetre over a hundred seconds; the mean speed of the jam to 2 % of our own
// Data       SUMO, started here on rank 0 where `sumo` and `netconvert` are on PATH; else its claims are not evaluated.
//            It is no part of this suite: what a file says of it is true of the version that it names
// Source     E5 of the traffic theory; Lopez et al. 2018 [lopez2018]
// Builds on  solvers/traffic, solvers/traffic/theory
// Figure     analysis/traffic/sumo_peer.py
#include <complex>
#include <numbers>

#include "core/core/progress.hpp"
#include "experiments/experiment.hpp"
#include "experiments/traffic/parts/sumo/peer.hpp"
#include "solvers/traffic/equilibrium.hpp"
#include "solvers/traffic/recorder.hpp"
#include "solvers/traffic/shipped_drives.hpp"
#include "solvers/traffic/theory/discrete_dispersion.hpp"

namespace attune::experiments::traffic {
namespace sumo_peer_parts {

namespace solver = attune::traffic;
namespace theory = attune::traffic::theory;

struct Params {
  solver::Idm law;
  double circumference = 230;
  Index vehicles = 22;
  double dt = 0.1;
  double kick = 0.1;
  double compared = 100, saturated = 600, duration = 1000;
  double amplitude = 1e-4;
  double fit_from = 100, fit_to = 250;
};

void describe(auto& field, Params& p) {
  describe(field, p.law);
  field("circumference", p.circumference, "m", "L of the ring", above(0));
  field("vehicles", p.vehicles, "1", "on it", between(2, 1000));
  field("dt", p.dt, "s", "time step; SUMO counts time in milliseconds", at_least(0.001), at_most(1));
  field("kick", p.kick, "m", "by which vehicle 0 starts ahead of its place", above(0));
  field("compared", p.compared, "s", "over which places must agree", above(0));
  field("saturated", p.saturated, "s", "from here on speeds are averaged", above(0));
  field("duration", p.duration, "s", "of the run", above(0), at_most(100000));
  field("amplitude", p.amplitude, "m", "of the wave whose growth is measured", above(0));
  field("fit_from", p.fit_from, "s", "its growth is fitted from here", above(0));
  field("fit_to", p.fit_to, "s", "to here", above(0), at_most(100000));
}

constexpr Dataset scheme_name{"scheme", "1", "scheme", "how vehicles are moved through a step"};
constexpr Dataset driver_name{"driver", "1", "driver", "who simulates"};
constexpr Dataset peer_version{"peer_version", "1", "peer", "what SUMO says of itself"};
constexpr Dataset record_time{"time", "s", "time", "of records"};
constexpr Dataset wave_time{"wave_time", "s", "wave_time", "of records of the wave"};
constexpr Dataset place{
    "place", "m", "scheme driver time vehicle", "of fronts, round after round; NaN: SUMO is absent",
    "",      true};
constexpr Dataset apart{"apart", "m", "scheme time", "largest distance between SUMO's vehicles and ours",
                        "",      true};
constexpr Dataset mean_speed{"mean_speed", "m/s", "scheme driver time", "of all vehicles", "", true};
constexpr Dataset wave{"wave_amplitude",
                       "m",
                       "scheme driver wave_time",
                       "of the mode that grows fastest",
                       "(2 / N) |sum_n (x_n - n h) exp(-i theta n)|",
                       true};
constexpr Dataset growth{"growth", "1/s", "scheme driver", "of that mode, fitted", "", true};
constexpr Dataset growth_expected{"growth_expected", "1/s", "scheme", "the same by theory",
                                  "ln |1 + dt D| / dt"};
constexpr Dataset saturated_speed{
    "saturated_speed", "m/s", "scheme driver", "mean speed from `saturated` on", "", true};
constexpr Dataset uniform_speed{"uniform_speed", "m/s", "", "of uniform flow"};

constexpr std::size_t schemes = 2, drivers = 2;  // driver 0 is SUMO, 1 is ours
const std::vector<std::string> scheme_names{"semi_implicit", "ballistic"}, driver_names{"sumo", "attune"};
constexpr double record_every = 1;  // [s]

double headway_of(const Params& p) { return p.circumference / static_cast<double>(p.vehicles); }
std::size_t every(const Params& p) {
  return static_cast<std::size_t>(std::max(1LL, std::llround(record_every / p.dt)));
}
std::size_t records(const Params& p, double seconds) {
  return static_cast<std::size_t>(seconds / (p.dt * static_cast<double>(every(p))) + 1e-9) + 1;
}

void check(const Params& p, const Deck& deck) {
  const double room = p.circumference - static_cast<double>(p.vehicles) * p.law.length;
  if (!(room > 0)) deck.refuse("params.circumference", "must exceed 'vehicles' times 'length'");
  const double gap = room / static_cast<double>(p.vehicles);
  if (p.kick >= gap || p.amplitude >= gap / 2)
    deck.refuse(p.kick >= gap ? "params.kick" : "params.amplitude",
                "must be less than the gap of uniform flow");
  if (std::abs(p.dt * 1000 - std::round(p.dt * 1000)) > 1e-9)
    deck.refuse("params.dt", "must be a whole number of milliseconds");
  if (p.saturated >= p.duration) deck.refuse("params.saturated", "must be below 'duration'");
  if (p.compared > p.duration) deck.refuse("params.compared", "must be at most 'duration'");
  if (p.fit_from + 4 * record_every > p.fit_to) deck.refuse("params.fit_to", "must exceed 'fit_from' by 4 s");
}

solver::Driving driving_of(const Params& p, std::size_t scheme) {
  solver::Driving driving;
  driving.dt = p.dt;
  driving.integrator = scheme == 0 ? solver::Integrator::semi_implicit : solver::Integrator::ballistic;
  return driving;
}

theory::RingMode mode_of(const Params& p, std::size_t scheme) {
  const double h = headway_of(p);
  const auto law = theory::linearise(p.law, h, solver::equilibrium_speed(p.law, h));
  return theory::fastest_discrete_mode(
      law, static_cast<int>(p.vehicles),
      scheme == 0 ? theory::TimeStep::semi_implicit : theory::TimeStep::ballistic, p.dt);
}

// Shifts of the vehicles at the start [m].
std::vector<double> kicked(const Params& p) {
  std::vector<double> shift(static_cast<std::size_t>(p.vehicles), 0);
  shift[0] = p.kick;
  return shift;
}
std::vector<double> waved(const Params& p, int mode) {
  std::vector<double> shift;
  for (Index n = 0; n < p.vehicles; ++n) {  // above 0: places of SUMO begin there
    const double turn = static_cast<double>(mode * n % p.vehicles) / static_cast<double>(p.vehicles);
    shift.push_back(p.amplitude * (1 + std::cos(2 * std::numbers::pi * turn)));
  }
  return shift;
}

sumo::Ring setup(const Params& p, const std::vector<double>& shift) {
  sumo::Ring ring{p.circumference, p.law, {}, solver::equilibrium_speed(p.law, headway_of(p))};
  for (std::size_t n = 0; n < shift.size(); ++n)
    ring.place.push_back(static_cast<double>(n) * headway_of(p) + shift[n]);
  return ring;
}

// Every rank drives the whole ring: it is small.
sumo::Course advance(const Params& p, const sumo::Ring& ring, const std::vector<double>& shift,
                     std::size_t scheme, std::size_t count) {
  const Domain road = solver::rings(Domain::alone(), 1, p.vehicles);
  solver::Drive<solver::Idm> drive(road, solver::alike(p.law), driving_of(p, scheme));
  auto state = drive.uniform(headway_of(p), ring.speed);
  solver::shift_vehicles(state, road,
                         [&shift](Index, Index i) { return shift[static_cast<std::size_t>(i)]; });
  drive.check(state);
  sumo::Course course;
  for (std::size_t r = 0; r < count; ++r) {
    if (r > 0) drive.advance(state, static_cast<Index>(every(p)));
    for (const double x : solver::places(state, road)) course.place.push_back(x);
    for (const double v : road.gather(state.speed)) course.speed.push_back(v);
  }
  return course;
}

struct Pair {
  sumo::Course sumo, own;
  const sumo::Course& of(std::size_t driver) const { return driver == 0 ? sumo : own; }
};

Pair drive_both(const Params& p, const std::vector<double>& shift, std::size_t scheme, double seconds,
                const Domain& world) {
  const auto ring = setup(p, shift);
  const std::size_t count = records(p, seconds);
  return {sumo::drive(ring, {p.dt, scheme == 1, every(p), count}, world.communicator()),
          advance(p, ring, shift, scheme, count)};
}

// Amplitude of a mode, record by record.
std::vector<double> amplitudes(const Params& p, const sumo::Course& course, double theta) {
  const auto N = static_cast<std::size_t>(p.vehicles);
  std::vector<double> all;
  for (std::size_t begin = 0; begin + N <= course.place.size(); begin += N) {
    std::complex<double> sum = 0;
    for (std::size_t n = 0; n < N; ++n)
      sum += (course.place[begin + n] - static_cast<double>(n) * headway_of(p)) *
             std::polar(1.0, -theta * static_cast<double>(n));
    all.push_back(2 * std::abs(sum) / static_cast<double>(N));
  }
  return all;
}

// Slope of the least-squares line through log amplitudes between the times of the fit.
double fitted_growth(const Params& p, const std::vector<double>& amplitude, const std::vector<double>& time) {
  double n = 0, st = 0, sy = 0, stt = 0, sty = 0;
  for (std::size_t r = 0; r < amplitude.size(); ++r) {
    if (time[r] < p.fit_from || time[r] > p.fit_to) continue;
    const double t = time[r] - p.fit_from, y = std::log(amplitude[r]);
    n += 1, st += t, sy += y, stt += t * t, sty += t * y;
  }
  return n > 0 ? (n * sty - st * sy) / (n * stt - st * st) : NAN;
}

std::vector<double> times(const Params& p, std::size_t count) {
  std::vector<double> all;
  for (std::size_t r = 0; r < count; ++r) all.push_back(static_cast<double>(r * every(p)) * p.dt);
  return all;
}

// What is measured of one scheme; driver 0 is SUMO.
struct Measured {
  std::vector<double> apart;
  std::vector<double> speed[drivers], amplitude[drivers];
  double growth[drivers]{NAN, NAN}, saturated[drivers]{NAN, NAN};
  double expected = 0, farthest = NAN;
  std::string absent;
};

Measured measure(const Params& p, const Pair& run, const Pair& small, const theory::RingMode& mode) {
  const auto N = static_cast<std::size_t>(p.vehicles);
  const auto t = times(p, records(p, p.duration));
  Measured m;
  m.expected = mode.root.real();
  m.absent = run.sumo.absent.empty() ? small.sumo.absent : run.sumo.absent;
  for (std::size_t d = 0; d < drivers; ++d) {
    const auto& v = run.of(d).speed;
    double sum = 0, count = 0;
    for (std::size_t r = 0; r * N < v.size(); ++r) {
      double mean = 0;
      for (std::size_t n = 0; n < N; ++n) mean += v[r * N + n] / static_cast<double>(N);
      m.speed[d].push_back(mean);
      if (t[r] >= p.saturated) sum += mean, count += 1;
    }
    if (count > 0) m.saturated[d] = sum / count;
    m.amplitude[d] = amplitudes(p, small.of(d), mode.theta);
    m.growth[d] = fitted_growth(p, m.amplitude[d], times(p, m.amplitude[d].size()));
  }
  for (std::size_t r = 0; r * N < run.sumo.place.size(); ++r) {
    double most = 0;
    for (std::size_t n = 0; n < N; ++n)
      most = std::max(most, std::abs(run.sumo.place[r * N + n] - run.own.place[r * N + n]));
    m.apart.push_back(most);
    if (t[r] <= p.compared) m.farthest = r == 0 ? most : std::max(m.farthest, most);
  }
  return m;
}

void claim(const Measured& m, const std::string& scheme, Results& results) {
  const auto number = [&m](double x) { return m.absent.empty() ? x : 0; };
  results.claim({"growth_" + scheme,
                 "A small wave grows in SUMO as the dispersion relation of its steps says",
                 number(m.growth[0]), Kind::equal_rel, m.expected, 0.01, "1/s", "E5 of the traffic theory",
                 Role::convergence, Scale::smoke, m.absent});
  results.claim({"trajectories_" + scheme, "SUMO's vehicles stay where ours are, over `compared` seconds",
                 number(m.farthest), Kind::at_most, 0, 1e-3, "m", "E5 of the traffic theory",
                 Role::convergence, Scale::smoke, m.absent});
  results.claim({"saturated_speed_" + scheme, "The jam in SUMO has the mean speed of ours",
                 number(m.saturated[0]), Kind::equal_rel, m.saturated[1], 0.02, "m/s",
                 "E5 of the traffic theory", Role::convergence, Scale::smoke, m.absent});
}

// Rows scheme by scheme, driver by driver; NaN where there is nothing.
void add(Array& all, const std::vector<double>& row, std::size_t length) {
  for (std::size_t i = 0; i < length; ++i) all.values.push_back(i < row.size() ? row[i] : NAN);
}

void run(const Params& p, const Deck&, const Domain& world, Results& results) {
  const std::size_t T = records(p, p.duration), W = records(p, p.fit_to),
                    N = static_cast<std::size_t>(p.vehicles);
  results.labels(scheme_name, scheme_names);
  results.labels(driver_name, driver_names);
  results.text(peer_version, {sumo::version(world.communicator())});
  results.axis(record_time, times(p, T));
  results.axis(wave_time, times(p, W));
  results.write(uniform_speed, solver::equilibrium_speed(p.law, headway_of(p)));
  Array places{{schemes, drivers, T, N}, {}}, speeds{{schemes, drivers, T}, {}},
      waves{{schemes, drivers, W}, {}};
  Array distances{{schemes, T}, {}}, rates{{schemes, drivers}, {}}, means{{schemes, drivers}, {}};
  Array expected{{schemes}, {}};
  Progress progress("traffic/sumo_peer", static_cast<Index>(schemes), world.speaks());
  for (std::size_t s = 0; s < schemes; ++s) {
    const auto mode = mode_of(p, s);
    const Pair big = drive_both(p, kicked(p), s, p.duration, world);
    const Pair small = drive_both(p, waved(p, mode.mode), s, p.fit_to, world);
    const Measured m = measure(p, big, small, mode);
    for (std::size_t d = 0; d < drivers; ++d) {
      add(places, big.of(d).place, T * N);
      add(speeds, m.speed[d], T);
      add(waves, m.amplitude[d], W);
      add(rates, {m.growth[d]}, 1);
      add(means, {m.saturated[d]}, 1);
    }
    add(distances, m.apart, T);
    add(expected, {m.expected}, 1);
    claim(m, scheme_names[s], results);
    progress.advance();
  }
  results.write(place, places);
  results.write(apart, distances);
  results.write(mean_speed, speeds);
  results.write(wave, waves);
  results.write(growth, rates);
  results.write(growth_expected, expected);
  results.write(saturated_speed, means);
}

}  // namespace sumo_peer_parts

extern const Verbs sumo_peer = verbs<sumo_peer_parts::Params, sumo_peer_parts::check, sumo_peer_parts::run>();

}  // namespace attune::experiments::traffic
