// experiments/heat/parts/rollout_benchmark/emulator.cpp
#include "experiments/heat/parts/rollout_benchmark/emulator.hpp"

#include <algorithm>

#include "attention/sparsemax/list.hpp"
#include "training/lift.hpp"

namespace attune::experiments::heat::rollout_benchmark {
namespace {

constexpr double resolved = 1e-6;  // weights far below it are left to their own gradient
constexpr double furthest = 2;  // that a logit moves in one step

double square(const Triple& o) { return static_cast<double>(o[0] * o[0] + o[1] * o[1] + o[2] * o[2]); }

StencilWeights part(const EmulatorWeights& at, std::size_t head, std::size_t classes) {
  const auto begin = at.z.begin() + static_cast<std::ptrdiff_t>(head * classes);
  return {{begin, begin + static_cast<std::ptrdiff_t>(classes)}};
}

// |o|^2 of each class.
std::vector<double> squares(const LearnedStencil& window) {
  std::vector<double> all(window.classes(), 0.0);
  for (std::size_t o = 0; o < window.offsets().size(); ++o)
    all[window.class_of()[o]] = square(window.offsets()[o]);
  return all;
}

// Total weight and number of offsets of each class.
struct Classes {
  std::vector<double> weight, offsets;
};
Classes classes_of(const LearnedStencil& window, const StencilWeights& logits) {
  const auto p = window.stencil(logits).weights;
  Classes c{std::vector<double>(window.classes(), 0.0), std::vector<double>(window.classes(), 0.0)};
  for (std::size_t o = 0; o < p.size(); ++o) {
    c.weight[window.class_of()[o]] += p[o];
    c.offsets[window.class_of()[o]] += 1;
  }
  return c;
}

}  // namespace

Emulator::Emulator(const std::string& kind, const LearnedStencil& window, double amount)
    : kind_(kind), window_(window), amount_(amount) {}

EmulatorWeights Emulator::start() const {
  if (kind_ == "gaussian") return {{0.0}};
  return {std::vector<double>(count_of_heads() * window_.classes(), 0.0)};
}

std::vector<double> Emulator::sparse(const EmulatorWeights& at) const {
  std::vector<double> scores;
  for (const std::size_t c : window_.class_of()) scores.push_back(at.z[c]);
  return attention::sparsemax::project(scores).p;
}

HeadSum Emulator::heads(const EmulatorWeights& at) const {
  const std::size_t classes = window_.classes();
  if (kind_ == "softmax") return {{1, {at.z}}};
  if (kind_ == "signed") return {{1 + amount_, part(at, 0, classes)}, {-amount_, part(at, 1, classes)}};
  if (kind_ == "sparsemax") return heads_of(window_, sparse(at));
  StencilWeights logits{squares(window_)};
  for (double& b : logits.logit) b = -b / (4 * std::exp(at.z[0]));
  return {{1, logits}};
}

void Emulator::pull_back(const EmulatorWeights& at, const std::vector<StencilWeights>& d_logits,
                         EmulatorWeights& gradient) const {
  if (kind_ == "sparsemax") return pull_back_sparse(at, d_logits[0], gradient);
  if (kind_ == "gaussian") {
    const auto lengths = squares(window_);
    for (std::size_t c = 0; c < lengths.size(); ++c)
      gradient.z[0] += d_logits[0].logit[c] * lengths[c] / (4 * std::exp(at.z[0]));
    return;
  }
  for (std::size_t h = 0; h < d_logits.size(); ++h)
    for (std::size_t c = 0; c < window_.classes(); ++c)
      gradient.z[h * window_.classes() + c] += d_logits[h].logit[c];
}

void Emulator::pull_back_sparse(const EmulatorWeights& at, const StencilWeights& d_logits,
                                EmulatorWeights& gradient) const {
  const auto p = sparse(at);
  const std::size_t classes = window_.classes();
  std::vector<double> offsets(classes, 0.0), weight(classes, 0.0), v(classes, 0.0);
  for (std::size_t o = 0; o < p.size(); ++o) {
    offsets[window_.class_of()[o]] += p[o] > 0 ? 1 : 0;
    weight[window_.class_of()[o]] = p[o];
  }
  double sum = 0, support = 0;
  for (std::size_t c = 0; c < classes; ++c) {
    v[c] = offsets[c] > 0 ? d_logits.logit[c] / weight[c] : 0.0;
    sum += v[c];
    support += offsets[c];
  }
  for (std::size_t c = 0; c < classes; ++c) gradient.z[c] += v[c] - offsets[c] * sum / support;
}

bool Emulator::lift(EmulatorWeights& at, const EmulatorWeights& gradient) const {
  if (kind_ != "softmax" && kind_ != "signed") return false;
  bool lifted = false;
  for (std::size_t h = 0; h < count_of_heads(); ++h) {
    auto logits = part(at, h, window_.classes()).logit;
    lifted = training::lift_lost(logits, part(gradient, h, window_.classes()).logit) || lifted;
    std::copy(logits.begin(), logits.end(), at.z.begin() + static_cast<std::ptrdiff_t>(h * logits.size()));
  }
  return lifted;
}

EmulatorWeights Emulator::curvature(const EmulatorWeights& at) const {
  EmulatorWeights diagonal{std::vector<double>(at.z.size(), 1.0)};
  if (kind_ != "softmax" && kind_ != "signed") return diagonal;
  const auto all = heads(at);
  for (std::size_t h = 0; h < all.size(); ++h) {
    const auto [weight, offsets] = classes_of(window_, all[h].logits);
    for (std::size_t c = 0; c < weight.size(); ++c)
      diagonal.z[h * weight.size() + c] =
          2 * all[h].factor * all[h].factor * (weight[c] * weight[c] + resolved * resolved) / offsets[c];
  }
  return diagonal;
}

void Emulator::admissible(const EmulatorWeights& at, EmulatorWeights& direction) const {
  if (kind_ == "softmax" || kind_ == "signed") {
    const auto all = heads(at);
    for (std::size_t h = 0; h < all.size(); ++h) {
      const auto weight = classes_of(window_, all[h].logits).weight;
      double mean = 0;
      for (std::size_t c = 0; c < weight.size(); ++c) mean += weight[c] * direction.z[h * weight.size() + c];
      for (std::size_t c = 0; c < weight.size(); ++c) direction.z[h * weight.size() + c] -= mean;
    }
  }
  for (double& d : direction.z) d = std::clamp(d, -furthest, furthest);
}

}  // namespace attune::experiments::heat::rollout_benchmark
