// experiments/traffic/parts/temperature/neutral_theory.hpp
//
// Where attention keeps uniform flow just stable, in closed form. With weights a_k in proportion to
// exp(-beta k), beta = h / (ell tau), V' the slope of V at h, c_k = 1 - cos k theta, s_k = sin k theta, a wave of
// angle theta is neutral (lambda = i w) where
//
//   over gaps     alpha(theta) = V' S^2 / C,   S = sum_k a_k s_k / k,   C = sum_k a_k c_k / k
//   over speeds   the positive root lambda(theta) of
//                 (c_1 C^2 + s_1 S C) lambda^2 + alpha (2 c_1 C + s_1 S) lambda + alpha (alpha c_1 - V' s_1^2) = 0,
//                 S = sum_k a_k s_k,   C = sum_k a_k c_k
//
// An endless row is stable at all wavelengths above the largest of them over theta. Long waves, theta -> 0, give
// alpha = 2 V' / kbar and lambda = (V' - alpha / 2) / kbar, kbar = sum k a_k.
//
// Source  real and imaginary part of lambda^2 = P lambda + Q, Wilson and Ward 2011 [wilson2011]
// Units   V', alpha, lambda [1/s]
// Limits  over speeds: alpha < 2 V', or no leader is needed
#pragma once

#include <vector>

namespace attune::experiments::traffic {

std::vector<double> attention_weights_of(double beta, int leaders);

double neutral_relaxation(double theta, double slope, const std::vector<double>& weights);
double neutral_speed_gain(double theta, double slope, double relaxation, const std::vector<double>& weights);

struct NeutralWave {
  double theta = 0, value = 0;  // 0 and the limit where long waves go first
};

NeutralWave neutral_relaxation(double slope, double beta, int leaders);
NeutralWave neutral_speed_gain(double slope, double relaxation, double beta, int leaders);

// V'(h) of V = v_scale [tanh(width (h - centre)) + offset].
double tanh_slope(double v_scale, double width, double centre, double headway);

}  // namespace attune::experiments::traffic
