// solvers/heat/theory/boundary_mask.cpp
//
// The masked operator by its definition, its symmetric form, and the root of the closed form by bisection.
#include "solvers/heat/theory/boundary_mask.hpp"

#include <Eigen/Eigenvalues>
#include <cmath>

#include "core/core/require.hpp"

namespace attune::heat::theory {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using Long = long double;

// The cell that an offset leads to; -1 beyond a wall.
Index neighbour(const Grid& grid, const Triple& at, const Triple& offset) {
  Index cell = 0;
  for (int a = 0; a < 3; ++a) {
    const Index n = grid.cells[a], place = at[a] + offset[a];
    if (grid.boundary[a] != Boundary::periodic && (place < 0 || place >= n)) return -1;
    cell = cell * n + ((place % n) + n) % n;
  }
  return cell;
}

// p_{j-i} over the cells, symmetric.
MatrixXd weights_inside(const Grid& grid, const Stencil& stencil) {
  const Index n = grid.total();
  MatrixXd p = MatrixXd::Zero(n, n);
  for (Index z = 0; z < grid.cells[0]; ++z)
    for (Index y = 0; y < grid.cells[1]; ++y)
      for (Index x = 0; x < grid.cells[2]; ++x)
        for (std::size_t o = 0; o < stencil.offsets.size(); ++o) {
          const Index to = neighbour(grid, {z, y, x}, stencil.offsets[o]);
          if (to >= 0) p((z * grid.cells[1] + y) * grid.cells[2] + x, to) += stencil.weights[o];
        }
  return p;
}

void check(const Stencil& stencil) {
  require(weight_at(stencil, {0, 0, 0}) > 0, "a softmax has a positive weight at the centre");
  for (std::size_t o = 0; o < stencil.offsets.size(); ++o) {
    const Triple& at = stencil.offsets[o];
    const double other = weight_at(stencil, {-at[0], -at[1], -at[2]});
    require(stencil.weights[o] >= 0 && std::abs(weight_at(stencil, at) - other) <= 1e-15 * other,
            "a masked stencil is positive and symmetric");
  }
}

// The mode cos(theta (j - (N - 1) / 2) - m pi / 2), whose value beyond the last cell is g times the last;
// theta is above its angle between reflecting walls and below that of mode m + 1.
Long masked_angle(Long r, Long n, Long mode) {
  constexpr Long pi = std::numbers::pi_v<Long>;
  const auto excess = [&](Long theta) {
    const Long phase = (n * theta - mode * pi) / 2;
    return std::sin(phase) - 2 * r * std::sin(theta / 2) * std::cos(phase - theta / 2);
  };
  Long below = pi * mode / n, above = pi * (mode + 1) / n;
  for (int i = 0; i < 100; ++i) {
    const Long middle = (below + above) / 2;
    (excess(middle) < 0 ? below : above) = middle;
  }
  return below;
}

}  // namespace

VectorXd kept_weight(const Grid& grid, const Stencil& stencil) {
  check(stencil);
  return weights_inside(grid, stencil).rowwise().sum();
}

MatrixXd masked_operator(const Grid& grid, const Stencil& stencil) {
  return kept_weight(grid, stencil).cwiseInverse().asDiagonal() * weights_inside(grid, stencil);
}

VectorXd masked_eigenvalues(const Grid& grid, const Stencil& stencil) {
  const VectorXd root = kept_weight(grid, stencil).cwiseSqrt().cwiseInverse();
  const MatrixXd symmetric = root.asDiagonal() * weights_inside(grid, stencil) * root.asDiagonal();
  return Eigen::SelfAdjointEigenSolver<MatrixXd>(symmetric, Eigen::EigenvaluesOnly).eigenvalues().reverse();
}

double masked_ftcs_decay(double r, Index cells, Index mode) {
  require(r > 0 && r < 0.5 && mode >= 0 && mode < cells,
          "a masked FTCS step has 0 < r < 1/2 and a mode for every cell");
  if (mode == 0) return 1;
  const Long half_sine = std::sin(masked_angle(r, static_cast<Long>(cells), static_cast<Long>(mode)) / 2);
  return static_cast<double>(1 - 4 * r * half_sine * half_sine);
}

double masked_rate_ratio(double r, Index cells, Index mode) {
  require(r > 0 && r < 0.5 && mode > 0 && mode < cells, "a mode that decays, for 0 < r < 1/2");
  const auto n = static_cast<Long>(cells), m = static_cast<Long>(mode);
  const Long masked = std::sin(masked_angle(r, n, m) / 2);
  const Long ghosts = std::sin(std::numbers::pi_v<Long> * m / (2 * n));
  require(4 * r * masked * masked < 1, "a mode that keeps its sign");
  return static_cast<double>(std::log1p(-4 * r * masked * masked) / std::log1p(-4 * r * ghosts * ghosts));
}

double predicted_rate_ratio(const Stencil& stencil, Index cells) {
  check(stencil);
  Long lost = 0;
  for (std::size_t o = 0; o < stencil.offsets.size(); ++o)
    lost += std::abs(static_cast<Long>(stencil.offsets[o][2])) * stencil.weights[o];
  const auto n = static_cast<Long>(cells);
  return static_cast<double>((n / (n - lost)) * (n / (n - lost)));
}

}  // namespace attune::heat::theory
