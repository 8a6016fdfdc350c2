// tests/training/regression.hpp
//
// A regression on samples that are functions of their number: y = w^T tanh(A z + b), losses
// 1/2 (y - y_exact)^2. A little network, whose gradients round.
#pragma once

#include <cmath>

#include "core/core/random.hpp"
#include "training/train.hpp"

namespace attune::training::regression {

constexpr int inputs = 3, hidden = 5;

struct Net {
  Vector a = Vector(hidden * inputs), b = Vector(hidden), w = Vector(hidden);
};
void describe(auto& tensor, Net& net) {
  tensor("inner.weight", net.a, "A");
  tensor("inner.bias", net.b, "b");
  tensor("outer.weight", net.w, "w");
}

inline Net initial_net() {
  Net net;
  for (std::size_t i = 0; i < net.a.size(); ++i) net.a[i] = 0.5 * Random{3, 1}.normal(i);
  for (std::size_t i = 0; i < net.w.size(); ++i) net.w[i] = 0.5 * Random{3, 2}.normal(i);
  return net;
}

// Loss and gradient of one sample, added to the gradient.
inline double gradient_of(const Net& net, Index sample, Net& gradient) {
  double z[inputs], y = 0, h[hidden];
  for (int i = 0; i < inputs; ++i) z[i] = Random{4, 1}.normal(sample, i);
  for (int j = 0; j < hidden; ++j) {
    double s = net.b[j];
    for (int i = 0; i < inputs; ++i) s += net.a[j * inputs + i] * z[i];
    h[j] = std::tanh(s);
    y += net.w[j] * h[j];
  }
  const double error = y - std::sin(z[0]) * z[1];
  for (int j = 0; j < hidden; ++j) {
    const double d_s = error * net.w[j] * (1 - h[j] * h[j]);
    gradient.w[j] += error * h[j];
    gradient.b[j] += d_s;
    for (int i = 0; i < inputs; ++i) gradient.a[j * inputs + i] += d_s * z[i];
  }
  return 0.5 * error * error;
}

inline double batch_gradient(const Net& net, const Samples& samples, Net& gradient) {
  double loss = 0;
  for (const Index sample : samples) loss += gradient_of(net, sample, gradient);
  return loss;
}

inline Samples first_samples(Index count) {
  Samples samples(count);
  for (Index i = 0; i < count; ++i) samples[i] = i;
  return samples;
}

// Everything at once: warm-up, cosine, decay, clipping, averaging; 50 samples in batches of 16, 16, 16, 2.
inline TrainOptions full_options() {
  TrainOptions options;
  options.epochs = 6;
  options.batch = 16;
  options.schedule = {"cosine", 0.02, 5, 0, 1};
  options.adamw.weight_decay = 0.01;
  options.adamw.decays = mask_of(slices(Net{}), is_weight_of_a_map);
  options.most_gradient_norm = 0.5;
  options.averaging = "steps";
  options.average_decay = 0.9;
  options.random = {11, 5};
  return options;
}

// All that a run left, for comparison bit by bit.
inline Vector everything(const TrainState& state) {
  Vector all;
  for (const Vector* part : {&state.x, &state.moments.m, &state.moments.v, &state.average.mean,
                             &state.record.loss, &state.record.gradient_norm, &state.record.rate})
    all.insert(all.end(), part->begin(), part->end());
  for (const Index number : {state.moments.step, state.average.iterates, state.epoch})
    all.push_back(static_cast<double>(number));
  return all;
}

}  // namespace attune::training::regression
