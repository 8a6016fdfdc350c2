// experiments/heat/heat_scaling.cpp
//
// Question   How do a distributed heat step and an attention stencil scale over ranks, and what does a model of
//            latency and bandwidth say of a hundred to a hundred thousand?
// Equation   u_t = kappa laplace u, a step of each method of parts/scaling_methods.hpp, on a grid that stays (strong scaling)
//            or grows with the ranks (weak)
// Exact      what each rank sends: the surface of its box (parts/scaling_messages.hpp); the field: the same bits on
//            any number of ranks
// Expect     efficiency e = (cells / (p t_p)) / (cells_1 / t_1); weak scaling to two ranks at least 0.9 of what the
//            memory they share allows, that is of the triad of a rank with two of them over one alone
// Model      parts/scaling_model.hpp, fitted to exchanges and all-reduces timed by themselves and to runs that send
//            nothing; held against runs that it has not seen, and carried on to `predicted_ranks`
// Source     strong and weak scaling [amdahl1967], [gustafson1988]; the model [hockney1994]; E10
// Builds on  attention/window, solvers/heat, bench
// Figure     analysis/heat/heat_scaling.py
#include <algorithm>
#include <cmath>

#include "core/core/exact_sum.hpp"
#include "core/core/progress.hpp"
#include "experiments/experiment.hpp"
#include "experiments/heat/parts/scaling/scaling_study.hpp"

