// solvers/traffic/theory/attention_lipschitz.hpp
//
// Bounds of how strongly a whole attention layer answers its tokens.
//
//   L2 attention, N tokens, width D in H heads, W0 = lambert_w((N - 1) / e):
//     Lip_inf <= (4 W0 + 1 / sqrt(D / H)) ||W^O^T||_inf max_h ||W^Q_h||_inf ||W^Q_h^T||_inf
//             max_h ||W^V_h^T||_inf
//     Lip_2   <= sqrt(N) / sqrt(D / H) (4 W0 + 1) sqrt(sum_h ||W^Q_h||_2^2 ||W^V_h||_2^2) ||W^O||_2
//   dot products, tokens in a ball of radius R, A = K^T Q / sqrt(k):
//     Lip_2   <= sqrt(3) ||V||_2 sqrt(||A||_2^2 R^4 (4 n + 1) + n)
//   dot products without a ball: not Lipschitz.
//
// Source  Kim, Papamakarios, Mnih 2021 [kim2021]; Castin, Ablin, Peyre 2024 [castin2024]
// Limits  bounds: no layer reaches them
#pragma once

#include <vector>

namespace attune::traffic::theory {

struct InfinityNorms {
  double output = 1;  // ||W^O^T||_inf
  std::vector<double> query, query_transposed, value_transposed;  // a head
};
double l2_attention_infinity_bound(int tokens, int width, const InfinityNorms& norms);

struct SpectralNorms {
  double output = 1;  // ||W^O||_2
  std::vector<double> query, value;  // a head
};
double l2_attention_spectral_bound(int tokens, int width, const SpectralNorms& norms);

double dot_attention_bound(int tokens, double radius, double query_key_norm, double value_norm);

}  // namespace attune::traffic::theory
