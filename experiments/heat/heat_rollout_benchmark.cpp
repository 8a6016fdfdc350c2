// experiments/heat/heat_rollout_benchmark.cpp
//
// Question   By the metrics of PDEBench, APEBench and The Well, how do learned attention stencils roll out beside
//            classical solvers of the same cost, and does unrolled training help?
// Equation   u_t = kappa laplace u at difficulty gamma_2 = 2 D r (4 in APEBench: r = 2 / D, four times past the
//            limit of one explicit step); u' = A u, A one softmax head, two signed heads, a Gaussian, a sparsemax
//            or a free convolution, trained on one step or through n; explicit sub-steps, alternating directions,
//            backward Euler, persistence
// Exact      v_n = exp(-n r |theta|^2) u_0 mode by mode, and with the symbol g_A of any contestant its error
//            e_n = |(g_A^n - g_T^n) u_0^| / |g_T^n u_0^|
// Expect     every measured error on that curve to round-off; one-step training of a softmax ends at the projection
//            on the simplex for its own data, so that xi(n) = error of an emulator / error of the solver that it
//            learned from is known before training
// Source     T8, T9, T12 of the heat theory; E10; metrics as rollout_metrics.hpp cites them; xi [koehler2025]
// Builds on  attention/window, training, solvers/heat, solvers/heat/theory
// Figure     analysis/heat/heat_rollout_benchmark.py
#include <algorithm>
#include <cmath>

#include "core/core/progress.hpp"
#include "experiments/experiment.hpp"
#include "experiments/heat/parts/benchmark_claims.hpp"
#include "experiments/heat/parts/sweep.hpp"
#include "experiments/heat/parts/trajectory_layouts.hpp"

