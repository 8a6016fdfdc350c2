// solvers/heat/faces.hpp
//
// Conductances of the faces between cells: what joins a cell to its neighbour, told once for both.
//
// Equation  g = mean(x_below, x_here) / h_a^2     a face within the grid
//           g = mean.wall(x_inner) / h_a^2        a face on a wall where u = 0, from the cell beside it
//           g = 0                                 a face on a wall without flux
// Units     x [as the mean takes it], mean [m^2/s], h [m], g [1/s]
// Limits    mean(a, b) = mean(b, a) to the last bit, so that both sides of a cut between ranks agree
#pragma once

#include "solvers/heat/boundary.hpp"
#include "solvers/heat/combine.hpp"

namespace attune::heat {

using Widths =
    Kokkos::Array<double, 3>;  // h_a of a cell per axis (z, y, x) [m]; ignored along collapsed axes

template <class Scalar> struct Faces {
  Kokkos::Array<Field<Scalar>, 3> g;  // g[a](k, j, i) on the lower face along a of cell (k, j, i)
  Kokkos::Array<bool, 3> across{false, false, false};  // a periodic axis of one cell is collapsed
  Triple lower{-1, -1, -1}, upper{-1, -1, -1};  // local numbers of the faces on walls; -1 along periodic axes
};

// Ghosts of the widths that differences between neighbours read.
inline Triple one_ghost(const Domain& domain, const Boundaries& boundaries) {
  Triple halo;
  for (int a = 0; a < 3; ++a)
    halo[a] = domain.whole().extent(a) > 1 || boundaries[a] != Boundary::periodic ? 1 : 0;
  return halo;
}

// Faces with room for their conductances.
template <class Scalar> Faces<Scalar> unfilled_faces(const Domain& domain, const Boundaries& boundaries) {
  Faces<Scalar> faces;
  const Triple ghosts = one_ghost(domain, boundaries);
  for (int a = 0; a < 3; ++a) {
    faces.across[a] = ghosts[a] > 0;
    if (!faces.across[a]) continue;
    Triple along{0, 0, 0};
    along[a] = 1;
    faces.g[a] = domain.field<Scalar>("heat::faces", along);
    if (boundaries[a] == Boundary::periodic) continue;
    faces.lower[a] = domain.whole().lower[a] - domain.mine().lower[a];
    faces.upper[a] = domain.whole().upper[a] - domain.mine().lower[a];
  }
  return faces;
}

template <class Scalar, class Mean> struct FillFaces {
  Field<Scalar> x, g;
  Mean mean;
  int axis;
  Index lower, upper;  // the faces on walls
  double wall;  // 1 where u = 0 on them, 0 where no flux passes
  double inverse_square;  // 1 / h_a^2

  KOKKOS_FUNCTION double here(Index k, Index j, Index i) const { return static_cast<double>(x(k, j, i)); }
  KOKKOS_FUNCTION double below(Index k, Index j, Index i) const {
    return here(k - (axis == 0), j - (axis == 1), i - (axis == 2));
  }
  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const {
    const Index face = axis == 0 ? k : axis == 1 ? j : i;
    double kappa;
    if (face == lower)
      kappa = wall * mean.wall(here(k, j, i));
    else if (face == upper)
      kappa = wall * mean.wall(below(k, j, i));
    else
      kappa = mean(below(k, j, i), here(k, j, i));
    g(k, j, i) = static_cast<Scalar>(kappa * inverse_square);
  }
};

// The conductances of the faces round the own cells of x, whose ghosts need not be filled. Collective.
template <class Scalar, class Mean>
Faces<Scalar> conductances(const Field<Scalar>& x, const Mean& mean, const Widths& h, const Domain& domain,
                           const Boundaries& boundaries) {
  const auto extended = domain.field<Scalar>("heat::conductances::x", one_ghost(domain, boundaries));
  combine(extended, {{1, x}});
  domain.exchange_halo(extended);
  auto faces = unfilled_faces<Scalar>(domain, boundaries);
  for (int a = 0; a < 3; ++a) {
    if (!faces.across[a]) continue;
    require(h[a] > 0, "cells have a width");
    Box slab{{0, 0, 0}, domain.mine().shape()};
    ++slab.upper[a];
    const double wall = boundaries[a] == Boundary::neumann ? 0 : 1;
    const FillFaces<Scalar, Mean> fill{extended,       faces.g[a],     mean, a,
                                       faces.lower[a], faces.upper[a], wall, 1 / (h[a] * h[a])};
    Kokkos::parallel_for("heat::conductances", every_cell(slab), fill);
  }
  return faces;
}

}  // namespace attune::heat
