// experiments/heat/parts/stability/free_convolution.cpp
#include "experiments/heat/parts/stability/free_convolution.hpp"

#include <Eigen/QR>
#include <algorithm>

namespace attune::experiments::heat::stability {
namespace {

using Real = long double;
using Columns = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic>;
using Column = Eigen::Matrix<Real, Eigen::Dynamic, 1>;

Index wrapped(Index place, Index cells) { return (place % cells + cells) % cells; }

// difference_i <- difference_i + u_{i+o} - u_i
void add_difference(const Triple& cells, const std::vector<double>& u, const Triple& o,
                    Eigen::Ref<Column> difference) {
  Eigen::Index at = 0;
  for (Index k = 0; k < cells[0]; ++k)
    for (Index j = 0; j < cells[1]; ++j) {
      const Index row = (wrapped(k + o[0], cells[0]) * cells[1] + wrapped(j + o[1], cells[1])) * cells[2];
      for (Index i = 0; i < cells[2]; ++i, ++at)
        difference[at] += Real(u[row + wrapped(i + o[2], cells[2])]) - Real(u[at]);
    }
}

}  // namespace

attune::heat::theory::Stencil fit_convolution(const Triple& cells, const std::vector<Triple>& offsets,
                                              const std::vector<std::size_t>& class_of,
                                              const std::vector<double>& u, const std::vector<double>& y) {
  const auto centre = std::find(offsets.begin(), offsets.end(), Triple{0, 0, 0});
  require(centre != offsets.end() && u.size() == y.size(),
          "a window with its centre, a target for each cell");
  const std::size_t of_centre = class_of[static_cast<std::size_t>(centre - offsets.begin())];
  const std::size_t classes = *std::max_element(class_of.begin(), class_of.end()) + 1;
  std::vector<Eigen::Index> column(classes, -1);
  Eigen::Index columns = 0;
  for (std::size_t c = 0; c < classes; ++c)
    if (c != of_centre) column[c] = columns++;

  Columns d = Columns::Zero(static_cast<Eigen::Index>(u.size()), columns);
  std::vector<Real> members(classes, 0);
  for (std::size_t o = 0; o < offsets.size(); ++o) members[class_of[o]] += 1;
  for (std::size_t o = 0; o < offsets.size(); ++o)
    if (class_of[o] != of_centre) add_difference(cells, u, offsets[o], d.col(column[class_of[o]]));
  Column change(d.rows());
  for (std::size_t i = 0; i < u.size(); ++i) change[static_cast<Eigen::Index>(i)] = Real(y[i]) - Real(u[i]);

  // d holds sums over classes, so that the solution is the weight of one offset.
  const Column q = d.colPivHouseholderQr().solve(change);
  attune::heat::theory::Stencil fitted{offsets, {}};
  Real rest = 1;
  for (std::size_t c = 0; c < classes; ++c)
    if (c != of_centre) rest -= members[c] * q[column[c]];
  for (const std::size_t c : class_of)
    fitted.weights.push_back(static_cast<double>(c == of_centre ? rest : q[column[c]]));
  return fitted;
}

}  // namespace attune::experiments::heat::stability
