// experiments/heat/heat_verification.cpp
//
// Question   Do the explicit heat step and the exact propagators decay every mode as theory says, at the
//            order it says?
// Equation   u_t = kappa laplace u on [0, 1]^D, periodic, u = 0 or no flux on the walls;  r = kappa dt / h^2
// Exact      a mode of angles theta is multiplied by (1 - 4 r sum sin^2(theta_a / 2))^n by n explicit steps,
//            by exp(-4 n r sum sin^2(theta_a / 2)) by the lattice propagator, by exp(-n r |theta|^2) by the
//            heat equation
// Expect     order 2 in h at fixed r, order 4 at r = 1/6 in one dimension; no new extrema; a photograph that
//            diffuses as the closed form says
// Source     LeVeque 2007, ch. 9 [leveque2007]; E1 of the heat theory
// Builds on  solvers/heat, solvers/heat/theory
// Figure     analysis/heat/heat_verification.py
#include <cmath>
#include <set>

#include "core/core/progress.hpp"
#include "core/core/sum.hpp"
#include "experiments/experiment.hpp"
#include "experiments/heat/parts/rollout_claims.hpp"
#include "experiments/heat/parts/sweep.hpp"
#include "solvers/heat/ftcs.hpp"
#include "solvers/heat/initial.hpp"
#include "solvers/heat/spectral.hpp"
#include "solvers/heat/theory/decay.hpp"

