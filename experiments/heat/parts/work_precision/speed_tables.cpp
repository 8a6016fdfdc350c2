// experiments/heat/parts/work_precision/speed_tables.cpp
//
// The half of tables.hpp that is about the machine: kernels against the triad, multigrid's work.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "experiments/heat/parts/work_precision/pareto.hpp"
#include "experiments/heat/parts/work_precision/tables.hpp"

namespace attune::experiments::heat::work_precision {
namespace {

constexpr Dataset kernel_name{"kernel", "1", "kernel", "kernel on a field that no cache holds"};
constexpr Dataset kernel_dimension{"kernel_dimension", "1", "kernel", "space dimensions D"};
constexpr Dataset kernel_bits{"kernel_bits", "1", "kernel", "bits of a number"};
constexpr Dataset kernel_reach{"kernel_half_width", "cells", "kernel",
                               "half-width of a window, 0 for others"};
constexpr Dataset kernel_bandwidth{"kernel_bandwidth", "B/s", "kernel",
                                   "effective bandwidth: a read and a write a step"};
constexpr Dataset kernel_triad{"kernel_triad", "B/s", "kernel", "bandwidth of the streaming triad beside it"};
constexpr Dataset kernel_flops{"kernel_flops", "1/s", "kernel", "floating operations a second"};
constexpr Dataset kernel_fraction{"kernel_fraction", "1", "kernel", "effective bandwidth over the triad's"};
constexpr Dataset kernel_roofline{"kernel_roofline", "1", "kernel",
                                  "the same as the roofs allow without blocking",
                                  "min(1, peak bytes / (triad flops))"};
constexpr Dataset crossover{"crossover_half_width", "cells", "crossover",
                            "half-width at which arithmetic passes the machine's balance, by the roofs",
                            "2 (2 W + 1)^D / (2 bytes of a number) = peak / triad"};
constexpr Dataset crossover_name{"crossover", "1", "crossover", "dimensions and precision"};

constexpr Dataset linear_dimension{"linear_dimension", "1", "linear_dimension", "space dimensions D"};
constexpr Dataset linear_unknowns{"multigrid_unknowns", "1", "linear_dimension rung", "cells of the problem"};
constexpr Dataset linear_updates{"multigrid_updates", "1", "linear_dimension rung",
                                 "cell updates of multigrid to a fixed residual"};
constexpr Dataset linear_seconds{"multigrid_seconds", "s", "linear_dimension rung", "time of the solve"};
constexpr Dataset linear_exponent{"multigrid_exponent", "1", "linear_dimension",
                                  "slope of log updates over log unknowns"};
constexpr Dataset machine_ranks{"ranks", "1", "", "ranks of the run"};
constexpr Dataset machine_threads{"threads", "1", "", "threads of each"};

std::string case_of(const Speed& s) { return fmt::format("{}d_{}", s.dimensions, s.precision); }

void claim_explicit(const Speed& plain, const Speed& blocked, Results& results) {
  const std::string in = case_of(plain);
  results.claim({"explicit_step_at_triad_" + in, "The explicit step runs at this part of the streaming triad",
                 plain.fraction(), Kind::at_least, plain.dimensions == 2 ? 0.85 : 0.75, 0, "1", "E10",
                 Role::empirical, Scale::quick});
  results.claim({"blocking_gains_" + in, "Blocking in time gains this factor of effective bandwidth",
                 blocked.fraction() / plain.fraction(), Kind::at_least, 1.5, 0, "1", "E10", Role::empirical,
                 Scale::quick});
}

// Windows that the roofs let run as fast as memory, up to half-width 3.
void claim_windows(const std::vector<Speed>& windows, Results& results) {
  double least = 0, most = 0;
  for (const Speed& s : windows)
    if (s.half_width <= 3 && s.roofline >= 1) {
      least = most == 0 ? s.fraction() : std::min(least, s.fraction());
      most = std::max(most, s.fraction());
    }
  results.claim(
      {"windows_alike_" + case_of(windows.front()),
       "Windows of half-width 1, 2, 3 whose arithmetic the roofs hide are equally fast: slowest over fastest",
       least / most, Kind::at_least, 0.8, 0, "1", "E10", Role::empirical, Scale::quick,
       most == 0 ? "no window whose arithmetic the roofs hide" : ""});
}

// 2 (2 W + 1)^D flops and 2 numbers a cell meet the balance [flop/B].
double crossover_of(const Speed& s) {
  const double bytes = s.precision == "float" ? 8 : 16;
  return (std::pow(s.balance * bytes / 2, 1.0 / s.dimensions) - 1) / 2;
}

void judge_speeds(const std::vector<Speed>& speeds, Results& results) {
  std::vector<std::string> names;
  std::vector<double> half_widths;
  for (std::size_t n = 0; n + 1 < speeds.size(); ++n) {
    if (speeds[n].kernel != "explicit step") continue;
    claim_explicit(speeds[n], speeds[n + 1], results);
    std::vector<Speed> windows;
    for (std::size_t w = n + 2; w < speeds.size() && speeds[w].kernel == "window"; ++w)
      windows.push_back(speeds[w]);
    claim_windows(windows, results);
    names.push_back(fmt::format("{}-D {}", speeds[n].dimensions, speeds[n].precision));
    half_widths.push_back(crossover_of(speeds[n]));
  }
  results.labels(crossover_name, names);
  results.write(crossover, half_widths);
}

}  // namespace

void write_speeds(const std::vector<Speed>& speeds, Results& results) {
  std::vector<std::string> names;
  for (const Speed& s : speeds)
    names.push_back(fmt::format("{}-D {} {}", s.dimensions, s.precision, s.kernel) +
                    (s.half_width > 0 ? fmt::format(" W = {}", s.half_width) : ""));
  results.labels(kernel_name, names);
  const auto write = [&](const Dataset& dataset, const auto& value) {
    std::vector<double> all;
    for (const Speed& s : speeds) all.push_back(static_cast<double>(value(s)));
    results.write(dataset, all);
  };
  write(kernel_dimension, [](const Speed& s) { return s.dimensions; });
  write(kernel_bits, [](const Speed& s) { return s.precision == "float" ? 32 : 64; });
  write(kernel_reach, [](const Speed& s) { return s.half_width; });
  write(kernel_bandwidth, [](const Speed& s) { return s.bandwidth; });
  write(kernel_triad, [](const Speed& s) { return s.triad; });
  write(kernel_flops, [](const Speed& s) { return s.flops; });
  write(kernel_fraction, [](const Speed& s) { return s.fraction(); });
  write(kernel_roofline, [](const Speed& s) { return s.roofline; });
  judge_speeds(speeds, results);
}

void write_linear_work(const std::vector<LinearWork>& work, double decades, Results& results) {
  std::vector<double> dimensions, exponents;
  const std::size_t rungs = work.front().unknowns.size();
  Array unknowns{{work.size(), rungs}, {}}, updates = unknowns, seconds = unknowns;
  for (const LinearWork& w : work) {
    dimensions.push_back(w.dimensions);
    exponents.push_back(log_slope(w.unknowns, w.updates));
    unknowns.values.insert(unknowns.values.end(), w.unknowns.begin(), w.unknowns.end());
    updates.values.insert(updates.values.end(), w.updates.begin(), w.updates.end());
    seconds.values.insert(seconds.values.end(), w.seconds.begin(), w.seconds.end());
    results.claim(
        {"multigrid_is_linear_" + std::to_string(w.dimensions) + "d",
         fmt::format("Cell updates of multigrid to a fixed residual are linear in the unknowns, over {:g} "
                     "decades",
                     decades),
         exponents.back(), Kind::equal_abs, 1, 0.05, "1", "E10; [trottenberg2001]", Role::convergence,
         Scale::quick, decades < 3 ? "fewer than three decades of unknowns" : ""});
  }
  results.axis(linear_dimension, dimensions);
  results.write(linear_unknowns, unknowns);
  results.write(linear_updates, updates);
  results.write(linear_seconds, seconds);
  results.write(linear_exponent, exponents);
}

void write_machine(const Domain& world, Results& results) {
  results.write(machine_ranks, static_cast<double>(world.communicator().size));
  results.write(machine_threads, static_cast<double>(on_host ? Device().concurrency() : 1));
}

}  // namespace attune::experiments::heat::work_precision
