// solvers/heat/selling.cpp
#include "solvers/heat/selling.hpp"

#include <cmath>
#include <limits>

#include "core/core/require.hpp"

namespace attune::heat {
namespace {

using Superbase = std::array<Triple, 4>;  // b_0 .. b_D, then unit vectors along the collapsed axes

Superbase start(int dimensions) {
  Superbase b{};
  for (int n = 0; n < 3; ++n) b[n < dimensions ? n : n + 1][2 - n] = 1;
  for (int n = 0; n < dimensions; ++n) b[dimensions][2 - n] = -1;
  return b;
}

Triple cross(const Triple& p, const Triple& q) {
  return {p[1] * q[2] - p[2] * q[1], p[2] * q[0] - p[0] * q[2], p[0] * q[1] - p[1] * q[0]};
}

// By the pivots of elimination. A flip of an indefinite matrix may go on for ever.
bool positive_definite(const Tensor& M, int dimensions) {
  double zz = M[0], yy = M[1], yx = M[5], xx = M[2];
  if (dimensions > 2) {
    if (!(zz > 0)) return false;
    yy -= M[3] * M[3] / zz;
    yx -= M[3] * M[4] / zz;
    xx -= M[4] * M[4] / zz;
  }
  if (dimensions > 1) {
    if (!(yy > 0)) return false;
    xx -= yx * yx / yy;
  }
  return xx > 0 && xx <= std::numeric_limits<double>::max();
}

// p . M q in twice the working precision; zero where it is below what that can tell from zero.
double product(const Triple& p, const Tensor& M, const Triple& q) {
  double sum = 0, rest = 0, size = 0;
  for (int c = 0; c < 6; ++c) {
    const auto [a, b] = tensor_axes[c];
    const auto factor = static_cast<double>(a == b ? p[a] * q[a] : p[a] * q[b] + p[b] * q[a]);
    if (factor == 0) continue;
    const double term = factor * M[c], lost = std::fma(factor, M[c], -term);
    const double total = sum + term, part = total - sum;
    rest += ((sum - (total - part)) + (term - part)) + lost;
    sum = total;
    size += std::abs(term);
  }
  const double result = sum + rest;
  return std::abs(result) <= 0x1p-98 * size ? 0 : result;
}

// One flip; false where the superbase is obtuse.
bool flip(Superbase& b, const Tensor& M, int dimensions) {
  for (int i = 0; i < dimensions; ++i)
    for (int j = i + 1; j <= dimensions; ++j) {
      if (!(product(b[i], M, b[j]) > 0)) continue;
      for (int k = 0; k <= dimensions; ++k)
        for (int a = 0; a < 3 && k != i && k != j; ++a) b[k][a] += 2 / (dimensions - 1) * b[i][a];
      for (int a = 0; a < 3; ++a) b[i][a] = -b[i][a];
      return true;
    }
  return false;
}

}  // namespace

Edges selling(const Tensor& M, int dimensions) {
  require(dimensions >= 1 && dimensions <= 3, "a tensor of 1, 2 or 3 dimensions");
  require(positive_definite(M, dimensions), "a tensor is positive definite");
  Superbase b = start(dimensions);
  while (flip(b, M, dimensions)) {}

  Edges edges{};
  int n = 0;
  for (int i = 0; i < dimensions; ++i)
    for (int j = i + 1; j <= dimensions; ++j) {
      const int k = i > 0 ? 0 : j > 1 ? 1 : 2, l = 6 - i - j - k;
      const double rho = -product(b[i], M, b[j]);
      if (rho > 0) edges[n] = {cross(b[k], b[l]), rho};
      ++n;
    }
  return edges;
}

}  // namespace attune::heat
