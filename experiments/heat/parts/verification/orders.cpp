// experiments/heat/parts/verification/orders.cpp
#include "experiments/heat/parts/verification/orders.hpp"

#include <algorithm>
#include <cmath>

#include "experiments/heat/parts/verification/measures.hpp"

namespace attune::experiments::heat::verification {
namespace {

constexpr Dataset level_cells{"level_cells", "1", "level", "cells along each axis of the orders in h"};
constexpr Dataset error_l2{"error_l2", "1", "dimension boundary level",
                           "root mean square error of the explicit step at a fixed time, mode 1",
                           "exp(-kappa |k|^2 t)"};
constexpr Dataset error_sixth{"error_l2_sixth", "1", "boundary level",
                              "the same at r = 1/6 in one dimension"};
constexpr Dataset error_positive{"error_l2_positive", "1", "dimension boundary level",
                                 "the same of the positive fourth-order map"};
constexpr Dataset order{"order", "1", "dimension boundary", "log2 of the ratio of the last two errors"};
constexpr Dataset order_positive{"order_positive", "1", "dimension boundary",
                                 "the same of the positive fourth-order map"};
constexpr Dataset star_order{"star_order", "1", "star_order", "order of a star Laplacian"};
constexpr Dataset star_error{"star_error", "1", "star_order dimension boundary level",
                             "relative error of the Laplacian of a mode with theta = 2 pi / N"};
constexpr Dataset star_seen{"star_order_observed", "1", "star_order dimension boundary",
                            "order in h on the finest grids above rounding"};
constexpr Dataset integrator_name{"integrator", "1", "integrator", "solver whose order in time is measured"};
constexpr Dataset integrator_order{"integrator_order", "1", "integrator", "order in dt that theory has"};
constexpr Dataset time_error{"time_error", "1", "integrator dimension boundary halving",
                             "error of a mode when it has fallen to exp(-1), relative to the start",
                             "exp(-1)"};
constexpr Dataset time_predicted{"time_error_predicted", "1", "integrator dimension boundary halving",
                                 "the same by theory", "|g^n - exp(-1)|"};
constexpr Dataset time_seen{"time_order_observed", "1", "integrator dimension boundary",
                            "order in dt of the finest steps above rounding"};

const char* const leveque = "LeVeque 2007, ch. 9";

struct Study {
  const Orders& orders;
  const Choice& choice;
  const Sweep& sweep;
};

// Errors at fixed r on grids refined by two: time ends alike.
std::vector<double> refined(const Study& p, const Domain& world, const Solver<double>& row, int D,
                            const std::string& boundary, double r) {
  std::vector<double> ladder;
  for (Index l = 0; l <= p.orders.doublings; ++l)
    ladder.push_back(error_at_fixed_rate(row, make_cube(world, D, p.orders.coarsest << l, boundary), r,
                                         p.orders.coarsest_steps << (2 * l)));
  return ladder;
}

double last_order(const std::vector<double>& errors) {
  return std::log2(errors[errors.size() - 2] / errors.back());
}

void study_fixed_rate(const Study& p, const Domain& world, Results& results, Progress& progress) {
  const auto rows = solvers_to_verify<double>(p.choice);
  const auto row = [&](const std::string& name) {
    return *std::find_if(rows.begin(), rows.end(), [&](const auto& one) { return one.name == name; });
  };
  const auto ftcs = row("ftcs"), positive = row("positive_map");
  const std::size_t levels = static_cast<std::size_t>(p.orders.doublings) + 1;
  const std::vector<std::size_t> cases{p.sweep.dimensions.size(), p.sweep.boundaries.size()};
  const std::vector<std::size_t> ladders{cases[0], cases[1], levels};
  Array errors = tabulated(ladders), positives = tabulated(ladders), sixth = tabulated({cases[1], levels});
  Array orders = tabulated(cases), of_positive = tabulated(cases);
  each_case(p.sweep, [&](std::size_t d, std::size_t b, int D, const std::string& boundary) {
    const auto second = refined(p, world, ftcs, D, boundary, ftcs.rate(D));
    const auto fourth = refined(p, world, positive, D, boundary, positive.rate(D));
    for (std::size_t l = 0; l < levels; ++l) {
      entry(errors, {d, b, l}) = second[l];
      entry(positives, {d, b, l}) = fourth[l];
    }
    entry(orders, {d, b}) = last_order(second);
    entry(of_positive, {d, b}) = last_order(fourth);
    results.claim({"order_space_" + case_name(D, boundary),
                   "The explicit step converges at second order in h at fixed r", last_order(second),
                   Kind::equal_abs, 2, 0.05, "1", leveque, Role::convergence});
    results.claim({"order_positive_map_" + case_name(D, boundary),
                   "The positive map converges at fourth order in h at fixed r", last_order(fourth),
                   Kind::equal_abs, 4, 0.1, "1", "T6", Role::convergence});
    progress.advance();
  });
  for (std::size_t b = 0; b < cases[1]; ++b) {
    const auto ladder = refined(p, world, ftcs, 1, p.sweep.boundaries[b], 1.0 / 6);
    for (std::size_t l = 0; l < levels; ++l) entry(sixth, {b, l}) = ladder[l];
    results.claim({"order_sixth_" + p.sweep.boundaries[b],
                   "At r = 1/6 in one dimension the explicit step is of fourth order in h",
                   last_order(ladder), Kind::equal_abs, 4, 0.1, "1", leveque, Role::convergence});
  }
  results.write(error_l2, errors);
  results.write(error_sixth, sixth);
  results.write(error_positive, positives);
  results.write(order, orders);
  results.write(order_positive, of_positive);
}

void study_space(const Study& p, const Domain& world, Results& results) {
  const std::vector<double> stars{2, 4, 6, 8}, tolerances{0.05, 0.1, 0.15, 0.2};
  const std::size_t levels = static_cast<std::size_t>(p.orders.doublings) + 1;
  const std::size_t D_count = p.sweep.dimensions.size(), b_count = p.sweep.boundaries.size();
  Array errors = tabulated({stars.size(), D_count, b_count, levels}),
        orders = tabulated({stars.size(), D_count, b_count});
  for (std::size_t o = 0; o < stars.size(); ++o)
    each_case(p.sweep, [&](std::size_t d, std::size_t b, int D, const std::string& boundary) {
      std::vector<Measured> ladder;
      std::vector<double> rounding;
      for (std::size_t l = 0; l < levels; ++l) {
        const Setting s = make_cube(world, D, p.orders.coarsest << l, boundary);
        ladder.push_back(error_in_space(static_cast<int>(stars[o]), s));
        entry(errors, {o, d, b, l}) = ladder.back().error;
        rounding.push_back(rounding_in_space(s));
      }
      const double seen = entry(orders, {o, d, b}) = observed_order(ladder, rounding);
      const auto number = std::to_string(static_cast<int>(stars[o]));
      results.claim({"order_star" + number + "_" + case_name(D, boundary),
                     "The star Laplacian of order " + number + " converges at its order in h", seen,
                     Kind::equal_abs, stars[o], tolerances[o], "1", "Fornberg 1988", Role::convergence});
    });
  results.axis(star_order, stars);
  results.write(star_error, errors);
  results.write(star_seen, orders);
}

void study_time(const Study& p, const Domain& world, Results& results, Progress& progress) {
  std::vector<Solver<double>> rows;
  std::vector<std::string> names;
  std::vector<double> expected;
  for (const auto& row : solvers_to_verify<double>(p.choice)) {
    if (row.time_order == 0) continue;
    rows.push_back(row);
    names.push_back(row.name);
    expected.push_back(row.time_order);
  }
  const std::size_t halvings = static_cast<std::size_t>(p.orders.time_doublings) + 1;
  const std::size_t D_count = p.sweep.dimensions.size(), b_count = p.sweep.boundaries.size();
  Array errors = tabulated({rows.size(), D_count, b_count, halvings}),
        predicted = tabulated({rows.size(), D_count, b_count, halvings}),
        orders = tabulated({rows.size(), D_count, b_count});
  for (std::size_t i = 0; i < rows.size(); ++i)
    each_case(p.sweep, [&](std::size_t d, std::size_t b, int D, const std::string& boundary) {
      const Setting s = make_cube(world, D, p.orders.time_cells, boundary);
      const Index coarsest = steps_in_time(rows[i], s, p.orders.time_steps);
      std::vector<Measured> ladder;
      std::vector<double> rounding;
      for (std::size_t h = 0; h < halvings; ++h) {
        ladder.push_back(error_in_time(rows[i], s, coarsest << h));
        entry(errors, {i, d, b, h}) = ladder.back().error;
        entry(predicted, {i, d, b, h}) = ladder.back().expected;
        rounding.push_back(rounding_in_time(rows[i], coarsest << h, p.choice.tolerance));
      }
      const double seen = entry(orders, {i, d, b}) = observed_order(ladder, rounding);
      results.claim({"order_time_" + rows[i].name + "_" + case_name(D, boundary),
                     "The error in time falls as dt to the order of " + rows[i].words, seen, Kind::equal_abs,
                     expected[i], rows[i].time_order < 4 ? 0.05 : 0.1, "1", leveque, Role::convergence});
      progress.advance();
    });
  results.labels(integrator_name, names);
  results.write(integrator_order, expected);
  results.write(time_error, errors);
  results.write(time_predicted, predicted);
  results.write(time_seen, orders);
}

}  // namespace

Index parts_of(const Orders&, const Choice& choice, const Sweep& sweep) {
  const auto rows = solvers_to_verify<double>(choice);
  const auto timed =
      std::count_if(rows.begin(), rows.end(), [](const auto& row) { return row.time_order > 0; });
  return static_cast<Index>(sweep.dimensions.size() * sweep.boundaries.size()) *
         (1 + static_cast<Index>(timed));
}

void study_orders(const Orders& orders, const Choice& choice, const Sweep& sweep, const Domain& world,
                  Results& results, Progress& progress) {
  std::vector<double> ladder;
  for (Index l = 0; l <= orders.doublings; ++l) ladder.push_back(static_cast<double>(orders.coarsest << l));
  results.write(level_cells, ladder);
  const Study p{orders, choice, sweep};
  study_fixed_rate(p, world, results, progress);
  study_space(p, world, results);
  study_time(p, world, results, progress);
}

}  // namespace attune::experiments::heat::verification
