// experiments/traffic/parts/softmax_probe.hpp
//
// What the softmax of attention/ does with logits z at temperature tau, and how it says it responds:
//
//   weights   a = softmax(z / tau), by attention/softmax.hpp
//   jacobian  d a_i / d z_j, row-major, by the backward kernel of attention/dense: n queries with the bias z,
//             values e_1 .. e_n, and the gradient of the i-th output of query i
//   gains     d B / d phi_j of B = sum a phi, a = softmax(phi / tau): values and bias are both phi
#pragma once

#include <vector>

namespace attune::experiments::traffic {

std::vector<double> attention_weights(const std::vector<double>& z, double tau);
std::vector<double> attention_jacobian(const std::vector<double>& z, double tau);
std::vector<double> attention_gains(const std::vector<double>& phi, double tau);

}  // namespace attune::experiments::traffic
