// experiments/traffic/ring_jam.cpp
//
// Question   What jam does a ring of optimal velocity drivers end in?
// Equation   v_i' = a [V(h_i) - v_i],   V(h) = v_scale [tanh(width (h - centre)) + offset]
// Exact      the travelling wave v_i(t) = f(t + i tau): f' = a [V(H) - f], H' = f(t + tau) - f, solved by
//            collocation; near onset a kink of amplitude sqrt(5 (V' / |V'''|) (a_c / a - 1)), a_c = 2 V'
// Expect     extremes of headway and speed to 0.5 %, jam speed and delay to 1 %, whatever the start; the kink
//            within 1 % close to onset
// Source     Bando et al. 1995 [bando1995]; Komatsu and Sasa 1995 [komatsu1995]; Sugiyama and Yamada 1997
//            [sugiyama1997]; E6
// Builds on  solvers/traffic, solvers/traffic/theory
// Figure     analysis/traffic/ring_jam.py
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/core/progress.hpp"
#include "experiments/dealt_numbers.hpp"
#include "experiments/experiment.hpp"
#include "experiments/traffic/parts/jam_film.hpp"
#include "experiments/traffic/parts/jam_orbit.hpp"
#include "experiments/traffic/parts/wave_curve.hpp"
#include "solvers/traffic/theory/optimal_velocity.hpp"

