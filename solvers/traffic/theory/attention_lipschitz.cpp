// solvers/traffic/theory/attention_lipschitz.cpp
#include "solvers/traffic/theory/attention_lipschitz.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/core/require.hpp"
#include "solvers/traffic/theory/softmax_extremes.hpp"

namespace attune::traffic::theory {
namespace {

double root_head_width(int width, std::size_t heads) {
  return std::sqrt(static_cast<double>(width) / static_cast<double>(heads));
}

}  // namespace

double l2_attention_infinity_bound(int tokens, int width, const InfinityNorms& norms) {
  const std::size_t H = norms.query.size();
  require(H > 0 && norms.query_transposed.size() == H && norms.value_transposed.size() == H,
          "one norm of each kind a head");
  double query = 0, value = 0;
  for (std::size_t h = 0; h < H; ++h) {
    query = std::max(query, norms.query[h] * norms.query_transposed[h]);
    value = std::max(value, norms.value_transposed[h]);
  }
  const double w = lambert_w((tokens - 1) / std::numbers::e);
  return (4 * w + 1 / root_head_width(width, H)) * norms.output * query * value;
}

double l2_attention_spectral_bound(int tokens, int width, const SpectralNorms& norms) {
  const std::size_t H = norms.query.size();
  require(H > 0 && norms.value.size() == H, "one norm of each kind a head");
  double squares = 0;
  for (std::size_t h = 0; h < H; ++h) squares += std::pow(norms.query[h] * norms.value[h], 2);
  const double w = lambert_w((tokens - 1) / std::numbers::e);
  return std::sqrt(tokens) / root_head_width(width, H) * (4 * w + 1) * std::sqrt(squares) * norms.output;
}

double dot_attention_bound(int tokens, double radius, double query_key_norm, double value_norm) {
  const double n = tokens, spread = query_key_norm * radius * radius;
  return std::sqrt(3 * (spread * spread * (4 * n + 1) + n)) * value_norm;
}

}  // namespace attune::traffic::theory