namespace attune::experiments::heat {
namespace heat_rollout_benchmark_parts {

struct Params {
  Sweep sweep;
  Cells cells{{160}, {32, 32}, {12, 12, 12}};
  std::vector<double> difficulties{4};
  std::string shape = "ball";
  std::vector<Index> reach{5, 3, 2};
  StartKind start;
  std::vector<std::string> heads{"softmax", "signed", "gaussian", "sparsemax"};
  std::vector<std::string> teachers{"ftcs", "backward_euler"};
  std::vector<Index> unroll{3, 5};
  std::vector<Index> seeds{1, 2, 3};
  double second_head = 0.25, substep_ratio = 0.8;
  Index train_fields = 3;
  std::vector<Index> window_starts{0, 10};
  Index iterations = 400, unrolled_iterations = 60;
  double settled = 1e-8;
  Index test_seed = 1000, test_trajectories = 6, steps = 100;
  std::vector<Index> records{1, 2, 5, 10, 20, 50, 100};
  Index geometric_steps = 100;
  double hopeless = 1e3;
  std::vector<std::string> exports{"the_well", "pdebench"};
  Index export_trajectories = 2, export_every = 10;
  std::uint32_t deck_seed = 1;
};

void describe(auto& field, Params& p) {
  describe_sweep(field, p.sweep);
  field("cells_1d", p.cells.in_1d, "1", "cells of a field, D = 1", between(2, 1 << 16), length(1));
  field("cells_2d", p.cells.in_2d, "1", "the same, D = 2, (y, x)", between(2, 1 << 11), length(2));
  field("cells_3d", p.cells.in_3d, "1", "the same, D = 3, (z, y, x)", between(2, 1 << 8), length(3));
  field("difficulties", p.difficulties, "1", "gamma_2 = 2 D r of APEBench", above(0), at_most(1000), length(1, 8));
  field("shape", p.shape, "1", "offsets of the learned stencils", one_of({"star", "box", "ball"}));
  field("reach", p.reach, "cells", "their reach for D = 1, 2, 3", between(1, 16), length(3));
  field("spectrum", p.start.spectrum, "1", "fields to learn from and to start from",
        one_of({"fourier", "white", "smooth"}));
  field("highest_mode", p.start.highest, "1", "largest mode number of \"fourier\"", between(1, 64));
  field("smooth_width", p.start.smooth_width, "cells", "width of the smoothing of \"smooth\"", at_least(0));
  field("heads", p.heads, "1", "heads that are trained on one step and unrolled; softmax is always there",
        one_of({"softmax", "signed", "gaussian", "sparsemax"}), length(1, 4));
  field("teachers", p.teachers, "1", "solvers of low fidelity that a softmax head learns from as well",
        one_of({"ftcs", "backward_euler"}), length(0, 2));
  field("unroll", p.unroll, "1", "further lengths of training windows, ascending, each from the weights before",
        between(2, 100), length(0, 8));
  field("seeds", p.seeds, "1", "one training set each", between(0, 4294967295.0), length(1, 100));
  field("second_head", p.second_head, "1", "a of the signed heads, their largest negative weight in all",
        above(0));
  field("substep_ratio", p.substep_ratio, "1", "largest 2 D r of an explicit sub-step", above(0), at_most(1));
  field("train_fields", p.train_fields, "1", "initial fields of a training set", between(1, 10000));
  field("window_starts", p.window_starts, "1", "steps of their trajectories at which windows begin",
        between(0, 1e5), length(1, 1000));
  field("iterations", p.iterations, "1", "steps of l-bfgs on one step, at most", between(1, 1e6));
  field("unrolled_iterations", p.unrolled_iterations, "1", "and through each window", between(1, 1e6));
  field("settled", p.settled, "1", "training stops when 20 steps lower the loss by a smaller part",
        between(0, 1));
  field("test_seed", p.test_seed, "1", "of the test set", between(0, 4294967295.0));
  field("test_trajectories", p.test_trajectories, "1", "initial fields of the test set", between(1, 10000));
  field("steps", p.steps, "1", "steps of a rollout", between(1, 1e5));
  field("records", p.records, "1", "steps at which all metrics are taken, ascending", between(1, 1e5),
        length(1, 1000));
  field("geometric_steps", p.geometric_steps, "1", "steps over which nRMSE has its geometric mean",
        between(1, 1e5));
  field("hopeless", p.hopeless, "1", "nRMSE beyond which a rollout is no longer measured", above(1));
  field("exports", p.exports, "1", "layouts of true test trajectories written beside the result",
        one_of({"the_well", "pdebench"}), length(0, 2));
  field("export_trajectories", p.export_trajectories, "1", "trajectories in each such file, at most",
        between(1, 1e6));
  field("export_every", p.export_every, "1", "steps between two fields in them", between(1, 1e6));
}

constexpr double thresholds[] = {0.9, 0.8};  // of the correlation
struct Window {
  const char* name;
  Index first, end;
};
constexpr Window windows[] = {{"6:12", 6, 12}, {"13:30", 13, 30}};  // of [ohana2024]

constexpr Dataset difficulty_number{"difficulty", "1", "difficulty", "gamma_2", "2 D r"};
constexpr Dataset contestant_name{"contestant", "1", "contestant", "who rolls out"};
constexpr Dataset seed_number{"seed", "1", "seed", "seed of the training set"};
constexpr Dataset step_number{"step", "1", "step", "steps of the rollout"};
constexpr Dataset record_number{"record", "1", "record", "steps at which all metrics are taken"};
constexpr Dataset teacher_name{"teacher", "1", "teacher", "solver that a softmax head learns from"};
constexpr Dataset window_name{"window", "1", "window", "steps first:end, the end left out"};
constexpr Dataset threshold_number{"threshold", "1", "threshold", "correlation"};
constexpr Dataset rates{"rate", "1", "dimension difficulty", "r = kappa dt / h^2", "gamma_2 / (2 D)"};
constexpr Dataset costs{"cost", "1", "dimension difficulty contestant", "multiplications a cell and step, roughly"};

constexpr Dataset of_curve[] = {
    {"nrmse", "1", "dimension boundary difficulty contestant seed step",
     "nRMSE, mean over the test set; NaN once a rollout is given up", "sqrt(<e^2> / <v^2>)", true},
    {"vrmse", "1", "dimension boundary difficulty contestant seed step", "VRMSE, mean over the test set",
     "sqrt(<e^2> / (<(v - <v>)^2> + 1e-7))", true},
    {"correlation", "1", "dimension boundary difficulty contestant seed step",
     "Pearson correlation, mean over the test set", "", true},
    {"nrmse_predicted", "1", "dimension boundary difficulty contestant seed step", "nRMSE by the closed form",
     "|(g_A^n - g_T^n) u^| / |g_T^n u^|", true}};
constexpr const char* at_records = "dimension boundary difficulty contestant seed record";
constexpr Dataset of_record[] = {
    {"rmse", "1", at_records, "root mean square error, mean over the test set", "sqrt(<e^2>)", true},
    {"nmse", "1", at_records, "normalised mean square error, mean", "<e^2> / <v^2>", true},
    {"nmae", "1", at_records, "normalised mean absolute error, mean", "<|e|> / <|v|>", true},
    {"max_error", "1", at_records, "largest error, of the whole test set", "max |e|", true},
    {"crmse", "1", at_records, "error of the mean, root mean square over the test set", "<e>", true},
    {"brmse", "1", at_records, "root mean square error of the outermost cells, mean", "", true},
    {"frmse_low", "1", at_records, "root mean square of the error with k < 4, mean", "", true},
    {"frmse_middle", "1", at_records, "the same, 4 <= k < 12", "", true},
    {"frmse_high", "1", at_records, "the same, k >= 12", "", true},
    {"h1_nrmse", "1", at_records, "normalised error in H1, mean", "|e| / |v| + |grad e| / |grad v|", true}};

constexpr Dataset geometric{"nrmse_geometric_mean",
                            "1",
                            "dimension boundary difficulty contestant seed",
                            "geometric mean of nrmse over the first geometric_steps steps; NaN if given up",
                            "exp(mean log nrmse)",
                            true};
constexpr Dataset windowed{"vrmse_of_window",
                           "1",
                           "dimension boundary difficulty contestant seed window",
                           "mean of vrmse over a window of steps; NaN if it is not reached",
                           "",
                           true};
constexpr Dataset lasting{"correlation_time",
                          "1",
                          "dimension boundary difficulty contestant seed threshold",
                          "steps till the correlation falls below the threshold; NaN if it does not",
                          "",
                          true};
constexpr Dataset loss{"one_step_loss", "1", "dimension boundary difficulty contestant seed",
                       "square error of one step on the training windows over the square of the targets; NaN for solvers", "", true};
constexpr Dataset least_loss{"least_loss", "1", "dimension boundary difficulty source seed",
                             "the least of one_step_loss that a softmax head can have", "min over the simplex"};
constexpr Dataset source_name{"source", "1", "source", "whose trajectories are learned from"};
constexpr Dataset ratio{"xi", "1", "dimension boundary difficulty teacher seed step",
                        "error of the softmax head that learned from a solver over the error of that solver",
                        "nRMSE / nRMSE", true};
constexpr Dataset ratio_foretold{"xi_predicted", "1", "dimension boundary difficulty teacher seed step",
                                 "the same before training, for the projection on the simplex", "", true};

void check(const Params& p, const Deck& deck) {
  check_sweep(p.sweep, deck);
  for (const Index D : p.sweep.dimensions)
    check_cells(p.cells.in(D), static_cast<int>(D), p.reach[static_cast<std::size_t>(D - 1)] + 1,
                "params.cells_" + std::to_string(D) + "d", deck);
  const auto ascends = [](const auto& list) {
    return std::adjacent_find(list.begin(), list.end(), std::greater_equal<>()) == list.end();
  };
  const auto repeats = [](auto list) {
    std::sort(list.begin(), list.end());
    return std::adjacent_find(list.begin(), list.end()) != list.end();
  };
  if (!ascends(p.unroll)) deck.refuse("params.unroll", "must ascend");
  if (!ascends(p.records)) deck.refuse("params.records", "must ascend");
  if (p.records.back() > p.steps) deck.refuse("params.records", "must not lie beyond params.steps");
  if (p.geometric_steps > p.steps) deck.refuse("params.geometric_steps", "must not exceed params.steps");
  if (repeats(p.difficulties)) deck.refuse("params.difficulties", "must not repeat an entry");
  if (repeats(p.seeds)) deck.refuse("params.seeds", "must not repeat an entry");
  if (repeats(p.heads)) deck.refuse("params.heads", "must not repeat an entry");
  if (std::find(p.heads.begin(), p.heads.end(), "softmax") == p.heads.end())
    deck.refuse("params.heads", "must have softmax among them");
  if (repeats(p.teachers)) deck.refuse("params.teachers", "must not repeat an entry");
  if (repeats(p.exports)) deck.refuse("params.exports", "must not repeat an entry");
}

Lineup lineup_of(const Params& p) { return {p.heads, p.teachers, p.unroll, p.seeds}; }

TestPlan plan_of(const Params& p) {
  constexpr std::size_t together = 3;  // starts that one rank rolls out side by side
  return {p.test_seed, static_cast<std::size_t>(p.test_trajectories), together, p.steps, p.records, p.hopeless};
}

Contest setup(const Params& p, Index dimensions, const std::string& boundary, double difficulty) {
  const int D = static_cast<int>(dimensions);
  const int substeps = static_cast<int>(std::ceil(difficulty / p.substep_ratio - 1e-12));
  Contest contest{{p.cells.in(dimensions), boundary, rate_of_difficulty(difficulty, D), substeps},
                  offsets_of(p.shape, p.reach[static_cast<std::size_t>(D - 1)], {}, D),
                  p.start,
                  p.second_head,
                  {},
                  {},
                  static_cast<std::size_t>(p.train_fields),
                  p.window_starts,
                  p.deck_seed};
  contest.training.iterations = static_cast<int>(p.iterations);
  contest.unrolled.iterations = static_cast<int>(p.unrolled_iterations);
  for (auto* options : {&contest.training, &contest.unrolled}) {
    options->relative_decrease = p.settled;
    options->patience = 20;
  }
  return contest;
}

std::string name_of(int dimensions, const std::string& boundary, double difficulty) {
  std::string gamma = std::to_string(difficulty);
  gamma.erase(gamma.find_last_not_of('0') + 1);
  if (gamma.back() == '.') gamma.pop_back();
  std::replace(gamma.begin(), gamma.end(), '.', 'p');
  return case_name(dimensions, boundary) + "_gamma" + gamma;
}

// All tables of the file, filled case by case.
class Tables {
 public:
  explicit Tables(const Params& p)
      : p_(p), teachers_(p.teachers.size()) {
    const std::size_t C = lineup_of(p).contestants().size(), K = p.seeds.size();
    const std::size_t cases[] = {p.sweep.dimensions.size(), p.sweep.boundaries.size(), p.difficulties.size()};
    const auto table = [&](const std::vector<std::size_t>& further) {
      std::vector<std::size_t> shape(std::begin(cases), std::end(cases));
      shape.insert(shape.end(), further.begin(), further.end());
      return tabulated(shape);
    };
    const auto steps = static_cast<std::size_t>(p.steps) + 1;
    for (auto& curve : curve_) curve = table({C, K, steps});
    for (auto& record : record_) record = table({C, K, p.records.size()});
    geometric_ = table({C, K});
    window_ = table({C, K, std::size(windows)});
    time_ = table({C, K, std::size(thresholds)});
    loss_ = table({C, K});
    least_ = table({teachers_ + 1, K});
    xi_ = xi_foretold_ = table({teachers_, K, steps});
    rate_ = tabulated({cases[0], cases[2]});
    cost_ = tabulated({cases[0], cases[2], C});
  }

