// experiments/traffic/traffic_throughput.cpp
//
// Question   How many vehicles a second do rings of car-following laws drive, beside a plain loop, and how
//            does that grow with the ranks?
// Equation   a step of every vehicle, solvers/traffic/driving.hpp; rate = vehicles x steps / seconds
// Exact      speeds: those of the plain loop to round-off, and the same bits on any number of ranks
// Expect     the intelligent driver model on one core: 2.5e8 vehicle-steps a second, 1.4 times the plain
//            loop; a softmax of 8 leaders, over their speeds and over their gaps: 4e7; a batch of rings
//            on two ranks at least 0.9 of twice one
// Builds on  solvers/traffic
// Figure     analysis/traffic/traffic_throughput.py
#include <algorithm>
#include <cmath>

#include "core/core/progress.hpp"
#include "experiments/experiment.hpp"
#include "experiments/traffic/parts/throughput/runs.hpp"

namespace attune::experiments::traffic {
namespace traffic_throughput_parts {

using namespace throughput;
using attune::traffic::Driving;
using attune::traffic::Integrator;
using attune::traffic::integrator_names;

struct Params {
  std::vector<std::string> laws = names();
  Index leaders = 8, vehicles = 100000, batch_roads = 1000, batch_vehicles = 100;
  std::vector<Index> ring_vehicles{22, 100, 1000, 10000, 100000, 1000000};
  double time_step = 0.1;
  Effort effort;
  Index compared_steps = 100;
};

void describe(auto& field, Params& p) {
  field("laws", p.laws, "1", "laws to time", one_of(names()), length(1, names().size()));
  field("leaders", p.leaders, "1", "vehicles ahead that laws of several leaders look at", between(1, 8));
  field("vehicles", p.vehicles, "1", "of the ring that laws, integrators and ranks drive", between(64, 1e9));
  field("ring_vehicles", p.ring_vehicles, "1", "of rings of other lengths, about as many vehicles in all",
        between(1, 1e9), length(1, 32));
  field("batch_roads", p.batch_roads, "1", "rings of the batch that ranks share", between(1, 1e7));
  field("batch_vehicles", p.batch_vehicles, "1", "vehicles of each of them", between(1, 1e7));
  field("time_step", p.time_step, "s", "dt", above(0), at_most(1));
  field("updates", p.effort.updates, "1", "vehicle-steps of a sample", between(1, 1e12));
  field("samples", p.effort.samples, "1", "samples of a run; the least time counts", between(1, 1000));
  field("compared_steps", p.compared_steps, "1", "steps after which the plain loop is compared",
        between(1, 10000));
}

constexpr Dataset law_name{"law", "1", "law", "car-following law"};
constexpr Dataset leader_count{"leaders", "1", "law", "vehicles ahead that it looks at"};
constexpr Dataset law_rate{"law_rate", "1/s", "law", "vehicle-steps a second on one rank, semi-implicit"};
constexpr Dataset law_collisions{"collisions", "1", "law", "gaps at or below 0 that were counted"};
constexpr Dataset integrator_name{"integrator", "1", "integrator", "integrator"};
constexpr Dataset integrator_rate{"integrator_rate", "1/s", "integrator",
                                  "the same of the intelligent driver model"};
constexpr Dataset ring_size{"ring_vehicles", "1", "ring_vehicles", "vehicles of a ring"};
constexpr Dataset ring_rate{"ring_rate", "1/s", "ring_vehicles", "the same, for rings of other lengths"};
constexpr Dataset plain_rate{"plain_rate", "1/s", "ring_vehicles",
                             "vehicle-steps a second of the plain loop"};
constexpr Dataset division_name{"division", "1", "division", "what ranks share"};
constexpr Dataset rank_count{"ranks", "1", "ranks", "ranks p that drive"};
constexpr Dataset rank_rate{"rank_rate", "1/s", "division ranks",
                            "vehicle-steps a second of all ranks together"};
constexpr Dataset efficiency{"efficiency", "1", "division ranks", "parallel efficiency",
                             "rate_p / (p rate_1)"};

void check(const Params& p, const Deck& deck) {
  for (std::size_t n = 0; n < p.laws.size(); ++n)
    if (std::count(p.laws.begin(), p.laws.end(), p.laws[n]) > 1)
      deck.refuse("params.laws", "must not repeat an entry");
  for (std::size_t n = 1; n < p.ring_vehicles.size(); ++n)
    if (p.ring_vehicles[n] <= p.ring_vehicles[n - 1])
      deck.refuse("params.ring_vehicles", "must grow from entry to entry");
}

// 1, 2, 4, .. and all ranks.
std::vector<Index> crews(Index ranks) {
  std::vector<Index> counts;
  for (Index p = 1; p < ranks; p *= 2) counts.push_back(p);
  counts.push_back(ranks);
  return counts;
}

// What the first rank finds out while the others wait; on all of them. Collective.
template <class Ask> double by_first(const Domain& world, const Ask& ask) {
  return world.max(world.communicator().rank == 0 ? static_cast<double>(ask()) : 0.0);
}

void time_laws(const Params& p, const Driving& driving, const Domain& world, Results& results) {
  std::vector<double> rates, collisions, leaders;
  for (const std::string& law : p.laws) {
    Timed timed;
    const double rate = by_first(world, [&] {
      timed = time_law(law, p.leaders, {1, p.vehicles}, driving, p.effort);
      return timed.rate;
    });
    rates.push_back(rate);
    collisions.push_back(world.max(timed.collisions));
    leaders.push_back(static_cast<double>(leaders_of(law, p.leaders)));
  }
  results.labels(law_name, p.laws);
  results.write(law_rate, rates);
  results.write(law_collisions, collisions);
  results.write(leader_count, leaders);
  for (const auto& [id, name] : {std::pair{"softmax_of_speeds", of_speeds}, {"softmax_of_gaps", of_gaps}}) {
    const auto at = std::find(p.laws.begin(), p.laws.end(), name);
    const bool absent = at == p.laws.end();
    results.claim({id, std::string("A ") + name + " of eight leaders on one rank",
                   absent ? NAN : rates[at - p.laws.begin()], Kind::at_least, 4e7, 0, "1/s", "E9",
                   Role::empirical, Scale::quick, absent ? "the deck leaves it out" : ""});
  }
}

void time_rings(const Params& p, Driving driving, const Domain& world, Results& results) {
  const auto ring = [&](Index vehicles, const Driving& how) {
    return by_first(world, [&] {
      const auto roads = std::max<Index>(1, p.vehicles / vehicles);
      return time_law("idm", 1, {roads, vehicles}, how, p.effort).rate;
    });
  };
  const auto loop = [&](Index n) {
    return by_first(world, [&] { return time_plain_loop(n, driving.dt, p.effort); });
  };
  std::vector<double> rates, plain, sizes(p.ring_vehicles.begin(), p.ring_vehicles.end());
  for (const Index vehicles : p.ring_vehicles) {
    rates.push_back(ring(vehicles, driving));
    plain.push_back(loop(vehicles));
  }
  results.axis(ring_size, sizes);
  results.write(ring_rate, rates);
  results.write(plain_rate, plain);

  const double rate = ring(p.vehicles, driving), ratio = rate / loop(p.vehicles);
  results.claim({"idm_rate", "The intelligent driver model on one rank, one long ring", rate, Kind::at_least,
                 2.5e8, 0, "1/s", "E9", Role::empirical, Scale::quick});
  results.claim({"idm_over_plain_loop", "and over the plain loop", ratio, Kind::at_least, 2.5 / 1.79, 0, "1",
                 "E9", Role::empirical, Scale::quick});

  std::vector<double> by_integrator;
  for (const auto one : {Integrator::semi_implicit, Integrator::ballistic, Integrator::runge_kutta}) {
    driving.integrator = one;
    by_integrator.push_back(ring(p.vehicles, driving));
  }
  results.labels(integrator_name, integrator_names);
  results.write(integrator_rate, by_integrator);
}

void time_ranks(const Params& p, const Driving& driving, const Domain& world, Results& results) {
  const auto counts = crews(world.communicator().size);
  const Rings shared[] = {{1, p.vehicles}, {p.batch_roads, p.batch_vehicles}};
  Array rates{{2, counts.size()}, {}}, shares{{2, counts.size()}, {}};
  double apart = 0;
  for (const Rings& rings : shared) {
    std::vector<double> alone;
    double first = 0;
    for (const Index ranks : counts) {
      const Domain group = world.first(static_cast<int>(ranks));
      Grouped run;
      if (group.takes_part()) run = time_group(group, rings, driving, p.effort);
      if (ranks == 1) alone = run.speeds;
      double unequal = 0;
      for (std::size_t n = 0; n < alone.size(); ++n) unequal += alone[n] != run.speeds[n];
      apart = std::max(apart, world.max(unequal));
      const double rate = world.max(run.timed.rate);
      if (ranks == 1) first = rate;
      rates.values.push_back(rate);
      shares.values.push_back(rate / (static_cast<double>(ranks) * first));
    }
  }
  results.labels(division_name, {"one ring", "batch of rings"});
  results.axis(rank_count, {counts.begin(), counts.end()});
  results.write(rank_rate, rates);
  results.write(efficiency, shares);
  const bool several = counts.size() > 1;
  results.claim({"same_bits_on_any_ranks", "Speeds that differ from those of one rank", apart,
                 Kind::equal_abs, 0, 0, "1", "solvers/traffic/drive.hpp", Role::identity, Scale::smoke,
                 several ? "" : "there is one rank alone"});
  results.claim({"batch_efficiency", "A batch of rings on two ranks, over twice one",
                 several ? shares.values[counts.size() + 1] : NAN, Kind::at_least, 0.9, 0, "1", "E9",
                 Role::empirical, Scale::quick, several ? "" : "there is one rank alone"});
}

void run(const Params& p, const Deck&, const Domain& world, Results& results) {
  Driving driving;
  driving.dt = p.time_step;
  Progress progress("traffic/traffic_throughput", 4, world.speaks());
  const double distance =
      by_first(world, [&] { return farthest_from_plain_loop(p.vehicles, p.time_step, p.compared_steps); });
  // 45 ulp of a speed a step: what rounding does to it, and waves make of that.
  results.claim({"answer_of_the_plain_loop", "Speeds of the ring and of the plain loop; farthest apart",
                 distance, Kind::equal_abs, 0, 1e-12 * static_cast<double>(p.compared_steps), "m/s",
                 "parts/throughput/plain_loop.hpp", Role::identity});
  progress.advance();
  time_laws(p, driving, world, results);
  progress.advance();
  time_rings(p, driving, world, results);
  progress.advance();
  time_ranks(p, driving, world, results);
  progress.advance();
}

}  // namespace traffic_throughput_parts

extern const Verbs traffic_throughput =
    verbs<traffic_throughput_parts::Params, traffic_throughput_parts::check, traffic_throughput_parts::run>();

}  // namespace attune::experiments::traffic
