// experiments/heat/parts/rollout_benchmark/contest_rollout.cpp
#include "experiments/heat/parts/rollout_benchmark/contest_rollout.hpp"

#include <algorithm>
#include <limits>

namespace attune::experiments::heat::rollout_benchmark {

namespace theory = attune::heat::theory;

namespace {

constexpr double transforms = 32;  // round-off of the true field, in eps max |u_0|
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

struct Span {
  double least, most, size;
};
Span span_of(const std::vector<double>& u) {
  const auto [least, most] = std::minmax_element(u.begin(), u.end());
  return {*least, *most, std::max(std::abs(*least), std::abs(*most))};
}

double mean_of(const std::vector<double>& u) { return mean(std::span<const double>(u)); }

// How far the round-off of a contestant's own steps may have moved each sample, in the Euclidean norm.
class RoundOff {
 public:
  RoundOff(double points, double total, double growth, double eps)
      : each_((points + 6) * eps * std::max(1.0, total)), growth_(std::max(1.0, growth)) {}
  void step(double largest, double cells) { sum_ = growth_ * sum_ + each_ * largest * std::sqrt(cells); }
  double size() const { return sum_; }

 private:
  double each_, growth_, sum_ = 0;
};

PointMetrics none() { return {nan, nan, nan, nan, nan, nan, nan, nan, nan}; }

double norm_of(const std::vector<double>& v) {
  double sum = 0;
  for (const double value : v) sum += value * value;
  return std::sqrt(sum);
}

// Everything that is followed of one sample.
class Follower {
 public:
  Follower(const std::vector<double>& start, const RoundOff& round_off, double eps, bool symmetric_range)
      : round_off_(round_off),
        eps_(eps),
        first_(span_of(start)),
        largest_(first_.size),
        mean_(mean_of(start)) {
    if (symmetric_range) first_.least = -first_.size, first_.most = first_.size;
  }
  void absorb(const std::vector<double>& u, const std::vector<double>& v, double nrmse, double predicted) {
    const auto cells = static_cast<double>(u.size());
    round_off_.step(largest_, cells);
    const Span here = span_of(u);
    largest_ = here.size;
    const double bound =
        (round_off_.size() + transforms * eps_ * first_.size * std::sqrt(cells)) / norm_of(v);
    const double apart = std::abs(nrmse - predicted) / bound;
    if (!(apart <= disagreement)) disagreement = apart;
    drift = std::max(drift, std::abs(mean_of(u) - mean_) / first_.size);
    excess = std::max(
        {excess, (here.most - first_.most) / first_.size, (first_.least - here.least) / first_.size});
  }
  double disagreement = 0, drift = 0, excess = 0;

 private:
  RoundOff round_off_;
  double eps_;
  Span first_;
  double largest_, mean_;
};

// Points and total size of the weights that a step's rounding is bounded by.
RoundOff round_off_of(const Contest& c, const Contestant& contestant, const std::vector<double>& weights,
                      double growth, double eps) {
  double total = 0;
  for (const double w : weights) total += std::abs(w);
  if (contestant.learned) return {static_cast<double>(weights.size()), total, growth, eps};
  return {16 * cost_of(c, contestant), 1, growth, eps};
}

}  // namespace

TestBlock test_block(const Contest& contest, const Samples& starts, Index steps) {
  TestBlock block{make_batch(contest.scenario.cells, contest.scenario.boundary, starts.size()), {}, {}};
  for (Index n = 0; n <= steps; ++n)
    block.truth.push_back(n == 0 ? starts : advanced(contest.scenario, "exact", starts, n));
  block.g_truth = theory::at_modes(block.batch.grid(), theory::heat_symbol(contest.rates()));
  return block;
}

std::vector<std::vector<double>> predicted_curves(const TestBlock& block, const theory::RealSymbol& symbol) {
  const auto grid = block.batch.grid();
  return theory::rollout_curves(grid, block.truth[0], theory::at_modes(grid, symbol), block.g_truth,
                                block.steps());
}

template <class Scalar>
Course roll_out(const Contest& contest, const Contestant& contestant, const std::vector<double>& weights,
                const TestBlock& block, const std::vector<Index>& records, double hopeless) {
  const auto& batch = block.batch;
  const auto symbol = symbol_of(contest, contestant, weights);
  const double growth = theory::largest_size(theory::at_modes(batch.grid(), symbol));
  constexpr double eps = std::numeric_limits<Scalar>::epsilon();
  Course course{{}, predicted_curves(block, symbol), {}, {}, {}, {}};
  std::vector<Follower> followers;
  const auto round_off = round_off_of(contest, contestant, weights, growth, eps);
  for (const auto& start : block.truth[0]) {
    followers.emplace_back(start, round_off, eps, contest.scenario.boundary == "dirichlet");
    course.metrics.push_back({compare(start, start, batch.cells, contest.scenario.dimensions())});
  }
  Stepper<Scalar> stepper(contest, contestant, weights, batch);
  auto fields = loaded<Scalar>(batch, block.truth[0], stepper.halo());
  std::vector<bool> lost(batch.samples, false);
  for (Index n = 1; n <= block.steps(); ++n) {
    const auto& truth = block.truth[static_cast<std::size_t>(n)];
    const bool any = std::find(lost.begin(), lost.end(), false) != lost.end();
    if (any) stepper.step(fields);
    auto u = unloaded(batch, fields);
    for (std::size_t s = 0; s < batch.samples; ++s) {
      const auto here =
          lost[s] ? none() : compare(u[s], truth[s], batch.cells, contest.scenario.dimensions());
      lost[s] = lost[s] || !(here.nrmse <= hopeless);
      course.metrics[s].push_back(lost[s] ? none() : here);
      if (!lost[s])
        followers[s].absorb(u[s], truth[s], here.nrmse, course.predicted[s][static_cast<std::size_t>(n)]);
    }
    if (std::find(records.begin(), records.end(), n) == records.end()) continue;
    for (std::size_t s = 0; s < batch.samples; ++s)
      if (lost[s]) u[s] = truth[s];  // the transforms of a batch would spread what is not finite
    course.spectra.push_back(compare_spectra(batch, u, truth));
    for (std::size_t s = 0; s < batch.samples; ++s)
      if (lost[s]) course.spectra.back()[s] = {nan, nan, nan, nan};
  }
  for (const auto& follower : followers) {
    course.disagreement.push_back(follower.disagreement);
    course.drift.push_back(follower.drift);
    course.excess.push_back(follower.excess);
  }
  return course;
}

template Course roll_out<float>(const Contest&, const Contestant&, const std::vector<double>&,
                                const TestBlock&, const std::vector<Index>&, double);
template Course roll_out<double>(const Contest&, const Contestant&, const std::vector<double>&,
                                 const TestBlock&, const std::vector<Index>&, double);

}  // namespace attune::experiments::heat::rollout_benchmark
