// training/train.hpp
//
// Trains a weights struct by mini-batches on any number of ranks. A step, with B the samples of its batch
// (batches.hpp) and l_s the loss of sample s:
//
//   g = 1/|B| sum_{s in B} grad l_s(x)     clipped (clip.hpp)     x <- adamw_step(x, g, rate(step))
//
// Sums    the gradients of the micro-batches are added by BinnedSums, whose result does not depend on their
//         order. What a micro-batch holds does not depend on the ranks either. So the weights are the same
//         bit for bit on any number of ranks; they do depend, by round-off, on the size of a micro-batch
// Memory  per weight 25 bytes for the sums, 9 more while ranks agree, 16 for the moments, 8 each for weights,
//         gradient and average
// Errors  InputError(Exit::not_finite) on every rank, with epoch, step and the first tensor at fault
//
//   TrainOptions options;
//   options.adamw.decays = mask_of(slices(weights), is_weight_of_a_map);
//   train(weights, sample_by_sample(weights, samples, loss_of_one), options, ranks);
#pragma once

#include <functional>
#include <memory>

#include "core/core/communicator.hpp"
#include "training/average.hpp"
#include "training/batches.hpp"
#include "training/train_options.hpp"

namespace attune::training {

// What is trained, on flat vectors. place(x) sets the weights for the calls of `add` that follow; `add`
// returns the sum of the losses of the samples it is given and writes that of their gradients, of x's size.
struct Task {
  Samples samples;
  std::vector<Slice> slices;
  std::function<void(const Vector& x)> place;
  std::function<double(const Samples& samples, Vector& gradient)> add;
};

// A row an epoch.
struct TrainRecord {
  Vector loss;  // mean over the samples, each at the weights of its step
  Vector gradient_norm;  // the longest of its steps, before it was clipped
  Vector rate;  // of its last step
};

// Everything that the next epoch depends on, beside the options: training may stop at the end of any epoch
// and go on from here with the same bits.
struct TrainState {
  Vector x;
  Moments moments;
  Average average;
  Index epoch = 0;  // the next
  TrainRecord record;
};

// Called at the end of every epoch: validates, reports, writes checkpoints; training stops if it returns
// false. Every rank returns the same.
using AfterEpoch = std::function<bool(const TrainState&)>;

// Takes the state to the end of the last epoch. Collective, with the same state, samples and options on every
// rank.
void train(TrainState& state, const Task& task, const TrainOptions& options, const Communicator& ranks,
           const AfterEpoch& after_epoch = {});

// The average if there is one, else the last iterate.
const Vector& result(const TrainState& state);

// gradient_of(weights, samples, gradient) -> sum of the losses of a micro-batch, with the sum of their
// gradients: for objectives that work off several samples at once.
template <class Weights, class GradientOf>
Task by_micro_batch(const Weights& shape, const Samples& samples, const GradientOf& gradient_of) {
  const auto here = std::make_shared<Weights>(zeros_like(shape));
  const auto place = [here](const Vector& x) { unflatten(x, *here); };
  const auto add = [here, add_up = gradient_of, gradient = zeros_like(shape)](const Samples& some,
                                                                              Vector& flat) mutable {
    unflatten(Vector(flat.size(), 0.0), gradient);
    const double loss = add_up(std::as_const(*here), some, gradient);
    flat = flatten(gradient);
    return loss;
  };
  return {samples, slices(shape), place, add};
}

// gradient_of(weights, sample, gradient) -> loss of one sample; gradient is a Weights, zero on entry.
// The samples of a micro-batch are added in order.
template <class Weights, class GradientOf>
Task sample_by_sample(const Weights& shape, const Samples& samples, const GradientOf& gradient_of) {
  const auto here = std::make_shared<Weights>(zeros_like(shape));
  const auto place = [here](const Vector& x) { unflatten(x, *here); };
  const auto add = [here, add_one = gradient_of, gradient = zeros_like(shape)](const Samples& some,
                                                                               Vector& flat) mutable {
    const Vector zeros(flat.size(), 0.0);
    flat = zeros;
    double loss = 0;
    for (const Index sample : some) {
      unflatten(zeros, gradient);
      loss += add_one(std::as_const(*here), sample, gradient);
      const Vector terms = flatten(gradient);
      for (std::size_t i = 0; i < flat.size(); ++i) flat[i] += terms[i];
    }
    return loss;
  };
  return {samples, slices(shape), place, add};
}

// From the weights given, through every epoch, to the result.
template <class Weights>
TrainRecord train(Weights& weights, const Task& task, const TrainOptions& options, const Communicator& ranks,
                  const AfterEpoch& after_epoch = {}) {
  TrainState state;
  state.x = flatten(weights);
  train(state, task, options, ranks, after_epoch);
  unflatten(result(state), weights);
  return state.record;
}

}  // namespace attune::training
