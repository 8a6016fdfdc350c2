// experiments/heat/parts/verification/coefficients.cpp
#include "experiments/heat/parts/verification/coefficients.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

#include "experiments/heat/parts/verification/layered.hpp"
#include "experiments/heat/parts/verification/manufactured.hpp"
#include "experiments/heat/parts/verification/spreading.hpp"

namespace attune::experiments::heat::verification {
namespace {

constexpr Dataset operator_name{"operator", "1", "operator", "operator that meets manufactured solutions"};
constexpr Dataset operator_order{"operator_order", "1", "operator", "order in h that theory has"};
constexpr Dataset manufactured_cells{"manufactured_cells", "1", "dimension refinement",
                                     "cells along each axis of manufactured solutions"};
constexpr Dataset manufactured_error{"manufactured_error", "1", "operator dimension boundary refinement",
                                     "root mean square error against a manufactured solution",
                                     "u_t = div(K grad u) + s"};
constexpr Dataset manufactured_order{"manufactured_order", "1", "operator dimension boundary",
                                     "log2 of the ratio of the last two errors"};
constexpr Dataset slanted_error{
    "slanted_error", "1", "refinement",
    "root mean square error of waves along a wall that slants to the tensor, D = 2"};
constexpr Dataset contrast{"contrast", "1", "contrast", "largest over smallest conductivity of layers"};
constexpr Dataset imbalance{"layers_imbalance", "1", "dimension contrast",
                            "largest heat that a cell of the exact steady state gains, over 4 kappa / h^2",
                            "L u + source = 0"};
constexpr Dataset power{"power", "1", "power", "m of the conductivity u^m"};
constexpr Dataset spread_method{"spread_method", "1", "spread_method", "steps by which heat spreads"};
constexpr Dataset front_exponent{"front_exponent", "1", "spread_method dimension power",
                                 "d log(front) / d log(time), measured"};
constexpr Dataset front_expected{"front_exponent_expected", "1", "dimension power", "the same by theory",
                                 "1 / (2 + m D)"};
constexpr Dataset edge_off{"edge_off", "cells", "spread_method dimension power",
                           "distance of the edge from Barenblatt's"};
constexpr Dataset spread_distance{"spread_distance", "1", "spread_method dimension power",
                                  "int |u - Barenblatt| over the mass at the end"};

double cells_of(const Coefficients& p, Index dimensions, Index level) {
  return static_cast<double>(p.cells[static_cast<std::size_t>(dimensions) - 1] << level);
}

void study_manufactured(const Coefficients& p, const Sweep& sweep, const Domain& world, Results& results,
                        Progress& progress) {
  const auto rows = manufactured_rows();
  const auto levels = static_cast<std::size_t>(p.doublings) + 1;
  Array errors = tabulated({rows.size(), sweep.dimensions.size(), sweep.boundaries.size(), levels}),
        orders = tabulated({rows.size(), sweep.dimensions.size(), sweep.boundaries.size()});
  for (std::size_t o = 0; o < rows.size(); ++o)
    each_case(sweep, [&](std::size_t d, std::size_t b, int D, const std::string& boundary) {
      for (std::size_t l = 0; l < levels; ++l) {
        const auto cells = static_cast<Index>(cells_of(p, D, static_cast<Index>(l)));
        entry(errors, {o, d, b, l}) = rows[o].error(make_cube(world, D, cells, boundary), p.end);
      }
      const double seen = entry(orders, {o, d, b}) =
          std::log2(entry(errors, {o, d, b, levels - 2}) / entry(errors, {o, d, b, levels - 1}));
      results.claim({"manufactured_" + rows[o].name + "_" + case_name(D, boundary),
                     "A manufactured solution is met at the order in h of the operator: " + rows[o].words,
                     seen, Kind::equal_abs, rows[o].order, 0.05, "1", "Roache 2002", Role::convergence});
      progress.advance();
    });
  std::vector<std::string> names;
  std::vector<double> expected;
  for (const auto& row : rows) {
    names.push_back(row.name);
    expected.push_back(row.order);
  }
  results.labels(operator_name, names);
  results.write(operator_order, expected);
  results.write(manufactured_error, errors);
  results.write(manufactured_order, orders);
}

void study_slanted_wall(const Coefficients& p, const Domain& world, Results& results) {
  std::vector<double> errors;
  for (Index l = 0; l <= p.doublings; ++l)
    errors.push_back(error_at_slanted_wall(world, static_cast<Index>(cells_of(p, 2, l)), p.end));
  results.write(slanted_error, errors);
  results.claim({"order_slanted_wall",
                 "Where a wall without flux is no principal direction of the tensor the order in h is 1",
                 std::log2(errors[errors.size() - 2] / errors.back()), Kind::equal_abs, 1, 0.1, "1",
                 "the mirror of anisotropic.hpp", Role::convergence});
}

void study_layers(const Coefficients& p, const Sweep& sweep, const Domain& world, Results& results) {
  Array worst = tabulated({sweep.dimensions.size(), p.contrasts.size()});
  for (std::size_t d = 0; d < sweep.dimensions.size(); ++d) {
    const int D = static_cast<int>(sweep.dimensions[d]);
    double most = 0;
    for (std::size_t c = 0; c < p.contrasts.size(); ++c) {
      double& of_axes = entry(worst, {d, c}) = 0;
      for (int axis = 3 - D; axis < 3; ++axis)
        of_axes = std::max(of_axes, imbalance_of_layers(world, D, axis, p.contrasts[c], {}));
      most = std::max(most, of_axes);
    }
    results.claim(
        {"steady_flux_" + std::to_string(D) + "d",
         "The steady flux through layers in series is exact at every contrast: the largest imbalance", most,
         Kind::at_most, 0, 8 * std::numeric_limits<double>::epsilon(), "1", "Patankar 1980, section 4.2-3",
         Role::identity});
  }
  results.axis(contrast, p.contrasts);
  results.write(imbalance, worst);
}

// A number as part of an id: 0.5 is 0p5.
std::string in_id(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", number);
  std::string id(text);
  std::replace(id.begin(), id.end(), '.', 'p');
  return id;
}

// By whichever steps: Newton's rounds each give the heat of their right side to rounding, so a run keeps it to
// the rounding of all its steps.
void claim_spreading(const std::string& in, const Spreading& seen, bool newton, Results& results) {
  const std::string source = "Barenblatt 1952; Vazquez 2007", by = newton ? ", by Newton's method" : "";
  results.claim({"front_exponent_" + in, "The front of heat in u^m moves as t^(1 / (2 + m D))" + by,
                 seen.exponent, Kind::equal_rel, seen.exponent_expected, 0.01, "1", source,
                 Role::convergence});
  results.claim({"front_edge_" + in, "The edge of the heat is Barenblatt's to two cells" + by, seen.edge_off,
                 Kind::at_most, 0, 2, "cells", source, Role::convergence});
  results.claim({"front_heat_" + in, "Heat that spreads is kept" + by, seen.heat_lost, Kind::at_most, 0,
                 newton ? 1e-12 : 1e-13, "1", source, Role::identity});
}

void study_spreading(const Coefficients& p, const Sweep& sweep, const Domain& world, Results& results,
                     Progress& progress) {
  const std::vector<std::string> methods{"explicit", "newton"};
  const std::vector<std::size_t> shape{sweep.dimensions.size(), p.powers.size()},
      by_method{methods.size(), shape[0], shape[1]};
  Array exponents = tabulated(by_method), expected = tabulated(shape), edges = tabulated(by_method),
        distances = tabulated(by_method);
  for (std::size_t n = 0; n < methods.size(); ++n)
    for (std::size_t d = 0; d < sweep.dimensions.size(); ++d)
      for (std::size_t m = 0; m < p.powers.size(); ++m) {
        const int D = static_cast<int>(sweep.dimensions[d]);
        const Index cells = p.spread_cells[static_cast<std::size_t>(D) - 1];
        const auto seen = spread_heat(world, {D, p.powers[m], p.stretch, cells, n == 1 ? p.newton_step : 0});
        entry(exponents, {n, d, m}) = seen.exponent;
        entry(expected, {d, m}) = seen.exponent_expected;
        entry(edges, {n, d, m}) = seen.edge_off;
        entry(distances, {n, d, m}) = seen.distance;
        const std::string in = std::to_string(D) + "d_m" + in_id(p.powers[m]);
        claim_spreading(n == 1 ? in + "_newton" : in, seen, n == 1, results);
        progress.advance();
      }
  results.labels(spread_method, methods);
  results.axis(power, p.powers);
  results.write(front_exponent, exponents);
  results.write(front_expected, expected);
  results.write(edge_off, edges);
  results.write(spread_distance, distances);
}

}  // namespace

Index parts_of(const Coefficients& p, const Sweep& sweep) {
  const auto cases = sweep.dimensions.size() * sweep.boundaries.size();
  return static_cast<Index>(manufactured_rows().size() * cases +
                            2 * sweep.dimensions.size() * p.powers.size());
}

void study_coefficients(const Coefficients& p, const Sweep& sweep, const Domain& world, Results& results,
                        Progress& progress) {
  Array cells = tabulated({sweep.dimensions.size(), static_cast<std::size_t>(p.doublings) + 1});
  for (std::size_t d = 0; d < sweep.dimensions.size(); ++d)
    for (Index l = 0; l <= p.doublings; ++l)
      entry(cells, {d, static_cast<std::size_t>(l)}) = cells_of(p, sweep.dimensions[d], l);
  results.write(manufactured_cells, cells);
  study_manufactured(p, sweep, world, results, progress);
  study_slanted_wall(p, world, results);
  study_layers(p, sweep, world, results);
  study_spreading(p, sweep, world, results, progress);
}

}  // namespace attune::experiments::heat::verification
