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
#include "experiments/heat/parts/rollout_benchmark/benchmark_claims.hpp"
#include "experiments/heat/parts/rollout_benchmark/benchmark_params.hpp"
#include "experiments/heat/parts/rollout_benchmark/trajectory_layouts.hpp"

namespace attune::experiments::heat {
namespace heat_rollout_benchmark_parts {

using namespace rollout_benchmark;

struct Params : BenchmarkParams {
  std::vector<std::string> exports{"the_well", "pdebench"};
  Index export_trajectories = 2, export_every = 10;
};

void describe(auto& field, Params& p) {
  describe_benchmark(field, p);
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
constexpr Dataset costs{"cost", "1", "dimension difficulty contestant",
                        "multiplications a cell and step, roughly"};

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
constexpr Dataset loss{
    "one_step_loss",
    "1",
    "dimension boundary difficulty contestant seed",
    "square error of one step on the training windows over the square of the targets; NaN for solvers",
    "",
    true};
constexpr Dataset least_loss{"least_loss", "1", "dimension boundary difficulty source seed",
                             "the least of one_step_loss that a softmax head can have",
                             "min over the simplex"};
constexpr Dataset source_name{"source", "1", "source", "whose trajectories are learned from"};
constexpr Dataset ratio{"xi",
                        "1",
                        "dimension boundary difficulty teacher seed step",
                        "error of the softmax head that learned from a solver over the error of that solver",
                        "nRMSE / nRMSE",
                        true};
constexpr Dataset ratio_foretold{"xi_predicted",
                                 "1",
                                 "dimension boundary difficulty teacher seed step",
                                 "the same before training, for the projection on the simplex",
                                 "",
                                 true};

void check(const Params& p, const Deck& deck) {
  check_benchmark(p, deck);
  if (p.exports.size() == 2 && p.exports[0] == p.exports[1])
    deck.refuse("params.exports", "must not repeat an entry");
}

Contest setup(const Params& p, Index dimensions, const std::string& boundary, double difficulty) {
  return contest_of(p, dimensions, boundary, difficulty);
}

// All tables of the file, filled case by case.
class Tables {
 public:
  explicit Tables(const Params& p) : p_(p), teachers_(p.teachers.size()) {
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
    for (std::size_t which = 0; which < record_count; ++which)
      results.write(of_record[which], record_[which]);
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
        claim_case(
            {name, contest, lineup_of(p), p.steps, p.geometric_steps, std::numeric_limits<Scalar>::epsilon()},
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
