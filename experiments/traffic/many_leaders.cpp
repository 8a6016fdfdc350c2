// experiments/traffic/many_leaders.cpp
//
// Question   How many leaders does a driver need, and at what temperature of attention, to keep a platoon stable?
// Equation   u_n linear in v_n, D_k and v_{n+k}, k = 1 .. K: Lenz with equal weights, the human driver model,
//            and attention over gaps, speeds and interactions at temperature tau
// Exact      long waves: lambda_1^2 < lambda_1 G_1 + S_2 / 2 with S_j = sum k^j f_k, G_1 = sum k g_k; all waves:
//            every root of lambda^2 = P lambda + Q on the left; runs: ln |mu| / dt of Runge-Kutta's steps
// Expect     runs grow as the dispersion relation of the step says; what is stable for all waves is for long
//            ones, not the other way round: with many leaders short waves may go first
// Source     Wilson and Ward 2011 [wilson2011], Lenz, Wagner, Sollacher 1999 [lenz1999], Treiber, Kesting,
//            Helbing 2006 [treiber2006]
// Builds on  solvers/traffic, solvers/traffic/theory, attention/short_softmax.hpp
// Figure     analysis/traffic/many_leaders.py
#include <algorithm>
#include <cmath>

#include "core/core/progress.hpp"
#include "experiments/experiment.hpp"
#include "experiments/traffic/parts/driver_list.hpp"
#include "experiments/traffic/parts/even_ratios.hpp"
#include "experiments/traffic/parts/many_leaders/stability.hpp"
#include "solvers/traffic/prefixed.hpp"
#include "solvers/traffic/theory/optimal_velocity.hpp"

