// experiments/traffic/temperature_phase_diagram.cpp
//
// Question   At which temperature does attention to several leaders keep uniform flow stable, and when does it
//            drive a vehicle against the sense of what it sees?
// Equation   over gaps          u = alpha [sum_k a_k V(D_k / k) - v]
//            over speeds        u = alpha [V(D_1) - v] + lambda [sum_k a_k v_k - v]
//            over interactions  u = a [1 - (v / v0)^delta - sum_k a_k phi_k];   a = softmax(-D_k / (ell tau))
// Exact      long waves: alpha_c = 2 V' / kbar, lambda_c = (V' - alpha / 2) / kbar, kbar = sum k a_k; all waves:
//            the largest neutral value of any angle; interactions: du/dD_j < 0 exactly if phi_j < phibar - tau / h_j
// Expect     eigenvalues of rings extrapolated to the endless row give the long-wave curve; runs decay above
//            the curve of all waves and grow below it; cold attention is the first leader, hot attention all alike
// Source     Bando et al. 1995 [bando1995], Jiang, Wu, Zhu 2001 [jiang2001], Lenz, Wagner, Sollacher 1999
//            [lenz1999], Wilson and Ward 2011 [wilson2011]; E7
// Builds on  solvers/traffic, solvers/traffic/theory, attention/short_softmax.hpp
// Figure     analysis/traffic/temperature_phase_diagram.py
#include <algorithm>
#include <cmath>

#include "core/core/progress.hpp"
#include "experiments/dealt_numbers.hpp"
#include "experiments/experiment.hpp"
#include "experiments/traffic/parts/even_ratios.hpp"
#include "experiments/traffic/parts/temperature/interaction_signs.hpp"
#include "experiments/traffic/parts/temperature/limits.hpp"
#include "experiments/traffic/parts/temperature/neutral_curves.hpp"
#include "solvers/traffic/prefixed.hpp"
#include "solvers/traffic/theory/linearisation.hpp"
#include "solvers/traffic/theory/optimal_velocity.hpp"
#include "solvers/traffic/theory/softmax_extremes.hpp"

