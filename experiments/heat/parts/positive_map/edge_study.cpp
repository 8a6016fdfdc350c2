// experiments/heat/parts/positive_map/edge_study.cpp
#include "experiments/heat/parts/positive_map/edge_study.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "experiments/heat/parts/sweep.hpp"
#include "solvers/heat/theory/positive_stencil.hpp"

namespace attune::experiments::heat::positive_map {

namespace theory = attune::heat::theory;

namespace {

constexpr Dataset edge_side{"edge", "1", "edge", "which end of the feasible times"};
constexpr Dataset scan_time{"scan_time", "1", "case point", "r = kappa dt / h^2 of the scan"};
constexpr Dataset trained_misfit{"trained_misfit", "1", "case order point",
                                 "distance of the trained head from the heat polynomials of the order",
                                 "sqrt(sum_n (A He_n)^2), He_n orthonormal, 2 <= n <= order"};
constexpr Dataset least_of_simplex{"least_misfit", "1", "case order point",
                                   "the least distance over the simplex, by nonnegative least squares"};
constexpr Dataset edge_trained{
    "edge_trained",
    "1",
    "case order edge",
    "ends of the r at which the trained misfit vanishes; NaN where there are none, or 0",
    "",
    true};
constexpr Dataset edge_programme{
    "edge_theory", "1", "case order edge", "the same by linear programmes; NaN likewise", "", true};
constexpr Dataset edge_bound{"edge_bound", "1", "case order", "necessary bound of r",
                             "W^2 / (2 x^2), x the largest root of He_{order/2+1}"};
constexpr Dataset rate_trained{"rate_misfit", "1", "case order",
                               "distance of a trained semi-discrete Laplacian from the order"};
constexpr Dataset rate_bound{"rate_bound", "1", "case order",
                             "the distance that a certificate shows for any positive weights"};

struct Tables {
  Array time, misfit, least, edge, theory, bound, rate, certified;
};

// The feasible times by linear programmes; one list for each order and half-width.
theory::Interval programmed(int order, Index reach, double& stretches) {
  const auto times = theory::feasible_times(order, static_cast<int>(reach), 200);
  stretches = static_cast<double>(times.size());
  return times.empty() ? theory::Interval{NAN, NAN} : times.front();
}

// What all half-widths of one dimension and order showed.
struct Worst {
  double edge = 0, closed = 0, bound = 0, misfit = 0, wrong = 0;

