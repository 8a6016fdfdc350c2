// solvers/traffic/theory/optimal_velocity.hpp
//
// Where uniform flow of the optimal velocity laws loses its stability, V' the slope of V at the headway:
//
//   OVM    u = a (V(D_1) - v)                           V' > a / 2
//          on a ring of N                               V' > a / (2 cos^2(pi / N))
//   FVDM   u = k (V(D_1) - v) + lambda (v_1 - v)        V' > k / 2 + lambda
//   Lenz   u = sum_k a_k (V(D_k / k) - v)               V' > sum k a_k / 2
//   attention over gaps, weights a_k ~ q^k:  Lenz with alpha a_k, V' > alpha kbar / 2; alpha_c = 2 V' / kbar
//   attention over speeds too, lambda (sum a_k v_k - v):  V' > alpha / 2 + lambda kbar
//   kbar = sum k a_k = 1 / (1 - q) - K q^K / (1 - q^K),   q = exp(-h / (ell tau))
//
// Just beyond the threshold of the OVM at an inflection point, V'' = 0, a jam is a kink whose headways lie
// sqrt(5 (V' / |V'''|) (a_c / a - 1)) to either side, a_c = 2 V'.
//
// Source  Bando et al. 1995 [bando1995]; Jiang, Wu, Zhu 2001 [jiang2001]; Lenz, Wagner, Sollacher 1999
//         [lenz1999]; the kink of Komatsu and Sasa 1995 [komatsu1995]
// Units   V', a, k, lambda [1/s], V''' [1/(m^2 s)], amplitudes [m]
#pragma once

#include <vector>

namespace attune::traffic::theory {

double ovm_threshold(double relaxation);  // of V', endless row
double ovm_ring_threshold(double relaxation, int vehicles);
double fvdm_threshold(double relaxation, double speed_gain);
double lenz_threshold(const std::vector<double>& weights);

// kbar of K leaders whose logits fall by beta = h / (ell tau) from each to the next.
double mean_leader(double beta, int leaders);
double attention_gap_threshold(double relaxation, double beta, int leaders);
double attention_speed_threshold(double relaxation, double speed_gain, double beta, int leaders);
// alpha_c: a driver who relaxes faster is stable.
double critical_relaxation(double slope, double beta, int leaders);

double kink_amplitude(double slope, double third_derivative, double relaxation);

}  // namespace attune::traffic::theory
