// tests/solvers/heat/plain_laplacian.hpp
//
// The star Laplacian by plain serial loops over the whole grid on every rank: what the distributed operator
// is held against, to the last bit. An Operator itself, without ghosts, so that integrators run on it too.
#pragma once

#include "solvers/heat/laplacian.hpp"
#include "tests/solvers/heat/lattice.hpp"

namespace attune::test {

template <class Scalar> struct PlainLaplacian {
  using Number = Scalar;
  heat::theory::Grid grid;
  heat::Rates rate;
  int order;

  double spectral_radius() const {
    double sum = 0;
    for (int a = 0; a < 3; ++a) sum += rate[a];
    return sum * heat::star_symbol(order, std::numbers::pi);
  }
  Field<Scalar> field(const std::string& label) const {
    return {label, Box{{0, 0, 0}, {grid.cells[0], grid.cells[1], grid.cells[2]}}};
  }
  void apply(const Field<Scalar>& u, const Field<Scalar>& du) const {
    const auto from = host(u), to = host(du);
    const Triple n = grid.cells;
    for (Index k = 0; k < n[0]; ++k)
      for (Index j = 0; j < n[1]; ++j)
        for (Index i = 0; i < n[2]; ++i) to.data()[(k * n[1] + j) * n[2] + i] = at(from.data(), {k, j, i});
    Kokkos::deep_copy(du.values, to);
  }
  Scalar at(const Scalar* u, const Triple& cell) const {
    const auto c = heat::star_weights(order);
    const Scalar twice = 2 * value(u, cell, 0, 0);
    Scalar sum = 0;
    for (int a = 0; a < 3; ++a)
      for (std::size_t k = 0; rate[a] > 0 && k < c.size(); ++k) {
        const Index far = static_cast<Index>(k) + 1;
        const Scalar weight = static_cast<Scalar>(rate[a] * c[k]);
        sum += weight * ((value(u, cell, a, -far) + value(u, cell, a, far)) - twice);
      }
    return sum;
  }
  Scalar value(const Scalar* u, Triple cell, int axis, Index away) const {
    const auto image = heat::theory::image(grid.boundary[axis], grid.cells[axis], cell[axis] + away);
    cell[axis] = image.cell;
    return static_cast<Scalar>(image.sign) * u[(cell[0] * grid.cells[1] + cell[1]) * grid.cells[2] + cell[2]];
  }
};

}  // namespace attune::test