namespace attune::experiments::heat {
namespace heat_verification_parts {

namespace solver = attune::heat;
namespace theory = attune::heat::theory;

struct Params {
  Sweep sweep;
  Cells cells{{64}, {32, 32}, {16, 16, 16}};
  double stability = 0.8;
  Index decay_steps = 100;
  std::vector<Index> modes{1, 2, 3};
  Index coarsest = 8, doublings = 3, coarsest_steps = 4;
  std::string picture = "brick.png";
  Index picture_crop = 0;
  Index rollout_steps = 1000;
  int records = 25;
  std::vector<Index> snapshots{0, 10, 100, 1000};
};

void describe(auto& field, Params& p) {
  describe_sweep(field, p.sweep);
  describe_cells(field, p.cells, "cells of the grid whose modes decay, D = 1", 4);
  field("stability", p.stability, "1", "2 D r, stable up to 1",
        Range{.least = 0, .most = 1, .least_excluded = true});
  field("decay_steps", p.decay_steps, "1",
        "steps over which decay is measured, fewer where a mode would fall below 1e-2", between(1, 1e6));
  field("modes", p.modes, "1", "wave numbers m, along every axis", between(1, 1 << 20), length(1, 64));
  field("coarsest", p.coarsest, "1", "cells along each axis of the coarsest grid of the order study",
        between(4, 4096));
  field("doublings", p.doublings, "1", "how often that grid is refined by two", between(1, 10));
  field("coarsest_steps", p.coarsest_steps, "1",
        "steps on the coarsest grid; four times as many at each doubling", between(1, 1e6));
  field("picture", p.picture, "1", "photograph or map that diffuses: PNG, PGM or FILE.h5:/dataset");
  field("picture_crop", p.picture_crop, "1",
        "side of the centred square of the picture that is used; 0: all of it", at_least(0));
  field("rollout_steps", p.rollout_steps, "1", "explicit steps from the picture", between(1, 1e7));
  field("records", p.records, "1", "steps at which the rollout is compared", between(1, 1000));
  field("snapshots", p.snapshots, "1",
        "steps of the 2-D rollout to store for ParaView, with the first boundary", at_least(0));
}

constexpr Dataset mode_number{"mode", "1", "mode", "wave number m along every axis"};
constexpr Dataset level_cells{"level_cells", "1", "level", "cells along each axis of the order study"};
constexpr Dataset record_step{"step", "1", "step", "time steps since the start"};
constexpr Dataset ftcs_error{"ftcs_decay_error", "1", "dimension boundary mode",
                             "relative error of the decay in decay_steps explicit steps",
                             "(1 - 4 r sum sin^2(theta/2))^n"};
constexpr Dataset lattice_error{"lattice_decay_error", "1", "dimension boundary mode",
                                "relative error of the decay by the lattice propagator",
                                "exp(-4 n r sum sin^2(theta/2))"};
constexpr Dataset heat_error{"band_limited_decay_error", "1", "dimension boundary mode",
                             "relative error of the decay by the band-limited propagator",
                             "exp(-n r |theta|^2)"};
constexpr Dataset error_l2{"error_l2", "1", "dimension boundary level",
                           "root mean square error at a fixed time, mode 1", "exp(-kappa |k|^2 t)"};
constexpr Dataset error_sixth{"error_l2_sixth", "1", "boundary level",
                              "the same at r = 1/6 in one dimension"};
constexpr Dataset order{"order", "1", "dimension boundary", "log2 of the ratio of the last two errors"};
constexpr Dataset rollout_measured{
    "rollout_error", "1", "dimension boundary step",
    "distance of the explicit rollout of the picture from the heat equation, relative"};
constexpr Dataset rollout_predicted{"rollout_error_predicted", "1", "dimension boundary step",
                                    "the same in closed form"};
constexpr Dataset temperature{"temperature", "1", "y x", "the picture after so many explicit steps"};

void check(const Params& p, const Deck& deck) {
  check_sweep(p.sweep, deck);
  for (const Index m : p.modes)
    for (const Index D : p.sweep.dimensions)
      for (const Index n : p.cells.in(D))
        if (2 * m >= n)
          deck.refuse("params.modes",
                      "must be below half of the cells of every axis; " + std::to_string(m) + " is not");
  for (const Index s : p.snapshots)
    if (s > p.rollout_steps) deck.refuse("params.snapshots", "must not exceed rollout_steps");
}

double rate(const Params& p, Index dimensions) { return p.stability / (2 * static_cast<double>(dimensions)); }

// sum_i a_i b_i over the own cells of all ranks.
template <class Scalar> struct Product {
  Field<Scalar> a, b;
  KOKKOS_FUNCTION void operator()(const Block& block, double* x) const {
    const Scalar *left = &a(block.k, block.j, block.i), *right = &b(block.k, block.j, block.i);
    for (int c = 0; c < block.cells; ++c) x[c] = double(left[c]) * double(right[c]);
  }
};
template <class Scalar> double inner(const Field<Scalar>& a, const Field<Scalar>& b, const Setting& s) {
  return sum::over_cells("heat::inner", a.box, Product<Scalar>{a, b}, s.domain.communicator());
}

// (u_i - factor shape_i)^2
struct Misfit {
  Field<double> u, shape;
  double factor;
  KOKKOS_FUNCTION void operator()(const Block& block, double* x) const {
    const double *row = &u(block.k, block.j, block.i), *mode = &shape(block.k, block.j, block.i);
    for (int c = 0; c < block.cells; ++c) x[c] = (row[c] - factor * mode[c]) * (row[c] - factor * mode[c]);
  }
};

template <class Scalar> struct State { Field<Scalar> u, next; };

template <class Scalar> State<Scalar> setup(const Setting& s, Index m) {
  const State<Scalar> state{s.domain.field<Scalar>("heat::u", s.halo(1)),
                            s.domain.field<Scalar>("heat::next", s.halo(1))};
  const Triple axes = s.halo(1);
  solver::mode(state.u, s.domain.whole(), s.boundaries, {m * axes[0], m * axes[1], m * axes[2]});
  return state;
}

template <class Scalar> void advance(State<Scalar>& state, const Setting& s, double r, Index steps) {
  for (Index n = 0; n < steps; ++n) {
    solver::fill_ghosts(state.u, s.domain, s.boundaries);
    solver::ftcs_step(state.u, solver::rates_of(r, s.dimensions), state.next);
    std::swap(state.u, state.next);
  }
}

theory::PerAxis per_axis(double r, int dimensions) {
  theory::PerAxis rates{0, 0, 0};
  for (int a = 3 - dimensions; a < 3; ++a) rates[a] = r;
  return rates;
}

// decay_steps, or fewer where every factor would fall below 1e-2: round-off is relative to the start.
Index steps_to_measure(const Params& p, const Setting& s, const Triple& mode, const theory::PerAxis& rates) {
  const double factors[3] = {theory::ftcs_decay(s.grid(), mode, rates, 1),
                             theory::lattice_decay(s.grid(), mode, rates, 1),
                             theory::heat_decay(s.grid(), mode, rates, 1)};
  double least = 1;
  for (const double factor : factors) least = std::min(least, std::abs(factor));
  const double most = least > 0 ? std::log(1e-2) / std::log(least) : 1;
  return std::clamp<Index>(static_cast<Index>(std::min(most, 1e9)), 1, p.decay_steps);
}

// Relative errors of the amplitude of one mode: explicit, lattice and band-limited.
template <class Scalar> std::array<double, 3> measure_decay(const Params& p, const Setting& s, Index m) {
  const double r = rate(p, s.dimensions);
  const auto shape = setup<Scalar>(s, m).u;
  const double norm = inner(shape, shape, s);
  const Triple axes = s.halo(1), mode{m * axes[0], m * axes[1], m * axes[2]};
  const auto rates = per_axis(r, s.dimensions);
  const Index steps = steps_to_measure(p, s, mode, rates);
  const double whole = r * static_cast<double>(steps);
  const auto relative = [&](const Field<Scalar>& u, double expected) {
    return std::abs(inner(u, shape, s) / norm / expected - 1);
  };

  auto stepped = setup<Scalar>(s, m);
  advance(stepped, s, r, steps);
  const auto lattice = setup<Scalar>(s, m).u, heat = setup<Scalar>(s, m).u;
  solver::apply_symbol(lattice, s.domain, s.boundaries, solver::lattice_propagator({whole, whole, whole}));
  solver::apply_symbol(heat, s.domain, s.boundaries, solver::band_limited_propagator({whole, whole, whole}));
  return {relative(stepped.u, theory::ftcs_decay(s.grid(), mode, rates, steps)),
          relative(lattice, theory::lattice_decay(s.grid(), mode, rates, steps)),
          relative(heat, theory::heat_decay(s.grid(), mode, rates, steps))};
}

// Root mean square distance from the heat equation's solution of mode 1, on a grid refined `level` times.
double measure_error(const Params& p, const Domain& world, int dimensions, const std::string& boundary,
                     double r, Index level) {
  const Index refined = Index(1) << level, steps = p.coarsest_steps * refined * refined;
  const Setting s = make_setting(world, std::vector<Index>(dimensions, p.coarsest * refined), boundary);
  auto state = setup<double>(s, 1);
  const auto shape = setup<double>(s, 1).u;
  advance(state, s, r, steps);
  const double decay = theory::heat_decay(s.grid(), s.halo(1), per_axis(r, dimensions), steps);
  const double square =
      sum::over_cells("heat::misfit", shape.box, Misfit{state.u, shape, decay}, s.domain.communicator());
  return std::sqrt(square / static_cast<double>(s.cells()));
}

double last_order(const std::vector<double>& errors) {
  return std::log2(errors[errors.size() - 2] / errors.back());
}

const char* const leveque = "LeVeque 2007, ch. 9";

template <class Scalar>
void study_decay(const Params& p, const Domain& world, Results& results, Progress& progress) {
  const auto& [dimensions, boundaries] = p.sweep;
  const std::vector<std::size_t> shape{dimensions.size(), boundaries.size(), p.modes.size()};
  const Dataset* datasets[3] = {&ftcs_error, &lattice_error, &heat_error};
  const char* names[3] = {"decay_ftcs_", "decay_lattice_", "decay_band_limited_"};
  const char* methods[3] = {"explicit steps", "the lattice propagator", "the band-limited propagator"};
  Array tables[3] = {tabulated(shape), tabulated(shape), tabulated(shape)};
  for (std::size_t d = 0; d < dimensions.size(); ++d)
    for (std::size_t b = 0; b < boundaries.size(); ++b) {
      const Setting s = make_setting(world, p.cells.in(dimensions[d]), boundaries[b]);
      double worst[3] = {0, 0, 0};
      for (std::size_t m = 0; m < p.modes.size(); ++m) {
        const auto errors = measure_decay<Scalar>(p, s, p.modes[m]);
        for (int k = 0; k < 3; ++k) {
          entry(tables[k], {d, b, m}) = errors[k];
          worst[k] = std::max(worst[k], errors[k]);
        }
      }
      for (int k = 0; k < 3; ++k)
        results.claim({names[k] + case_name(s.dimensions, s.boundary),
                       std::string("Modes decay under ") + methods[k] +
                           " as the closed form says; largest relative error",
                       worst[k], Kind::at_most, 0, 1e-12 * round_off_scale<Scalar>(), "1", leveque,
                       Role::identity});
      progress.advance();
    }
  for (int k = 0; k < 3; ++k) results.write(*datasets[k], tables[k]);
}

void study_order(const Params& p, const Domain& world, Results& results, Progress& progress) {
  const auto& [dimensions, boundaries] = p.sweep;
  const auto levels = static_cast<std::size_t>(p.doublings) + 1;
  Array errors = tabulated({dimensions.size(), boundaries.size(), levels}),
        orders = tabulated({dimensions.size(), boundaries.size()});
  Array sixth = tabulated({boundaries.size(), levels});
  for (std::size_t b = 0; b < boundaries.size(); ++b) {
    for (std::size_t d = 0; d < dimensions.size(); ++d) {
      const int D = static_cast<int>(dimensions[d]);
      std::vector<double> ladder;
      for (std::size_t l = 0; l < levels; ++l) {
        ladder.push_back(measure_error(p, world, D, boundaries[b], rate(p, D), static_cast<Index>(l)));
        entry(errors, {d, b, l}) = ladder.back();
      }
      entry(orders, {d, b}) = last_order(ladder);
      results.claim({"order_space_" + case_name(D, boundaries[b]),
                     "The explicit step converges at second order in h at fixed r", last_order(ladder),
                     Kind::equal_abs, 2, 0.05, "1", leveque, Role::convergence});
      progress.advance();
    }
    std::vector<double> ladder;
    for (std::size_t l = 0; l < levels; ++l) {
      ladder.push_back(measure_error(p, world, 1, boundaries[b], 1.0 / 6, static_cast<Index>(l)));
      entry(sixth, {b, l}) = ladder.back();
    }
    results.claim({"order_sixth_" + boundaries[b],
                   "At r = 1/6 in one dimension the explicit step is of fourth order in h",
                   last_order(ladder), Kind::equal_abs, 4, 0.1, "1", leveque, Role::convergence});
    progress.advance();
  }
  results.write(error_l2, errors);
  results.write(error_sixth, sixth);
  results.write(order, orders);
}

template <class Scalar>
void roll_out(const Params& p, const Setting& s, const Map& picture, const std::vector<Index>& records,
              RolloutAudit& audit) {
  const double r = rate(p, s.dimensions);
  const RolloutPlan plan{"picture", p.rollout_steps, records, r, theory::ftcs(s.dimensions, r)};
  audit = audited_rollout<Scalar>(s, s.halo(1), plan, picture, Random{},
                                  [&](const Field<Scalar>& u, const Field<Scalar>& next) {
                                    solver::fill_ghosts(u, s.domain, s.boundaries);
                                    solver::ftcs_step(u, solver::rates_of(r, s.dimensions), next);
                                  });
}

template <class Scalar>
void store_snapshots(const Params& p, const Setting& s, const Map& picture, Results& results) {
  State<Scalar> state{s.domain.field<Scalar>("heat::u", s.halo(1)),
                      s.domain.field<Scalar>("heat::next", s.halo(1))};
  start_from("picture", state.u, s, picture, Random{});
  const double r = rate(p, 2), h = 1.0 / static_cast<double>(picture.cells[1]);
  Index done = 0;
  for (const Index step : std::set<Index>(p.snapshots.begin(), p.snapshots.end())) {
    advance(state, s, r, step - done);
    done = step;
    const Results::Grid grid{axis_letters(2), {0, 0}, {h, h}, "1"};
    results.snapshot(step, static_cast<double>(step) * r * h * h, grid,
                     std::vector<Results::Named<Scalar>>{{temperature, state.u}}, s.domain);
  }
}

template <class Scalar>
void study_rollout(const Params& p, const Domain& world, Results& results, Progress& progress) {
  const auto& [dimensions, boundaries] = p.sweep;
  const auto records = record_steps(p.rollout_steps, p.records);
  const std::vector<std::size_t> shape{dimensions.size(), boundaries.size(), records.size()};
  Array measured = tabulated(shape), predicted = tabulated(shape);
  results.axis(record_step, {records.begin(), records.end()});
  for (std::size_t d = 0; d < dimensions.size(); ++d) {
    const int D = static_cast<int>(dimensions[d]);
    const Map picture = read_map(p.picture, D, p.picture_crop, world.communicator());
    for (std::size_t b = 0; b < boundaries.size(); ++b) {
      const Setting s = make_setting(world, picture.cells, boundaries[b]);
      RolloutAudit audit;
      roll_out<Scalar>(p, s, picture, records, audit);
      for (std::size_t n = 0; n < records.size(); ++n) {
        entry(measured, {d, b, n}) = audit.measured[n];
        entry(predicted, {d, b, n}) = audit.predicted[n];
      }
      claim_rollout("picture_" + case_name(D, boundaries[b]), audit, results);
      if (D == 2 && b == 0) store_snapshots<Scalar>(p, s, picture, results);
      progress.advance();
    }
  }
  results.write(rollout_measured, measured);
  results.write(rollout_predicted, predicted);
}

template <class Scalar> void run(const Params& p, const Deck&, const Domain& world, Results& results) {
  const auto cases = static_cast<Index>(p.sweep.dimensions.size() * p.sweep.boundaries.size());
  Progress progress("heat/heat_verification", 3 * cases + static_cast<Index>(p.sweep.boundaries.size()),
                    world.speaks());
  write_axes(p.sweep, results);
  results.axis(mode_number, {p.modes.begin(), p.modes.end()});
  std::vector<double> ladder;
  for (Index l = 0; l <= p.doublings; ++l) ladder.push_back(static_cast<double>(p.coarsest << l));
  results.write(level_cells, ladder);
  study_decay<Scalar>(p, world, results, progress);
  study_order(p, world, results, progress);
  study_rollout<Scalar>(p, world, results, progress);
}

}  // namespace heat_verification_parts

extern const Verbs heat_verification =
    verbs<heat_verification_parts::Params, heat_verification_parts::check,
          heat_verification_parts::run<double>, heat_verification_parts::run<float>>();

}  // namespace attune::experiments::heat
