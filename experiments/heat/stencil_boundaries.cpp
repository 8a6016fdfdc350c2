// experiments/heat/stencil_boundaries.cpp
//
// Question   What does an attention stencil do at a wall: mask the keys beyond it, or reflect the field?
// Equation   head   u' = sum_o p_o u_{i+o}, p the weights of the explicit heat step, 1 - 2 D r and r
//            mask   keys beyond the wall take no part, what is left is renormalised:  u'_i = sum_o p_o u_{i+o} / Z_i,
//                   Z_i = 1 - r (neighbours missing);   ghost   u_{-1-k} = +-u_k, no flux or u = 0 on the wall
// Exact      ghost: the explicit step, of second order, and sum u_i is kept where no flux passes;
//            mask: sum Z_i u_i is kept, not sum u_i, and a line of N cells acts as one of N - 2 r: its first mode
//            decays too fast by (N / (N - 2 r))^2; in D dimensions by the eigenvalue of the masked operator
// Expect     order 1 for the mask, 2 for ghosts; drifts of sum Z u (mask) and sum u (ghost) by round-off alone
// Source     T9 of the heat theory; E8
// Builds on  attention/window, solvers/heat, solvers/heat/theory
// Figure     analysis/heat/stencil_boundaries.py
#include <cmath>
#include <functional>
#include <numeric>

#include "attention/window/window.hpp"
#include "core/core/progress.hpp"
#include "experiments/experiment.hpp"
#include "experiments/heat/parts/mode_error.hpp"
#include "experiments/heat/parts/sweep.hpp"
#include "experiments/heat/parts/training_field.hpp"
#include "solvers/heat/combine.hpp"
#include "solvers/heat/theory/boundary_mask.hpp"
#include "solvers/heat/theory/decay.hpp"
#include "solvers/heat/theory/stencil.hpp"

