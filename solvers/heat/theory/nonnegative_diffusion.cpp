// solvers/heat/theory/nonnegative_diffusion.cpp
//
// One unknown for each pair of opposite offsets, one equation for each even power.
#include "solvers/heat/theory/nonnegative_diffusion.hpp"

#include <algorithm>
#include <cmath>

#include "core/core/require.hpp"
#include "solvers/heat/theory/extension.hpp"

namespace attune::heat::theory {
namespace {

Long power(const Triple& o, const Triple& reach, const Triple& alpha) {
  Long product = 1;
  for (int a = 0; a < 3; ++a)
    for (Index i = 0; i < alpha[a]; ++i) product *= Long(o[a]) / Long(reach[a]);
  return product;
}

// The powers of even degree 2 .. order along the axes on which the window reaches out.
std::vector<Triple> even_powers(const Triple& reach, int order) {
  std::vector<Triple> powers;
  for (int degree = 2; degree <= order; degree += 2)
    for (Index z = 0; z <= (reach[0] > 0 ? degree : 0); ++z)
      for (Index y = 0; y <= (reach[1] > 0 ? degree - z : 0); ++y) {
        const Index x = degree - z - y;
        if (x == 0 || reach[2] > 0) powers.push_back({z, y, x});
      }
  return powers;
}

// 2 K_ab / (reach_a reach_b) for alpha = e_a + e_b.
Long moment(const Tensor& K, const Triple& reach, const Triple& alpha) {
  if (alpha[0] + alpha[1] + alpha[2] != 2) return 0;
  int a = 0;
  while (alpha[a] == 0) ++a;
  int b = 2;
  while (alpha[b] == 0) --b;
  return 2 * Long(K[a][b]) / (Long(reach[a]) * Long(reach[b]));
}

}  // namespace

Tensor diagonal_tensor(const PerAxis& r) {
  Tensor K{};
  for (int a = 0; a < 3; ++a) K[a][a] = r[a];
  return K;
}

std::vector<Triple> half_window(const std::vector<Triple>& window) {
  std::vector<Triple> half;
  for (const auto& o : window) {
    const bool later = o[0] != 0 ? o[0] > 0 : o[1] != 0 ? o[1] > 0 : o[2] > 0;
    if (later) half.push_back(o);
  }
  return half;
}

DiffusionWeights nonnegative_diffusion(const std::vector<Triple>& window, const Tensor& K, int order) {
  require(order >= 2 && order <= 8 && order % 2 == 0, "operators of an even order of 2 to 8");
  const auto half = half_window(window);
  const Triple reach = reach_of(window);
  for (int a = 0; a < 3; ++a)
    require(reach[a] > 0 || K[a][a] == 0, "a window reaches out along every axis that conducts");
  DiffusionWeights found;
  found.powers = even_powers(reach, order);
  const auto rows = static_cast<Eigen::Index>(found.powers.size());
  const auto columns = static_cast<Eigen::Index>(half.size());
  LinearProgramme programme{LongMatrix(rows, columns), LongVector(rows), LongVector::Zero(columns)};
  for (Eigen::Index i = 0; i < rows; ++i) {
    programme.b[i] = moment(K, reach, found.powers[i]);
    for (Eigen::Index j = 0; j < columns; ++j) programme.A(i, j) = power(half[j], reach, found.powers[i]);
  }

  const Programmed answer = minimise(programme);
  found.exist = answer.outcome != Outcome::infeasible;
  if (!found.exist) {
    for (const Long y : answer.y) found.certificate.push_back(static_cast<double>(y));
    return found;
  }
  for (Eigen::Index j = 0; j < columns; ++j) {
    if (answer.x[j] <= 0) continue;
    for (const Index side : {1, -1}) {
      found.stencil.offsets.push_back({side * half[j][0], side * half[j][1], side * half[j][2]});
      found.stencil.weights.push_back(static_cast<double>(answer.x[j] / 2));
    }
  }
  return found;
}

double certificate_at(const DiffusionWeights& weights, const Triple& reach, const Triple& o) {
  Long sum = 0;
  for (std::size_t i = 0; i < weights.certificate.size(); ++i)
    sum += weights.certificate[i] * power(o, reach, weights.powers[i]);
  return static_cast<double>(sum);
}

}  // namespace attune::heat::theory
