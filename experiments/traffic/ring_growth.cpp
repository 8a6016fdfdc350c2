// experiments/traffic/ring_growth.cpp
//
// Question   Does a ring of vehicles amplify small waves as linear theory says, whatever law and integrator
//            drive it?
// Equation   lambda^2 - (f_v + sum g_k z^k) lambda + sum f_k (1 - z^k) = 0, z = exp(2 pi i m / N)
// Exact      what a step dt makes of it: D^2 = (P + c Q) D + Q, mu = 1 + dt D, c = dt semi-implicit, dt / 2
//            ballistic; mu = sum (lambda dt)^j / j!, j <= 4, Runge-Kutta;   rate = ln mu / dt
// Expect     growth and frequency of the discrete relation; orders 1, 1, 4 towards the continuous one; a
//            shifted vehicle ends in one saturated state, the same for all integrators as dt -> 0
// Source     Wilson and Ward 2011 [wilson2011]; E4
// Builds on  solvers/traffic, solvers/traffic/theory
// Figure     analysis/traffic/ring_growth.py
#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "core/core/progress.hpp"
#include "experiments/dealt_numbers.hpp"
#include "experiments/experiment.hpp"
#include "experiments/traffic/parts/ring_modes.hpp"
#include "experiments/traffic/parts/saturation.hpp"

namespace attune::experiments::traffic {
namespace ring_growth_parts {

using theory::Complex;
using Numbers = std::vector<double>;

struct Params {
  std::vector<std::string> laws{"idm", "idm", "ovm", "fvdm", "lenz", "hdm"};
  Numbers ring_lengths{230, 260, 200, 376, 200, 230};
  std::vector<Index> vehicles{22, 22, 100, 22, 100, 22};
  ModeRun modes{};
  Numbers euler_steps{0.4, 0.2, 0.1, 0.05, 0.025}, runge_kutta_steps{0.8, 0.4, 0.2, 0.1, 0.05};
  Saturation saturation{};
  solver::Laws parameters{};
};

void describe(auto& field, Params& p) {
  field("laws", p.laws, "1", "law of each case", one_of(solver::law_names()), length(1, 32));
  field("ring_lengths", p.ring_lengths, "m", "length of the ring of each case", above(0.0), length(1, 32));
  field("vehicles", p.vehicles, "1", "vehicles N of each case", between(3, 400), length(1, 32));
  field("amplitude", p.modes.amplitude, "m", "eps of a mode at the start", above(0.0));
  field("seconds", p.modes.seconds, "s", "time for which a mode is followed at most", above(0.0));
  field("folds", p.modes.folds, "1", "e-folds for which a mode that decays is followed", above(0.0));
  field("largest", p.modes.largest, "m", "amplitude up to which a mode that grows is followed", above(0.0));
  field("euler_steps", p.euler_steps, "s",
        "dt of semi-implicit and ballistic steps, each half the one before", above(0.0), length(2, 8));
  field("runge_kutta_steps", p.runge_kutta_steps, "s", "dt of Runge-Kutta, each half the one before",
        above(0.0), length(2, 8));
  describe(field, p.saturation);
  describe_laws(field, p.parameters);
}

constexpr Dataset case_name{"case", "1", "case", "law, length of the ring, vehicles"};
constexpr Dataset integrator_name{"integrator", "1", "integrator", "how time goes on"};
constexpr Dataset mode_number{"mode", "1", "mode", "waves m round the ring"};
constexpr Dataset case_headway{"case_headway", "m", "case", "headway of uniform flow"};
constexpr Dataset case_speed{"case_speed", "m/s", "case", "speed of uniform flow"};
constexpr Dataset step_size{"step_size", "s", "integrator level", "dt"};
constexpr Dataset growth{"growth", "1/s", "case integrator level mode", "measured growth of a mode",
                         "",       true};
constexpr Dataset frequency{"frequency", "1/s", "case integrator level mode", "measured frequency of a mode",
                            "",          true};
constexpr Dataset growth_expected{"growth_expected",  "1/s",           "case integrator level mode",
                                  "growth by theory", "Re ln mu / dt", true};
constexpr Dataset frequency_expected{"frequency_expected",  "1/s",           "case integrator level mode",
                                     "frequency by theory", "Im ln mu / dt", true};
constexpr Dataset growth_continuous{"growth_continuous",           "1/s",       "case mode",
                                    "growth by theory as dt -> 0", "Re lambda", true};
constexpr Dataset fastest_mode{"fastest_mode", "1", "case", "the mode that grows fastest as dt -> 0"};
constexpr Dataset rate_error{"rate_error", "1/s", "case integrator level",
                             "|measured rate - lambda| of the fastest mode"};
constexpr Dataset order{
    "order", "1", "case integrator", "observed order of the rate of the fastest mode in dt", "", true};

const std::vector<solver::Integrator> integrators{
    solver::Integrator::semi_implicit, solver::Integrator::ballistic, solver::Integrator::runge_kutta};

// All that is measured, with places in tables of (case, integrator, level, mode).
struct Study {
  const Params& p;
  std::size_t cases, levels, modes = 0;

