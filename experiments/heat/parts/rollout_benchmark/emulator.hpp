// experiments/heat/parts/rollout_benchmark/emulator.hpp
//
// The trained contestants: how the numbers z that are learned become heads, and how gradients come back.
//
//   softmax    one head, b = z                                          p > 0, sum p = 1
//   signed     (1 + a) P - a Q, b_P and b_Q the halves of z, a given    negative weights up to a in all
//   gaussian   one head, b_o = -|o|^2 / (4 e^z), one number             d_z = sum_o d_b_o |o|^2 / (4 e^z)
//   sparsemax  one head of weights sparsemax(z)                         exact zeros; gradient of sparse_head.hpp
#pragma once

#include <string>

#include "experiments/heat/parts/rollout_benchmark/head_sum.hpp"

namespace attune::experiments::heat::rollout_benchmark {

struct EmulatorWeights {
  std::vector<double> z;
};
void describe(auto& tensor, EmulatorWeights& w) { tensor("z", w.z, "what is learned, as emulator.hpp says"); }

class Emulator {
 public:
  // "softmax", "signed", "gaussian" or "sparsemax"; amount is a of signed heads.
  Emulator(const std::string& kind, const LearnedStencil& window, double amount);

  const LearnedStencil& window() const { return window_; }
  std::size_t count_of_heads() const { return kind_ == "signed" ? 2 : 1; }

  EmulatorWeights start() const;
  HeadSum heads(const EmulatorWeights& at) const;

  // Adds to gradient what the gradients d_b of the heads' logits, factors included, say of z.
  void pull_back(const EmulatorWeights& at, const std::vector<StencilWeights>& d_logits,
                 EmulatorWeights& gradient) const;

  // Lifts logits that descent has lost; true if there were any.
  bool lift(EmulatorWeights& at, const EmulatorWeights& gradient) const;

  // The diagonal curvature of the loss on white fields, roughly, for the optimiser.
  EmulatorWeights curvature(const EmulatorWeights& at) const;
  // Takes shifts of all logits of a head, which change nothing, out of a direction, and bounds it.
  void admissible(const EmulatorWeights& at, EmulatorWeights& direction) const;

 private:
  std::vector<double> sparse(const EmulatorWeights& at) const;
  void pull_back_sparse(const EmulatorWeights& at, const StencilWeights& d_logits,
                        EmulatorWeights& gradient) const;

  std::string kind_;
  LearnedStencil window_;
  double amount_;
};

}  // namespace attune::experiments::heat::rollout_benchmark
