// experiments/traffic/ring_spectrum.cpp
//
// Question   Which perturbations of uniform flow grow on a ring of vehicles, for any law, and how fast?
// Equation   u_n linear in v_n, D_k, v_{n+k} and what is behind; N vehicles on a ring, waves exp(i theta n)
// Exact      lambda^2 = (f_v + sum_k g_k z^k + g_b / z) lambda + sum_k f_k (z^k - 1) + f_b (1 - 1 / z),
//            z = exp(i theta), theta = 2 pi m / N; the optimal velocity ring loses stability where
//            V' = a / (2 cos^2(pi / N))
// Expect     the 2 N eigenvalues of the whole matrix, every one; the partials of every law by a complex step;
//            one eigenvalue zero
// Source     Wilson and Ward 2011 [wilson2011], Bando et al. 1995 [bando1995]; E2
// Builds on  solvers/traffic, solvers/traffic/theory
// Figure     analysis/traffic/ring_spectrum.py
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "core/core/progress.hpp"
#include "experiments/experiment.hpp"
#include "experiments/traffic/parts/law_cases.hpp"
#include "solvers/traffic/theory/dense_spectrum.hpp"
#include "solvers/traffic/theory/discrete_dispersion.hpp"
#include "solvers/traffic/theory/optimal_velocity.hpp"
#include "solvers/traffic/theory/string_stability.hpp"