  void fill(const std::vector<std::size_t>& at, const Contest& contest, const Training& training,
            const Outcome& outcome) {
    const auto all = lineup_of(p_).contestants();
    const auto in = [&at](std::vector<std::size_t> further) {
      further.insert(further.begin(), at.begin(), at.end());
      return further;
    };
    entry(rate_, {at[0], at[2]}) = contest.scenario.rate;
    for (std::size_t c = 0; c < all.size(); ++c) {
      entry(cost_, {at[0], at[2], c}) = cost_of(contest, all[c]);
      for (std::size_t k = 0; k < p_.seeds.size(); ++k) {
        const Standing& s = outcome.standing[c][k];
        for (std::size_t which = 0; which < curves; ++which)
          for (std::size_t n = 0; n < s.curve[which].size(); ++n)
            entry(curve_[which], in({c, k, n})) = finite(s.curve[which][n]);
        for (std::size_t which = 0; which < record_count; ++which)
          for (std::size_t r = 0; r < s.record[which].size(); ++r)
            entry(record_[which], in({c, k, r})) = finite(s.record[which][r]);
        entry(geometric_, in({c, k})) = finite(geometric_mean_of(s, p_.geometric_steps));
        for (std::size_t w = 0; w < std::size(windows); ++w)
          if (windows[w].end <= p_.steps + 1)
            entry(window_, in({c, k, w})) =
                finite(mean(std::span(s.curve[vrmse_curve])
                                .subspan(static_cast<std::size_t>(windows[w].first),
                                         static_cast<std::size_t>(windows[w].end - windows[w].first))));
        for (std::size_t t = 0; t < std::size(thresholds); ++t)
          entry(time_, in({c, k, t})) = time_below(s.curve[correlation_curve], thresholds[t]);
        if (all[c].learned) entry(loss_, in({c, k})) = training.learned[c][k].loss;
      }
    }
    for (std::size_t n = 0; n <= teachers_; ++n)
      for (std::size_t k = 0; k < p_.seeds.size(); ++k)
        entry(least_, in({n, k})) = training.optimum[n][k].loss;
    for (std::size_t n = 0; n < teachers_; ++n)
      for (std::size_t k = 0; k < p_.seeds.size(); ++k) {
        const Superiority xi = superiority(all, outcome, p_.teachers[n], n + 1, k);
        for (std::size_t step = 1; step < xi.measured.size(); ++step) {
          entry(xi_, in({n, k, step})) = finite(xi.measured[step]);
          entry(xi_foretold_, in({n, k, step})) = finite(xi.foretold[step]);
        }
      }
  }

