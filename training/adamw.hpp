// training/adamw.hpp
//
// AdamW, one step of it. With g_t the gradient at x_{t-1} and r_t the rate, entry by entry:
//
//   m_t = beta_1 m_{t-1} + (1 - beta_1) g_t          v_t = beta_2 v_{t-1} + (1 - beta_2) g_t^2
//   x_t = x_{t-1} - r_t (m_t / (1 - beta_1^t)) / (sqrt(v_t / (1 - beta_2^t)) + epsilon) - r_t lambda x_{t-1}
//
// Weight decay shrinks the weights themselves and is no part of the gradient, so that the moments do not see
// it. lambda = 0 is Adam.
//
// Source   [loshchilov2019], algorithm 2, with r_t = eta_t alpha: their decay eta_t lambda is r_t times the
//          lambda here, which is theirs over alpha
#pragma once

#include "core/core/views.hpp"
#include "core/deck/describe.hpp"
#include "training/parameters.hpp"

namespace attune::training {

// One entry a weight: nonzero where it decays.
using Mask = std::vector<char>;

struct Adamw {
  double beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-8;
  double weight_decay = 0;  // lambda
  Mask decays;  // (weights); empty: every weight decays
};

void describe_adamw(auto& field, Adamw& a) {
  field("first_moment_decay", a.beta_1, "1", "beta_1 of adamw", at_least(0), below(1));
  field("second_moment_decay", a.beta_2, "1", "beta_2 of adamw", at_least(0), below(1));
  field("moment_offset", a.epsilon, "1", "epsilon of adamw", above(0));
  field("weight_decay", a.weight_decay, "1", "part of a weight that a step of rate 1 takes off", at_least(0));
}

// What a step hands to the next; empty before the first.
struct Moments {
  Vector m, v;
  Index step = 0;  // t, steps taken
};

// Takes x_{t-1} to x_t.
void adamw_step(Moments& moments, Vector& x, const Vector& gradient, double rate, const Adamw& choice);

// The mask of all entries of those tensors for which decays(slice) is true.
template <class Decays> Mask mask_of(const std::vector<Slice>& slices, const Decays& decays) {
  Mask mask;
  for (const auto& slice : slices) mask.insert(mask.end(), slice.count, decays(slice) ? 1 : 0);
  return mask;
}

// The usual choice: matrices decay; biases and gains do not, nor does what is named after a norm. True if the
// last part of a dotted name is "weight" and no part begins with "norm".
bool is_weight_of_a_map(const Slice& slice);

}  // namespace attune::training