namespace attune::experiments::traffic {
namespace many_leaders_parts {

namespace theory = attune::traffic::theory;
using attune::traffic::Hdm;
using attune::traffic::Lenz;
using Numbers = std::vector<double>;

constexpr std::size_t classical = 2, attending = 3;

struct Params {
  Index most = Lenz::capacity;
  double coldest = 0.1, hottest = 20;
  Index temperatures = 9;
  attune::traffic::OptimalVelocity optimal{};
  double headway = 2, reach = 2, sensitivity = 1, speed_gain = 0.25;
  attune::traffic::Idm idm{};
  double idm_headway = 14, idm_reach = 14;
  LoneModes modes{};
};

void describe(auto& field, Params& p) {
  field("most", p.most, "1", "leaders K = 1 .. most", between(2, Lenz::capacity));
  field("coldest", p.coldest, "1", "least temperature tau", above(0.0));
  field("hottest", p.hottest, "1", "largest temperature", above(0.0));
  field("temperatures", p.temperatures, "1", "temperatures, in even ratios", between(2, 1000));
  describe(field, p.optimal);
  field("headway", p.headway, "m", "h of the optimal velocity drivers", above(0.0));
  field("reach", p.reach, "m", "ell of their logits -D_k / ell", above(0.0));
  field("sensitivity", p.sensitivity, "1/s", "alpha; of Lenz's driver shared out equally among the leaders",
        above(0.0));
  field("speed_gain", p.speed_gain, "1/s", "lambda of the drivers who attend to speeds", above(0.0));
  attune::traffic::Prefixed prefixed{field, "idm_"};
  describe(prefixed, p.idm);
  field("idm_headway", p.idm_headway, "m", "h of the drivers with interactions", above(0.0));
  field("idm_reach", p.idm_reach, "m", "ell of their logits", above(0.0));
  describe(field, p.modes);
}

constexpr Dataset driver{"driver", "1", "driver", "how several leaders are heeded"};
constexpr Dataset attends{"attends", "1", "attends", "what attention goes to"};
constexpr Dataset leaders{"leaders", "1", "leaders", "K"};
constexpr Dataset temperature{"temperature", "1", "temperature", "tau"};
constexpr Dataset least{"least_leaders",
                        "1",
                        "attends temperature",
                        "fewest leaders that keep every wave from growing; NaN if none does",
                        "",
                        true};
constexpr Dataset least_long{"least_leaders_long",
                             "1",
                             "attends temperature",
                             "fewest leaders by the long-wave criterion; NaN if none",
                             "",
                             true};

constexpr Dataset most_stable{"most_leaders",
                              "1",
                              "attends temperature",
                              "most leaders, of those tried, that do; NaN if none does",
                              "",
                              true};

// The tables of both kinds of drivers.
struct Columns {
  Dataset speed, long_wave, by_roots, growth, angle, mode, expected, found;
};
constexpr Columns of_classical{
    {"speed", "m/s", "driver leaders", "v_e of uniform flow"},
    {"long_wave", "1/s", "driver leaders", "lambda_2", "(lambda_1^2 - lambda_1 G_1 - S_2 / 2) / A"},
    {"long_wave_by_roots", "1/s", "driver leaders", "Re lambda / theta^2, theta -> 0"},
    {"growth", "1/s", "driver leaders", "growth of the fastest wave on an endless row"},
    {"angle", "rad", "driver leaders", "its theta"},
    {"ring_mode", "1", "driver leaders", "m of the fastest mode of the ring"},
    {"ring_growth_expected", "1/s", "driver leaders", "its growth by theory", "ln |mu| / dt"},
    {"ring_growth", "1/s", "driver leaders", "its growth in a run"}};
constexpr Columns of_attention{
    {"attention_speed", "m/s", "attends leaders temperature", "v_e of uniform flow"},
    {"attention_long_wave", "1/s", "attends leaders temperature", "lambda_2",
     "(lambda_1^2 - lambda_1 G_1 - S_2 / 2) / A"},
    {"attention_long_wave_by_roots", "1/s", "attends leaders temperature", "Re lambda / theta^2, theta -> 0"},
    {"attention_growth", "1/s", "attends leaders temperature",
     "growth of the fastest wave on an endless row"},
    {"attention_angle", "rad", "attends leaders temperature", "its theta"},
    {"attention_ring_mode", "1", "attends leaders temperature", "m of the fastest mode of the ring"},
    {"attention_ring_growth_expected", "1/s", "attends leaders temperature", "its growth by theory",
     "ln |mu| / dt"},
    {"attention_ring_growth", "1/s", "attends leaders temperature", "its growth in a run"}};

void check(const Params& p, const Deck& deck) {
  if (p.coldest >= p.hottest) deck.refuse("params.coldest", "must be below 'hottest'");
  if (p.idm_headway <= p.idm.length)
    deck.refuse("params.idm_headway", "must be above 'idm_length' = " + std::to_string(p.idm.length) + " m");
}

Lenz lenz_of(const Params& p, int K) {
  Lenz law{.heeded = K, .optimal = p.optimal};
  for (double& a : law.sensitivity) a = p.sensitivity / K;
  return law;
}

StabilityTable classical_table(const Params& p, const Domain& world) {
  std::vector<Lenz> lenz;
  std::vector<Hdm> hdm;
  for (int K = 1; K <= p.most; ++K) {
    lenz.push_back(lenz_of(p, K));
    hdm.push_back({.idm = p.idm, .heeded = K});
  }
  StabilityTable table = stability_of(lenz, p.headway, p.modes, world);
  table.append(stability_of(hdm, p.idm_headway, p.modes, world));
  return table;
}

StabilityTable attention_table(const Params& p, const Numbers& taus, const Domain& world) {
  std::vector<AttendGaps> gaps;
  std::vector<AttendSpeeds> speeds;
  std::vector<AttendInteractions> interactions;
  for (int K = 1; K <= p.most; ++K)
    for (const double tau : taus) {
      const LeaderAttention heed{.heeded = K, .reach = p.reach, .temperature = tau};
      LeaderAttention of_idm = heed;
      of_idm.reach = p.idm_reach;
      gaps.push_back({.sensitivity = p.sensitivity, .heed = heed, .optimal = p.optimal});
      speeds.push_back(
          {.sensitivity = p.sensitivity, .speed_gain = p.speed_gain, .heed = heed, .optimal = p.optimal});
      interactions.push_back({.idm = p.idm, .heed = of_idm});
    }
  StabilityTable table = stability_of(gaps, p.headway, p.modes, world);
  table.append(stability_of(speeds, p.headway, p.modes, world));
  table.append(stability_of(interactions, p.idm_headway, p.modes, world));
  return table;
}

void store(const StabilityTable& table, const std::vector<std::size_t>& shape, const Columns& names,
           Results& results) {
  results.write(names.speed, {shape, table.speed});
  results.write(names.long_wave, {shape, table.long_wave});
  results.write(names.by_roots, {shape, table.long_wave_by_roots});
  results.write(names.growth, {shape, table.growth});
  results.write(names.angle, {shape, table.angle});
  results.write(names.mode, {shape, table.mode});
  results.write(names.expected, {shape, table.expected});
  results.write(names.found, {shape, table.found});
}

bool stable(const StabilityTable& table, std::size_t n) {
  return table.long_wave[n] < 0 && table.growth[n] < 0;
}

void claim_theory(const StabilityTable& table, const std::string& who, Results& results) {
  double apart = 0, roots = 0, largest = 0;
  int against = 0;
  for (const double one : table.long_wave) largest = std::max(largest, std::abs(one));
  for (std::size_t n = 0; n < table.size(); ++n) {
    apart = std::max(apart, std::abs(table.found[n] / table.expected[n] - 1));
    roots = std::max(roots, std::abs(table.long_wave_by_roots[n] - table.long_wave[n]) / largest);
    against += table.growth[n] <= 0 && table.long_wave[n] > 0;
  }
  results.claim({"run_growth_" + who,
                 "Rings of " + who +
                     " drivers grow as the dispersion relation of the time step says; farthest, "
                     "relative",
                 apart, Kind::at_most, 0, 1e-6, "1", "E4", Role::convergence});
  results.claim({"long_wave_" + who,
                 "The long-wave lambda_2 is the limit of the roots over theta^2; farthest, over the largest",
                 roots, Kind::at_most, 0, 1e-6, "1", "Wilson and Ward 2011", Role::identity});
  results.claim({"long_waves_are_waves_" + who, "Nobody is stable for all waves and not for long ones",
                 static_cast<double>(against), Kind::at_most, 0, 0, "1", "definition", Role::identity});
}

// The general criterion against the thresholds of each law in closed form.
void claim_thresholds(const Params& p, const Numbers& taus, const StabilityTable& plain,
                      const StabilityTable& attention, Results& results) {
  const double cosh = std::cosh(p.optimal.width * (p.headway - p.optimal.centre));
  const double slope = p.optimal.v_scale * p.optimal.width / (cosh * cosh);
  int against = 0;
  const auto ask = [&](double threshold, double lambda_2) {  // who is neutral to round-off is not told apart
    if (std::abs(slope / threshold - 1) > 1e-9) against += (slope < threshold) != (lambda_2 < 0);
  };
  for (int K = 1; K <= p.most; ++K) {
    ask(theory::lenz_threshold(Numbers(static_cast<std::size_t>(K), p.sensitivity / K)),
        plain.long_wave[K - 1]);
    for (std::size_t t = 0; t < taus.size(); ++t) {
      const double beta = p.headway / (p.reach * taus[t]);
      const std::size_t n = (K - 1) * taus.size() + t, speeds = p.most * taus.size() + n;
      ask(theory::attention_gap_threshold(p.sensitivity, beta, K), attention.long_wave[n]);
      ask(theory::attention_speed_threshold(p.sensitivity, p.speed_gain, beta, K),
          attention.long_wave[speeds]);
    }
  }
  results.claim({"thresholds",
                 "The general long-wave criterion decides as V' < sum k a_k / 2, alpha kbar / 2, "
                 "alpha / 2 + lambda kbar do; drivers where it does not",
                 static_cast<double>(against), Kind::at_most, 0, 0, "1", "Lenz et al. 1999", Role::identity});
}

void study_need(const Params& p, const Numbers& taus, const StabilityTable& table, Results& results) {
  const std::size_t T = taus.size(), K = static_cast<std::size_t>(p.most);
  Array all{{attending, T}, Numbers(attending * T, NAN)}, longest = all, many = all;
  double short_first[attending]{};
  int lost[attending]{}, gained = 0;
  for (std::size_t d = 0; d < attending; ++d)
    for (std::size_t t = 0; t < T; ++t)
      for (std::size_t k = K; k-- > 0;) {
        const std::size_t n = (d * K + k) * T + t;
        if (stable(table, n)) {
          all.values[d * T + t] = static_cast<double>(k + 1);
          if (std::isnan(many.values[d * T + t])) many.values[d * T + t] = static_cast<double>(k + 1);
        }
        if (table.long_wave[n] < 0) longest.values[d * T + t] = static_cast<double>(k + 1);
        short_first[d] += table.long_wave[n] < 0 && table.growth[n] > 0;
        if (d == 2) gained += stable(table, n) && !stable(table, (d * K) * T + t);
        if (k + 1 < K) lost[d] += stable(table, n) && !stable(table, n + T);
      }
  results.write(least, all);
  results.write(least_long, longest);
  results.write(most_stable, many);
  const auto claim = [&](const char* id, const char* statement, double value, Kind kind, double expected) {
    results.claim({id, statement, value, kind, expected, 0, "1", "this experiment", Role::empirical});
  };
  claim("gaps_long_first", "Attention over gaps: where long waves decay all do; drivers where not",
        short_first[0], Kind::at_most, 0);
  claim("speeds_short_first", "Attention over speeds: short waves may grow where long ones decay; drivers",
        short_first[1], Kind::at_least, 1);
  claim("gaps_more_is_better",
        "Attention over gaps: one leader more never costs stability; drivers where it does", lost[0],
        Kind::at_most, 0);
  claim("speeds_more_is_worse", "Attention over speeds: one leader more may cost stability; drivers", lost[1],
        Kind::at_least, 1);
  claim("interactions_do_not_help",
        "Attention over interactions, which shares one interaction out, stabilises no driver that one leader "
        "does not; drivers that it does",
        gained, Kind::at_most, 0);
}

void run(const Params& p, const Deck&, const Domain& world, Results& results) {
  const Numbers taus = even_ratios(p.coldest, p.hottest, p.temperatures);
  const auto K = static_cast<std::size_t>(p.most);
  Progress progress("traffic/many_leaders", 2, world.speaks());
  Numbers numbers;
  for (std::size_t k = 1; k <= K; ++k) numbers.push_back(static_cast<double>(k));
  results.labels(driver, {"Lenz, equal weights", "human driver model"});
  results.labels(attends, {"gaps", "speeds", "interactions"});
  results.axis(leaders, numbers);
  results.axis(temperature, taus);
  const StabilityTable plain = classical_table(p, world);
  progress.advance();
  const StabilityTable attention = attention_table(p, taus, world);
  progress.advance();
  store(plain, {classical, K}, of_classical, results);
  store(attention, {attending, K, taus.size()}, of_attention, results);
  claim_theory(plain, "classical", results);
  claim_theory(attention, "attending", results);
  claim_thresholds(p, taus, plain, attention, results);
  study_need(p, taus, attention, results);
}

}  // namespace many_leaders_parts

extern const Verbs many_leaders =
    verbs<many_leaders_parts::Params, many_leaders_parts::check, many_leaders_parts::run>();

}  // namespace attune::experiments::traffic
