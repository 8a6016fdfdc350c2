// experiments/heat/parts/rollout_benchmark/contestants.cpp
#include "experiments/heat/parts/rollout_benchmark/contestants.hpp"

#include <algorithm>

#include "experiments/heat/parts/rollout_benchmark/least_squares_stencil.hpp"

namespace attune::experiments::heat::rollout_benchmark {

namespace solver = attune::heat;
namespace theory = attune::heat::theory;

namespace {

// Training fields: a stream of their own for each seed of the deck and dimension.
std::uint32_t training_stream(const Contest& c) {
  return 8 * c.deck_seed + static_cast<std::uint32_t>(c.scenario.dimensions());
}

Windows windows_of(const Contest& c, const std::string& teacher, Index seed, Index length) {
  const auto starts = start_samples(c.scenario, c.start, seed, training_stream(c), 0, c.train_fields);
  return training_windows(c.scenario, teacher, starts, c.window_starts, length);
}

solver::Symbol implicit_symbol(const solver::Rates& r) {
  return [r](const solver::Angles& theta) {
    double s = 0;
    for (int a = 0; a < 3; ++a) s += 4 * r[a] * std::pow(std::sin(theta[a] / 2), 2);
    return 1 / (1 + s);
  };
}

double mean_square(const Samples& samples) {
  double sum = 0, count = 0;
  for (const auto& sample : samples)
    for (const double value : sample) sum += value * value, count += 1;
  return sum / count;
}

std::vector<Learned> train_heads(const Contest& c, const LearnedStencil& window, const std::string& method,
                                 const Windows& windows, const std::vector<Index>& unroll) {
  const Emulator emulator(method, window, c.second_head);
  const UnrolledLesson<double> once(emulator, windows, 1);
  EmulatorWeights weights = emulator.start();
  learn(emulator, once, weights, c.training);
  std::vector<Learned> all;
  const double size = mean_square(windows.at[1]);
  const auto keep = [&] {
    EmulatorWeights gradient = training::zeros_like(weights);
    all.push_back({stencil_of(window, emulator.heads(weights)).weights, once(weights, gradient) / size});
  };
  keep();
  for (const Index length : unroll) {
    training::fit_guided(weights, UnrolledLesson<double>(emulator, windows, length), c.unrolled, emulator);
    keep();
  }
  return all;
}

double square_miss(const theory::Grid& grid, const theory::Stencil& stencil, const Windows& windows) {
  return theory::sample_loss(grid, stencil, windows.at[0], windows.at[1]);
}

}  // namespace

theory::PerAxis Contest::rates() const {
  theory::PerAxis r{0, 0, 0};
  for (int a = 3 - scenario.dimensions(); a < 3; ++a) r[a] = scenario.rate;
  return r;
}

std::vector<Contestant> contestants_of(const std::vector<std::string>& heads,
                                       const std::vector<Index>& unroll,
                                       const std::vector<std::string>& teachers) {
  std::vector<Contestant> all;
  for (const auto& head : heads) {
    all.push_back({head, head});
    for (const Index n : unroll) all.push_back({head + ", " + std::to_string(n) + " steps", head, n});
  }
  all.push_back({"free convolution", "free"});
  for (const auto& teacher : teachers) all.push_back({"softmax on " + teacher, "softmax", 1, teacher});
  for (const char* method : {"ftcs", "backward_euler", "adi", "persistence"})
    all.push_back({method, method, 1, "", false});
  return all;
}

std::vector<Learned> train(const Contest& c, const std::string& method, const std::string& teacher,
                           Index seed, const std::vector<Index>& unroll) {
  const Index longest = unroll.empty() ? 1 : *std::max_element(unroll.begin(), unroll.end());
  const auto windows = windows_of(c, teacher, seed, longest);
  const LearnedStencil window(windows.batch.setting, c.offsets, true);
  if (method != "free") return train_heads(c, window, method, windows, unroll);
  const auto weights = least_squares_weights(windows.batch.grid(), window, windows.at[0], windows.at[1]);
  return {{weights,
           square_miss(windows.batch.grid(), {c.offsets, weights}, windows) / mean_square(windows.at[1])}};
}

Learned predicted_optimum(const Contest& c, const std::string& teacher, Index seed) {
  const auto windows = windows_of(c, teacher, seed, 1);
  const auto best = best_for_sample(windows.batch.grid(), c.offsets, true, windows.at[0], windows.at[1]);
  return {best.stencil.weights, best.loss / mean_square(windows.at[1])};
}

theory::RealSymbol symbol_of(const Contest& c, const Contestant& contestant,
                             const std::vector<double>& weights) {
  if (contestant.learned) return theory::stencil_symbol({c.offsets, weights});
  if (contestant.method == "ftcs") return theory::explicit_symbol(c.rates(), c.scenario.substeps);
  if (contestant.method == "backward_euler") return theory::backward_euler_symbol(c.rates());
  if (contestant.method == "adi") return theory::douglas_gunn_symbol(c.rates());
  return theory::persistence_symbol();
}

double cost_of(const Contest& c, const Contestant& contestant) {
  const double D = c.scenario.dimensions();
  if (contestant.learned)
    return static_cast<double>(c.offsets.size()) * (contestant.method == "signed" ? 2 : 1);
  if (contestant.method == "ftcs") return c.scenario.substeps * (2 * D + 1);
  if (contestant.method == "adi") return 10 * D;
  if (contestant.method == "persistence") return 0;
  double cost = 1;  // two transforms an axis, 5/2 N log2 N flops a line, half of them multiplications
  for (const Index n : c.scenario.cells) cost += 2.5 * std::log2(static_cast<double>(n));
  return cost;
}

template <class Scalar>
Stepper<Scalar>::Stepper(const Contest& c, const Contestant& contestant, const std::vector<double>& weights,
                         const Batch& batch)
    : method_(contestant.learned ? "stencil" : contestant.method),
      setting_(batch.setting),
      window_(batch.setting, c.offsets, true),
      heads_(contestant.learned ? heads_of(window_, weights) : HeadSum{}),
      halo_(contestant.learned ? window_.halo() : batch.setting.halo(1)),
      substeps_(c.scenario.substeps),
      rates_(rates_of_batch(batch, c.scenario.rate)),
      adi_(batch.setting.domain, batch.setting.boundaries, rates_),
      next_(batch.setting.domain.field<Scalar>("heat::contest::next", halo_)) {
  for (std::size_t h = 0; h < heads_.size(); ++h)
    of_head_.push_back(batch.setting.domain.field<Scalar>("heat::contest::head"));
}

template <class Scalar> void Stepper<Scalar>::step(Fields<Scalar>& fields) {
  if (method_ == "persistence") return;
  for (auto& u : fields) {
    if (method_ == "backward_euler") {
      solver::apply_symbol(u, setting_.domain, setting_.boundaries, implicit_symbol(rates_));
      continue;
    }
    if (method_ == "adi") {
      adi_.step(u);
      continue;
    }
    solver::Rates sub = rates_;
    for (int a = 0; a < 3; ++a) sub[a] /= substeps_;
    for (int n = 0; n < (method_ == "ftcs" ? substeps_ : 1); ++n) {
      solver::fill_ghosts(u, setting_.domain, setting_.boundaries);
      if (method_ == "ftcs")
        solver::ftcs_step(u, sub, next_);
      else
        apply(window_, heads_, u, of_head_, next_);
      std::swap(u, next_);
    }
  }
}

template class Stepper<float>;
template class Stepper<double>;

}  // namespace attune::experiments::heat::rollout_benchmark