namespace attune::experiments::heat {
namespace heat_scaling_parts {

using namespace scaling;

struct Params {
  Plan plan;
  double triad_bytes = 1 << 26;
  std::vector<Index> exchange_bytes{8, 512, 4096, 32768, 262144, 1048576};
  Index exchange_repeats = 50;
  double latency = 0, bandwidth = 0;
};

void describe(auto& field, Params& p) {
  field("dimensions", p.plan.dimensions, "1", "space dimensions D to visit", between(1, 3), length(1, 3));
  field("precisions", p.plan.precisions, "1", "numbers to compute with", one_of({"float", "double"}),
        length(1, 2));
  field("methods", p.plan.methods, "1", "methods to visit", one_of(method_names),
        length(1, method_names.size()));
  field("boundary", p.plan.grids.boundary, "1", "boundary condition",
        one_of({"periodic", "dirichlet", "neumann"}));
  field("stability", p.plan.choice.stability, "1", "2 D r of explicit steps and of the stencil", above(0),
        at_most(1));
  field("block_steps", p.plan.choice.block_steps, "1", "steps of a pass of \"blocked\"", between(1, 64));
  field("window_reach", p.plan.choice.window_reach, "cells", "half-width W of the stencil", between(1, 16));
  field("implicit_rate", p.plan.choice.implicit_rate, "1", "r of an implicit and of a spectral step",
        above(0));
  field("tolerance", p.plan.choice.tolerance, "1", "relative residual of an implicit step", above(0),
        at_most(0.1));
  field("cells_1d", p.plan.grids.cells.in_1d, "1", "cells a rank of explicit methods, D = 1", between(4, 1e9),
        length(1));
  field("cells_2d", p.plan.grids.cells.in_2d, "1", "the same, D = 2, (y, x)", between(4, 1 << 16), length(2));
  field("cells_3d", p.plan.grids.cells.in_3d, "1", "the same, D = 3, (z, y, x)", between(4, 1 << 12),
        length(3));
  field("solver_cells_1d", p.plan.grids.solver_cells.in_1d, "1",
        "cells a rank of multigrid and transforms, D = 1", between(4, 1e9), length(1));
  field("solver_cells_2d", p.plan.grids.solver_cells.in_2d, "1", "the same, D = 2", between(4, 1 << 16),
        length(2));
  field("solver_cells_3d", p.plan.grids.solver_cells.in_3d, "1", "the same, D = 3", between(4, 1 << 12),
        length(3));
  field("samples", p.plan.effort.samples, "1", "samples of a run; the least counts", between(1, 1000));
  field("run_seconds", p.plan.effort.seconds, "s", "about how long a run is timed", above(0), at_most(3600));
  field("triad_bytes", p.triad_bytes, "B", "size of each of the three arrays of the triad",
        between(1e3, 1e12));
  field("exchange_bytes", p.exchange_bytes, "B", "sizes of the messages that the model is fitted to",
        between(8, 1 << 28), length(2, 64));
  field("exchange_repeats", p.exchange_repeats, "1", "exchanges in a sample", between(1, 1000000));
  field("latency", p.latency, "s", "of a message, for what is predicted; 0: the fitted one", at_least(0));
  field("bandwidth", p.bandwidth, "B/s", "of a rank, for what is predicted; 0: the fitted one", at_least(0));
  field("predicted_ranks", p.plan.predicted_ranks, "1", "ranks that the model is asked about",
        between(2, 1e7), length(1, 32));
}

constexpr Dataset kind_name{"kind", "1", "kind",
                            "one grid, one grid a rank, or each rank alone with its grid"};
constexpr Dataset scaling_name{"scaling", "1", "scaling", "one grid for all ranks, or one a rank"};
constexpr Dataset method_name{"method", "1", "method", "method"};
constexpr Dataset dimension_number{"dimension", "1", "dimension", "space dimensions D"};
constexpr Dataset precision_name{"precision", "1", "precision", "numbers of the method"};
constexpr Dataset rank_count{"ranks", "1", "ranks", "ranks p that compute"};
constexpr Dataset part_name{"part", "1", "part", "what the time of a step is spent on, by the model"};
constexpr Dataset predicted_count{"predicted_ranks", "1", "predicted_ranks",
                                  "ranks that the model is asked about"};
constexpr const char* every = "kind method dimension precision ranks";
constexpr Dataset sample_seconds{"step_seconds", "s", "kind method dimension precision ranks sample",
                                 "seconds of a step, by the slowest rank"};
constexpr Dataset grid_cells{"cells", "1", every, "cells of all ranks together"};
constexpr Dataset cell_rate{"cell_rate", "1/s", every, "cells a second, of all ranks together"};
constexpr Dataset efficiency{"efficiency", "1", every, "parallel efficiency e",
                             "(cells / (p t_p)) / (cells_1 / t_1)"};
constexpr Dataset messages_sent{"messages", "1", every, "messages a step, all ranks together, as counted"};
constexpr Dataset bytes_sent{"bytes", "B", every, "bytes sent a step, all ranks together, as counted"};
constexpr Dataset reduction_count{"reductions", "1", every, "all-reduces a step, as counted"};
constexpr Dataset triad_rate{"triad", "B/s", "ranks",
                             "streaming triad of a rank while all of them are at it"};
constexpr Dataset exchange_fact{"exchange_fact", "1", "exchange_fact", "what is known of a timed exchange"};
constexpr Dataset exchange_rows{
    "exchanges", "1; B; s", "exchange exchange_fact",
    "exchanges timed by themselves: messages and bytes that a rank receives, and seconds"};
constexpr Dataset fitted_latency{"latency", "s", "", "alpha, a message of the machine of this run", "", true};
constexpr Dataset fitted_bandwidth{"bandwidth", "B/s", "", "1 / beta, of a rank of this run", "", true};
constexpr Dataset fitted_reduction{
    "reduction_latency", "s", "", "gamma, a doubling of an all-reduce", "", true};
constexpr Dataset modelled{"modelled_seconds",
                           "s",
                           "scaling method dimension precision ranks part",
                           "seconds of a step by the model, of runs that it has not seen",
                           "f + u (w - w_0) + m alpha + b beta + n ceil(log2 p) gamma",
                           true};
constexpr Dataset predicted{"predicted_seconds",
                            "s",
                            "scaling method dimension precision predicted_ranks part",
                            "model: seconds of a step on ranks that this job has not",
                            "",
                            true};
constexpr Dataset predicted_efficiency{"predicted_efficiency",
                                       "1",
                                       "scaling method dimension precision predicted_ranks",
                                       "model: efficiency against a rank among busy ones that sends nothing",
                                       "",
                                       true};
constexpr Dataset predicted_cells{"predicted_cells", "1", "scaling method dimension predicted_ranks",
                                  "cells of the grid that is asked about"};

void check(const Params& p, const Deck& deck) {
  const auto once = [&](const auto& list, const char* key) {
    for (std::size_t n = 0; n < list.size(); ++n)
      if (std::count(list.begin(), list.end(), list[n]) > 1) deck.refuse(key, "must not repeat an entry");
  };
  once(p.plan.dimensions, "params.dimensions");
  once(p.plan.precisions, "params.precisions");
  once(p.plan.methods, "params.methods");
  for (std::size_t n = 1; n < p.plan.predicted_ranks.size(); ++n)
    if (p.plan.predicted_ranks[n] <= p.plan.predicted_ranks[n - 1])
      deck.refuse("params.predicted_ranks", "must grow from entry to entry");
  if ((p.latency > 0) != (p.bandwidth > 0))
    deck.refuse(p.latency > 0 ? "params.bandwidth" : "params.latency",
                "must be above 0 where the other of 'latency' and 'bandwidth' is");
  const auto deepest =
      static_cast<double>(*std::max_element(p.plan.dimensions.begin(), p.plan.dimensions.end()));
  const bool single = std::count(p.plan.precisions.begin(), p.plan.precisions.end(), "float") > 0;
  const double round_off = (single ? 0x1p-23 : 0x1p-52) * (1 + 4 * deepest * p.plan.choice.implicit_rate);
  if (p.plan.choice.tolerance < 4 * round_off)
    deck.refuse("params.tolerance", "must be at least " + std::to_string(4 * round_off) +
                                        ", four times the round-off of (I - r laplace) u in that precision");
  const Index ghosts = std::max({Index(2), p.plan.choice.block_steps, p.plan.choice.window_reach});
  for (const Index D : p.plan.dimensions) {
    const auto name = std::to_string(D) + "d";
    check_cells(p.plan.grids.cells.in(D), static_cast<int>(D), ghosts, "params.cells_" + name, deck);
    check_cells(p.plan.grids.solver_cells.in(D), static_cast<int>(D), 2, "params.solver_cells_" + name, deck);
  }
}

// Every rank has a cell, or all ranks refuse alike.
void check_ranks(const Params& p, const Deck& deck, Index ranks) {
  for (const Index D : p.plan.dimensions)
    for (const bool solver : {false, true})
      if (layout_of((solver ? p.plan.grids.solver_cells : p.plan.grids.cells).in(D), p.plan.grids.boundary,
                    static_cast<int>(ranks))
              .size() == 0)
        deck.refuse(std::string(solver ? "params.solver_cells_" : "params.cells_") + std::to_string(D) + "d",
                    "must leave each of " + std::to_string(ranks) + " ranks a cell");
}

// The network that is asked about: that of the deck, or else the one that this job has.
Network network_of(const Params& p, const Network& fitted) {
  if (p.latency == 0) return fitted;
  constexpr double bytes_of_reduction = 8.0 * (sum::words + 1) / 2;  // in the mean of a sum and a maximum
  return {p.latency, 1 / p.bandwidth, p.latency + bytes_of_reduction / p.bandwidth};
}

void write_axes(const Params& p, const std::vector<Crew>& crews, Results& results) {
  results.labels(kind_name, kind_names);
  results.labels(scaling_name, {kind_names[strong], kind_names[weak]});
  results.labels(method_name, p.plan.methods);
  results.axis(dimension_number, {p.plan.dimensions.begin(), p.plan.dimensions.end()});
  results.labels(precision_name, p.plan.precisions);
  std::vector<double> counts;
  for (const Crew& crew : crews) counts.push_back(static_cast<double>(crew.ranks));
  results.axis(rank_count, counts);
  results.labels(part_name, {"computing", "messages", "bytes", "reductions"});
  results.axis(predicted_count, {p.plan.predicted_ranks.begin(), p.plan.predicted_ranks.end()});
}

void write_network(const Calibration& timed, const Network& network, Results& results) {
  results.write(fitted_latency, network.latency > 0 ? network.latency : NAN);
  results.write(fitted_bandwidth, network.byte_seconds > 0 ? 1 / network.byte_seconds : NAN);
  results.write(fitted_reduction, network.reduction > 0 ? network.reduction : NAN);
  if (timed.exchanges.empty()) return;
  Array rows{{timed.exchanges.size(), 3}, {}};
  for (const auto& [load, seconds] : timed.exchanges)
    rows.values.insert(rows.values.end(), {load.messages, load.bytes, seconds});
  results.labels(exchange_fact, {"messages", "bytes", "seconds"});
  results.write(exchange_rows, rows);
}

void write_tables(const Study& study, Results& results) {
  const Tables& t = study.tables;
  results.write(triad_rate, study.triad);
  results.write(sample_seconds, t.seconds);
  results.write(grid_cells, t.cells);
  results.write(cell_rate, t.rate);
  results.write(efficiency, t.efficiency);
  results.write(messages_sent, t.messages);
  results.write(bytes_sent, t.bytes);
  results.write(reduction_count, t.reductions);
  results.write(modelled, t.modelled);
  results.write(predicted, t.predicted);
  results.write(predicted_efficiency, t.predicted_efficiency);
  results.write(predicted_cells, t.predicted_cells);
}

void claim_identities(const Study& study, Results& results) {
  const auto none = [&](const char* id, const char* statement, double value, const char* unit,
                        const char* absent = "") {
    results.claim({id, statement, value, Kind::equal_abs, 0, 0, unit, "parts/scaling_messages.hpp",
                   Role::identity, Scale::smoke, absent});
  };
  none("fields_are_those_of_one_rank",
       "The timed field of one grid has the same bits on every number of ranks: runs in which it has not",
       study.fields_apart, "1", study.crews.size() > 1 ? "" : "there is one rank alone");
  none("messages_are_those_of_the_boxes",
       "A run sends the messages that the surfaces of its boxes ask for; farthest run", study.messages_apart,
       "1");
  none("bytes_are_those_of_the_boxes", "and their bytes; farthest run", study.bytes_apart, "B");
  none("reductions_are_those_of_the_iterations",
       "Conjugate gradients make 2 (2 + 3 n + 2 d) all-reduces in n iterations from d starts; farthest run",
       study.reductions_apart, "1");
}

void claim_scaling(const Study& study, Results& results) {
  for (const std::string& name : study.plan.methods) {
    const auto id = name == "runge kutta" ? "runge_kutta" : name;
    const auto weak_least = study.weakest.find(name), misfit = study.farthest.find(name);
    results.claim(
        {"weak_" + id,
         "Weak scaling of \"" + name + "\" from 1 to 2 ranks, over that of the triad; least of all grids",
         weak_least == study.weakest.end() ? NAN : weak_least->second, Kind::at_least, 0.9, 0, "1", "E10",
         Role::empirical, Scale::quick, weak_least == study.weakest.end() ? "no two ranks" : ""});
    results.claim(
        {"model_" + id,
         "Seconds of \"" + name + "\" by the model, of runs that it has not seen; largest relative misfit",
         misfit == study.farthest.end() ? NAN : misfit->second, Kind::at_most, 0.25, 0, "1", "hockney1994",
         Role::empirical, Scale::quick, misfit == study.farthest.end() ? "one rank sends nothing" : ""});
  }
}

void run(const Params& params, const Deck& deck, const Domain& world, Results& results) {
  Params p = params;
  p.plan.effort.seed = deck.seed();
  const auto counts = rank_counts(world);
  for (const Index ranks : counts) check_ranks(p, deck, ranks);
  std::vector<Crew> crews;
  for (const Index ranks : counts) crews.emplace_back(world, ranks);
  write_axes(p, crews, results);

  std::vector<double> triad;
  for (const Crew& crew : crews) triad.push_back(triad_of_rank(crew, p.triad_bytes));
  const auto timed = calibrate(crews, p.exchange_bytes, p.plan.effort.samples, p.exchange_repeats);
  const Network here = fitted(timed.exchanges, timed.reductions);
  write_network(timed, here, results);

  Study study{p.plan, crews, triad, here, network_of(p, here), {p.plan, crews.size()}};
  const std::size_t M = p.plan.methods.size(), D = p.plan.dimensions.size(), C = p.plan.precisions.size();
  Progress progress("heat/heat_scaling", static_cast<Index>(M * D * C), world.speaks());
  for (std::size_t m = 0; m < M; ++m)
    for (std::size_t d = 0; d < D; ++d)
      for (std::size_t c = 0; c < C; ++c) {
        study.advance({m, d, c});
        progress.advance();
      }
  write_tables(study, results);
  claim_identities(study, results);
  claim_scaling(study, results);
}

}  // namespace heat_scaling_parts

extern const Verbs heat_scaling =
    verbs<heat_scaling_parts::Params, heat_scaling_parts::check, heat_scaling_parts::run>();

}  // namespace attune::experiments::heat
