// experiments/traffic/platoon_gain.cpp
//
// Question   What does a platoon make of a lead vehicle that swings, and where does a disturbance go?
// Equation   G(p) = (f_l p + f_s) / (p^2 - f_v p + f_s) from each vehicle to the next,
//            E = f_l^2 + 2 f_s - f_v^2
// Exact      |G(i w)| > 1 for 0 < w < sqrt(E) and nowhere else; the largest by differentiation; car n swings
//            |G|^n times as much as the lead; along the ray of road speed V a disturbance grows as
//            exp(sigma(V) t) / sqrt(t), sigma at the saddle of the dispersion relation
// Expect     the H-infinity norm of the state space by bisection; band edges; 100 cars driven in time within
//            1 %; disturbances that grow in place (absolute) or are carried off (convective) as sigma(0) says
// Source     Wilson and Ward 2011 [wilson2011], Ward and Wilson 2011 [ward2011], Boyd et al. 1989
//            [boyd1989]; E3
// Builds on  solvers/traffic, solvers/traffic/theory
// Figure     analysis/traffic/platoon_gain.py
#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <type_traits>

#include "core/core/progress.hpp"
#include "experiments/experiment.hpp"
#include "experiments/traffic/parts/law_cases.hpp"
#include "experiments/traffic/parts/platoon.hpp"
#include "solvers/traffic/theory/hinfinity_norm.hpp"
#include "solvers/traffic/theory/transfer.hpp"
#include "solvers/traffic/theory/wave_packet.hpp"