  void write(Results& results) const {
    for (std::size_t which = 0; which < curves; ++which) results.write(of_curve[which], curve_[which]);
    for (std::size_t which = 0; which < record_count; ++which) results.write(of_record[which], record_[which]);
    results.write(geometric, geometric_);
    results.write(windowed, window_);
    results.write(lasting, time_);
    results.write(loss, loss_);
    results.write(least_loss, least_);
    results.write(rates, rate_);
    results.write(costs, cost_);
    if (teachers_ == 0) return;
    results.write(ratio, xi_);
    results.write(ratio_foretold, xi_foretold_);
  }

 private:
  static double finite(double value) { return std::isfinite(value) ? value : NAN; }

  Params p_;
  std::size_t teachers_;
  Array curve_[curves], record_[record_count], geometric_, window_, time_, loss_, least_, xi_, xi_foretold_,
      rate_, cost_;
};

void write_coordinates(const Params& p, Results& results) {
  write_axes(p.sweep, results);
  results.axis(difficulty_number, p.difficulties);
  std::vector<std::string> names;
  for (const auto& contestant : lineup_of(p).contestants()) names.push_back(contestant.name);
  results.labels(contestant_name, names);
  results.axis(seed_number, {p.seeds.begin(), p.seeds.end()});
  std::vector<double> steps;
  for (Index n = 0; n <= p.steps; ++n) steps.push_back(static_cast<double>(n));
  results.axis(step_number, steps);
  results.axis(record_number, {p.records.begin(), p.records.end()});
  results.labels(source_name, lineup_of(p).sources());
  if (!p.teachers.empty()) results.labels(teacher_name, p.teachers);
  std::vector<std::string> spans;
  for (const auto& window : windows) spans.emplace_back(window.name);
  results.labels(window_name, spans);
  results.axis(threshold_number, {std::begin(thresholds), std::end(thresholds)});
}

// Other suites' loaders look for .hdf5; .h5 is what this suite's own results are.
void write_exports(const Params& p, const Contest& contest, const std::string& name, double difficulty,
                   Results& results) {
  if (p.exports.empty()) return;
  const auto count = static_cast<std::size_t>(std::min(p.export_trajectories, p.test_trajectories));
  Trajectories trajectories{"attune_heat_" + name, contest.scenario, difficulty, {}, {}};
  const auto starts = test_starts(contest, plan_of(p), 0, count);
  for (Index n = 0; n <= p.steps; n += p.export_every) {
    trajectories.steps.push_back(n);
    trajectories.at.push_back(n == 0 ? starts : advanced(contest.scenario, "exact", starts, n));
  }
  for (const auto& layout : p.exports)
    results.beside(name + "." + layout,
                   layout == "the_well" ? the_well_layout(trajectories) : pdebench_layout(trajectories));
}

template <class Scalar> void study(const Params& p, const Domain& world, Results& results) {
  const auto& [dimensions, boundaries] = p.sweep;
  const std::size_t D = dimensions.size(), B = boundaries.size(), G = p.difficulties.size();
  Progress progress("heat/heat_rollout_benchmark", static_cast<Index>(D * B * G), world.speaks());
  write_coordinates(p, results);
  Tables tables(p);
  const Communicator& ranks = world.communicator();
  for (std::size_t d = 0; d < D; ++d)
    for (std::size_t b = 0; b < B; ++b)
      for (std::size_t g = 0; g < G; ++g) {
        const Contest contest = setup(p, dimensions[d], boundaries[b], p.difficulties[g]);
        const auto name = name_of(static_cast<int>(dimensions[d]), boundaries[b], p.difficulties[g]);
        const auto training = train_all(contest, lineup_of(p), ranks);
        const auto outcome = roll_all_out<Scalar>(contest, lineup_of(p), plan_of(p), training, ranks);
        tables.fill({d, b, g}, contest, training, outcome);
        claim_case({name, contest, lineup_of(p), p.steps, p.geometric_steps,
                    std::numeric_limits<Scalar>::epsilon()},
                   training, outcome, results);
        write_exports(p, contest, name, p.difficulties[g], results);
        progress.advance();
      }
  tables.write(results);
}

template <class Scalar>
void run(const Params& params, const Deck& deck, const Domain& world, Results& results) {
  Params p = params;
  p.deck_seed = deck.seed();
  study<Scalar>(p, world, results);
}

}  // namespace heat_rollout_benchmark_parts

extern const Verbs heat_rollout_benchmark =
    verbs<heat_rollout_benchmark_parts::Params, heat_rollout_benchmark_parts::check,
          heat_rollout_benchmark_parts::run<double>, heat_rollout_benchmark_parts::run<float>>();

}  // namespace attune::experiments::heat
