// solvers/traffic/theory/softmax_extremes.hpp
//
// The worst that attention can do, in closed form up to one scalar equation.
//
//   temperature   two logits at distance d: ||J||_2 = sech^2(d / (2 tau)) / (2 tau), largest where
//                 x tanh x = 1/2, x = d / (2 tau): neither cold nor hot attention is the most sensitive
//   regret        max over z of [max z - sum a z] = tau W0((n - 1) / e), at gap tau (1 + W0)
//   Boltzmann     B = sum a phi, a = softmax(phi / tau):  dB/dphi_j = a_j (1 + (phi_j - B) / tau), of sum 1
//                 and negative where phi_j < B - tau. For n = 2 and gap y tau: the gains are largest and smallest
//                 where y tanh(y / 2) = 2, and one changes sign where y = 1 + exp(-y)
//   entropy       of n tokens, ||z||_2 <= s, b = exp(-s sqrt(n / (n - 1))):
//                 at least log(1 + (n - 1) b) + s sqrt(n (n - 1)) b / (1 + (n - 1) b), attained
//
// Source  first three by differentiation, W0 as in Kim, Papamakarios, Mnih 2021 [kim2021]; Zhai et al. 2023
//         [zhai2023]
// Units   z, phi, d and tau alike
#pragma once

#include <vector>

namespace attune::traffic::theory {

// W0 on [-1/e, inf), by Halley's steps.
double lambert_w(double x);

double two_logit_norm(double distance, double tau);

struct TemperaturePeak {
  double x = 0;  // d / (2 tau) of the peak
  double tau = 0;  // over d
  double norm = 0;  // times d
};
TemperaturePeak temperature_peak();

double largest_regret(int n, double tau);
double regret_gap(int n, double tau);

std::vector<double> boltzmann_gains(const std::vector<double>& phi, double tau);

struct BoltzmannExtremes {
  double gap = 0, largest = 0, smallest = 0;  // gap over tau
  double sign_change = 0;  // gap over tau
};
BoltzmannExtremes boltzmann_extremes();

double least_entropy(double logit_norm, int n);

}  // namespace attune::traffic::theory