namespace attune::experiments::traffic {
namespace platoon_gain_parts {

namespace theory = attune::traffic::theory;
using Numbers = std::vector<double>;
constexpr double none = std::numeric_limits<double>::quiet_NaN();

struct Params {
  LawCases cases;
  Index angular_frequencies = 161;
  double highest = 3;
  Numbers driven{0.2, 0.4, 0.52, 0.7, 0.85, 1.0};
  Index cars = 100;
  double dt = 0.05, settle = 4, swing = 1e-5, least_gain = 1e-3, most_gain = 1e7;
  Index stride = 4, periods = 4;
  double growth = 1e5, longest = 2000, kick = 1e-5, least_fall = 1e4;
};

void describe(auto& field, Params& p) {
  describe(field, p.cases);
  field("angular_frequencies", p.angular_frequencies, "1", "frequencies at which |G| is stored",
        between(2, 100000));
  field("highest", p.highest, "1", "the highest stored, over sqrt(f_s)", above(0.0));
  field("driven", p.driven, "1", "frequencies that are driven in time, over sqrt(f_s)", above(0.0),
        length(1, 64));
  field("cars", p.cars, "1", "cars behind the lead", between(1, 10000));
  field("dt", p.dt, "s", "time step, Runge-Kutta 4", above(0.0));
  field("settle", p.settle, "1",
        "time before swings are measured, over that of the slowest growing ray down the platoon", above(1.0));
  field("swing", p.swing, "m/s", "largest swing of any car", above(0.0));
  field("least_gain", p.least_gain, "1", "swings smaller than this times the lead's are not compared",
        above(0.0));
  field("most_gain", p.most_gain, "1",
        "cars are driven while the largest gain to the power of their number is below this: round-off swings "
        "too",
        between(10, 1e12));
  field("stride", p.stride, "1", "steps between samples", between(1, 1000));
  field("periods", p.periods, "1", "periods that are measured", between(1, 1000));
  field("growth", p.growth, "1", "by which a kick may grow before its rays are compared", above(1.0));
  field("longest", p.longest, "s", "and how long that may take", above(0.0));
  field("least_fall", p.least_fall, "1", "by which a kick may fall at the roadside before it is read",
        above(1.0));
  field("kick", p.kick, "m", "by which the first car is moved", above(0.0));
}

constexpr Dataset case_name{"case", "1", "case", "law and headway"};
constexpr Dataset excess{"excess", "1/s^2", "case", "E, amplification if positive", "f_l^2 + 2 f_s - f_v^2"};
constexpr Dataset norm{"hinfinity_norm", "1", "case", "largest |G(i w)|, by bisection of the Hamiltonian"};
constexpr Dataset norm_expected{"hinfinity_norm_expected", "1", "case", "the same by the closed form"};
constexpr Dataset edge{"band_edge", "1/s", "case", "w at which |G| falls to 1, by bisection"};
constexpr Dataset edge_expected{"band_edge_expected", "1/s", "case", "the same by theory", "sqrt(E)"};
constexpr Dataset frequency{"angular_frequency", "1/s", "case frequency", "w"};
constexpr Dataset gain{"gain", "1", "case frequency", "|G(i w)| from one vehicle to the next"};
constexpr Dataset driven_frequency{"driven_frequency", "1/s", "case driven", "w of the lead that swings"};
constexpr Dataset driven_gain{
    "driven_gain", "1", "case driven car", "swing of car n over that of the lead, driven in time", "", true};
constexpr Dataset driven_expected{"driven_gain_expected", "1", "case driven car", "the same by theory",
                                  "|G(i w)|^n"};
constexpr Dataset car{"car", "1", "car", "n, cars behind the lead"};
constexpr Dataset ray_speed{"ray_speed", "m/s", "case ray", "V of a ray along the road", "", true};
constexpr Dataset ray_growth{"ray_growth", "1/s", "case ray", "sigma of it, of a kicked row driven in time",
                             "",           true};
constexpr Dataset ray_expected{"ray_growth_expected", "1/s", "case ray", "the same at the saddle", "", true};
constexpr Dataset group_speed{
    "group_speed", "m/s", "case", "V of the ray that grows fastest, group velocity; NaN of a stable law", "",
    true};
constexpr Dataset edges{"packet_edge", "m/s", "case side", "V where sigma = 0, upstream and downstream", "",
                        true};

// Of one leader that looks ahead.
const std::vector<std::string> allowed{"idm", "ovm", "fvdm", "acc"};

void check(const Params& p, const Deck& deck) {
  check_cases(p.cases, deck);
  for (const auto& name : p.cases.names)
    if (std::find(allowed.begin(), allowed.end(), name) == allowed.end())
      deck.refuse("params.laws", "must be laws of one leader: idm, ovm, fvdm or acc");
}

// |c (i w - A)^-1 b| of the state space.
double state_space_gain(const theory::StateSpace& s, double w) {
  const Eigen::MatrixXcd resolvent = theory::Complex(0, w) * Eigen::MatrixXcd::Identity(2, 2) - s.A;
  const Eigen::VectorXcd x = resolvent.inverse() * s.b.cast<theory::Complex>();
  return std::abs((s.c.cast<theory::Complex>().transpose() * x)(0));
}

// Where the gain falls to 1 beyond its peak.
double measured_edge(const theory::StateSpace& s, double peak) {
  double low = peak, high = 2 * peak;
  while (state_space_gain(s, high) > 1) high *= 2;
  while (high - low > 1e-14 * high)
    (state_space_gain(s, 0.5 * (low + high)) > 1 ? low : high) = 0.5 * (low + high);
  return 0.5 * (low + high);
}

void study_norms(const std::vector<LawCase>& cases, Results& results) {
  Numbers E, found, expected, at, at_expected;
  for (const LawCase& one : cases) {
    const auto space = theory::companion_form(one.law);
    const auto peak = theory::largest_gain(one.law);
    E.push_back(theory::excess(one.law));
    found.push_back(theory::hinfinity_norm(space));
    expected.push_back(peak.gain);
    at.push_back(peak.frequency > 0 ? measured_edge(space, peak.frequency) : 0);
    at_expected.push_back(theory::band_edge(one.law));
    results.claim({"norm_" + one.id, "The largest gain by bisection of the Hamiltonian, " + one.name,
                   found.back(), Kind::equal_abs, expected.back(), 1e-6, "1", "E3", Role::identity});
    results.claim({"band_edge_" + one.id, "Amplification ends at sqrt(E), " + one.name, at.back(),
                   Kind::equal_abs, at_expected.back(), 1e-8, "1/s", "E3", Role::identity, Scale::smoke,
                   E.back() > 0 ? "" : "the law amplifies nothing"});
  }
  results.write(excess, E);
  results.write(norm, found);
  results.write(norm_expected, expected);
  results.write(edge, at);
  results.write(edge_expected, at_expected);
}

void study_gains(const Params& p, const std::vector<LawCase>& cases, Results& results) {
  Array w{{cases.size(), static_cast<std::size_t>(p.angular_frequencies)}, {}}, gains = w;
  for (const LawCase& one : cases)
    for (Index f = 1; f <= p.angular_frequencies; ++f) {
      const double share = static_cast<double>(f) / static_cast<double>(p.angular_frequencies);
      w.values.push_back(p.highest * std::sqrt(one.law.distance[0]) * share);
      gains.values.push_back(std::abs(theory::transfer(one.law, theory::Complex(0, w.values.back()))));
    }
  results.write(frequency, w);
  results.write(gain, gains);
}

template <class Law>
constexpr bool driven =
    std::is_same_v<Law, attune::traffic::Idm> || std::is_same_v<Law, attune::traffic::Ovm> ||
    std::is_same_v<Law, attune::traffic::Fvdm> || std::is_same_v<Law, attune::traffic::Acc>;

// visit(law) of a case.
template <class Visit> void with_case(const Params& p, std::size_t c, const Visit& visit) {
  attune::traffic::with_law(p.cases.laws, p.cases.names[c], [&visit](const auto& law) {
    if constexpr (driven<std::decay_t<decltype(law)>>) visit(law);
  });
}

// Cars a second: the switch-on of a swing is gone from a car once its slowest ray has passed.
double slowest_ray(const theory::Linearisation& law) {
  const double wave = theory::long_wave(law).first;
  if (!(theory::excess(law) > 0)) return wave;
  const theory::Packet packet = theory::wave_packet(law);
  if (!packet.found) return wave;
  return std::min(wave, (law.equilibrium_speed - packet.downstream_edge) / law.headway);
}

void study_sweeps(const Params& p, const std::vector<LawCase>& cases, const Domain& world, Results& results,
                  Progress& progress) {
  const std::size_t F = p.driven.size(), N = static_cast<std::size_t>(p.cars);
  Array w{{cases.size(), F}, {}}, found{{cases.size(), F, N}, {}}, expected = found;
  for (std::size_t c = 0; c < cases.size(); ++c) {
    const auto& law = cases[c].law;
    const double most = std::log(theory::largest_gain(law).gain);
    const Index cars = most * static_cast<double>(p.cars) < std::log(p.most_gain)
                           ? p.cars
                           : static_cast<Index>(std::log(p.most_gain) / most);
    Sweep sweep{.cars = cars, .dt = p.dt, .stride = p.stride, .periods = p.periods};
    sweep.settle = p.settle * static_cast<double>(cars) / slowest_ray(law);
    Numbers powers;
    for (const double factor : p.driven) {
      const double unit = p.dt * static_cast<double>(p.stride), root = std::sqrt(law.distance[0]);
      const double samples = std::max(3.0, std::round(2 * std::numbers::pi / (factor * root * unit)));
      sweep.period_steps.push_back(p.stride * static_cast<Index>(samples));
      w.values.push_back(2 * std::numbers::pi / (samples * unit));
      const double g = std::abs(theory::transfer(law, theory::Complex(0, w.values.back())));
      sweep.swings.push_back(p.swing / std::max(1.0, std::pow(g, cars)));
      for (std::size_t n = 1; n <= N; ++n) powers.push_back(std::pow(g, static_cast<double>(n)));
    }
    Numbers gains;
    with_case(p, c, [&](const auto& driver) {
      gains = sine_sweep(driver, law.headway, law.equilibrium_speed, sweep, world);
    });
    double farthest = 0;
    for (std::size_t e = 0; e < F * N; ++e) {
      const auto n = static_cast<Index>(e % N);
      const double seen = n < cars ? gains[static_cast<Index>(e / N) * cars + n] : none;
      if (n < cars && powers[e] >= p.least_gain)
        farthest = std::max(farthest, std::abs(seen / powers[e] - 1));
      found.values.push_back(seen);
    }
    expected.values.insert(expected.values.end(), powers.begin(), powers.end());
    results.claim(
        {"platoon_" + cases[c].id,
         std::to_string(cars) + " cars driven in time swing by |G|^n, farthest, relative, " + cases[c].name,
         farthest, Kind::at_most, 0, 0.01, "1", "E3", Role::convergence});
    progress.advance();
  }
  Numbers numbers;
  for (Index n = 1; n <= p.cars; ++n) numbers.push_back(static_cast<double>(n));
  results.axis(car, numbers);
  results.write(driven_frequency, w);
  results.write(driven_gain, found);
  results.write(driven_expected, expected);
}

struct Rays {
  Numbers speed, growth, expected;
};

// A kicked row driven until `end`; rays from the downstream one at rest, or beyond, to
// the upstream edge of the packet.
Rays kicked(const Params& p, std::size_t c, const LawCase& one, const theory::Packet& packet, double end,
            const Domain& world) {
  const auto& law = one.law;
  const double v_e = law.equilibrium_speed, h = law.headway;
  const double t = end / 4;
  const auto behind = [&](double V) { return t * (v_e - V) / h; };  // cars at t on the ray V
  Kick kick{.dt = p.dt, .metres = p.kick};
  kick.early = static_cast<Index>(t / p.dt);
  kick.apart = std::max<Index>(
      1, static_cast<Index>(0.25 * std::numbers::pi / (std::abs(packet.fastest.root.imag()) * p.dt)));
  kick.first_car = std::max<Index>(1, static_cast<Index>(behind(std::max(0.0, packet.downstream_edge))));
  kick.cars = 4 * static_cast<Index>(behind(packet.upstream_edge)) + 2;
  Rays rays;
  with_case(p, c, [&](const auto& driver) { rays.growth = kicked_row(driver, h, v_e, kick, world); });
  for (std::size_t n = 0; n < rays.growth.size(); ++n) {
    const double cars = static_cast<double>(kick.first_car) + static_cast<double>(n);
    rays.speed.push_back(v_e - h * cars / (static_cast<double>(kick.early) * p.dt));
    rays.expected.push_back(theory::ray_at(law, rays.speed.back()).growth);
  }
  return rays;
}

// `fixed` are rays about the one at rest.
void claim_rays(const LawCase& one, const theory::Packet& packet, const Rays& rays, const Rays& fixed,
                Results& results) {
  double farthest = 0;
  std::size_t still = 0;
  for (std::size_t n = 0; n < fixed.speed.size(); ++n)
    if (std::abs(fixed.speed[n]) < std::abs(fixed.speed[still])) still = n;
  for (std::size_t n = 0; n < rays.speed.size(); ++n) {
    if (rays.expected[n] > 0)
      farthest = std::max(farthest, std::abs(rays.growth[n] - rays.expected[n]) / packet.fastest.growth);
  }
  const bool absolute = packet.at_rest.growth > 0, seen = std::isfinite(fixed.growth[still]);
  results.claim({"rays_" + one.id,
                 "A kick grows along rays as its saddle says, over the fastest growth, " + one.name, farthest,
                 Kind::at_most, 0, 0.05, "1", "E3", Role::convergence, Scale::quick});
  results.claim(
      {std::string(absolute ? "absolute_" : "convective_") + one.id,
       std::string("Seen from the roadside a kick ") + (absolute ? "grows, " : "dies out, ") + one.name,
       seen ? fixed.growth[still] : 0, absolute ? Kind::at_least : Kind::at_most, 0, 0, "1/s", "E3",
       Role::convergence, Scale::quick, seen ? "" : "there the kick fell below round-off"});
}

void study_packets(const Params& p, const std::vector<LawCase>& cases, const Domain& world, Results& results,
                   Progress& progress) {
  std::vector<Rays> all;
  Numbers groups;
  Array sides{{cases.size(), 2}, {}};
  std::size_t most = 1;
  for (std::size_t c = 0; c < cases.size(); ++c) {
    all.emplace_back();
    theory::Packet packet;
    if (theory::excess(cases[c].law) > 0) packet = theory::wave_packet(cases[c].law);
    if (packet.found) {
      const double fall = packet.at_rest.growth;
      const double end = std::min(p.longest, std::log(p.growth) / packet.fastest.growth);
      all.back() = kicked(p, c, cases[c], packet, end, world);
      // where it dies out, it is read before it is gone
      const bool dies = fall < 0 && end * -fall > std::log(p.least_fall);
      const Rays brief =
          dies ? kicked(p, c, cases[c], packet, std::log(p.least_fall) / -fall, world) : Rays{};
      claim_rays(cases[c], packet, all.back(), dies ? brief : all.back(), results);
      most = std::max(most, all.back().speed.size());
    }
    groups.push_back(packet.found ? packet.fastest.road_speed : none);
    sides.values.push_back(packet.found ? packet.upstream_edge : none);
    sides.values.push_back(packet.found ? packet.downstream_edge : none);
    progress.advance();
  }
  const auto table = [&](Numbers Rays::*numbers) {
    Array padded{{cases.size(), most}, {}};
    for (const Rays& rays : all) {
      padded.values.insert(padded.values.end(), (rays.*numbers).begin(), (rays.*numbers).end());
      padded.values.resize(most * (static_cast<std::size_t>(&rays - all.data()) + 1), none);
    }
    return padded;
  };
  results.write(ray_speed, table(&Rays::speed));
  results.write(ray_growth, table(&Rays::growth));
  results.write(ray_expected, table(&Rays::expected));
  results.write(group_speed, groups);
  results.write(edges, sides);
}

void run(const Params& p, const Deck&, const Domain& world, Results& results) {
  const auto cases = law_cases(p.cases);
  Progress progress("traffic/platoon_gain", 2 * static_cast<Index>(cases.size()), world.speaks());
  std::vector<std::string> names;
  for (const LawCase& one : cases) names.push_back(one.name);
  results.labels(case_name, names);
  study_norms(cases, results);
  study_gains(p, cases, results);
  study_sweeps(p, cases, world, results, progress);
  study_packets(p, cases, world, results, progress);
}

}  // namespace platoon_gain_parts

extern const Verbs platoon_gain =
    verbs<platoon_gain_parts::Params, platoon_gain_parts::check, platoon_gain_parts::run>();

}  // namespace attune::experiments::traffic
