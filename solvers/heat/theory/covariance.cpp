// solvers/heat/theory/covariance.cpp
//
// Exact counting for white noise; for samples, blocks of neighbours gathered row by row and multiplied by
// their transpose.
#include "solvers/heat/theory/covariance.hpp"

#include <algorithm>

#include "core/core/require.hpp"
#include "solvers/heat/theory/extension.hpp"

namespace attune::heat::theory {
namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// mean_i sign sign' [cell(i + o) = cell(i + o')] along one axis, for |o|, |o'| <= reach.
Eigen::MatrixXd axis_covariance(Boundary boundary, Index cells, Index reach) {
  Eigen::MatrixXd count = Eigen::MatrixXd::Zero(2 * reach + 1, 2 * reach + 1);
  for (Index i = 0; i < cells; ++i)
    for (Index o = -reach; o <= reach; ++o)
      for (Index other = -reach; other <= reach; ++other) {
        const Image a = image(boundary, cells, i + o), b = image(boundary, cells, i + other);
        if (a.cell == b.cell) count(o + reach, other + reach) += a.sign * b.sign;
      }
  return count / static_cast<double>(cells);
}

// Columns of neighbours waiting to be multiplied.
struct Block {
  RowMajor neighbours;  // (n, capacity)
  Eigen::VectorXd targets;
  Index filled = 0;

  Block(Index offsets, Index capacity) : neighbours(offsets, capacity), targets(capacity) {}

  void flush(Quadratic& sums) {
    const auto x = neighbours.leftCols(filled);
    sums.C.selfadjointView<Eigen::Lower>().rankUpdate(x);
    sums.b.noalias() += x * targets.head(filled);
    filled = 0;
  }
};

void add_field(const Extension& u, const std::vector<Triple>& offsets, const std::vector<double>& y,
               Block& block, Quadratic& sums) {
  constexpr Index run = 512;
  const Triple n = u.cells;
  for (Index k = 0; k < n[0]; ++k)
    for (Index j = 0; j < n[1]; ++j)
      for (Index i = 0; i < n[2]; i += run) {
        const Index here = std::min(run, n[2] - i);
        if (block.filled + here > block.targets.size()) block.flush(sums);
        const double* centre = u.values.data() + u.place(k, j, i);
        for (std::size_t o = 0; o < offsets.size(); ++o)
          std::copy_n(centre + u.step(offsets[o]), here, &block.neighbours(o, block.filled));
        std::copy_n(y.data() + (k * n[1] + j) * n[2] + i, here, block.targets.data() + block.filled);
        block.filled += here;
      }
}

void check(const Grid& grid, const Fields& fields, const Fields& targets) {
  require(!fields.empty() && fields.size() == targets.size(), "there is one target for every field");
  for (const auto& target : targets)
    require(static_cast<Index>(target.size()) == grid.total(),
            "a target has one value for every cell of its grid");
}

}  // namespace

Eigen::MatrixXd white_noise_covariance(const Grid& grid, const std::vector<Triple>& offsets) {
  const Triple reach = reach_of(offsets);
  std::array<Eigen::MatrixXd, 3> axes;
  for (int a = 0; a < 3; ++a) axes[a] = axis_covariance(grid.boundary[a], grid.cells[a], reach[a]);

  const auto n = static_cast<Index>(offsets.size());
  Eigen::MatrixXd C = Eigen::MatrixXd::Ones(n, n);
  for (Index i = 0; i < n; ++i)
    for (Index k = 0; k < n; ++k)
      for (int a = 0; a < 3; ++a) C(i, k) *= axes[a](offsets[i][a] + reach[a], offsets[k][a] + reach[a]);
  return C;
}

Quadratic sample_quadratic(const Grid& grid, const std::vector<Triple>& offsets, const Fields& fields,
                           const Fields& targets) {
  check(grid, fields, targets);
  const auto n = static_cast<Index>(offsets.size());
  Quadratic sums{Eigen::MatrixXd::Zero(n, n), Eigen::VectorXd::Zero(n), 0};
  Block block(n, 2048);
  long double square = 0;
  for (std::size_t f = 0; f < fields.size(); ++f) {
    add_field(extend(grid, fields[f], reach_of(offsets)), offsets, targets[f], block, sums);
    for (const double y : targets[f]) square += static_cast<long double>(y) * y;
  }
  block.flush(sums);

  const double cells = static_cast<double>(grid.total()) * static_cast<double>(fields.size());
  sums.C.triangularView<Eigen::StrictlyUpper>() = sums.C.transpose();
  sums.C /= cells;
  sums.b /= cells;
  sums.c0 = static_cast<double>(square / cells);
  return sums;
}

double sample_loss(const Grid& grid, const Stencil& stencil, const Fields& fields, const Fields& targets) {
  check(grid, fields, targets);
  long double loss = 0;
  for (std::size_t f = 0; f < fields.size(); ++f) {
    const Extension u = extend(grid, fields[f], reach_of(stencil.offsets));
    std::vector<std::ptrdiff_t> steps;
    for (const auto& offset : stencil.offsets) steps.push_back(u.step(offset));
    Index cell = 0;
    for (Index k = 0; k < grid.cells[0]; ++k)
      for (Index j = 0; j < grid.cells[1]; ++j)
        for (Index i = 0; i < grid.cells[2]; ++i, ++cell) {
          const double* centre = u.values.data() + u.place(k, j, i);
          long double residual = -targets[f][cell];
          for (std::size_t o = 0; o < steps.size(); ++o)
            residual += static_cast<long double>(stencil.weights[o]) * centre[steps[o]];
          loss += residual * residual;
        }
  }
  return static_cast<double>(loss / (static_cast<long double>(grid.total()) * fields.size()));
}

}  // namespace attune::heat::theory
