// experiments/heat/parts/rollout_benchmark/unrolled_lesson.hpp
//
// Unrolled training: the loss of n steps on end, through all of them.
//
//   u_m = A u_{m-1}  from the given u_0,      loss = (1 / n cells) sum_m |u_m - y_m|^2
//   d_n = 2 (u_n - y_n) / (n cells),   d_{m-1} = A^T d_m + 2 (u_{m-1} - y_{m-1}) / (n cells)
//   d_b = sum_m (d_b of one step for u_{m-1}, d_m)
//
// A^T is the window's backward_input, with the ghosts folded back into the cells that they copy. One step is
// the ordinary lesson; sums over cells are exact.
#pragma once

#include "experiments/heat/parts/rollout_benchmark/batch.hpp"
#include "experiments/heat/parts/rollout_benchmark/emulator.hpp"
#include "experiments/heat/parts/rollout_benchmark/fold_ghosts.hpp"
#include "training/fit.hpp"

namespace attune::experiments::heat::rollout_benchmark {

// True fields at steps 0 .. n of each sample.
struct Windows {
  Batch batch;
  std::vector<Samples> at;  // (n + 1, samples, cells)
};

// x <- (o - y)^2 of a block, and the gradient's seed added to d.
template <class Scalar> struct AddSquaredError {
  Field<Scalar> o, y, d;
  double factor;
  Blocks blocks;
  KOKKOS_FUNCTION void operator()(Index n) const {
    const Block b = blocks.at(n);
    const Scalar *from = &o(b.k, b.j, b.i), *to = &y(b.k, b.j, b.i);
    Scalar* seed = &d(b.k, b.j, b.i);
    for (int c = 0; c < b.cells; ++c)
      seed[c] += static_cast<Scalar>(factor * (double(from[c]) - double(to[c])));
  }
};
template <class Scalar> struct SquaredMiss {
  Field<Scalar> o, y;
  KOKKOS_FUNCTION void operator()(const Block& b, double* x) const {
    const Scalar *from = &o(b.k, b.j, b.i), *to = &y(b.k, b.j, b.i);
    for (int c = 0; c < b.cells; ++c)
      x[c] = (double(from[c]) - double(to[c])) * (double(from[c]) - double(to[c]));
  }
};

template <class Scalar> class UnrolledLesson {
 public:
  UnrolledLesson(const Emulator& emulator, const Windows& windows, Index steps)
      : emulator_(emulator), setting_(windows.batch.setting), steps_(steps) {
    require(steps >= 1 && static_cast<std::size_t>(steps) < windows.at.size(), "a window of so many steps");
    const Triple halo = emulator.window().halo();
    cells_ = static_cast<double>(windows.batch.cells_of_sample() * windows.batch.samples);
    start_ = loaded<Scalar>(windows.batch, windows.at[0], halo);
    for (Index m = 1; m <= steps; ++m)
      targets_.push_back(loaded<Scalar>(windows.batch, windows.at[static_cast<std::size_t>(m)]));
    for (const auto& u : start_) attune::heat::fill_ghosts(u, setting_.domain, setting_.boundaries);
    const auto& domain = setting_.domain;
    for (Index m = 0; m < steps; ++m) {
      u_.push_back(domain.field<Scalar>("heat::unrolled::u", halo));
      of_head_.emplace_back();
      for (std::size_t h = 0; h < emulator.count_of_heads(); ++h)
        of_head_.back().push_back(domain.field<Scalar>("heat::unrolled::head"));
    }
    d_ = domain.field<Scalar>("heat::unrolled::d");
    for (std::size_t h = 0; h < emulator.count_of_heads(); ++h)
      back_.push_back(domain.field<Scalar>("heat::unrolled::back", halo));
  }

  double operator()(const EmulatorWeights& weights, EmulatorWeights& gradient) const {
    const auto heads = emulator_.heads(weights);
    std::vector<StencilWeights> d_logits(
        heads.size(), StencilWeights{std::vector<double>(emulator_.window().classes(), 0.0)});
    double loss = 0;
    for (std::size_t f = 0; f < start_.size(); ++f) {
      loss += forward(f, heads);
      backward(f, heads, d_logits);
    }
    emulator_.pull_back(weights, d_logits, gradient);
    return loss;
  }

 private:
  const Field<Scalar>& before(std::size_t f, Index m) const { return m == 0 ? start_[f] : u_[m - 1]; }

  double forward(std::size_t f, const HeadSum& heads) const {
    double sum = 0;
    for (Index m = 0; m < steps_; ++m) {
      apply(emulator_.window(), heads, before(f, m), of_head_[m], u_[m]);
      if (m + 1 < steps_) attune::heat::fill_ghosts(u_[m], setting_.domain, setting_.boundaries);
      sum += sum::over_cells("heat::unrolled::loss", d_.box, SquaredMiss<Scalar>{u_[m], targets_[m][f]},
                             setting_.domain.communicator());
    }
    return sum / (cells_ * static_cast<double>(steps_));
  }

  void backward(std::size_t f, const HeadSum& heads, std::vector<StencilWeights>& d_logits) const {
    const Blocks blocks(d_.box);
    const double factor = 2 / (cells_ * static_cast<double>(steps_));
    Kokkos::deep_copy(d_.values, Scalar(0));
    for (Index m = steps_ - 1; m >= 0; --m) {
      Kokkos::parallel_for("heat::unrolled::seed", blocks.policy(),
                           AddSquaredError<Scalar>{u_[m], targets_[m][f], d_, factor, blocks});
      for (std::size_t h = 0; h < heads.size(); ++h) {
        StencilWeights own{std::vector<double>(emulator_.window().classes(), 0.0)};
        emulator_.window().backward(before(f, m), heads[h].logits, of_head_[m][h], d_, own);
        for (std::size_t c = 0; c < own.logit.size(); ++c)
          d_logits[h].logit[c] += heads[h].factor * own.logit[c];
      }
      if (m > 0) step_back(heads);
    }
  }

  // d <- A^T d
  void step_back(const HeadSum& heads) const {
    for (std::size_t h = 0; h < heads.size(); ++h) {
      emulator_.window().backward_input(d_, heads[h].logits, back_[h]);
      fold_ghosts(back_[h], setting_);
    }
    if (heads.size() == 1)
      attune::heat::combine<Scalar>(d_, {{heads[0].factor, back_[0]}});
    else
      attune::heat::combine<Scalar>(d_, {{heads[0].factor, back_[0]}, {heads[1].factor, back_[1]}});
  }

  Emulator emulator_;
  Setting setting_;
  Index steps_;
  double cells_ = 0;
  Fields<Scalar> start_;
  std::vector<Fields<Scalar>> targets_;  // (steps, fields)
  Fields<Scalar> u_;  // (steps), of the field that is being worked off
  std::vector<Fields<Scalar>> of_head_;  // (steps, heads)
  Field<Scalar> d_;
  Fields<Scalar> back_;  // (heads)
};

// Trains from the weights given; where logits were lost, lifts them and goes on, as long as that gains.
template <class Scalar>
training::History learn(const Emulator& emulator, const UnrolledLesson<Scalar>& lesson,
                        EmulatorWeights& weights, const training::Options& options) {
  constexpr int rounds = 6;
  constexpr double gain = 1e-6;  // relative, that a round must bring
  auto history = training::fit_guided(weights, lesson, options, emulator);
  for (int round = 0; round < rounds; ++round) {
    EmulatorWeights gradient = training::zeros_like(weights), again = weights;
    lesson(weights, gradient);
    emulator.lift(again, gradient);
    const auto further = training::fit_guided(again, lesson, options, emulator);
    if (further.best_loss > history.best_loss) break;
    const bool settled = further.best_loss > (1 - gain) * history.best_loss;
    history = further;
    weights = again;
    if (settled) break;
  }
  return history;
}

}  // namespace attune::experiments::heat::rollout_benchmark