namespace attune::experiments::heat {
namespace stencil_boundaries_parts {

namespace solver = attune::heat;
namespace theory = attune::heat::theory;
namespace window = attention::window;

struct Params {
  std::vector<Index> dimensions{1, 2, 3};
  double stability = 0.5;
  std::vector<Index> lines{16, 32, 64, 128, 256};
  Cells masked_cells{{48}, {20, 24}, {6, 8, 10}};
  Index coarsest = 8, doublings = 3, coarsest_steps = 8;
  Cells cells{{1024}, {64, 64}, {24, 24, 24}};
  Index mass_steps = 1000;
  Index seed = 1;
  std::uint32_t deck_seed = 1;
};

void describe(auto& field, Params& p) {
  field("dimensions", p.dimensions, "1", "space dimensions D to visit", between(1, 3), length(1, 3));
  field("stability", p.stability, "1", "2 D r, at most 1: beyond it no softmax is the step", above(0),
        below(1));
  field("lines", p.lines, "1", "cells N of the lines whose first mode decays", between(4, 4096),
        length(1, 32));
  field("masked_cells_1d", p.masked_cells.in_1d, "1",
        "cells of the grid whose masked operator is diagonalised, most along the last axis, D = 1",
        between(4, 1000), length(1));
  field("masked_cells_2d", p.masked_cells.in_2d, "1", "the same, D = 2, (y, x)", between(4, 250), length(2));
  field("masked_cells_3d", p.masked_cells.in_3d, "1", "the same, D = 3, (z, y, x)", between(4, 62),
        length(3));
  field("coarsest", p.coarsest, "1", "cells along each axis of the coarsest grid of the order study",
        between(4, 4096));
  field("doublings", p.doublings, "1", "how often that grid is refined by two", between(1, 8));
  field("coarsest_steps", p.coarsest_steps, "1",
        "steps on the coarsest grid; four times as many at each doubling", between(1, 1e6));
  describe_cells(field, p.cells, "cells of the field whose sums are kept, D = 1", 4);
  field("mass_steps", p.mass_steps, "1", "steps over which sums are kept", between(1, 1e7));
  field("seed", p.seed, "1", "of the noise whose sums are kept", between(0, 4294967295.0));
}

constexpr Dataset dimension_number{"dimension", "1", "dimension", "space dimensions D"};
constexpr Dataset treatment{"treatment", "1", "treatment", "what is done at a wall"};
constexpr Dataset line_cells{"line_cells", "1", "line", "cells N of a line"};
constexpr Dataset ratio_measured{"decay_ratio", "1", "line",
                                 "decay of the first mode of a masked line over that of the explicit step"};
constexpr Dataset ratio_expected{"decay_ratio_expected", "1", "line", "the same by theory",
                                 "(N / (N - 2 r))^2"};
constexpr Dataset masked_rate{"masked_decay_rate", "1", "dimension",
                              "-log of the factor of the slowest mode of a masked grid in a step"};
constexpr Dataset masked_rate_expected{"masked_decay_rate_expected", "1", "dimension",
                                       "the same by the eigenvalue of the masked operator",
                                       "-log eigenvalue of Z^-1 p"};
constexpr Dataset level_cells{"level_cells", "1", "level", "cells along each axis of the order study"};
constexpr Dataset error_l2{"error_l2", "1", "dimension treatment level",
                           "root mean square error at a fixed time, mode 1", "exp(-kappa |k|^2 t)"};
constexpr Dataset order{"order", "1", "dimension treatment", "log2 of the ratio of the last two errors"};
constexpr Dataset drift_plain{"drift_of_sum", "1", "dimension treatment",
                              "change of sum u over mass_steps, relative to sum |u|"};
constexpr Dataset drift_weighted{"drift_of_weighted_sum", "1", "dimension",
                                 "change of sum Z u, mask, relative"};

const std::vector<std::string> treatments{"mask", "neumann ghost", "dirichlet ghost"};
enum Treatment : std::size_t { mask, neumann, dirichlet };

void check(const Params& p, const Deck& deck) {
  for (std::size_t n = 0; n < p.dimensions.size(); ++n)
    for (std::size_t m = 0; m < n; ++m)
      if (p.dimensions[n] == p.dimensions[m]) deck.refuse("params.dimensions", "must not repeat an entry");
  for (const Index D : p.dimensions) {
    const auto& cells = p.masked_cells.in(D);
    const std::string key = "params.masked_cells_" + std::to_string(D) + "d";
    if (std::accumulate(cells.begin(), cells.end(), Index(1), std::multiplies<Index>()) > 1000)
      deck.refuse(key, "must have at most 1000 cells in all: the operator is a dense matrix");
    for (std::size_t a = 0; a + 1 < cells.size(); ++a)
      if (cells[a] >= cells.back()) deck.refuse(key, "must have most cells along the last axis");
  }
}

double rate(const Params& p, Index dimensions) { return p.stability / (2 * static_cast<double>(dimensions)); }

// The explicit step as a head, at walls of one kind.
class Head {
 public:
  Head(const Setting& setting, double r, Treatment at_walls) : setting_(setting), masked_(at_walls == mask) {
    window_.offsets = window::star_offsets(setting.dimensions, 1);
    window_.whole = setting.domain.whole();
    for (int a = 3 - setting.dimensions; masked_ && a < 3; ++a) window_.edges[a] = window::Edge::open;
    for (const Triple& o : window_.offsets)
      table_.bias.push_back(std::log(o == Triple{0, 0, 0} ? 1 - 2 * setting.dimensions * r : r));
  }
  template <class Scalar> void step(const Field<Scalar>& u, const Field<Scalar>& next) const {
    setting_.domain.exchange_halo(u);
    if (!masked_) solver::fill_walls(u, setting_.domain.whole(), setting_.boundaries);
    window::forward(u, window_, table_, next);
  }
  template <class Scalar> Field<Scalar> advanced(Field<Scalar> u, Index steps) const {
    auto next = setting_.domain.field<Scalar>("heat::next", setting_.halo(1));
    for (Index n = 0; n < steps; ++n) {
      step(u, next);
      std::swap(u, next);
    }
    return u;
  }