  void see(const OrderEdges& seen, const EdgeTask& task, const std::vector<double>& times,
           const EdgePlan& plan, const theory::Interval& expected, double stretches) {
    constexpr double never = std::numeric_limits<double>::infinity();
    const auto apart = [](double a, double b) { return std::abs(a / b - 1); };
    const double square = static_cast<double>(task.window.reach * task.window.reach);
    if (seen.stretches != stretches) edge = never;
    if (stretches > 0) edge = std::max(edge, apart(seen.to, expected.to));
    if (stretches > 0 && task.order > 2) edge = std::max(edge, apart(seen.from, expected.from));
    if (task.order == 2) closed = std::max(closed, apart(seen.to, square / 2));
    if (task.order == 4) closed = std::max({closed, apart(seen.to, square / 6), apart(6 * seen.from, 1)});
    if (std::isfinite(seen.to))
      bound =
          std::max(bound, seen.to / theory::necessary_bound(task.order, static_cast<int>(task.window.reach)));
    for (std::size_t n = 0; n < times.size(); ++n) {
      const bool feasible =
          theory::feasible({task.order, static_cast<int>(task.window.reach), times[n]}).feasible;
      wrong += feasible != (seen.misfit[n] <= plan.vanishes);
      if (!feasible) misfit = std::max(misfit, apart(seen.misfit[n], seen.least[n]));
    }
    if (std::isnan(edge) || std::isnan(closed)) edge = closed = never;
  }
};

void claim(const Worst& worst, const EdgePlan& plan, int dimensions, int order, Results& results) {
  const double tolerance = 100 * (plan.resolution + plan.vanishes);
  const std::string name = std::to_string(order) + "_" + std::to_string(dimensions) + "d";
  results.claim({"edges_order" + name,
                 "The r at which a trained head is of the order end where linear programmes say; farthest "
                 "half-width, relative",
                 worst.edge, Kind::at_most, 0, tolerance, "1", "T6", Role::convergence});
  if (order <= 4)
    results.claim(
        {"closed_form_order" + name,
         order == 2 ? "They end at W^2 / 2, relative" : "They begin at 1/6 and end at W^2 / 6, relative",
         worst.closed, Kind::at_most, 0, tolerance, "1", "T6", Role::convergence});
  results.claim({"bound_order" + name, "None is past the bound of Gauss's rule; largest part of it",
                 worst.bound, Kind::at_most, 1, tolerance, "1", "T6", Role::convergence});
  results.claim(
      {"scan_order" + name,
       "A trained head is of the order where the linear programme has weights, and not where it has a "
       "certificate; scanned times that differ",
       worst.wrong, Kind::at_most, 0, 0, "1", "T6", Role::convergence});
  results.claim({"misfit_order" + name,
                 "Elsewhere it misses by what nonnegative least squares misses; largest relative distance",
                 worst.misfit, Kind::at_most, 0, 1e-4, "1", "T6", Role::convergence});
}

void study_rates(const EdgeParams& p, const std::vector<WindowCase>& windows,
                 const std::vector<Index>& orders, Tables& tables, Results& results) {
  for (std::size_t c = 0; c < windows.size(); ++c) {
    double reached = 0, least = std::numeric_limits<double>::infinity(), apart = 0;
    for (std::size_t o = 0; o < orders.size(); ++o) {
      const auto order = static_cast<int>(orders[o]);
      const RateMisfit rate = rate_misfit({windows[c], order}, p.rate_time, p.plan.training);
      entry(tables.rate, {c, o}) = rate.trained;
      entry(tables.certified, {c, o}) = rate.bound;
      if (rate.bound == 0) reached = std::max(reached, rate.trained);
      if (rate.bound == 0) continue;
      least = std::min(least, rate.trained / rate.bound);
      apart = std::max(apart, std::abs(rate.trained / rate.least - 1));
    }
    const std::string none = std::isfinite(least) ? "" : "no order above 2 is asked for";
    results.claim({"rate_barrier_" + windows[c].name(),
                   "As a semi-discrete Laplacian no trained head of an order above 2 comes nearer than the "
                   "certificate allows; least ratio",
                   std::isfinite(least) ? least : 1, Kind::at_least, 1, 1e-9, "1", "T5", Role::identity,
                   Scale::smoke, none});
    results.claim({"rate_misfit_" + windows[c].name(), "and misses by what nonnegative least squares misses",
                   apart, Kind::at_most, 0, 1e-4, "1", "T5", Role::convergence, Scale::smoke, none});
    results.claim({"rate_order2_" + windows[c].name(), "Order 2 it reaches", reached, Kind::at_most, 0, 1e-8,
                   "1", "T5", Role::convergence});
  }
}

void write(const Tables& tables, Results& results) {
  results.labels(edge_side, {"from", "to"});
  results.write(scan_time, tables.time);
  results.write(trained_misfit, tables.misfit);
  results.write(least_of_simplex, tables.least);
  results.write(edge_trained, tables.edge);
  results.write(edge_programme, tables.theory);
  results.write(edge_bound, tables.bound);
  results.write(rate_trained, tables.rate);
  results.write(rate_bound, tables.certified);
}

}  // namespace

void study_edges(const EdgeParams& p, const std::vector<WindowCase>& windows,
                 const std::vector<Index>& orders, const Domain& world, Results& results,
                 Progress& progress) {
  const std::size_t C = windows.size(), O = orders.size(), P = static_cast<std::size_t>(p.plan.points);
  std::vector<EdgeTask> tasks;
  for (const WindowCase& window : windows)
    for (const Index order : orders) tasks.push_back({window, static_cast<int>(order)});
  const auto seen = trained_edges(tasks, p.plan, world.communicator(),
                                  [&progress, &world] { progress.advance(world.communicator().size); });

  Tables tables{tabulated({C, P}),    tabulated({C, O, P}), tabulated({C, O, P}), tabulated({C, O, 2}),
                tabulated({C, O, 2}), tabulated({C, O}),    tabulated({C, O}),    tabulated({C, O})};
  for (int dimensions = 1; dimensions <= 3; ++dimensions)
    for (std::size_t o = 0; o < O; ++o) {
      Worst worst;
      bool any = false;
      for (std::size_t c = 0; c < C; ++c) {
        if (windows[c].dimensions != dimensions) continue;
        any = true;
        const EdgeTask& task = tasks[c * O + o];
        const OrderEdges& of_task = seen[c * O + o];
        const auto times = scanned_times(p.plan.scan(task.window.reach));
        double stretches = 0;
        const auto expected = programmed(task.order, task.window.reach, stretches);
        worst.see(of_task, task, times, p.plan, expected, stretches);
        for (std::size_t n = 0; n < P; ++n) {
          entry(tables.time, {c, n}) = times[n];
          entry(tables.misfit, {c, o, n}) = of_task.misfit[n];
          entry(tables.least, {c, o, n}) = of_task.least[n];
        }
        entry(tables.edge, {c, o, 0}) = of_task.from;
        entry(tables.edge, {c, o, 1}) = of_task.to;
        entry(tables.theory, {c, o, 0}) = expected.from;
        entry(tables.theory, {c, o, 1}) = expected.to;
        entry(tables.bound, {c, o}) =
            theory::necessary_bound(task.order, static_cast<int>(task.window.reach));
      }
      if (any) claim(worst, p.plan, dimensions, static_cast<int>(orders[o]), results);
    }
  study_rates(p, windows, orders, tables, results);
  write(tables, results);
}

}  // namespace attune::experiments::heat::positive_map
