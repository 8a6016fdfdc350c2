// experiments/heat/heat_verification.cpp
//
// Question   Does every heat solver decay every mode as theory says, at the order it says, whatever the
//            boundaries, the dimension and the conductivity?
// Equation   u_t = div(K grad u) + s on [0, 1]^D, periodic, u = 0 or no flux on the walls;
//            r = kappa dt / h^2
// Exact      n steps multiply a mode of angles theta by (1 - 4 r sum sin^2(theta_a / 2))^n (explicit), by
//            R(-4 r sum ..)^n of each integrator, by exp(-4 n r sum ..) (lattice propagator), by
//            exp(-n r |theta|^2) (heat equation); manufactured solutions; layers in series; Barenblatt
// Expect     decay to rounding and to the tolerance of linear systems; the order of each Laplacian in h and
//            of each integrator in dt; at fixed r order 2, at r = 1/6 in one dimension and of the positive
//            map 4; a cycle of multigrid that leaves at most 0.13 of the residual; a photograph that diffuses
//            as the closed form says
// Source     LeVeque 2007, ch. 9 [leveque2007]; Roache 2002 [roache2002]; E1 of the heat theory
// Builds on  solvers/heat, solvers/heat/theory
// Figure     analysis/heat/heat_verification.py
#include <cmath>

#include "experiments/experiment.hpp"
#include "experiments/heat/parts/verification/coefficients.hpp"
#include "experiments/heat/parts/verification/linear_systems.hpp"
#include "experiments/heat/parts/verification/measures.hpp"
#include "experiments/heat/parts/verification/orders.hpp"
#include "experiments/heat/parts/verification/photograph.hpp"