 private:
  Setting setting_;
  bool masked_;
  window::Window window_;
  window::Table table_;
};

Setting setting_of(const Domain& world, const std::vector<Index>& cells, Treatment at_walls) {
  return make_setting(world, cells, at_walls == dirichlet ? "dirichlet" : "neumann");
}

// -log of the factor by which the slowest mode of a masked grid falls in a step, from the first cosine along
// its last and longest axis: after `settle` steps the others are gone.
double masked_decay(const Setting& s, double r, Index settle) {
  const Head head(s, r, mask);
  const auto cosine = [&s] {
    const auto u = s.domain.field<double>("heat::u", s.halo(1));
    solver::mode(u, s.domain.whole(), s.boundaries, {0, 0, 1});
    return u;
  };
  const auto shape = cosine();
  const Index span = std::max<Index>(1, settle / 4);
  const auto before = head.advanced(cosine(), settle);
  const double early = solver::inner(before, shape, s.domain.communicator());
  const auto after = head.advanced(before, span);
  return -std::log(solver::inner(after, shape, s.domain.communicator()) / early) / static_cast<double>(span);
}

void study_decay(const Params& p, const Domain& world, Results& results, Progress& progress) {
  std::vector<double> measured, expected;
  double farthest = 0;
  const double r = rate(p, 1);
  for (const Index n : p.lines) {
    const Setting s = setting_of(world, {n}, neumann);
    const double explicit_step = -std::log(theory::ftcs_decay(s.grid(), s.halo(1), {0, 0, r}, 1));
    measured.push_back(masked_decay(s, r, n * n / 4) / explicit_step);
    const auto cells = static_cast<double>(n);
    expected.push_back(std::pow(cells / (cells - 2 * r), 2));
    if (n >= 64) farthest = std::max(farthest, std::abs(measured.back() - expected.back()));
    progress.advance();
  }
  results.write(ratio_measured, measured);
  results.write(ratio_expected, expected);
  const bool long_line = *std::max_element(p.lines.begin(), p.lines.end()) >= 64;
  results.claim(
      {"masked_line_is_shorter",
       "The first mode of a masked line decays as on a line shorter by 2 r cells; farthest N from 64 on",
       farthest, Kind::at_most, 0, 1e-4, "1", "T9", Role::convergence, Scale::smoke,
       long_line ? "" : "no line of 64 cells or more"});
}

// In every dimension, against the eigenvalue of the masked operator.
void study_masked_grids(const Params& p, const Domain& world, Results& results, Progress& progress) {
  std::vector<double> measured, expected;
  for (const Index D : p.dimensions) {
    const Setting s = setting_of(world, p.masked_cells.in(D), neumann);
    const double r = rate(p, D), n = static_cast<double>(s.domain.whole().extent(2));
    measured.push_back(masked_decay(s, r, static_cast<Index>(n * n / r) + 1));
    expected.push_back(
        -std::log(theory::masked_eigenvalues(s.grid(), theory::ftcs(static_cast<int>(D), r))[1]));
    results.claim({"masked_mode_" + std::to_string(D) + "d",
                   "The slowest mode of a masked grid decays by the second eigenvalue of the masked operator",
                   measured.back(), Kind::equal_rel, expected.back(), 1e-8, "1", "T9", Role::convergence});
    progress.advance();
  }
  results.write(masked_rate, measured);
  results.write(masked_rate_expected, expected);
}

double error_on(const Params& p, const Domain& world, int dimensions, Treatment at_walls, Index level) {
  const Index refined = Index(1) << level, steps = p.coarsest_steps * refined * refined;
  const Setting s = setting_of(world, std::vector<Index>(dimensions, p.coarsest * refined), at_walls);
  const double r = rate(p, dimensions);
  const auto shape = mode_field<double>(s, 1),
             u = Head(s, r, at_walls).advanced(mode_field<double>(s, 1), steps);
  theory::PerAxis rates{0, 0, 0};
  for (int a = 3 - dimensions; a < 3; ++a) rates[a] = r;
  const double decay = theory::heat_decay(s.grid(), s.halo(1), rates, steps);
  return root_mean_square_misfit(u, shape, decay, s);
}

void study_order(const Params& p, const Domain& world, Results& results, Progress& progress) {
  const std::size_t D = p.dimensions.size(), levels = static_cast<std::size_t>(p.doublings) + 1;
  Array errors = tabulated({D, treatments.size(), levels}), orders = tabulated({D, treatments.size()});
  for (std::size_t d = 0; d < D; ++d)
    for (const Treatment t : {mask, neumann, dirichlet}) {
      for (std::size_t l = 0; l < levels; ++l)
        entry(errors, {d, t, l}) =
            error_on(p, world, static_cast<int>(p.dimensions[d]), t, static_cast<Index>(l));
      const double seen = entry(orders, {d, t}) =
          std::log2(entry(errors, {d, t, levels - 2}) / entry(errors, {d, t, levels - 1}));
      const std::string kind = t == mask ? "mask" : t == neumann ? "neumann" : "dirichlet";
      results.claim({"order_" + kind + "_" + std::to_string(p.dimensions[d]) + "d",
                     t == mask ? "A masked wall converges at first order in h at fixed r"
                               : "A reflecting ghost converges at second order in h at fixed r",
                     seen, Kind::equal_abs, t == mask ? 1.0 : 2.0, 0.1, "1", "T9", Role::convergence});
      progress.advance();
    }
  results.write(error_l2, errors);
  results.write(order, orders);
}

// Z_i on the own cells, from where the cell lies.
template <class Scalar> Field<Scalar> kept_weights(const Setting& s, double r) {
  const auto z = s.domain.field<Scalar>("heat::kept");
  const Box &mine = z.box, &whole = s.domain.whole();
  std::vector<double> values;
  for (Index k = mine.lower[0]; k < mine.upper[0]; ++k)
    for (Index j = mine.lower[1]; j < mine.upper[1]; ++j)
      for (Index i = mine.lower[2]; i < mine.upper[2]; ++i) {
        const Index at[3] = {k, j, i};
        double kept = 1;
        for (int a = 3 - s.dimensions; a < 3; ++a)
          kept -= r * ((at[a] == whole.lower[a]) + (at[a] == whole.upper[a] - 1));
        values.push_back(kept);
      }
  solver::assign(z, values);
  return z;
}

template <class Scalar> Field<Scalar> ones(const Setting& s) {
  const auto field = s.domain.field<Scalar>("heat::ones");
  Kokkos::deep_copy(field.values, Scalar(1));
  return field;
}

template <class Scalar>
void study_sums(const Params& p, const Domain& world, Results& results, Progress& progress) {
  Array plain = tabulated({p.dimensions.size(), treatments.size()});
  std::vector<double> weighted;
  TrainingFields noise;
  noise.deck_seed = p.deck_seed;
  for (std::size_t d = 0; d < p.dimensions.size(); ++d) {
    const Index D = p.dimensions[d];
    const double r = rate(p, D);
    double drift[3] = {}, kept = 0;
    for (const Treatment t : {mask, neumann, dirichlet}) {
      const Setting s = setting_of(world, p.cells.in(D), t);
      const auto& ranks = s.domain.communicator();
      const auto start = training_field<Scalar>(noise, s, p.seed, s.halo(1)), one = ones<Scalar>(s);
      const double size = std::sqrt(solver::inner(start, start, ranks) * static_cast<double>(s.cells()));
      const double before = solver::inner(start, one, ranks);
      const auto z = kept_weights<Scalar>(s, r);
      const double weighed = solver::inner(start, z, ranks);
      const auto end = Head(s, r, t).advanced(start, p.mass_steps);
      drift[t] = entry(plain, {d, t}) = std::abs(solver::inner(end, one, ranks) - before) / size;
      if (t == mask) kept = std::abs(solver::inner(end, z, ranks) - weighed) / size;
      progress.advance();
    }
    weighted.push_back(kept);
    const std::string in = std::to_string(D) + "d";
    const double round_off = 1e-13 * round_off_scale<Scalar>();
    results.claim({"mask_keeps_weighted_sum_" + in, "A masked head keeps sum Z u", kept, Kind::at_most, 0,
                   round_off, "1", "T9", Role::identity});
    results.claim({"ghost_keeps_sum_" + in, "With reflecting ghosts the head keeps sum u", drift[neumann],
                   Kind::at_most, 0, round_off, "1", "T9", Role::identity});
    results.claim({"mask_loses_sum_" + in, "A masked head does not keep sum u", drift[mask], Kind::at_least,
                   1e3 * round_off, 0, "1", "T9", Role::convergence});
  }
  results.write(drift_plain, plain);
  results.write(drift_weighted, weighted);
}

template <class Scalar> void study(const Params& p, const Domain& world, Results& results) {
  const std::size_t cases = p.lines.size() + (1 + 2 * treatments.size()) * p.dimensions.size();
  Progress progress("heat/stencil_boundaries", static_cast<Index>(cases), world.speaks());
  results.axis(dimension_number, {p.dimensions.begin(), p.dimensions.end()});
  results.labels(treatment, treatments);
  results.write(line_cells, std::vector<double>(p.lines.begin(), p.lines.end()));
  std::vector<double> ladder;
  for (Index l = 0; l <= p.doublings; ++l) ladder.push_back(static_cast<double>(p.coarsest << l));
  results.write(level_cells, ladder);
  study_decay(p, world, results, progress);
  study_masked_grids(p, world, results, progress);
  study_order(p, world, results, progress);
  study_sums<Scalar>(p, world, results, progress);
}

template <class Scalar>
void run(const Params& params, const Deck& deck, const Domain& world, Results& results) {
  Params p = params;
  p.deck_seed = deck.seed();
  study<Scalar>(p, world, results);
}

}  // namespace stencil_boundaries_parts

extern const Verbs stencil_boundaries =
    verbs<stencil_boundaries_parts::Params, stencil_boundaries_parts::check,
          stencil_boundaries_parts::run<double>, stencil_boundaries_parts::run<float>>();

}  // namespace attune::experiments::heat