namespace attune::experiments::traffic {
namespace ring_jam_parts {

namespace theory = attune::traffic::theory;
using Numbers = std::vector<double>;
constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

struct Params {
  double sensitivity = 1;
  Index vehicles = 100;
  double headway = 2, dt = 0.05, shift = 0.1, seconds = 3000, film_seconds = 400, film_every = 0.2;
  double early_seconds = 600, early_every = 2;
  Numbers block_sensitivities{1.9, 1.8, 1.6, 1.3};
  double block_amplitude = 0.5, block_dt = 0.1, block_seconds = 15000;
  double near_onset = 0.12;
  Index points = 8, curve = 21;
  solver::OptimalVelocity optimal{};
};

void describe(auto& field, Params& p) {
  field("sensitivity", p.sensitivity, "1/s", "a of the ring with one shifted vehicle", above(0.0));
  field("vehicles", p.vehicles, "1", "vehicles N", between(10, 2000));
  field("headway", p.headway, "m", "L / N", above(0.0));
  field("dt", p.dt, "s", "Runge-Kutta step", above(0.0));
  field("shift", p.shift, "m", "of vehicle 0 at the start");
  field("seconds", p.seconds, "s", "until the ring is looked at", above(0.0));
  field("film_seconds", p.film_seconds, "s", "for which it is then filmed", above(0.0));
  field("film_every", p.film_every, "s", "time between two pictures", above(0.0));
  field("early_seconds", p.early_seconds, "s", "filmed from the start, coarsely", above(0.0));
  field("early_every", p.early_every, "s", "time between two of these pictures", above(0.0));
  field("block_sensitivities", p.block_sensitivities, "1/s",
        "a of rings that start with half of the vehicles close", above(0.0), length(1, 32));
  field("block_amplitude", p.block_amplitude, "m", "by how much they are closer than the mean", above(0.0));
  field("block_dt", p.block_dt, "s", "Runge-Kutta step of these rings", above(0.0));
  field("block_seconds", p.block_seconds, "s", "until these rings are looked at", above(0.0));
  field("near_onset", p.near_onset, "1", "a_c / a - 1 up to which the kink of weak nonlinearity is asked for",
        above(0.0));
  field("points", p.points, "1", "points a vehicle on which the travelling wave is collocated",
        between(2, 64));
  field("curve", p.curve, "1", "sensitivities along which the travelling wave is followed", between(2, 400));
  describe(field, p.optimal);
}

constexpr Dataset sensitivity{
    "sensitivity", "1/s", "run",
    "a of a run; the first began with one vehicle shifted, the others with half of them close"};
constexpr Dataset measured[]{
    {"least_headway", "m", "run", "least headway, measured"},
    {"most_headway", "m", "run", "largest headway, measured"},
    {"least_speed", "m/s", "run", "least speed, measured"},
    {"most_speed", "m/s", "run", "largest speed, measured"},
    {"delay", "s", "run", "time after which a vehicle does as the next did, measured"},
    {"jam_speed", "m/s", "run", "speed of the jam on the road, negative upstream, measured"},
    {"amplitude", "m", "run", "half the range of headways, measured"},
};
constexpr Dataset expected[]{
    {"least_headway_expected", "m", "run", "least headway of the travelling wave", "", true},
    {"most_headway_expected", "m", "run", "largest headway of the travelling wave", "", true},
    {"least_speed_expected", "m/s", "run", "least speed of the travelling wave", "", true},
    {"most_speed_expected", "m/s", "run", "largest speed of the travelling wave", "", true},
    {"delay_expected", "s", "run", "time after which a vehicle does as the next did of the travelling wave",
     "", true},
    {"jam_speed_expected", "m/s", "run",
     "speed of the jam on the road, negative upstream of the travelling wave", "", true},
    {"amplitude_expected", "m", "run", "half the range of headways of the travelling wave", "", true},
};
constexpr Dataset kink{"kink_amplitude", "m", "run", "amplitude of headways near onset",
                       "sqrt(5 (V' / |V'''|) (a_c / a - 1))"};
constexpr Dataset curve_sensitivity{"curve_sensitivity", "1/s", "curve", "a along the lines of theory"};
constexpr Dataset curve_amplitude{
    "curve_amplitude", "m", "curve", "amplitude of headways of the travelling wave", "", true};
constexpr Dataset curve_jam_speed{"curve_jam_speed", "m/s", "curve", "its speed on the road", "", true};
constexpr Dataset wave_headway{
    "wave_headway", "m", "phase", "H of the travelling wave of the first two runs", "", true};
constexpr Dataset wave_speed{"wave_speed", "m/s", "phase", "f of it, at the same phase", "", true};
constexpr Dataset orbit_headway{"orbit_headway", "m", "film_time",
                                "headway of vehicle 0 beside the only jam of the second run"};
constexpr Dataset orbit_speed{"orbit_speed", "m/s", "film_time", "its speed"};
constexpr Dataset film_time{"film_time", "s", "film_time", "t of a picture"};
constexpr Dataset early_time{"early_time", "s", "early_time", "t of an early picture"};
constexpr Dataset early_place{"early_place", "m", "early_time vehicle", "places of fronts, not folded"};
constexpr Dataset early_speed{"early_speed", "m/s", "early_time vehicle", "speeds"};

const std::vector<std::string> quantities{"least headway", "largest headway", "least speed", "largest speed",
                                          "delay",         "jam speed",       "amplitude"};
enum Quantity : std::size_t {
  least_h,
  most_h,
  least_v,
  most_v,
  delay,
  jam_speed,
  amplitude,
  links,
  collisions,
  count
};

void check(const Params& p, const Deck& deck) {
  for (std::size_t a = 0; a < p.block_sensitivities.size(); ++a)
    for (std::size_t b = 0; b < a; ++b)
      if (p.block_sensitivities[a] == p.block_sensitivities[b])
        deck.refuse("params.block_sensitivities", "must not repeat an entry");
  if (std::abs(p.shift) >= p.headway) deck.refuse("params.shift", "must be less than 'headway'");
  if (p.block_amplitude >= p.headway) deck.refuse("params.block_amplitude", "must be less than 'headway'");
  if (p.film_seconds < 10 * p.film_every)
    deck.refuse("params.film_every", "must fit ten times into 'film_seconds'");
}

// Runs: one vehicle shifted; half of them close at the same a, so one jam; then block_sensitivities.
enum Run : std::size_t { shifted, one_jam };

double relaxation(const Params& p, std::size_t run) {
  return run < 2 ? p.sensitivity : p.block_sensitivities[run - 2];
}
std::size_t runs(const Params& p) { return 2 + p.block_sensitivities.size(); }

theory::TanhSpeed speed_of(const Params& p) {
  return {p.optimal.v_scale, p.optimal.width, p.optimal.centre, p.optimal.offset};
}

LoneRing setup(const Params& p, std::size_t run) {
  solver::Ovm law{.sensitivity = relaxation(p, run), .optimal = p.optimal};
  const RingShape shape{1, p.vehicles, p.headway};
  const solver::Driving driving{.dt = run == shifted ? p.dt : p.block_dt,
                                .integrator = solver::Integrator::runge_kutta,
                                .floor = false};
  LoneRing ring = lone_ring(solver::alike(law), shape, theory::equilibrium_speed(law, p.headway), driving);
  RingState state = ring.see();
  if (run == shifted) {
    state.headway.front() -= p.shift;
    state.headway.back() += p.shift;
  } else {
    for (Index i = 0; i < p.vehicles / 2; ++i) {
      state.headway[i] -= p.block_amplitude;
      state.headway[p.vehicles - 1 - i] += p.block_amplitude;
    }
  }
  ring.set(state.headway, state.speed);
  return ring;
}

Index pictures_of(const Params& p, double dt) {
  return 1 + static_cast<Index>(p.film_seconds / (static_cast<double>(steps_of(p.film_every, dt)) * dt));
}

RingFilm advance(const Params& p, std::size_t run, LoneRing& ring) {
  const double dt = run == shifted ? p.dt : p.block_dt;
  ring.advance(steps_of(run == shifted ? p.seconds : p.block_seconds, dt));
  return film_of(ring, pictures_of(p, dt), steps_of(p.film_every, dt));
}

Numbers measure(const RingFilm& film, const LoneRing& ring) {
  Numbers seen(count);
  const auto [h_least, h_most] = std::minmax_element(film.headway.begin(), film.headway.end());
  const auto [v_least, v_most] = std::minmax_element(film.speed.begin(), film.speed.end());
  const JamPassage passage = jam_passage(film);
  seen[least_h] = *h_least;
  seen[most_h] = *h_most;
  seen[least_v] = *v_least;
  seen[most_v] = *v_most;
  seen[delay] = passage.delay;
  seen[jam_speed] = passage.jam_speed;
  seen[amplitude] = (*h_most - *h_least) / 2;
  seen[links] = static_cast<double>(passage.links);
  seen[collisions] = static_cast<double>(ring.counters().collisions);
  return seen;
}

Numbers listed(const theory::JamWave& wave) {
  if (!wave.found) return Numbers(quantities.size(), nothing);
  return {wave.least_headway,
          wave.most_headway,
          wave.least_speed,
          wave.most_speed,
          wave.delay,
          wave.jam_speed,
          (wave.most_headway - wave.least_headway) / 2};
}

void claim_jam(const Params& p, const Numbers& seen, const theory::JamWave& wave, const Orbit& orbit,
               Results& results) {
  const std::string absent = wave.found ? "" : "no travelling wave at this sensitivity and headway";
  const Numbers wanted = wave.found ? listed(wave) : Numbers(quantities.size(), 0);
  const char* ids[]{"least_headway", "most_headway", "least_speed", "most_speed", "delay", "jam_speed"};
  const char* units[]{"m", "m", "m/s", "m/s", "s", "m/s"};
  for (std::size_t q = 0; q <= jam_speed; ++q)
    results.claim({ids[q], "The " + quantities[q] + " of the jam is that of the travelling wave", seen[q],
                   Kind::equal_rel, wanted[q], q < delay ? 0.005 : 0.01, units[q], "E6; Bando et al. 1995",
                   Role::convergence, Scale::quick, absent});
  const double off =
      wave.found ? farthest(orbit, wave.headway, halfway(wave.speed), p.headway, p.optimal.v_scale) : 0;
  results.claim({"orbit",
                 "The loop of a vehicle in the plane of headway and speed is that of the travelling wave, "
                 "one jam on the ring",
                 off, Kind::at_most, 0, 0.005, "1", "E6; Bando et al. 1995", Role::convergence, Scale::quick,
                 absent});
}

void claim_blocks(const Params& p, std::size_t run, const Numbers& seen, const theory::JamWave& wave,
                  double weak, Results& results) {
  std::string id = "_at_" + solver::refusals::shown(relaxation(p, run));
  std::replace(id.begin(), id.end(), '.', '_');
  const std::string at = ", a = " + solver::refusals::shown(relaxation(p, run)) + " /s";
  const std::string absent = wave.found ? "" : "no travelling wave at this sensitivity and headway";
  const Numbers wanted = wave.found ? listed(wave) : Numbers(quantities.size(), 0);
  results.claim({"amplitude" + id, "The amplitude of headways is that of the travelling wave" + at,
                 seen[amplitude], Kind::equal_rel, wanted[amplitude], 0.005, "m", "E6", Role::convergence,
                 Scale::quick, absent});
  results.claim({"jam_speed" + id, "The jam moves as the travelling wave does" + at, seen[jam_speed],
                 Kind::equal_rel, wanted[jam_speed], 0.01, "m/s", "E6", Role::convergence, Scale::quick,
                 absent});
  const double onset = 2 * speed_of(p).steepest();
  const bool near = onset / relaxation(p, run) - 1 <= p.near_onset && relaxation(p, run) < onset;
  results.claim({"kink" + id, "Close to onset the amplitude is that of the kink of weak nonlinearity" + at,
                 seen[amplitude], Kind::equal_rel, weak, 0.01, "m", "E6; Komatsu and Sasa 1995",
                 Role::convergence, Scale::quick, near ? "" : "not close to onset"});
}

void write_curves(const Params& p, const Domain& world, Results& results) {
  const double onset = 2 * speed_of(p).steepest();
  const double lowest =
      std::min(p.sensitivity, *std::min_element(p.block_sensitivities.begin(), p.block_sensitivities.end()));
  Numbers at;
  for (Index n = 0; n < p.curve; ++n)
    at.push_back(0.98 * onset +
                 (lowest - 0.98 * onset) * static_cast<double>(n) / static_cast<double>(p.curve - 1));
  const WaveCurve curve =
      wave_curve(speed_of(p), at, static_cast<int>(p.vehicles), p.headway, world.communicator());
  results.write(curve_sensitivity, at);
  results.write(curve_amplitude, curve.amplitude);
  results.write(curve_jam_speed, curve.jam_speed);
}

void write_early(const Params& p, Results& results) {
  LoneRing ring = setup(p, 0);
  const Index every = steps_of(p.early_every, p.dt);
  const RingFilm film =
      film_of(ring, 1 + static_cast<Index>(p.early_seconds / (static_cast<double>(every) * p.dt)), every);
  results.axis(early_time, film.time);
  results.write(early_place, {{film.records(), film.vehicles}, film.place});
  results.write(early_speed, {{film.records(), film.vehicles}, film.speed});
}

// Everything measured, run after run, and the orbit beside the only jam, known to all ranks.
struct Seen {
  std::vector<Numbers> runs;
  Orbit orbit;
};
Seen measure_all(const Params& p, const Domain& world) {
  const auto pictures = static_cast<std::size_t>(pictures_of(p, p.block_dt));
  DealtNumbers dealt(runs(p) * count + 3 * pictures);
  Progress progress("traffic/ring_jam", static_cast<Index>(runs(p)), world.speaks());
  deal(runs(p), world.communicator(), [&](std::size_t run) {
    LoneRing ring = setup(p, run);
    const RingFilm film = advance(p, run, ring);
    const Numbers seen = measure(film, ring);
    for (std::size_t q = 0; q < count; ++q) dealt.set(run * count + q, seen[q]);
    for (std::size_t n = 0; run == one_jam && n < pictures; ++n) {
      const std::size_t at = runs(p) * count + 3 * n;
      dealt.set(at, film.time[n]);
      dealt.set(at + 1, film.headway[n * film.vehicles]);
      dealt.set(at + 2, film.speed[n * film.vehicles]);
    }
    progress.advance(world.communicator().size);
  });
  dealt.share(world.communicator());
  Seen seen;
  for (std::size_t run = 0; run < runs(p); ++run) {
    seen.runs.emplace_back();
    for (std::size_t q = 0; q < count; ++q) seen.runs.back().push_back(dealt.get(run * count + q));
  }
  for (std::size_t at = runs(p) * count; at < dealt.size(); at += 3) {
    seen.orbit.time.push_back(dealt.get(at));
    seen.orbit.headway.push_back(dealt.get(at + 1));
    seen.orbit.speed.push_back(dealt.get(at + 2));
  }
  return seen;
}

void run(const Params& p, const Deck&, const Domain& world, Results& results) {
  for (std::size_t r = 0; r < runs(p); ++r) setup(p, r);  // refuses on every rank alike
  const Seen seen = measure_all(p, world);
  const theory::TanhSpeed V = speed_of(p);
  Numbers at, weak, crashed;
  std::vector<Numbers> table(quantities.size()), wanted(quantities.size());
  for (std::size_t r = 0; r < runs(p); ++r) {
    const double a = relaxation(p, r), onset = 2 * V.steepest();
    const auto wave =
        theory::jam_wave(V, a, static_cast<int>(p.vehicles), p.headway, static_cast<int>(p.points));
    at.push_back(a);
    for (std::size_t q = 0; q < quantities.size(); ++q) {
      table[q].push_back(seen.runs[r][q]);
      wanted[q].push_back(listed(wave)[q]);
    }
    weak.push_back(a < onset ? theory::kink_amplitude(V.steepest(), V.third(), a) : 0);
    crashed.push_back(seen.runs[r][collisions]);
    if (r > one_jam) claim_blocks(p, r, seen.runs[r], wave, weak.back(), results);
    if (r != shifted) continue;
    claim_jam(p, seen.runs[shifted], wave, seen.orbit, results);
    results.write(wave_headway, wave.found ? wave.headway : Numbers{nothing});
    results.write(wave_speed, wave.found ? halfway(wave.speed) : Numbers{nothing});
  }
  results.write(sensitivity, at);
  for (std::size_t q = 0; q < quantities.size(); ++q) {
    results.write(measured[q], table[q]);
    results.write(expected[q], wanted[q]);
  }
  results.write(kink, weak);
  results.axis(film_time, seen.orbit.time);
  results.write(orbit_headway, seen.orbit.headway);
  results.write(orbit_speed, seen.orbit.speed);
  results.claim({"no_collisions", "No vehicle runs into the next",
                 *std::max_element(crashed.begin(), crashed.end()), Kind::at_most, 0, 0, "1", "E6",
                 Role::empirical});
  write_curves(p, world, results);
  write_early(p, results);
}

}  // namespace ring_jam_parts

extern const Verbs ring_jam = verbs<ring_jam_parts::Params, ring_jam_parts::check, ring_jam_parts::run>();

}  // namespace attune::experiments::traffic
