// experiments/traffic/parts/leader_attention.hpp
//
// How a driver divides attention among K leaders: softmax over their logits,
//
//   a_k = softmax_k(z / tau),   z_k = b_k - (D_k - D_1) / ell,   k = 1 .. K
//
// where ell [m] is how far the driver looks and b_k are logits of one's own, set or learned. That distances
// are counted from the first leader changes no weight; it keeps logits finite. Among equal headways h and with
// b = 0, a_k is in proportion to q^k, q = exp(-h / (ell tau)): tau -> 0 is the first leader alone, tau ->
// infinity all of them alike.
//
// Units    ell, D [m]; b, tau without
// Limits   K <= 16
#pragma once

#include <string>

#include "attention/short_softmax.hpp"
#include "core/deck/describe.hpp"
#include "solvers/traffic/arithmetic.hpp"
#include "solvers/traffic/sight.hpp"

namespace attune::experiments::traffic {

using attune::traffic::Partials;
using attune::traffic::Sight;

// What attention/short_softmax.hpp asks of numbers. Its logits are 0 at most, so that x e^x is at most 0.37.
struct LawArithmetic {
  template <class Number> KOKKOS_INLINE_FUNCTION static Number exponential(const Number& x) {
    return attune::traffic::loose_exponential<Number>(x);
  }
  template <class Number> KOKKOS_INLINE_FUNCTION static Number larger(const Number& a, const Number& b) {
    return attune::traffic::larger<Number>(a, b);
  }
};

struct LeaderAttention {
  static constexpr int capacity = 16;

  int heeded = 4;
  double reach = 10, temperature = 1;
  double bias[capacity]{};

  KOKKOS_FUNCTION double slope() const { return -1 / (reach * temperature); }  // of z_k / tau in D_k

  // z_k / tau, entry k - 1.
  template <class Number> KOKKOS_FUNCTION void logits(const Sight<Number, capacity>& see, Number* z) const {
    const double colder = 1 / temperature, slope_of_logit = slope();
    z[0] = Number(bias[0] * colder);
    for (int k = 1; k < heeded; ++k)
      z[k] = slope_of_logit * (see.distance[k] - see.distance[0]) + bias[k] * colder;
  }
  // e_k in proportion to a_k; returns their sum.
  template <class Number> KOKKOS_FUNCTION Number attend(const Sight<Number, capacity>& see, Number* e) const {
    logits(see, e);
    return attention::exponentials<LawArithmetic>(e, heeded);
  }
  // a_k.
  KOKKOS_FUNCTION void weights(const Sight<double, capacity>& see, double* a) const {
    const double sum = attend(see, a);
    for (int k = 0; k < heeded; ++k) a[k] /= sum;
  }
};

void describe(auto& field, LeaderAttention& heed) {
  field("leaders", heed.heeded, "1", "K, vehicles ahead that are heeded",
        between(1, LeaderAttention::capacity));
  field("reach", heed.reach, "m", "ell of the logits -D_k / ell", above(0.0));
  field("temperature", heed.temperature, "1", "tau of the softmax", above(0.0));
  for (int k = 0; k < LeaderAttention::capacity; ++k)
    field(("bias_" + std::to_string(k + 1)).c_str(), heed.bias[k], "1",
          "b_k, added to the logit of leader k");
}

}  // namespace attune::experiments::traffic
