// experiments/traffic/automated_vehicle.cpp
//
// Question   What do automated vehicles make of a jam that human drivers are caught in?
// Equation   one law for humans, one for every k-th vehicle: ACC of a large time gap, bilateral control, or
//            FollowerStopper; fuel rate max(0, P0 + v [m a + c_r m g + c_d rho A v^2 / 2]) / (efficiency
//            energy)
// Exact      where all drive alike small waves grow or decay at the eigenvalues of the ring of unlike
//            vehicles
// Expect     that rate, to 1e-6, of the nonlinear ring started close to uniform flow; and a jam
//            wherever uniform flow is unstable
// Source     Stern et al. 2018 [stern2018]: -80.8 % in the deviation of speeds, -42.5 % in fuel; Wang, Horn,
//            Strang 2017 [wang2017]; Treiber and Kesting 2013 [treiber2013]; E9
// Builds on  solvers/traffic, solvers/traffic/theory
// Figure     analysis/traffic/automated_vehicle.py
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/core/progress.hpp"
#include "experiments/dealt_numbers.hpp"
#include "experiments/experiment.hpp"
#include "experiments/traffic/parts/jam_film.hpp"
#include "experiments/traffic/parts/mixed_growth.hpp"
#include "experiments/traffic/parts/trip.hpp"
#include "solvers/traffic/theory/ring_spectrum.hpp"