namespace attune::experiments::traffic {
namespace temperature_phase_diagram_parts {

namespace theory = attune::traffic::theory;
using Numbers = std::vector<double>;

struct Params {
  attune::traffic::OptimalVelocity optimal{};
  double headway = 2, reach = 2, relaxation = 1;
  std::vector<Index> leaders{2, 4, 8};
  double coldest = 0.1, hottest = 20;
  Index temperatures = 9, curve = 121;
  Index ring = 50, doublings = 3;
  KickedRings rings{};
  double beside = 0.02;
  AttendInteractions interactions{};
  double interaction_headway = 20, least_headway = 10, largest_headway = 60;
  Index headways = 25, sights = 20000;
};

void describe(auto& field, Params& p) {
  describe(field, p.optimal);
  field("headway", p.headway, "m", "h of uniform flow, over gaps and over speeds", above(0.0));
  field("reach", p.reach, "m", "ell of the logits -D_k / ell there", above(0.0));
  field("relaxation", p.relaxation, "1/s", "alpha of drivers who attend to speeds; below 2 V'(h)",
        above(0.0));
  field("leaders", p.leaders, "1", "numbers K of leaders", between(1, LeaderAttention::capacity),
        length(1, 6));
  field("coldest", p.coldest, "1", "least temperature tau", above(0.0));
  field("hottest", p.hottest, "1", "largest temperature", above(0.0));
  field("temperatures", p.temperatures, "1", "temperatures searched and driven, in even ratios",
        between(2, 1000));
  field("curve", p.curve, "1", "temperatures at which closed forms are stored", between(2, 100000));
  field("ring", p.ring, "1", "vehicles of the smallest ring whose eigenvalues are asked", between(8, 10000));
  field("doublings", p.doublings, "1", "how often that ring is doubled to extrapolate", between(1, 6));
  describe(field, p.rings);
  field("beside", p.beside, "1", "how far beside the curve rings are driven, relative", above(0.0),
        below(0.5));
  attune::traffic::Prefixed prefixed{field, "interaction_"};
  describe(prefixed, p.interactions);
  field("interaction_headway", p.interaction_headway, "m", "h where gains are stored over temperature",
        above(0.0));
  field("least_headway", p.least_headway, "m", "first headway whose onset of wrong signs is sought",
        above(0.0));
  field("largest_headway", p.largest_headway, "m", "the last of them", above(0.0));
  field("headways", p.headways, "1", "how many", between(2, 10000));
  field("sights", p.sights, "1", "random sights at which signs and limits are asked", between(10, 1e8));
}

constexpr Dataset driver{"driver", "1", "driver", "what a driver attends to"};
constexpr Dataset leader_number{"leaders", "1", "leaders", "K"};
constexpr Dataset temperature{"temperature", "1", "temperature", "tau"};
constexpr Dataset ring_size{"ring", "1", "ring", "vehicles of rings whose eigenvalues were asked"};
constexpr Dataset side{"side", "1", "side", "over the neutral value of all waves"};
constexpr Dataset curve_temperature{"curve_temperature", "1", "curve_temperature", "tau of closed forms"};
constexpr Dataset long_curve{"long_wave_curve", "1/s", "driver leaders curve_temperature",
                             "alpha, lambda at which long waves are neutral",
                             "2 V' / kbar, (V' - alpha / 2) / kbar"};
constexpr Dataset all_curve{"all_wave_curve", "1/s", "driver leaders curve_temperature",
                            "alpha, lambda above which every wave decays", "max over theta"};
constexpr Dataset long_theory{"long_wave_theory", "1/s", "driver leaders temperature",
                              "the same closed form at the temperatures that were searched"};
constexpr Dataset all_theory{"all_wave_theory", "1/s", "driver leaders temperature",
                             "the same for every wave"};
constexpr Dataset angle{"neutral_angle", "rad", "driver leaders temperature",
                        "angle theta of the wave that goes first; 0 for long waves"};
constexpr Dataset on_rings{"long_wave_ring", "1/s", "driver leaders temperature ring",
                           "neutral value of the longest wave of rings, by eigenvalues"};
constexpr Dataset long_found{"long_wave_found", "1/s", "driver leaders temperature",
                             "these extrapolated to the endless row"};
constexpr Dataset ring_found{"all_wave_ring", "1/s", "driver leaders temperature",
                             "neutral value of all waves of the smallest ring, by eigenvalues"};
constexpr Dataset ring_theory{"all_wave_ring_theory", "1/s", "driver leaders temperature",
                              "the closed form's largest over the angles of that ring"};
constexpr Dataset growth_found{"growth", "1/s", "driver leaders temperature side",
                               "largest growth of any mode of a ring that was driven"};
constexpr Dataset growth_expected{"growth_expected", "1/s", "driver leaders temperature side",
                                  "the same by its eigenvalues"};
constexpr Dataset leader{"leader", "1", "leader", "j"};
constexpr Dataset gain_certified{"interaction_gain", "1/s^2", "curve_temperature leader",
                                 "du/dD_j in uniform flow by the certificate",
                                 "a a_j |phi'_j| [1 + h_j (phi_j - phibar) / tau]"};
constexpr Dataset gain_stepped{"interaction_gain_stepped", "1/s^2", "temperature leader",
                               "du/dD_j in uniform flow by a complex step of the law"};
constexpr Dataset onset_headway{"onset_headway", "m", "onset_headway", "h of uniform flow"};
constexpr Dataset onset{"onset_temperature", "1", "onset_headway",
                        "tau below which a driver in uniform flow has a wrong sign, by the law's partials"};
constexpr Dataset onset_expected{"onset_expected", "1", "onset_headway", "the same by the certificate"};
constexpr Dataset sure{"sure_temperature", "1", "onset_headway",
                       "tau from which on no bias makes a sign wrong there", "max_j h_j (max phi - phi_j)"};

NeutralPlan plan_of(const Params& p) {
  NeutralPlan plan;
  plan.gaps = {.heed = {.reach = p.reach}, .optimal = p.optimal};
  plan.speeds = {.sensitivity = p.relaxation, .heed = {.reach = p.reach}, .optimal = p.optimal};
  plan.headway = p.headway;
  plan.leaders = p.leaders;
  plan.ring = p.ring;
  plan.doublings = p.doublings;
  plan.temperatures = even_ratios(p.coldest, p.hottest, p.temperatures);
  return plan;
}

void check(const Params& p, const Deck& deck) {
  if (p.coldest >= p.hottest) deck.refuse("params.coldest", "must be below 'hottest'");
  if (p.least_headway >= p.largest_headway)
    deck.refuse("params.least_headway", "must be below 'largest_headway'");
  const double l = p.interactions.idm.length;
  if (p.least_headway <= l || p.interaction_headway <= l)
    deck.refuse("params.least_headway",
                "and 'interaction_headway' must be above 'interaction_length' = " + std::to_string(l) + " m");
  if (p.interactions.heed.heeded < 2) deck.refuse("params.interaction_leaders", "must be at least 2");
  const double slope = plan_of(p).slope();
  if (p.relaxation >= 2 * slope)
    deck.refuse("params.relaxation", "must be below 2 V'(h) = " + std::to_string(2 * slope) +
                                         " /s: above it no leader's speed is needed");
}

double farthest(const Numbers& found, const Numbers& expected) {
  double most = 0;
  for (std::size_t n = 0; n < found.size(); ++n) most = std::max(most, std::abs(found[n] / expected[n] - 1));
  return most;
}

void store_curves(const Params& p, const NeutralPlan& plan, Results& results) {
  NeutralPlan fine = plan;
  fine.temperatures = even_ratios(p.coldest, p.hottest, p.curve);
  Array longest{{2, p.leaders.size(), fine.temperatures.size()}, {}}, all = longest;
  for (std::size_t n = 0; n < fine.points(); ++n) {
    longest.values.push_back(NeutralPoint{fine, n}.long_waves());
    all.values.push_back(NeutralPoint{fine, n}.all_waves().value);
  }
  results.axis(curve_temperature, fine.temperatures);
  results.write(long_curve, longest);
  results.write(all_curve, all);
}

void claim_curves(const NeutralPlan& plan, const NeutralTables& tables, Results& results) {
  const auto half = static_cast<std::ptrdiff_t>(plan.points() / 2);
  const auto part = [half](const Numbers& all, bool of_speeds) {
    return of_speeds ? Numbers(all.begin() + half, all.end()) : Numbers(all.begin(), all.begin() + half);
  };
  for (const bool of_speeds : {false, true}) {
    const std::string name = of_speeds ? "speeds" : "gaps", value = of_speeds ? "lambda" : "alpha";
    results.claim({"long_waves_" + name,
                   "Attention over " + name +
                       ": eigenvalues of rings, extrapolated, make long waves neutral at " +
                       (of_speeds ? "lambda = (V' - alpha / 2) / kbar" : "alpha = 2 V' / kbar") +
                       "; farthest K and tau, relative",
                   farthest(part(tables.long_found, of_speeds), part(tables.long_theory, of_speeds)),
                   Kind::at_most, 0, 1e-5, "1", "E7", Role::convergence});
    results.claim({"all_waves_" + name,
                   "Attention over " + name + ": all waves of a ring are neutral at the largest " + value +
                       " of any of its angles; farthest K and tau, relative",
                   farthest(part(tables.ring_found, of_speeds), part(tables.ring_theory, of_speeds)),
                   Kind::at_most, 0, 1e-9, "1", "E7", Role::identity});
  }
}

void study_neutral(const Params& p, const NeutralPlan& plan, std::uint32_t seed, const Domain& world,
                   Results& results, Progress& progress) {
  const NeutralTables tables = neutral_tables(plan, world);
  const std::size_t K = p.leaders.size(), T = plan.temperatures.size();
  Numbers sizes;
  for (Index r = 0; r <= p.doublings; ++r) sizes.push_back(static_cast<double>(p.ring << r));
  results.axis(ring_size, sizes);
  results.write(on_rings, {{2, K, T, sizes.size()}, tables.on_rings});
  for (const auto& [name, values] : {std::pair{long_theory, &tables.long_theory},
                                     {all_theory, &tables.all_theory},
                                     {angle, &tables.angle},
                                     {long_found, &tables.long_found},
                                     {ring_found, &tables.ring_found},
                                     {ring_theory, &tables.ring_theory}})
    results.write(name, {{2, K, T}, *values});
  claim_curves(plan, tables, results);
  progress.advance();

  const SideGrowth growth = growth_beside(plan, tables, p.beside, p.rings, Random{seed, 11}, world);
  results.axis(side, {1 - p.beside, 1 + p.beside});
  results.write(growth_found, {{2, K, T, 2}, growth.found});
  results.write(growth_expected, {{2, K, T, 2}, growth.expected});
  int wrong = 0;
  double apart = 0;
  bool too_short = false;
  for (std::size_t n = 0; n < growth.found.size(); ++n) {
    wrong += (growth.found[n] > 0) != (n % 2 == 0);
    apart = std::max(apart, std::abs(growth.found[n] - growth.expected[n]));
    too_short |=
        NeutralPoint{plan, n / 2}.all_waves_on(p.rings.vehicles) < (1 - p.beside) * tables.all_theory[n / 2];
  }
  results.claim({"nonlinear_sign",
                 "Rings that are driven grow below the curve of all waves and decay above it; points where "
                 "they do not, of " +
                     std::to_string(growth.found.size()),
                 static_cast<double>(wrong), Kind::at_most, 0, 0, "1", "E7", Role::convergence, Scale::smoke,
                 too_short ? "rings so short that their waves are neutral farther beside the curve" : ""});
  results.claim({"nonlinear_growth", "and their fastest mode grows as the eigenvalues say; farthest point",
                 apart, Kind::at_most, 0, 1e-6, "1/s", "E7", Role::convergence});
  progress.advance();
}

AttendInteractions at_temperature(const Params& p, double tau) {
  AttendInteractions law = p.interactions;
  law.heed.temperature = tau;
  return law;
}

void store_gains(const Params& p, const Numbers& fine, const Numbers& coarse, Results& results) {
  const auto leaders = static_cast<std::size_t>(p.interactions.leaders());
  Array certified{{fine.size(), leaders}, {}}, stepped{{coarse.size(), leaders}, {}};
  const auto sight = [&](const AttendInteractions& law) {
    return attune::traffic::uniform_sight(law, p.interaction_headway,
                                          theory::equilibrium_speed(law, p.interaction_headway));
  };
  for (const double tau : fine)
    for (const double gain : sign_certificate(at_temperature(p, tau), sight(at_temperature(p, tau))).gains)
      certified.values.push_back(gain);
  for (const double tau : coarse)
    for (const double gain : stepped_gains(at_temperature(p, tau), sight(at_temperature(p, tau))))
      stepped.values.push_back(gain);
  Numbers numbers;
  for (std::size_t j = 1; j <= leaders; ++j) numbers.push_back(static_cast<double>(j));
  results.axis(leader, numbers);
  results.write(gain_certified, certified);
  results.write(gain_stepped, stepped);
}

void claim_census(const Params& p, std::uint32_t seed, const Domain& world, Results& results) {
  const SignCensus census =
      sign_census(p.interactions, p.coldest, p.hottest, p.sights, Random{seed, 12}, world.communicator());
  results.claim({"interaction_jacobian",
                 "Attention over interactions: the law's gains, by a complex step, are those of the softmax "
                 "Jacobian; farthest sight, over the largest gain",
                 census.gain_misfit, Kind::at_most, 0, 1e-10, "1", "E7", Role::identity});
  results.claim({"interaction_partials", "The law's own partials are those of a complex step",
                 census.partial_misfit, Kind::at_most, 0, 1e-10, "1", "E7", Role::identity});
  results.claim({"certificate",
                 "The sign certificate says which gains are negative; disagreements of " +
                     std::to_string(census.looked_at) + ", " + std::to_string(census.wrong) + " negative",
                 static_cast<double>(census.disagreements), Kind::at_most, 0, 0, "1", "E7", Role::identity});
  results.claim({"sure_temperature", "At the sure temperature no gain is negative, whatever the biases",
                 static_cast<double>(census.wrong_when_sure), Kind::at_most, 0, 0, "1", "E7",
                 Role::identity});
  results.claim({"onset_gap",
                 "Of two interactions attended to by their own size the weaker is answered against its sense "
                 "from the gap over tau on where y = 1 + exp(-y)",
                 onset_gap(p.interactions), Kind::equal_abs, theory::boltzmann_extremes().sign_change, 1e-6,
                 "1", "E7", Role::convergence});
}

void study_onset(const Params& p, const Domain& world, Results& results) {
  const auto H = static_cast<std::size_t>(p.headways);
  const Numbers headways = even_ratios(p.least_headway, p.largest_headway, p.headways);
  Numbers found, expected, surely;
  DealtNumbers dealt(3 * H);
  deal(H, world.communicator(), [&](std::size_t n) {
    const Onset one = onset_temperature(p.interactions, headways[n]);
    dealt.set(3 * n, one.found);
    dealt.set(3 * n + 1, one.expected);
    dealt.set(3 * n + 2, one.sure);
  });
  dealt.share(world.communicator());
  for (std::size_t n = 0; n < H; ++n) {
    found.push_back(dealt.get(3 * n));
    expected.push_back(dealt.get(3 * n + 1));
    surely.push_back(dealt.get(3 * n + 2));
  }
  results.axis(onset_headway, headways);
  results.write(onset, found);
  results.write(onset_expected, expected);
  results.write(sure, surely);
  results.claim(
      {"onset_temperature",
       "In uniform flow wrong signs set in at the temperature of the certificate; farthest headway, "
       "relative",
       farthest(found, expected), Kind::at_most, 0, 1e-6, "1", "E7", Role::convergence});
}

void study_limits(const Params& p, const NeutralPlan& plan, std::uint32_t seed, Results& results) {
  AttendGaps gaps = plan.gaps;
  AttendSpeeds speeds = plan.speeds;
  gaps.heed.heeded = speeds.heed.heeded =
      static_cast<int>(*std::max_element(p.leaders.begin(), p.leaders.end()));
  const TemperatureLimits far =
      temperature_limits(gaps, speeds, p.interactions, std::min<Index>(p.sights, 5000), Random{seed, 13});
  const auto claim = [&](const char* id, const char* statement, double value) {
    results.claim({id, statement, value, Kind::at_most, 0, 1e-10, "1", "E7", Role::identity});
  };
  claim("gaps_cold", "Cold attention over gaps is the optimal velocity model", far.gaps_cold);
  claim("gaps_hot", "Hot attention over gaps is Lenz's with equal weights", far.gaps_hot);
  claim("speeds_cold", "Cold attention over speeds is the full velocity difference model", far.speeds_cold);
  claim("speeds_hot", "Hot attention over speeds heeds the mean speed of the leaders", far.speeds_hot);
  claim("interactions_cold", "Cold attention over interactions is the intelligent driver model",
        far.interactions_cold);
  claim("interactions_hot", "Hot attention over interactions heeds their mean", far.interactions_hot);
}

void run(const Params& p, const Deck& deck, const Domain& world, Results& results) {
  const NeutralPlan plan = plan_of(p);
  Progress progress("traffic/temperature_phase_diagram", 3, world.speaks());
  results.labels(driver, {"gaps", "speeds"});
  results.axis(leader_number, {p.leaders.begin(), p.leaders.end()});
  results.axis(temperature, plan.temperatures);
  store_curves(p, plan, results);
  study_neutral(p, plan, deck.seed(), world, results, progress);
  store_gains(p, even_ratios(p.coldest, p.hottest, p.curve), plan.temperatures, results);
  claim_census(p, deck.seed(), world, results);
  study_onset(p, world, results);
  study_limits(p, plan, deck.seed(), results);
  progress.advance();
}

}  // namespace temperature_phase_diagram_parts

extern const Verbs temperature_phase_diagram =
    verbs<temperature_phase_diagram_parts::Params, temperature_phase_diagram_parts::check,
          temperature_phase_diagram_parts::run>();

}  // namespace attune::experiments::traffic