  explicit Study(const Params& params)
      : p(params), cases(params.laws.size()), levels(params.euler_steps.size()) {
    for (const Index n : p.vehicles) modes = std::max(modes, static_cast<std::size_t>(measurable_modes(n)));
  }
  RingShape shape(std::size_t c) const {
    return {1, p.vehicles[c], p.ring_lengths[c] / static_cast<double>(p.vehicles[c])};
  }
  std::string name(std::size_t c) const {
    return p.laws[c] + ", " + solver::refusals::shown(p.ring_lengths[c]) +
           " m, N = " + std::to_string(p.vehicles[c]);
  }
  std::string id(std::size_t c) const {
    std::string word =
        p.laws[c] + "_" + solver::refusals::shown(p.ring_lengths[c]) + "_" + std::to_string(p.vehicles[c]);
    std::replace_if(
        word.begin(), word.end(), [](char x) { return x == '.' || x == '+' || x == '-'; }, '_');
    return word;
  }
  solver::Driving driving(std::size_t i, std::size_t l) const {
    const bool fine = integrators[i] == solver::Integrator::runge_kutta;
    return {.dt = (fine ? p.runge_kutta_steps : p.euler_steps)[l], .integrator = integrators[i]};
  }
  std::size_t place(std::size_t c, std::size_t i, std::size_t l, std::size_t m) const {
    return ((c * integrators.size() + i) * levels + l) * modes + m;
  }
  std::size_t entries() const { return cases * integrators.size() * levels * modes; }
  std::vector<std::size_t> dimensions() const { return {cases, integrators.size(), levels, modes}; }
};

void check(const Params& p, const Deck& deck) {
  if (p.ring_lengths.size() != p.laws.size()) deck.refuse("params.ring_lengths", "must be as many as 'laws'");
  if (p.vehicles.size() != p.laws.size()) deck.refuse("params.vehicles", "must be as many as 'laws'");
  if (p.modes.largest <= p.modes.amplitude) deck.refuse("params.largest", "must be above 'amplitude'");
  std::set<std::string> known;
  for (std::size_t c = 0; c < p.laws.size(); ++c)
    if (!known.insert(Study(p).id(c)).second) deck.refuse("params.laws", "must not give one ring twice");
  if (p.euler_steps.size() != p.runge_kutta_steps.size())
    deck.refuse("params.runge_kutta_steps", "must be as many as 'euler_steps'");
  for (std::size_t n = 1; n < p.euler_steps.size(); ++n) {
    if (p.euler_steps[n] != p.euler_steps[n - 1] / 2)
      deck.refuse("params.euler_steps", "must halve from one to the next");
    if (p.runge_kutta_steps[n] != p.runge_kutta_steps[n - 1] / 2)
      deck.refuse("params.runge_kutta_steps", "must halve from one to the next");
  }
}

struct Rates {
  Numbers growth, frequency;
  explicit Rates(std::size_t entries)
      : growth(entries, std::numeric_limits<double>::quiet_NaN()), frequency(growth) {}
  void set(std::size_t at, Complex rate) {
    growth[at] = rate.real();
    frequency[at] = rate.imag();
  }
  Complex at(std::size_t place) const { return {growth[place], frequency[place]}; }
};

// Refuses on every rank alike what a run would refuse on one.
void refuse_early(const Study& s) {
  for (std::size_t c = 0; c < s.cases; ++c)
    for (std::size_t i = 0; i < integrators.size(); ++i)
      lone_ring(s.p.parameters, s.p.laws[c], s.shape(c), s.driving(i, 0));
}

Rates measure(const Study& s, const Domain& world) {
  DealtNumbers dealt(2 * s.entries());
  const std::size_t tasks = s.cases * integrators.size() * s.levels;
  Progress progress("traffic/ring_growth", static_cast<Index>(tasks), world.speaks());
  deal(tasks, world.communicator(), [&](std::size_t task) {
    const std::size_t l = task % s.levels, i = task / s.levels % integrators.size(),
                      c = task / s.levels / integrators.size();
    const auto rates = measured_rates(s.p.parameters, s.p.laws[c], s.shape(c), s.driving(i, l), s.p.modes);
    for (std::size_t m = 0; m < rates.size(); ++m) {
      dealt.set(s.place(c, i, l, m), rates[m].real());
      dealt.set(s.entries() + s.place(c, i, l, m), rates[m].imag());
    }
    progress.advance(world.communicator().size);
  });
  dealt.share(world.communicator());
  Rates rates(s.entries());
  for (std::size_t c = 0; c < s.cases; ++c)
    for (std::size_t i = 0; i < integrators.size(); ++i)
      for (std::size_t l = 0; l < s.levels; ++l)
        for (Index m = 0; m < measurable_modes(s.p.vehicles[c]); ++m) {
          const std::size_t at = s.place(c, i, l, static_cast<std::size_t>(m));
          rates.set(at, {dealt.get(at), dealt.get(s.entries() + at)});
        }
  return rates;
}

Rates by_theory(const Study& s) {
  Rates rates(s.entries());
  for (std::size_t c = 0; c < s.cases; ++c) {
    const auto law = linearised(s.p.parameters, s.p.laws[c], s.shape(c).headway);
    for (std::size_t i = 0; i < integrators.size(); ++i)
      for (std::size_t l = 0; l < s.levels; ++l) {
        const auto expected = expected_rates(law, s.p.vehicles[c], s.driving(i, l));
        for (std::size_t m = 0; m < expected.size(); ++m) rates.set(s.place(c, i, l, m), expected[m]);
      }
  }
  return rates;
}

// lambda of every mode of a case as dt -> 0, and the one that grows fastest.
struct Continuous {
  std::vector<Complex> rates;
  std::size_t fastest = 0;
};
Continuous continuous(const Study& s, std::size_t c) {
  Continuous all;
  const auto law = linearised(s.p.parameters, s.p.laws[c], s.shape(c).headway);
  const auto N = static_cast<int>(s.p.vehicles[c]);
  for (int m = 1; m <= measurable_modes(N); ++m)
    all.rates.push_back(theory::mode_roots(law, theory::mode_angle(m, N))[0]);
  for (std::size_t m = 0; m < all.rates.size(); ++m)
    if (all.rates[m].real() > all.rates[all.fastest].real()) all.fastest = m;
  return all;
}

void claim_rates(const Study& s, std::size_t c, const Continuous& limit, const Rates& seen,
                 const Rates& expected, Results& results) {
  for (std::size_t i = 0; i < integrators.size(); ++i) {
    const bool fine = integrators[i] == solver::Integrator::runge_kutta;
    double off_growth = 0, off_frequency = 0, off_any = 0;
    for (std::size_t l = fine ? s.levels - 1 : 0; l < s.levels; ++l) {
      const std::size_t at = s.place(c, i, l, limit.fastest);
      const Complex wanted = fine ? limit.rates[limit.fastest] : expected.at(at);
      off_growth = std::max(off_growth, std::abs(seen.growth[at] / wanted.real() - 1));
      off_frequency = std::max(off_frequency, std::abs(seen.frequency[at] / wanted.imag() - 1));
    }
    for (std::size_t l = 0; l < s.levels; ++l)
      for (std::size_t m = 0; m < limit.rates.size(); ++m) {
        const std::size_t at = s.place(c, i, l, m);
        off_any = std::max(off_any, std::abs(seen.at(at) - expected.at(at)) / std::abs(expected.at(at)));
      }
    const std::string id = solver::integrator_names[i] + "_" + s.id(c), of = ", " + s.name(c);
    const double tolerance = fine ? 1e-7 : 1e-6;
    const std::string against =
        fine ? "as continuous theory says at the least dt" : "as its discrete relation says at every dt";
    results.claim({"growth_" + id, "The fastest mode grows " + against + of, off_growth, Kind::at_most, 0,
                   tolerance, "1", "E4; Wilson and Ward 2011", Role::convergence});
    results.claim({"frequency_" + id, "The fastest mode turns " + against + of, off_frequency, Kind::at_most,
                   0, tolerance, "1", "E4; Wilson and Ward 2011", Role::convergence});
    results.claim({"modes_" + id, "Every mode, growing or not, has the rate of the discrete relation" + of,
                   off_any, Kind::at_most, 0, 1e-5, "1", "E4; Wilson and Ward 2011", Role::convergence});
  }
}

// The finest two steps whose distance from continuous time, by theory, stands well above the round-off of a fit,
// of which its distance from the discrete relation tells: it grows where a mode decays. The index of the larger
// step, or `levels` if there are none.
std::size_t order_level(const Study& s, std::size_t c, std::size_t i, const Continuous& limit,
                        const Rates& seen, const Rates& expected) {
  constexpr double least = 1e-8, above_round_off = 50;
  const Complex wanted = limit.rates[limit.fastest];
  for (std::size_t l = s.levels - 1; l > 0; --l) {
    const std::size_t at = s.place(c, i, l, limit.fastest);
    const double distance = std::abs(expected.at(at) - wanted);
    if (distance > least * std::abs(wanted) &&
        distance > above_round_off * std::abs(seen.at(at) - expected.at(at)))
      return l - 1;
  }
  return s.levels;
}

void study_orders(const Study& s, const std::vector<Continuous>& limits, const Rates& seen,
                  const Rates& expected, Results& results) {
  Numbers errors, orders;
  for (std::size_t c = 0; c < s.cases; ++c)
    for (std::size_t i = 0; i < integrators.size(); ++i) {
      const Complex wanted = limits[c].rates[limits[c].fastest];
      Numbers own;
      for (std::size_t l = 0; l < s.levels; ++l)
        own.push_back(std::abs(seen.at(s.place(c, i, l, limits[c].fastest)) - wanted));
      const std::size_t l = order_level(s, c, i, limits[c], seen, expected);
      const bool found = l < s.levels;
      orders.push_back(found ? std::log2(own[l] / own[l + 1]) : std::numeric_limits<double>::quiet_NaN());
      errors.insert(errors.end(), own.begin(), own.end());
      const double order_of = integrators[i] == solver::Integrator::runge_kutta ? 4 : 1;
      results.claim(
          {"order_" + solver::integrator_names[i] + "_" + s.id(c),
           "The rate of the fastest mode tends to that of continuous time at the order of the integrator, " +
               s.name(c),
           found ? orders.back() : 0, Kind::equal_abs, order_of, 0.1, "1", "E4", Role::convergence,
           Scale::smoke, found ? "" : "no two steps whose error stands above round-off"});
    }
  results.write(rate_error, {{s.cases, integrators.size(), s.levels}, errors});
  results.write(order, {{s.cases, integrators.size()}, orders});
}

void write_axes(const Study& s, Results& results) {
  std::vector<std::string> names;
  Numbers headways, speeds, steps, modes;
  for (std::size_t c = 0; c < s.cases; ++c) {
    names.push_back(s.name(c));
    headways.push_back(s.shape(c).headway);
    speeds.push_back(linearised(s.p.parameters, s.p.laws[c], headways.back()).equilibrium_speed);
  }
  for (std::size_t i = 0; i < integrators.size(); ++i)
    for (std::size_t l = 0; l < s.levels; ++l) steps.push_back(s.driving(i, l).dt);
  for (std::size_t m = 1; m <= s.modes; ++m) modes.push_back(static_cast<double>(m));
  results.labels(case_name, names);
  results.labels(integrator_name, solver::integrator_names);
  results.axis(mode_number, modes);
  results.write(case_headway, headways);
  results.write(case_speed, speeds);
  results.write(step_size, {{integrators.size(), s.levels}, steps});
}

void run(const Params& p, const Deck&, const Domain& world, Results& results) {
  const Study s(p);
  refuse_early(s);
  write_axes(s, results);
  const Rates seen = measure(s, world), expected = by_theory(s);
  results.write(growth, {s.dimensions(), seen.growth});
  results.write(frequency, {s.dimensions(), seen.frequency});
  results.write(growth_expected, {s.dimensions(), expected.growth});
  results.write(frequency_expected, {s.dimensions(), expected.frequency});

  std::vector<Continuous> limits;
  Numbers grows(s.cases * s.modes, std::numeric_limits<double>::quiet_NaN()), fastest;
  for (std::size_t c = 0; c < s.cases; ++c) {
    limits.push_back(continuous(s, c));
    for (std::size_t m = 0; m < limits[c].rates.size(); ++m)
      grows[c * s.modes + m] = limits[c].rates[m].real();
    fastest.push_back(static_cast<double>(limits[c].fastest + 1));
    claim_rates(s, c, limits[c], seen, expected, results);
  }
  results.write(growth_continuous, {{s.cases, s.modes}, grows});
  results.write(fastest_mode, fastest);
  study_orders(s, limits, seen, expected, results);
  study_saturation(p.saturation, p.parameters, p.laws[0], s.shape(0), world, results);
}

}  // namespace ring_growth_parts

extern const Verbs ring_growth =
    verbs<ring_growth_parts::Params, ring_growth_parts::check, ring_growth_parts::run>();

}  // namespace attune::experiments::traffic