namespace attune::experiments::heat {
namespace heat_verification_parts {

using namespace verification;

struct Params {
  Sweep sweep;
  Cells cells{{64}, {32, 32}, {16, 16, 16}};
  Choice choice;
  Index decay_steps = 100, implicit_steps = 10;
  std::vector<Index> modes{1, 2, 3};
  Orders orders;
  std::vector<double> system_steps{1, 1e4};
  Coefficients coefficients;
  Photograph photograph;
};

void describe(auto& field, Params& p) {
  describe_sweep(field, p.sweep);
  describe_cells(field, p.cells, "cells of the grid whose modes decay, D = 1", 4);
  describe_choice(field, p.choice);
  field("decay_steps", p.decay_steps, "1",
        "steps over which decay is measured, fewer where a mode would fall below 1e-2", between(1, 1e6));
  field("implicit_steps", p.implicit_steps, "1", "the same for solvers that solve linear systems",
        between(1, 1e6));
  field("modes", p.modes, "1", "wave numbers m, along every axis", between(1, 1 << 20), length(1, 64));
  describe_orders(field, p.orders);
  field("system_steps", p.system_steps, "1", "a of the linear systems (I - a L) x = b, L with r = 1",
        above(0), at_most(1e6), length(1, 16));
  describe_coefficients(field, p.coefficients);
  describe_photograph(field, p.photograph);
}

constexpr Dataset solver_name{"solver", "1", "solver", "solver whose modes decay"};
constexpr Dataset mode_number{"mode", "1", "mode", "wave number m along every axis"};
constexpr Dataset decay{"decay_error", "1", "solver dimension boundary mode",
                        "relative error of a mode's decay", "g^n, g the factor of a step"};
constexpr Dataset decay_bound{"decay_bound", "1", "solver dimension boundary mode",
                              "what rounding and the tolerance of linear systems may make of it"};
constexpr Dataset system_step{"system_step", "1", "system_step", "a of the linear systems (I - a L) x = b"};
constexpr Dataset reduction{"multigrid_reduction", "1", "dimension boundary system_step",
                            "mean factor by which a cycle shrinks the residual of noise"};

void check(const Params& p, const Deck& deck) {
  check_sweep(p.sweep, deck);
  for (const Index m : p.modes)
    for (const Index D : p.sweep.dimensions)
      for (const Index n : p.cells.in(D))
        if (2 * m >= n)
          deck.refuse("params.modes",
                      "must be below half of the cells of every axis; " + std::to_string(m) + " is not");
  check_photograph(p.photograph, deck);
}

constexpr double epsilon = std::numeric_limits<double>::epsilon();
const char* const leveque = "LeVeque 2007, ch. 9";

template <class Scalar>
void study_decay(const Params& p, const Domain& world, Results& results, Progress& progress) {
  const auto rows = solvers_to_verify<Scalar>(p.choice);
  const std::vector<std::size_t> shape{rows.size(), p.sweep.dimensions.size(), p.sweep.boundaries.size(),
                                       p.modes.size()};
  Array errors = tabulated(shape), bounds = tabulated(shape);
  std::vector<std::string> names;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    names.push_back(rows[i].name);
    const Index steps = rows[i].sensitivity == nullptr ? p.decay_steps : p.implicit_steps;
    each_case(p.sweep, [&](std::size_t d, std::size_t b, int D, const std::string& boundary) {
      const Setting s = make_setting(world, p.cells.in(D), boundary);
      Measured worst{0, 1};
      for (std::size_t m = 0; m < p.modes.size(); ++m) {
        const auto seen = decay_error(rows[i], s, p.modes[m], steps, p.choice.tolerance);
        entry(errors, {i, d, b, m}) = seen.error;
        entry(bounds, {i, d, b, m}) = seen.expected;
        if (!(seen.error / seen.expected <= worst.error / worst.expected)) worst = seen;
      }
      results.claim({"decay_" + rows[i].name + "_" + case_name(D, boundary),
                     "Modes decay under " + rows[i].words +
                         " as the closed form says; relative error of the mode nearest its bound",
                     worst.error, Kind::at_most, 0, worst.expected, "1", leveque, Role::identity});
      progress.advance();
    });
  }
  results.labels(solver_name, names);
  results.write(decay, errors);
  results.write(decay_bound, bounds);
}

void study_systems(const Params& p, const Domain& world, Results& results, Progress& progress) {
  Array reductions = tabulated({p.sweep.dimensions.size(), p.sweep.boundaries.size(), p.system_steps.size()});
  const auto rows = linear_rows();
  double slowest = 0;
  each_case(p.sweep, [&](std::size_t d, std::size_t b, int D, const std::string& boundary) {
    const Setting s = make_setting(world, p.cells.in(D), boundary);
    for (std::size_t a = 0; a < p.system_steps.size(); ++a)
      slowest = std::max(slowest, entry(reductions, {d, b, a}) = multigrid_reduction(s, p.system_steps[a]));
    for (const auto& row : rows) {
      double worst = 0;  // over what was asked for
      for (const double a : p.system_steps) {
        const double asked = std::max(p.choice.tolerance, 64 * epsilon * (1 + 4 * D * a));
        worst = std::max(worst, row.residual(s, a, asked) / asked);
      }
      results.claim({"system_" + row.name + "_" + case_name(D, boundary),
                     "Linear systems are solved to the residual asked for by " + row.words +
                         "; largest residual over it",
                     worst, Kind::at_most, 1, 0.1, "1", "Saad 2003", Role::identity});
    }
    progress.advance();
  });
  results.claim({"multigrid_reduction",
                 "A cycle of multigrid leaves at most 0.13 of the residual in every case of the deck",
                 slowest, Kind::at_most, 0.13, 0, "1", "Trottenberg 2001, chapter 2", Role::convergence});
  results.axis(system_step, p.system_steps);
  results.write(reduction, reductions);
}

template <class Scalar> void run(const Params& p, const Deck&, const Domain& world, Results& results) {
  const auto cases = static_cast<Index>(p.sweep.dimensions.size() * p.sweep.boundaries.size());
  const auto solvers = static_cast<Index>(solvers_to_verify<Scalar>(p.choice).size());
  Progress progress(
      "heat/heat_verification",
      cases * (solvers + 2) + parts_of(p.orders, p.choice, p.sweep) + parts_of(p.coefficients, p.sweep),
      world.speaks());
  write_axes(p.sweep, results);
  results.axis(mode_number, {p.modes.begin(), p.modes.end()});
  study_photograph<Scalar>(p.photograph, p.choice.stability, p.sweep, world, results, progress);
  study_decay<Scalar>(p, world, results, progress);
  study_orders(p.orders, p.choice, p.sweep, world, results, progress);
  study_systems(p, world, results, progress);
  study_coefficients(p.coefficients, p.sweep, world, results, progress);
}

}  // namespace heat_verification_parts

extern const Verbs heat_verification =
    verbs<heat_verification_parts::Params, heat_verification_parts::check,
          heat_verification_parts::run<double>, heat_verification_parts::run<float>>();

}  // namespace attune::experiments::heat
