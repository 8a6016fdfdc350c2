// experiments/traffic/fundamental_diagram.cpp
//
// Question   How much flows at which density, and does it matter whether the road filled or emptied?
// Equation   q = rho v;   uniform flow: v = v_e(1 / rho);   a jam that travels at c: q = c rho + 1 / tau
// Exact      uniform flow is lost where a mode of the ring, with the dt of the run, begins to grow; a driver
//            of Krauss on a free road keeps v0 - sigma a dt / 2
// Expect     the equilibrium curve up to that density while the road fills, jams below it while the road
//            empties: a loop
// Source     Wilson and Ward 2011 [wilson2011]; Krauss 1998 [krauss1998]; metastability and jam line as in
//            Treiber and Kesting 2013 [treiber2013]; E6
// Builds on  solvers/traffic, solvers/traffic/theory
// Figure     analysis/traffic/fundamental_diagram.py
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/core/progress.hpp"
#include "experiments/dealt_numbers.hpp"
#include "experiments/experiment.hpp"
#include "experiments/traffic/parts/density_sweep.hpp"
#include "experiments/traffic/parts/uniform_branch.hpp"

namespace attune::experiments::traffic {
namespace fundamental_diagram_parts {

using Numbers = std::vector<double>;
constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

struct Params {
  std::vector<std::string> laws{"idm", "ovm", "fvdm", "lenz", "hdm", "krauss"};
  Numbers least_density{0.01, 0.02, 0.02, 0.02, 0.01, 0.006}, most_density{0.12, 0.08, 0.1, 0.08, 0.12, 0.12};
  Numbers dt{0.1, 0.1, 0.1, 0.1, 0.1, 1}, dawdling{0, 0, 0, 0, 0, 0.8};
  Sweep sweep{};
  double apart = 0.01, steady = 0.005;
  Index seed = 1;
  std::uint32_t deck_seed = 1;
  solver::Laws parameters{};
};

void describe(auto& field, Params& p) {
  field("laws", p.laws, "1", "law of each case, none twice", one_of(solver::law_names()), length(1, 16));
  field("least_density", p.least_density, "1/m", "of the sweeps of each case", above(0.0), length(1, 16));
  field("most_density", p.most_density, "1/m", "of the sweeps of each case", above(0.0), length(1, 16));
  field("dt", p.dt, "s", "semi-implicit step of each case", above(0.0), length(1, 16));
  field("dawdling", p.dawdling, "1", "Krauss's sigma of each case; 0: nothing is random", between(0.0, 1.0),
        length(1, 16));
  describe(field, p.sweep);
  field("apart", p.apart, "1", "relative difference of flows from which branches are told apart", above(0.0));
  field("steady", p.steady, "1", "relative change of the delay up to which a jam counts as unchanged",
        above(0.0));
  field("seed", p.seed, "1", "of the dawdling", between(0, 4294967295.0));
  describe_laws(field, p.parameters);
}

constexpr Dataset law_name{"law", "1", "law", "car-following law"};
constexpr Dataset direction_name{"direction", "1", "direction",
                                 "how density changes from one ring to the next"};
constexpr Dataset density{"vehicle_density", "1/m", "law density", "vehicles a metre"};
constexpr Dataset flow{"flow", "1/s", "law direction density", "vehicles a second past a place on the road"};
constexpr Dataset deviation{"deviation", "m/s", "law direction density", "standard deviation of speeds"};
constexpr Dataset jam_speed{"jam_speed", "m/s", "law direction density", "speed of jams on the road",
                            "",          true};
constexpr Dataset delay{
    "delay", "s", "law direction density", "time after which a vehicle leaves a jam as the next did",
    "",      true};
constexpr Dataset unsteadiness{
    "unsteadiness", "1", "law direction density",
    "relative change of the delay while a jam was followed; 1 where there is none"};
constexpr Dataset equilibrium{"flow_equilibrium", "1/s", "law density",
                              "flow of vehicles that all do the same", "v_e(1 / rho) rho"};
constexpr Dataset growth{"growth", "1/s", "law density",
                         "growth of the fastest mode of the ring at the dt of the run", "ln |mu| / dt"};
constexpr Dataset lower_edge{"lower_edge", "1/m", "law", "density at which uniform flow is lost",
                             "growth = 0", true};
constexpr Dataset upper_edge{"upper_edge", "1/m", "law", "density at which it is regained",
                             "growth = 0", true};
constexpr Dataset loop_width{
    "loop_width", "1/m", "law",
    "width of the densities below the edge at which flows of both directions differ"};
constexpr Dataset collisions{"collisions", "1", "law direction", "steps of vehicles without a gap"};

const std::vector<std::string> directions{"filling", "emptying"};
enum Value : std::size_t {
  a_flow,
  a_mean,
  a_deviation,
  a_jam_speed,
  a_delay,
  a_links,
  an_unsteadiness,
  a_drift,
  a_collisions,
  values
};

void check(const Params& p, const Deck& deck) {
  const std::size_t cases = p.laws.size();
  const auto as_many = [&](const Numbers& list, const char* key) {
    if (list.size() != cases) deck.refuse(key, "must be as many as 'laws'");
  };
  as_many(p.least_density, "params.least_density");
  as_many(p.most_density, "params.most_density");
  as_many(p.dt, "params.dt");
  as_many(p.dawdling, "params.dawdling");
  for (std::size_t c = 0; c < cases; ++c) {
    if (!(p.least_density[c] < p.most_density[c]))
      deck.refuse("params.least_density", "must be below 'most_density'");
    for (std::size_t b = 0; b < c; ++b)
      if (p.laws[b] == p.laws[c]) deck.refuse("params.laws", "must not repeat an entry");
  }
}

double vehicle_length(const Params& p, std::size_t c) {
  double length = 0;
  solver::with_law(p.parameters, p.laws[c], [&](const auto& law) { length = law.vehicle_length(); });
  return length;
}

Numbers densities(const Params& p, std::size_t c) {
  Numbers list;
  for (Index n = 0; n < p.sweep.densities; ++n)
    list.push_back(p.least_density[c] + (p.most_density[c] - p.least_density[c]) * static_cast<double>(n) /
                                            static_cast<double>(p.sweep.densities - 1));
  return list;
}

SweptRing setup(const Params& p, std::size_t c, bool filling) {
  SweptRing ring{p.laws[c], vehicle_length(p, c), {.dt = p.dt[c]}, densities(p, c)};
  if (!filling) std::reverse(ring.density.begin(), ring.density.end());
  solver::with_law(p.parameters, p.laws[c], [&](const auto& law) {
    if constexpr (std::is_same_v<std::decay_t<decltype(law)>, solver::Krauss>)
      ring.driving.noise.dawdling_scale = law.acceleration_scale;
  });
  ring.driving.noise.dawdling = p.dawdling[c];
  ring.driving.noise.seed = static_cast<Index>(p.deck_seed) * 1000003 + p.seed;
  return ring;
}

// Entries (law, direction, density) of every Value.
struct Seen {
  std::size_t cases, densities;
  std::vector<Numbers> table{values};
  std::size_t place(std::size_t c, std::size_t d, std::size_t n) const { return (c * 2 + d) * densities + n; }
  double at(Value v, std::size_t c, std::size_t d, std::size_t n) const { return table[v][place(c, d, n)]; }
};

Seen advance(const Params& p, const Domain& world) {
  Seen seen{p.laws.size(), static_cast<std::size_t>(p.sweep.densities)};
  const std::size_t tasks = 2 * seen.cases, entries = tasks * seen.densities;
  DealtNumbers dealt(entries * values);
  Progress progress("traffic/fundamental_diagram", static_cast<Index>(tasks), world.speaks());
  deal(tasks, world.communicator(), [&](std::size_t task) {
    const std::size_t c = task / 2, d = task % 2;
    const auto flows = swept(p.parameters, p.sweep, setup(p, c, d == 0));
    for (std::size_t n = 0; n < flows.size(); ++n) {
      const Flow& f = flows[d == 0 ? n : flows.size() - 1 - n];
      const double all[values]{f.flow,
                               f.mean_speed,
                               f.deviation,
                               f.jam.jam_speed,
                               f.jam.delay,
                               static_cast<double>(f.jam.links),
                               f.jam.unsteadiness,
                               f.length_drift,
                               static_cast<double>(f.collisions)};
      for (std::size_t v = 0; v < values; ++v) dealt.set(v * entries + seen.place(c, d, n), all[v]);
    }
    progress.advance(world.communicator().size);
  });
  dealt.share(world.communicator());
  for (std::size_t v = 0; v < values; ++v)
    for (std::size_t n = 0; n < entries; ++n) seen.table[v].push_back(dealt.get(v * entries + n));
  return seen;
}

Uniform uniform(const Params& p, std::size_t c) {
  return uniform_branch(p.parameters, p.laws[c], p.sweep.vehicles, p.dt[c], densities(p, c));
}

// The claims of a law by which nothing is random.
void claim_branches(const Params& p, std::size_t c, const Seen& seen, const Uniform& theory,
                    Results& results) {
  const std::string& law = p.laws[c];
  const std::string absent =
      std::isnan(theory.lower) ? "uniform flow does not lose its stability in this sweep" : "";
  const double step = theory.density[1] - theory.density[0];
  double off = 0, left = nothing;
  Index apart = 0;
  std::size_t stable = 0;
  for (std::size_t n = 0; n < theory.density.size(); ++n) {
    const double filling = seen.at(a_flow, c, 0, n), emptying = seen.at(a_flow, c, 1, n);
    const bool before = std::isnan(theory.lower) ? theory.growth[n] <= 0 : theory.density[n] < theory.lower;
    if (std::isnan(left) && std::abs(filling / theory.flow[n] - 1) > p.apart) left = theory.density[n];
    if (before) {
      apart += std::abs(filling / emptying - 1) > p.apart;
      off = std::max(off, std::abs(filling / theory.flow[n] - 1));
      ++stable;
    }
  }
  // What is left of a shift changes flow by the squares of its waves alone: 2 share^2 / N at the start.
  const double second_order = 2 * p.sweep.shift * p.sweep.shift / static_cast<double>(p.sweep.vehicles);
  results.claim({"equilibrium_" + law,
                 "While the road fills, " + law + " follows its equilibrium curve where waves decay", off,
                 Kind::at_most, 0, second_order, "1", "v_e(h): u = 0", Role::convergence, Scale::quick,
                 stable ? "" : "no density at which waves decay"});
  results.claim(
      {"onset_" + law,
       "While the road fills, " + law + " leaves that curve where a shift has had time to grow into a jam",
       std::isnan(left) ? theory.density.back() : left, Kind::equal_abs,
       absent.empty() ? delayed_onset(theory, 2 * p.sweep.shift / static_cast<double>(p.sweep.vehicles),
                                      p.sweep.settle + p.sweep.window)
                      : 0,
       1.5 * step, "1/m", "Wilson and Ward 2011", Role::convergence, Scale::quick, absent});
  results.claim({"loop_" + law, "While the road empties, jams of " + law + " outlive that density: a loop",
                 apart * step, Kind::at_least, step, 0, "1/m", "E6", Role::empirical, Scale::quick, absent});
}

// q = c rho + 1 / tau of every jam that was followed all round a ring and did not change meanwhile, and the
// slope of the line through them.
void claim_jam_line(const Params& p, std::size_t c, const Seen& seen, const Uniform& theory,
                    Results& results) {
  double off = 0, count = 0, rho = 0, q = 0, speed = 0, cross = 0, square = 0;
  std::vector<std::size_t> jams;
  for (std::size_t n = 0; n < theory.density.size(); ++n)
    if (seen.at(a_links, c, 1, n) >= static_cast<double>(p.sweep.vehicles) &&
        seen.at(an_unsteadiness, c, 1, n) < p.steady)
      jams.push_back(n);
  for (const std::size_t n : jams) {
    const double passed = seen.at(a_jam_speed, c, 1, n) * theory.density[n] + 1 / seen.at(a_delay, c, 1, n);
    off = std::max(off, std::abs(passed / seen.at(a_flow, c, 1, n) - 1));
  }
  for (std::size_t k = jams.size() / 4; k < jams.size() - jams.size() / 4;
       ++k) {  // wide jams: away from both ends
    const double r = theory.density[jams[k]], f = seen.at(a_flow, c, 1, jams[k]);
    ++count;
    rho += r;
    q += f;
    speed += seen.at(a_jam_speed, c, 1, jams[k]);
    cross += r * f;
    square += r * r;
  }
  const bool enough = count >= 3;
  const double slope = enough ? (cross - rho * q / count) / (square - rho * rho / count) : 0;
  const std::string absent = enough ? "" : "too few jams that were followed all round the ring";
  results.claim({"passage_" + p.laws[c], "Flow with jams of " + p.laws[c] + " is c rho + 1 / tau", off,
                 Kind::at_most, 0, 0.02, "1", "a wave that travels unchanged", Role::convergence,
                 Scale::quick, absent});
  results.claim({"jam_line_" + p.laws[c],
                 "The slope of the jam line of " + p.laws[c] + " is the speed of its jams", slope,
                 Kind::equal_rel, enough ? speed / count : 0, 0.05, "m/s", "a wave that travels unchanged",
                 Role::empirical, Scale::quick, absent});
}

// Krauss on a free road: dawdling takes a uniform share of sigma a dt from v0, anew in every step.
void claim_free_road(const Params& p, std::size_t c, const Seen& seen, Results& results) {
  if (p.laws[c] != solver::Krauss::name || !(p.dawdling[c] > 0)) return;
  const auto& law = std::get<solver::Krauss>(p.parameters);
  const double most = p.dawdling[c] * law.acceleration_scale * p.dt[c];
  const double samples = static_cast<double>(p.sweep.vehicles) * std::floor(p.sweep.window / p.dt[c]);
  const double gap = 1 / p.least_density[c] - law.length - law.standstill_gap;
  const bool free = p.dt[c] <= law.reaction_time && most <= law.acceleration_scale * p.dt[c] &&
                    gap > 3 * law.desired_speed * law.reaction_time;
  results.claim({"free_road_krauss", "Drivers of Krauss on a nearly empty road keep v0 - sigma a dt / 2",
                 seen.at(a_mean, c, 0, 0), Kind::equal_abs, law.desired_speed - most / 2,
                 4 * most / std::sqrt(12 * samples), "m/s", "Krauss 1998", Role::statistical, Scale::smoke,
                 free ? "" : "the road is not empty enough"});
}

void claim_conservation(const Seen& seen, Results& results) {
  results.claim({"ring_keeps_length", "The length of a ring is kept while it is measured",
                 *std::max_element(seen.table[a_drift].begin(), seen.table[a_drift].end()), Kind::at_most, 0,
                 1e-11, "1", "sum of headways", Role::identity});
  results.claim({"no_collisions", "No vehicle runs into the next",
                 *std::max_element(seen.table[a_collisions].begin(), seen.table[a_collisions].end()),
                 Kind::at_most, 0, 0, "1", "E6", Role::empirical});
}

void write_seen(const Seen& seen, Results& results) {
  const std::vector<std::size_t> shape{seen.cases, 2, seen.densities};
  const auto followed = [&](Value v) {
    Numbers list = seen.table[v];
    for (std::size_t n = 0; n < list.size(); ++n)
      if (seen.table[a_links][n] < 1) list[n] = nothing;
    return list;
  };
  results.write(flow, {shape, seen.table[a_flow]});
  results.write(deviation, {shape, seen.table[a_deviation]});
  results.write(unsteadiness, {shape, seen.table[an_unsteadiness]});
  results.write(jam_speed, {shape, followed(a_jam_speed)});
  results.write(delay, {shape, followed(a_delay)});
  Numbers last;
  for (std::size_t c = 0; c < seen.cases; ++c) {
    last.push_back(seen.at(a_collisions, c, 0, seen.densities - 1));
    last.push_back(seen.at(a_collisions, c, 1, 0));
  }
  results.write(collisions, {{seen.cases, 2}, last});
}

void run(const Params& params, const Deck& deck, const Domain& world, Results& results) {
  Params p = params;
  p.deck_seed = deck.seed();
  for (std::size_t c = 0; c < p.laws.size(); ++c)  // refuses on every rank alike
    for (const double rho : {p.least_density[c], p.most_density[c]})
      lone_ring(p.parameters, p.laws[c], {1, p.sweep.vehicles, 1 / rho}, setup(p, c, true).driving);
  const Seen seen = advance(p, world);
  results.labels(law_name, p.laws);
  results.labels(direction_name, directions);
  write_seen(seen, results);

  Numbers rho, even, grows, lower, upper, widths;
  for (std::size_t c = 0; c < seen.cases; ++c) {
    const Uniform theory = uniform(p, c);
    rho.insert(rho.end(), theory.density.begin(), theory.density.end());
    even.insert(even.end(), theory.flow.begin(), theory.flow.end());
    grows.insert(grows.end(), theory.growth.begin(), theory.growth.end());
    lower.push_back(theory.lower);
    upper.push_back(theory.upper);
    double width = 0;
    for (std::size_t n = 0; n < theory.density.size() && !(theory.density[n] >= theory.lower); ++n)
      if (std::abs(seen.at(a_flow, c, 0, n) / seen.at(a_flow, c, 1, n) - 1) > p.apart)
        width += theory.density[1] - theory.density[0];
    widths.push_back(std::isnan(theory.lower) ? 0 : width);
    claim_free_road(p, c, seen, results);
    if (p.dawdling[c] > 0) continue;
    claim_branches(p, c, seen, theory, results);
    claim_jam_line(p, c, seen, theory, results);
  }
  const std::vector<std::size_t> shape{seen.cases, seen.densities};
  results.write(density, {shape, rho});
  results.write(equilibrium, {shape, even});
  results.write(growth, {shape, grows});
  results.write(lower_edge, lower);
  results.write(upper_edge, upper);
  results.write(loop_width, widths);
  claim_conservation(seen, results);
}

}  // namespace fundamental_diagram_parts

extern const Verbs fundamental_diagram =
    verbs<fundamental_diagram_parts::Params, fundamental_diagram_parts::check,
          fundamental_diagram_parts::run>();

}  // namespace attune::experiments::traffic
