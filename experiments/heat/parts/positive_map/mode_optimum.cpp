// experiments/heat/parts/positive_map/mode_optimum.cpp
#include "experiments/heat/parts/positive_map/mode_optimum.hpp"

#include <Eigen/QR>
#include <algorithm>
#include <cmath>

#include "experiments/heat/parts/oracle.hpp"
#include "solvers/heat/theory/nonnegative_least_squares.hpp"
#include "solvers/heat/theory/spectrum.hpp"

namespace attune::experiments::heat::positive_map {

namespace theory = attune::heat::theory;

namespace {

using theory::Long;

// One offset of each class, and how many there are.
struct Classes {
  std::vector<Triple> first;
  std::vector<double> members;
};
Classes classes_of(const std::vector<Triple>& offsets, const std::vector<std::size_t>& class_of) {
  Classes classes;
  for (std::size_t o = 0; o < offsets.size(); ++o) {
    if (class_of[o] == classes.first.size()) {
      classes.first.push_back(offsets[o]);
      classes.members.push_back(0);
    }
    classes.members[class_of[o]] += 1;
  }
  return classes;
}

// (modes, classes + 1): the columns of the classes and the target's, each row times sqrt(s_k).
theory::LongMatrix rows_of(const theory::Grid& grid, const Classes& classes, double r,
                           const std::vector<double>& field) {
  const auto modes = theory::to_modes(grid, field);
  const auto columns = static_cast<Eigen::Index>(classes.first.size());
  theory::LongMatrix rows(grid.total(), columns + 1);
  Long square = 0, total = 0;
  for (const double value : field) square += Long(value) * value;
  Eigen::Index k = 0;
  const Triple n = grid.cells;
  for (Index z = 0; z < n[0]; ++z)
    for (Index y = 0; y < n[1]; ++y)
      for (Index x = 0; x < n[2]; ++x, ++k) {
        const Index place[3] = {z, y, x};
        Long theta[3] = {0, 0, 0}, share = std::norm(modes[static_cast<std::size_t>(k)]), angle = 0;
        for (int a = 0; a < 3; ++a) {
          share *= theory::mode_weight(grid, a, place[a]);
          if (n[a] > 1) theta[a] = theory::angle(grid.boundary[a], n[a], theory::mode_of(grid, a, place[a]));
          angle += theta[a] * theta[a];
        }
        total += share;
        const Long root = std::sqrt(share);
        for (Eigen::Index c = 0; c < columns; ++c) {
          const Triple& o = classes.first[static_cast<std::size_t>(c)];
          rows(k, c) =
              root * std::cos(o[0] * theta[0]) * std::cos(o[1] * theta[1]) * std::cos(o[2] * theta[2]);
        }
        rows(k, columns) = root * std::exp(-r * angle);
      }
  return rows * std::sqrt(square / (total * grid.total()));
}

}  // namespace

ModeOptimum best_for_modes(const theory::Grid& grid, const std::vector<Triple>& offsets, double r,
                           const std::vector<double>& field) {
  const auto class_of = reflection_classes(offsets, true);
  const Classes classes = classes_of(offsets, class_of);
  const auto columns = static_cast<Eigen::Index>(classes.first.size());
  theory::LongMatrix rows = rows_of(grid, classes, r, field);
  if (rows.rows() > columns + 1) {
    const Eigen::HouseholderQR<theory::LongMatrix> qr(rows);
    rows = qr.matrixQR().topRows(columns + 1).triangularView<Eigen::Upper>();
  }
  const auto fit = theory::simplex_least_squares(rows.leftCols(columns), rows.col(columns));
  ModeOptimum best{{offsets, {}}, static_cast<double>(fit.distance * fit.distance)};
  for (const std::size_t c : class_of)
    best.stencil.weights.push_back(static_cast<double>(fit.x[static_cast<Eigen::Index>(c)]) /
                                   classes.members[c]);
  return best;
}

}  // namespace attune::experiments::heat::positive_map
