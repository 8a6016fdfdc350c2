// experiments/heat/parts/mode_error.hpp
//
// A field that should be one mode of its grid, times a factor.
#pragma once

#include <cmath>

#include "experiments/heat/parts/setting.hpp"
#include "solvers/heat/combine.hpp"
#include "solvers/heat/initial.hpp"

namespace attune::experiments::heat {

// Mode number m along every axis of the grid.
inline Triple along_every_axis(const Setting& s, Index m) { return s.halo(m); }

// That mode on the own cells; one layer of ghosts, unfilled.
template <class Scalar> Field<Scalar> mode_field(const Setting& s, const Triple& numbers) {
  const auto u = s.domain.field<Scalar>("heat::mode", s.halo(1));
  attune::heat::mode(u, s.domain.whole(), s.boundaries, numbers);
  return u;
}
template <class Scalar> Field<Scalar> mode_field(const Setting& s, Index m) {
  return mode_field<Scalar>(s, along_every_axis(s, m));
}

// <u, shape> / <shape, shape>
template <class Scalar>
double amplitude(const Field<Scalar>& u, const Field<Scalar>& shape, const Setting& s) {
  const auto& ranks = s.domain.communicator();
  return attune::heat::inner(u, shape, ranks) / attune::heat::inner(shape, shape, ranks);
}

// (u_i - factor shape_i)^2
struct Misfit {
  Field<double> u, shape;
  double factor;
  KOKKOS_FUNCTION void operator()(const Block& block, double* x) const {
    const double *row = &u(block.k, block.j, block.i), *mode = &shape(block.k, block.j, block.i);
    for (int c = 0; c < block.cells; ++c) x[c] = (row[c] - factor * mode[c]) * (row[c] - factor * mode[c]);
  }
};

// sqrt(mean (u - factor shape)^2)
inline double root_mean_square_misfit(const Field<double>& u, const Field<double>& shape, double factor,
                                      const Setting& s) {
  const double square =
      sum::over_cells("heat::misfit", u.box, Misfit{u, shape, factor}, s.domain.communicator());
  return std::sqrt(square / static_cast<double>(s.cells()));
}

}  // namespace attune::experiments::heat
