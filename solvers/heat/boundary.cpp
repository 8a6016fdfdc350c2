// solvers/heat/boundary.cpp
#include "solvers/heat/boundary.hpp"

#include "core/core/require.hpp"

namespace attune::heat {

Boundary boundary_of(const std::string& word) {
  if (word == "dirichlet") return Boundary::dirichlet;
  if (word == "neumann") return Boundary::neumann;
  require(word == "periodic", "a boundary is periodic, dirichlet or neumann");
  return Boundary::periodic;
}

Boundaries boundaries_of(const std::vector<std::string>& words, int dimensions) {
  require(words.size() == 1 || static_cast<int>(words.size()) == dimensions,
          "one boundary, or one for each axis");
  Boundaries boundaries{Boundary::periodic, Boundary::periodic, Boundary::periodic};
  for (int d = 0; d < dimensions; ++d)
    boundaries[3 - dimensions + d] = boundary_of(words[words.size() == 1 ? 0 : d]);
  return boundaries;
}

Periodic periodic_axes(const Boundaries& boundaries) {
  Periodic periodic;
  for (int a = 0; a < 3; ++a) periodic[a] = boundaries[a] == Boundary::periodic;
  return periodic;
}

namespace {

// Writes the ghost cells of one side of an axis from their mirror images.
template <class Scalar> struct Reflect {
  Field<Scalar> u;
  int axis;
  Index first;  // local index of the first ghost
  Index mirror_sum;  // a ghost at g has its image at mirror_sum - g
  Scalar sign;

  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const {
    Triple ghost{k - (axis == 0 ? 0 : u.halo[0]), j - (axis == 1 ? 0 : u.halo[1]),
                 i - (axis == 2 ? 0 : u.halo[2])};
    ghost[axis] += first;
    Triple image = ghost;
    image[axis] = mirror_sum - ghost[axis];
    u(ghost[0], ghost[1], ghost[2]) = sign * u(image[0], image[1], image[2]);
  }
};

template <class Scalar>
void reflect(const Field<Scalar>& u, int axis, Index first, Index ghosts, Index mirror_sum, Scalar sign) {
  if (ghosts <= 0) return;
  Box slab;
  for (int a = 0; a < 3; ++a) slab.upper[a] = u.box.extent(a) + 2 * u.halo[a];
  slab.upper[axis] = ghosts;
  Kokkos::parallel_for("heat::reflect", every_cell(slab), Reflect<Scalar>{u, axis, first, mirror_sum, sign});
}

}  // namespace

template <class Scalar>
void fill_walls(const Field<Scalar>& u, const Box& whole, const Boundaries& boundaries) {
  for (int axis = 0; axis < 3; ++axis) {
    if (boundaries[axis] == Boundary::periodic || u.halo[axis] == 0) continue;
    require(u.halo[axis] <= whole.extent(axis), "a halo is at most as wide as a walled axis");
    const Scalar sign = boundaries[axis] == Boundary::neumann ? Scalar(1) : Scalar(-1);
    // Walls in local indices: the lower one lies before cell `lower`, the upper one before cell `upper`.
    const Index lower = whole.lower[axis] - u.box.lower[axis], upper = whole.upper[axis] - u.box.lower[axis];
    const Index before = -u.halo[axis], past = u.box.extent(axis) + u.halo[axis];
    reflect(u, axis, before, std::min(lower, past) - before, 2 * lower - 1, sign);
    const Index beyond = std::max(upper, before);
    reflect(u, axis, beyond, past - beyond, 2 * upper - 1, sign);
  }
}

template void fill_walls(const Field<float>&, const Box&, const Boundaries&);
template void fill_walls(const Field<double>&, const Box&, const Boundaries&);

}  // namespace attune::heat
