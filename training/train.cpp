// training/train.cpp
#include "training/train.hpp"

#include "core/core/binned_sum.hpp"
#include "training/clip.hpp"
#include "training/finite.hpp"

namespace attune::training {
namespace {

struct Trainer {
  const Task& task;
  const TrainOptions& options;
  const Communicator& ranks;
  Schedule schedule;

  // Mean loss and gradient of a batch at point.x.
  void evaluate(const Samples& batch, Point& point) const {
    const std::size_t weights = point.x.size();
    sum::BinnedSums sums(weights + 1);  // the last is the loss
    const Index micro_batches = pieces(static_cast<Index>(batch.size()), options.micro_batch);
    task.place(point.x);
    for (Index j = ranks.rank; j < micro_batches; j += ranks.size) {
      Vector terms(weights);
      const double loss = task.add(piece(batch, j, options.micro_batch), terms);
      require(terms.size() == weights, "a gradient of the shape of the weights");
      terms.push_back(loss);
      sums.add(terms.data(), terms.size());
    }
    sums.add_over(ranks);

    point.gradient = sums.values();
    for (double& entry : point.gradient) entry /= static_cast<double>(batch.size());
    point.loss = point.gradient.back();
    point.gradient.pop_back();
  }

  // One step; returns the norm of the gradient and adds the loss of the batch's samples to loss.
  double step(TrainState& state, const Samples& batch, double& loss) const {
    Point point{state.x, {}, 0};
    const std::string when = "training is not finite in epoch " + std::to_string(state.epoch) + ", step " +
                             std::to_string(state.moments.step);
    evaluate(batch, point);
    const bool finite = std::isfinite(point.loss) && all_finite(point.gradient);
    if (!finite) refuse_not_finite(when, point, task.slices);
    loss += point.loss * static_cast<double>(batch.size());

    const double norm = clip(point.gradient, options.most_gradient_norm);
    const double rate = schedule.rate(state.moments.step);
    adamw_step(state.moments, state.x, point.gradient, rate, options.adamw);
    if (!all_finite(state.x)) refuse_not_finite(when, {state.x, point.gradient, point.loss}, task.slices);
    if (averages("steps", state)) absorb(state.average, state.x, options.average_decay);
    return norm;
  }

  void epoch(TrainState& state) const {
    const Samples order = order_of_epoch(task.samples, options.random, state.epoch);
    const Index batches = pieces(static_cast<Index>(order.size()), options.batch);
    double loss = 0, longest = 0;
    for (Index b = 0; b < batches; ++b)
      longest = std::max(longest, step(state, piece(order, b, options.batch), loss));
    if (averages("epochs", state)) absorb(state.average, state.x, 1);

    state.record.loss.push_back(loss / static_cast<double>(order.size()));
    state.record.gradient_norm.push_back(longest);
    state.record.rate.push_back(schedule.rate(state.moments.step - 1));
    ++state.epoch;
  }

  bool averages(const std::string& over, const TrainState& state) const {
    return options.averaging == over && state.epoch >= options.average_from;
  }
};

}  // namespace

void train(TrainState& state, const Task& task, const TrainOptions& options, const Communicator& ranks,
           const AfterEpoch& after_epoch) {
  require(!task.samples.empty(), "samples to train on");
  require(options.batch >= 1 && options.micro_batch >= 1, "options inside the ranges of describe_training");
  Trainer trainer{task, options, ranks, options.schedule};
  const Index batches = pieces(static_cast<Index>(task.samples.size()), options.batch);
  if (trainer.schedule.steps == 0) trainer.schedule.steps = options.epochs * batches;

  while (state.epoch < options.epochs) {
    trainer.epoch(state);
    if (after_epoch && !after_epoch(state)) return;
  }
}

const Vector& result(const TrainState& state) {
  return state.average.iterates > 0 ? state.average.mean : state.x;
}

}  // namespace attune::training