namespace attune::experiments::traffic {
namespace ring_spectrum_parts {

namespace theory = attune::traffic::theory;
using Numbers = std::vector<double>;

struct Params {
  LawCases cases;
  std::vector<Index> vehicles{22, 100};
  std::vector<Index> threshold_vehicles{5, 22, 60};
  Index angles = 181;
  double least_headway = 0.72, largest_headway = 3;
  Index headways_swept = 60;
  std::vector<double> steps{0.01, 0.02, 0.05, 0.1, 0.2, 0.5};
};

void describe(auto& field, Params& p) {
  describe(field, p.cases);
  field("vehicles", p.vehicles, "1", "vehicles N of the rings; the spectrum of the first is stored",
        between(2, 1000), length(1, 8));
  field("threshold_vehicles", p.threshold_vehicles, "1", "N of optimal velocity rings driven to neutrality",
        between(4, 400), length(1, 16));
  field("angles", p.angles, "1", "angles theta in (0, pi] at which the closed form is stored",
        between(2, 10000));
  field("least_headway", p.least_headway, "1", "first headway of a sweep, over that of the case", above(0.0));
  field("largest_headway", p.largest_headway, "1", "last headway of a sweep, over that of the case",
        above(0.0));
  field("headways_swept", p.headways_swept, "1", "headways of a sweep", between(2, 10000));
  field("steps", p.steps, "s", "time steps whose growth is stored", above(0.0), length(1, 32));
}

constexpr Dataset case_name{"case", "1", "case", "law and headway"};
constexpr Dataset ring_size{"vehicles", "1", "vehicles", "vehicles N on the ring"};
constexpr Dataset headway{"headway", "m", "case", "h, front to front"};
constexpr Dataset speed{"equilibrium_speed", "m/s", "case", "v_e, speed of uniform flow", "u(h, v_e) = 0"};
constexpr Dataset long_wave{"long_wave", "1/s", "case", "lambda_2, growth of long waves over theta^2",
                            "(lambda_1^2 - lambda_1 G_1 - S_2 / 2) / A"};
constexpr Dataset partials_misfit{"partials_misfit", "1", "case",
                                  "farthest partial from a complex step, over the largest partial"};
constexpr Dataset abscissa{"abscissa", "1/s", "case vehicles", "largest Re lambda of the matrix but the 0"};
constexpr Dataset abscissa_expected{"abscissa_expected", "1/s", "case vehicles",
                                    "the same by the closed form, m != 0"};
constexpr Dataset frequency{"frequency", "1/s", "case vehicles", "Im lambda of the mode that grows fastest"};
constexpr Dataset fastest{"fastest_mode", "1", "case vehicles", "m of the mode that grows fastest"};
constexpr Dataset phase_speed{"phase_speed", "m/s", "case vehicles", "its crests' speed along the road",
                              "v_e - h Im lambda / theta"};
constexpr Dataset misfit{"dense_misfit", "1/s", "case vehicles",
                         "farthest eigenvalue of the matrix from the closed form"};
constexpr Dataset zero{"zero_mode", "1/s", "case vehicles", "the smallest |lambda| of the matrix"};
constexpr Dataset root_real{"root_real", "1/s", "case root", "Re lambda of the first ring's matrix"};
constexpr Dataset root_imag{"root_imag", "1/s", "case root", "Im lambda of the first ring's matrix"};
constexpr Dataset angle{"angle", "rad", "angle", "theta, phase from vehicle to vehicle"};
constexpr Dataset branch_real{"branch_real", "1/s", "case branch angle", "Re lambda of the closed form"};
constexpr Dataset branch_imag{"branch_imag", "1/s", "case branch angle", "Im lambda of the closed form"};
constexpr Dataset sweep_headway{"sweep_headway", "m", "case point", "headways of the sweep"};
constexpr Dataset sweep_growth{"sweep_growth", "1/s", "case point",
                               "growth of the fastest wave on an endless row, at least 0"};
constexpr Dataset time_step{"time_step", "s", "time_step", "dt"};
constexpr Dataset scheme{"scheme", "1", "scheme", "how time is stepped"};
constexpr Dataset step_growth{"step_growth", "1/s", "case scheme time_step",
                              "growth of the fastest mode of the first ring in steps", "ln |mu| / dt"};
constexpr Dataset threshold_size{"threshold_vehicles", "1", "threshold_vehicles", "N"};
constexpr Dataset threshold{"threshold", "1/s", "threshold_vehicles",
                            "sensitivity at which the optimal velocity ring is neutral"};
constexpr Dataset threshold_expected{"threshold_expected", "1/s", "threshold_vehicles", "the same by theory",
                                     "2 V' cos^2(pi / N)"};

void check(const Params& p, const Deck& deck) {
  check_cases(p.cases, deck);
  if (p.least_headway >= p.largest_headway)
    deck.refuse("params.least_headway", "must be below 'largest_headway'");
}

// Of the eigenvalues of a whole ring: all, the nearest to 0, and the largest real part of the others.
struct Dense {
  std::vector<theory::Complex> roots;
  double zero = 0, abscissa = 0;
};

Dense dense(const theory::Linearisation& law, Index vehicles) {
  Dense ring{theory::dense_spectrum({law}, static_cast<int>(vehicles))};
  const auto still = std::min_element(ring.roots.begin(), ring.roots.end(),
                                      [](auto a, auto b) { return std::norm(a) < std::norm(b); });
  ring.zero = std::abs(*still);
  ring.abscissa = -std::numeric_limits<double>::infinity();
  for (auto root = ring.roots.begin(); root != ring.roots.end(); ++root)
    if (root != still) ring.abscissa = std::max(ring.abscissa, root->real());
  return ring;
}

// What ranks found of their shares of a table, on all of them; -infinity where a rank has nothing.
void share(Array& table, const Domain& world) {
  world.communicator().maximum(table.values.data(), table.values.size());
}

Array nothing(std::size_t rows, std::size_t columns) {
  return {{rows, columns}, Numbers(rows * columns, -std::numeric_limits<double>::infinity())};
}

// The whole matrix of every ring against the closed form; the cases are dealt out among ranks.
void study_matrices(const Params& p, const std::vector<LawCase>& cases, const Domain& world, Results& results,
                    Progress& progress) {
  const std::size_t C = cases.size(), V = p.vehicles.size(),
                    roots = 2 * static_cast<std::size_t>(p.vehicles[0]);
  Array apart = nothing(C, V), still = apart, found = apart, re = nothing(C, roots), im = re;
  const auto ranks = static_cast<std::size_t>(world.communicator().size);
  for (std::size_t c = 0; c < C; ++c) {
    progress.advance();
    if (c % ranks != static_cast<std::size_t>(world.communicator().rank)) continue;
    for (std::size_t n = 0; n < V; ++n) {
      const Dense ring = dense(cases[c].law, p.vehicles[n]);
      const auto closed = theory::ring_spectrum(cases[c].law, static_cast<int>(p.vehicles[n]));
      apart.values[c * V + n] = theory::farthest_apart(closed, ring.roots);
      still.values[c * V + n] = ring.zero;
      found.values[c * V + n] = ring.abscissa;
      for (std::size_t r = 0; n == 0 && r < roots; ++r) {
        re.values[c * roots + r] = ring.roots[r].real();
        im.values[c * roots + r] = ring.roots[r].imag();
      }
    }
  }
  for (Array* table : {&apart, &still, &found, &re, &im}) share(*table, world);
  results.write(misfit, apart);
  results.write(zero, still);
  results.write(abscissa, found);
  results.write(root_real, re);
  results.write(root_imag, im);
  for (std::size_t c = 0; c < C; ++c) {
    const auto worst = [&](const Array& table) {
      return *std::max_element(table.values.begin() + c * V, table.values.begin() + (c + 1) * V);
    };
    const auto claim = [&](const char* what, const std::string& statement, double value) {
      results.claim({what + cases[c].id, statement + ", " + cases[c].name, value, Kind::at_most, 0, 1e-10,
                     "1/s", "E2", Role::identity});
    };
    claim("spectrum_", "All eigenvalues of the rings are those of the closed form", worst(apart));
    claim("zero_mode_", "One eigenvalue of every ring is zero", worst(still));
  }
}

// The mode that grows fastest, by the closed form.
void study_modes(const Params& p, const std::vector<LawCase>& cases, Results& results) {
  const std::size_t C = cases.size(), V = p.vehicles.size();
  Array growth{{C, V}, {}}, turning = growth, number = growth, crests = growth;
  for (const LawCase& one : cases)
    for (const Index N : p.vehicles) {
      const auto mode = theory::fastest_mode(one.law, static_cast<int>(N));
      growth.values.push_back(mode.root.real());
      turning.values.push_back(mode.root.imag());
      number.values.push_back(mode.mode);
      crests.values.push_back(theory::road_phase_speed(one.law, mode.theta, mode.root));
    }
  results.write(abscissa_expected, growth);
  results.write(frequency, turning);
  results.write(fastest, number);
  results.write(phase_speed, crests);
}

void study_branches(const Params& p, const std::vector<LawCase>& cases, Results& results) {
  Numbers angles;
  for (Index a = 1; a <= p.angles; ++a)
    angles.push_back(std::numbers::pi * static_cast<double>(a) / static_cast<double>(p.angles));
  Array re{{cases.size(), 2, angles.size()}, {}}, im = re;
  for (const LawCase& one : cases)
    for (const int branch : {0, 1})
      for (const double theta : angles) {
        const auto root = theory::mode_roots(one.law, theta)[branch];
        re.values.push_back(root.real());
        im.values.push_back(root.imag());
      }
  results.axis(angle, angles);
  results.write(branch_real, re);
  results.write(branch_imag, im);
}

void study_laws(const Params& p, const std::vector<LawCase>& cases, Results& results) {
  Numbers headways, speeds, curvatures, apart;
  Array places{{cases.size(), static_cast<std::size_t>(p.headways_swept)}, {}}, growth = places;
  for (const LawCase& one : cases) {
    headways.push_back(one.law.headway);
    speeds.push_back(one.law.equilibrium_speed);
    curvatures.push_back(theory::long_wave(one.law).second);
    apart.push_back(one.partials_misfit);
    results.claim({"partials_" + one.id,
                   "The partial derivatives are those of a complex step, over the largest, " + one.name,
                   apart.back(), Kind::at_most, 0, 1e-12, "1", "E2", Role::identity});
    const double step =
        std::pow(p.largest_headway / p.least_headway, 1.0 / static_cast<double>(p.headways_swept - 1));
    for (Index n = 0; n < p.headways_swept; ++n) {
      const double h = one.law.headway * p.least_headway * std::pow(step, static_cast<double>(n));
      places.values.push_back(h);
      growth.values.push_back(std::max(0.0, theory::fastest_wave(one.at(h), 400).root.real()));
    }
  }
  results.write(headway, headways);
  results.write(speed, speeds);
  results.write(long_wave, curvatures);
  results.write(partials_misfit, apart);
  results.write(sweep_headway, places);
  results.write(sweep_growth, growth);
}

void study_steps(const Params& p, const std::vector<LawCase>& cases, Results& results) {
  using theory::TimeStep;
  Array growth{{cases.size(), 3, p.steps.size()}, {}};
  for (const LawCase& one : cases)
    for (const TimeStep how : {TimeStep::semi_implicit, TimeStep::ballistic, TimeStep::runge_kutta})
      for (const double dt : p.steps)
        growth.values.push_back(
            theory::fastest_discrete_mode(one.law, static_cast<int>(p.vehicles[0]), how, dt).root.real());
  results.axis(time_step, p.steps);
  results.labels(scheme, {"semi-implicit", "ballistic", "Runge-Kutta 4"});
  results.write(step_growth, growth);
}

// The optimal velocity ring at the headway where V rises fastest: the sensitivity that leaves it neutral, by
// bisection of the abscissa of its matrix.
void study_threshold(const Params& p, Results& results) {
  auto law = std::get<attune::traffic::Ovm>(p.cases.laws);
  const double h = law.optimal.centre, slope = law.optimal.slope(h);
  Numbers found, expected;
  for (const Index N : p.threshold_vehicles) {
    double low = 0.5 * slope, high = 3 * slope;
    while (high - low > 1e-11 * high) {
      law.sensitivity = 0.5 * (low + high);
      (dense(theory::linearise(law, h), N).abscissa > 0 ? low : high) = law.sensitivity;
    }
    found.push_back(0.5 * (low + high));
    // V' = threshold(a) is linear in a
    expected.push_back(slope / theory::ovm_ring_threshold(1, static_cast<int>(N)));
    results.claim(
        {"threshold_" + std::to_string(N),
         "An optimal velocity ring of " + std::to_string(N) + " is neutral at a = 2 V' cos^2(pi / N)",
         found.back(), Kind::equal_rel, expected.back(), 1e-8, "1/s", "E2", Role::convergence});
  }
  results.axis(threshold_size, {p.threshold_vehicles.begin(), p.threshold_vehicles.end()});
  results.write(threshold, found);
  results.write(threshold_expected, expected);
}

void run(const Params& p, const Deck&, const Domain& world, Results& results) {
  const auto cases = law_cases(p.cases);
  Progress progress("traffic/ring_spectrum", static_cast<Index>(cases.size()), world.speaks());
  std::vector<std::string> names;
  for (const LawCase& one : cases) names.push_back(one.name);
  results.labels(case_name, names);
  results.axis(ring_size, {p.vehicles.begin(), p.vehicles.end()});
  study_laws(p, cases, results);
  study_modes(p, cases, results);
  study_branches(p, cases, results);
  study_steps(p, cases, results);
  study_threshold(p, results);
  study_matrices(p, cases, world, results, progress);
}

}  // namespace ring_spectrum_parts

extern const Verbs ring_spectrum =
    verbs<ring_spectrum_parts::Params, ring_spectrum_parts::check, ring_spectrum_parts::run>();

}  // namespace attune::experiments::traffic