namespace attune::experiments::traffic {
namespace automated_vehicle_parts {

namespace theory = attune::traffic::theory;
using Numbers = std::vector<double>;

struct Params {
  Index vehicles = 22;
  double ring_length = 260;
  std::vector<std::string> controllers{"acc", "bilateral", "follower_stopper"};
  std::vector<Index> automated{1, 2, 4, 8};
  double dt = 0.1, shift = 0.1, human_seconds = 900, settle_seconds = 1500, window = 300;
  double hard_braking = 1;
  CloseRun close{};
  double shown_before = 200, shown_after = 500, shown_every = 2;
  Numbers time_gaps{1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15};
  solver::Idm human{};
  Controllers laws{};
  Fuel fuel{};
};

void describe(auto& field, Params& p) {
  field("vehicles", p.vehicles, "1", "vehicles N on the ring", between(4, 400));
  field("ring_length", p.ring_length, "m", "L", above(0.0));
  field("controllers", p.controllers, "1", "what drives automated vehicles, none twice",
        one_of(controller_names()), length(1, 3));
  field("automated", p.automated, "1", "how many of the vehicles are automated, evenly spread",
        between(1, 200), length(1, 16));
  field("dt", p.dt, "s", "semi-implicit step", above(0.0));
  field("shift", p.shift, "m", "of one vehicle at the start");
  field("human_seconds", p.human_seconds, "s", "all are driven by humans", above(0.0));
  field("settle_seconds", p.settle_seconds, "s", "then automated vehicles are, before the second window",
        above(0.0));
  field("window", p.window, "s", "over which is measured: the last of the human time, and after settling",
        above(0.0));
  field("hard_braking", p.hard_braking, "m/s^2", "deceleration from which braking is counted", above(0.0));
  field("linear_dt", p.close.dt, "s", "Runge-Kutta step of rings close to uniform flow", above(0.0));
  field("linear_seconds", p.close.seconds, "s", "for which they are followed at most", above(0.0));
  field("linear_amplitude", p.close.amplitude, "m", "by which one vehicle of them is shifted", above(0.0));
  field("shown_before", p.shown_before, "s", "stored before automated vehicles take over", above(0.0));
  field("shown_after", p.shown_after, "s", "and after", above(0.0));
  field("shown_every", p.shown_every, "s", "between two records stored", above(0.0));
  field("time_gaps", p.time_gaps, "s", "of ACC, whose ring spectrum is computed", above(0.0), length(2, 64));
  solver::Prefixed human{field, "human_"}, acc{field, "acc_"}, bilateral{field, "bilateral_"},
      stopper{field, "follower_stopper_"}, car{field, "fuel_"};
  describe(human, p.human);
  describe(acc, p.laws.acc);
  describe(bilateral, p.laws.bilateral);
  describe(stopper, p.laws.follower_stopper);
  describe(car, p.fuel);
}

constexpr Dataset controller_name{"controller", "1", "controller", "what drives automated vehicles"};
constexpr Dataset automated_count{"automated", "1", "automated", "how many of the vehicles are automated"};
constexpr Dataset phase_name{"phase", "1", "phase", "who drives"};
constexpr Dataset tables[]{
    {"speed_deviation", "m/s", "controller automated phase",
     "standard deviation of speeds over vehicles and time"},
    {"mean_speed", "m/s", "controller automated phase", "mean speed over vehicles and time"},
    {"throughput", "1/s", "controller automated phase", "vehicles a second past a place", "N v / L"},
    {"fuel", "l/km", "controller automated phase", "fuel of a vehicle over the way it drives"},
    {"hard_braking", "1/km", "controller automated phase",
     "beginnings of hard braking of a vehicle over its way"},
    {"collisions", "1", "controller automated phase", "steps of vehicles without a gap"},
};
constexpr Dataset uniform_speed{"uniform_speed", "m/s", "controller automated",
                                "speed at which all drive alike"};
constexpr Dataset abscissa{"abscissa", "1/s", "controller automated",
                           "growth of the fastest small wave by theory",
                           "largest real part of the eigenvalues of J"};
constexpr Dataset growth{"growth", "1/s", "controller automated", "the same, measured on the nonlinear ring",
                         "",       true};
constexpr Dataset human_abscissa{"human_abscissa", "1/s", "",
                                 "growth of the fastest small wave of humans alone"};
constexpr Dataset time_gap{"time_gap", "s", "time_gap", "T of ACC"};
constexpr Dataset gap_abscissa{"abscissa_of_time_gap", "1/s", "automated time_gap",
                               "growth of the fastest small wave of a ring with ACC of that time gap",
                               "largest real part of the eigenvalues of J"};
constexpr Dataset shown_time{"shown_time", "s", "shown_time",
                             "t of a record, 0 where automated vehicles take over"};
constexpr Dataset shown_place{"shown_place", "m", "controller shown_time vehicle",
                              "places of fronts, not folded; the fewest automated vehicles"};
constexpr Dataset shown_speed{"shown_speed", "m/s", "controller shown_time vehicle", "speeds"};

const std::vector<std::string> phases{"human", "automated"};
enum Quantity : std::size_t { deviation, mean, throughput, fuel, braking, crashed, quantities };

void check(const Params& p, const Deck& deck) {
  for (std::size_t a = 0; a < p.controllers.size(); ++a)
    for (std::size_t b = 0; b < a; ++b)
      if (p.controllers[a] == p.controllers[b]) deck.refuse("params.controllers", "must not repeat an entry");
  for (std::size_t a = 0; a < p.automated.size(); ++a) {
    if (2 * p.automated[a] > p.vehicles)
      deck.refuse("params.automated",
                  "must be at most half of 'vehicles': every automated one follows a human");
    if (a > 0 && p.automated[a] <= p.automated[a - 1]) deck.refuse("params.automated", "must rise");
  }
  if (p.window > p.human_seconds) deck.refuse("params.window", "must fit into 'human_seconds'");
  if (p.shown_before > p.human_seconds) deck.refuse("params.shown_before", "must fit into 'human_seconds'");
}

MixedRing setup(const Params& p, const std::string& controller, Index automated) {
  return {p.human, p.laws, controller, p.vehicles, automated, p.ring_length};
}

Numbers measure(const Params& p, LoneRing& ring) {
  const Trip trip = trip_of(ring, steps_of(p.window, p.dt), p.dt, p.fuel, p.hard_braking);
  const double density = static_cast<double>(p.vehicles) / p.ring_length;
  return {trip.deviation,     trip.mean,          density * trip.mean,
          trip.litres_per_km, trip.brakes_per_km, static_cast<double>(trip.collisions)};
}

LoneRing jammed_ring(const Params& p, const MixedRing& mixed, double seconds) {
  LoneRing ring = mixed_lone_ring(mixed, false, {.dt = p.dt});
  RingState state = ring.see();
  state.headway.front() -= p.shift;
  state.headway.back() += p.shift;
  ring.set(state.headway, state.speed);
  ring.advance(steps_of(seconds, p.dt));
  return ring;
}

// Automated vehicles take over where the others are; places begin anew.
LoneRing taken_over(const Params& p, const MixedRing& mixed, const LoneRing& from) {
  LoneRing ring = mixed_lone_ring(mixed, true, {.dt = p.dt});
  const RingState state = from.see();
  ring.set(state.headway, state.speed);
  return ring;
}

// What both phases were like, one after the other.
Numbers advance(const Params& p, const MixedRing& mixed) {
  LoneRing humans = jammed_ring(p, mixed, p.human_seconds - p.window);
  Numbers seen = measure(p, humans);
  LoneRing ring = taken_over(p, mixed, humans);
  ring.advance(steps_of(p.settle_seconds, p.dt));
  const Numbers after = measure(p, ring);
  seen.insert(seen.end(), after.begin(), after.end());
  return seen;
}

// Tables (controller, automated, phase) of every Quantity, and (controller, automated) of growth.
struct Seen {
  std::size_t controllers, counts;
  std::vector<Numbers> table{quantities};
  Numbers growth{};
  double at(Quantity q, std::size_t c, std::size_t k, std::size_t phase) const {
    return table[q][(c * counts + k) * 2 + phase];
  }
};

Seen measure_all(const Params& p, const std::vector<MixedSpectrum>& spectra, const Domain& world) {
  Seen seen{p.controllers.size(), p.automated.size()};
  const std::size_t tasks = seen.controllers * seen.counts, values = 2 * quantities + 1;
  DealtNumbers dealt(tasks * values);
  Progress progress("traffic/automated_vehicle", static_cast<Index>(tasks), world.speaks());
  deal(tasks, world.communicator(), [&](std::size_t task) {
    const MixedRing mixed = setup(p, p.controllers[task / seen.counts], p.automated[task % seen.counts]);
    Numbers all = advance(p, mixed);
    all.push_back(measured_growth(mixed, spectra[task], p.close));
    for (std::size_t v = 0; v < values; ++v) dealt.set(task * values + v, all[v]);
    progress.advance(world.communicator().size);
  });
  dealt.share(world.communicator());
  for (std::size_t task = 0; task < tasks; ++task) {
    for (std::size_t phase = 0; phase < 2; ++phase)
      for (std::size_t q = 0; q < quantities; ++q)
        seen.table[q].push_back(dealt.get(task * values + phase * quantities + q));
    seen.growth.push_back(dealt.get(task * values + 2 * quantities));
  }
  return seen;
}

void claim_linear(const Params& p, const std::vector<MixedSpectrum>& spectra, const Seen& seen,
                  Results& results) {
  for (std::size_t task = 0; task < spectra.size(); ++task) {
    const std::string who = p.controllers[task / seen.counts];
    const Index count = p.automated[task % seen.counts];
    const bool cut = spectra[task].cut_open;
    const double off =
        cut ? 0 : std::abs(seen.growth[task] - spectra[task].rate.real()) / std::abs(spectra[task].rate);
    results.claim({"growth_" + who + "_" + std::to_string(count),
                   "Close to uniform flow the fastest wave of a ring with " + std::to_string(count) + " " +
                       who + " grows or decays at the abscissa of its matrix; difference over |eigenvalue|",
                   off, Kind::at_most, 0, 1e-6, "1", "E9; eigenvalues of unlike vehicles", Role::convergence,
                   Scale::smoke, cut ? "the controller heeds nobody there: eigenvalues coincide" : ""});
  }
}

// A ring whose uniform flow is unstable must not come to rest in it; one with a clearly stable one may.
void claim_outcome(const Params& p, const std::vector<MixedSpectrum>& spectra, const Seen& seen,
                   Results& results) {
  double calm = std::numeric_limits<double>::infinity(), stirred = 0;
  for (std::size_t task = 0; task < spectra.size(); ++task) {
    const double rate = spectra[task].rate.real(), after = seen.table[deviation][task * 2 + 1];
    if (rate > 5 / p.settle_seconds) calm = std::min(calm, after);
    if (rate < -5 / p.settle_seconds) stirred = std::max(stirred, after);
  }
  const bool any = std::isfinite(calm);
  results.claim({"unstable_rings_stay_jammed",
                 "Where small waves grow, speeds keep differing: their least deviation", any ? calm : 0,
                 Kind::at_least, 0.1, 0, "m/s", "E9; eigenvalues of unlike vehicles", Role::convergence,
                 Scale::quick, any ? "" : "no ring with automated vehicles is unstable"});
  results.claim({"stable_rings_calm_down",
                 "Where small waves decay, the jam is gone: the largest deviation left", stirred,
                 Kind::at_most, 0, 0.05, "m/s", "E9; eigenvalues of unlike vehicles", Role::empirical,
                 Scale::quick});
}

void claim_published(const Params& p, const Seen& seen, Results& results) {
  for (std::size_t c = 0; c < seen.controllers; ++c) {
    const auto change = [&](Quantity q) {
      return seen.at(q, c, 0, 1) / std::max(seen.at(q, c, 0, 0), 1e-12) - 1;
    };
    const std::string& who = p.controllers[c];
    const std::string with = " with " + std::to_string(p.automated[0]) + " " + who;
    results.claim({"deviation_" + who,
                   "The deviation of speeds falls as far as in the field experiment," + with,
                   change(deviation), Kind::at_most, -0.808, 0, "1", "Stern et al. 2018", Role::empirical,
                   Scale::quick});
    results.claim({"fuel_" + who, "Fuel falls as far as in the field experiment," + with, change(fuel),
                   Kind::at_most, -0.425, 0, "1", "Stern et al. 2018", Role::empirical, Scale::quick});
    results.claim({"throughput_" + who, "Throughput rises," + with, change(throughput), Kind::at_least, 0, 0,
                   "1", "Stern et al. 2018", Role::empirical, Scale::quick});
  }
  results.claim({"no_collisions", "No vehicle runs into the next",
                 *std::max_element(seen.table[crashed].begin(), seen.table[crashed].end()), Kind::at_most, 0,
                 0, "1", "E9", Role::empirical});
}

// Records of every controller with the fewest automated vehicles, places as one drive through both phases.
void show(const Params& p, Results& results) {
  const Index every = steps_of(p.shown_every, p.dt);
  const double interval = static_cast<double>(every) * p.dt;
  const auto before = static_cast<Index>(p.shown_before / interval),
             after = static_cast<Index>(p.shown_after / interval);
  Numbers time, place, speed;
  for (Index n = -before; n <= after; ++n) time.push_back(static_cast<double>(n) * interval);
  for (const std::string& controller : p.controllers) {
    const MixedRing mixed = setup(p, controller, p.automated[0]);
    LoneRing humans = jammed_ring(p, mixed, p.human_seconds - static_cast<double>(before) * interval);
    RingFilm film = film_of(humans, before + 1, every);
    LoneRing ring = taken_over(p, mixed, humans);
    const double offset = humans.see().place.front();
    for (Index n = 0; n < after; ++n) {
      ring.advance(every);
      RingState state = ring.see();
      state.place.front() += offset;
      film.absorb(state, ring.shape);
    }
    place.insert(place.end(), film.place.begin(), film.place.end());
    speed.insert(speed.end(), film.speed.begin(), film.speed.end());
  }
  const std::vector<std::size_t> shape{p.controllers.size(), time.size(),
                                       static_cast<std::size_t>(p.vehicles)};
  results.axis(shown_time, time);
  results.write(shown_place, {shape, place});
  results.write(shown_speed, {shape, speed});
}

void write_time_gaps(const Params& p, Results& results) {
  Numbers rates;
  for (const Index count : p.automated)
    for (const double T : p.time_gaps) {
      MixedRing mixed = setup(p, "acc", count);
      mixed.controllers.acc.time_gap = T;
      rates.push_back(mixed_spectrum(mixed).rate.real());
    }
  results.axis(time_gap, p.time_gaps);
  results.write(gap_abscissa, {{p.automated.size(), p.time_gaps.size()}, rates});
}

void run(const Params& p, const Deck&, const Domain& world, Results& results) {
  std::vector<MixedSpectrum> spectra;
  Numbers speeds, rates;
  for (const std::string& controller : p.controllers)
    for (const Index count : p.automated) {
      const MixedRing mixed = setup(p, controller, count);
      solver::ring_headway(p.ring_length, p.vehicles, p.human.length);
      mixed_lone_ring(mixed, true, {.dt = p.dt});  // refuses on every rank alike
      spectra.push_back(mixed_spectrum(mixed));
      speeds.push_back(uniform_flow(mixed).speed);
      rates.push_back(spectra.back().rate.real());
    }
  const Seen seen = measure_all(p, spectra, world);
  const std::vector<std::size_t> shape{seen.controllers, seen.counts};
  results.labels(controller_name, p.controllers);
  results.axis(automated_count, {p.automated.begin(), p.automated.end()});
  results.labels(phase_name, phases);
  for (std::size_t q = 0; q < quantities; ++q)
    results.write(tables[q], {{seen.controllers, seen.counts, 2}, seen.table[q]});
  results.write(uniform_speed, {shape, speeds});
  results.write(abscissa, {shape, rates});
  results.write(growth, {shape, seen.growth});
  const double headway = p.ring_length / static_cast<double>(p.vehicles);
  results.write(
      human_abscissa,
      theory::fastest_mode(theory::linearise(p.human, headway), static_cast<int>(p.vehicles)).root.real());
  claim_linear(p, spectra, seen, results);
  claim_outcome(p, spectra, seen, results);
  claim_published(p, seen, results);
  write_time_gaps(p, results);
  show(p, results);
}

}  // namespace automated_vehicle_parts

extern const Verbs automated_vehicle =
    verbs<automated_vehicle_parts::Params, automated_vehicle_parts::check, automated_vehicle_parts::run>();

}  // namespace attune::experiments::traffic
