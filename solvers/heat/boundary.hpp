// solvers/heat/boundary.hpp
//
// Boundary conditions of a cell-centred grid, as ghost cells. With cells 0 .. N - 1 of an axis and walls on
// the faces -1/2 and N - 1/2:
//
//   periodic    u_{-1-k} = u_{N-1-k}     filled by the halo exchange
//   neumann     u_{-1-k} =  u_k          no flux through the wall; eigenfunctions cos(pi m (j + 1/2) / N)
//   dirichlet   u_{-1-k} = -u_k          value 0 on the wall;      eigenfunctions sin(pi m (j + 1/2) / N)
//
// and likewise at the upper wall. Both reflections keep second order in space, and the even one keeps the
// mass.
// Limits   a halo at most as wide as a walled axis
#pragma once

#include <string>
#include <vector>

#include "core/domain/domain.hpp"

namespace attune::heat {

enum class Boundary { periodic, dirichlet, neumann };
using Boundaries = Kokkos::Array<Boundary, 3>;  // per axis (z, y, x)

// "periodic", "dirichlet" or "neumann".
Boundary boundary_of(const std::string& word);

// The boundaries of a D-dimensional grid from D words, or from one for all axes; collapsed axes are periodic.
Boundaries boundaries_of(const std::vector<std::string>& words, int dimensions);

Periodic periodic_axes(const Boundaries& boundaries);

// Fills the ghosts beyond walls, z first: edges and corners follow. After the exchange.
template <class Scalar>
void fill_walls(const Field<Scalar>& u, const Box& whole, const Boundaries& boundaries);

// Exchange, then walls: every ghost of u holds what the boundary conditions say.
template <class Scalar>
void fill_ghosts(const Field<Scalar>& u, const Domain& domain, const Boundaries& boundaries) {
  domain.exchange_halo(u);
  fill_walls(u, domain.whole(), boundaries);
}

}  // namespace attune::heat
