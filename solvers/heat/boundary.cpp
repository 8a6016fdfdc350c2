// solvers/heat/boundary.cpp
#include "solvers/heat/boundary.hpp"

#include "core/core/blocks.hpp"
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

// The ghosts beyond a wall along an axis, in local indices: `count` from `first` on; the image of a ghost at
// g lies at mirror_sum - g.
struct Side {
  Index first, count, mirror_sum;
};

// Planes of ghosts along z or y: rows in order.
template <class Scalar> struct ReflectRows {
  Field<Scalar> u;
  int axis;
  Side side;
  Scalar sign;
  Blocks blocks;  // of the slab of ghosts

  KOKKOS_FUNCTION void operator()(Index n) const {
    const Block at = blocks.at(n);
    Triple ghost{at.k - u.halo[0], at.j - u.halo[1], at.i - u.halo[2]};
    ghost[axis] += u.halo[axis] + side.first;
    Triple image = ghost;
    image[axis] = side.mirror_sum - ghost[axis];
    Scalar* const to = &u(ghost[0], ghost[1], ghost[2]);
    const Scalar* const from = &u(image[0], image[1], image[2]);
    for (int c = 0; c < at.cells; ++c) to[c] = sign * from[c];
  }
};

// Both ends of every row, which lie beside those of its neighbours.
template <class Scalar> struct ReflectEnds {
  Field<Scalar> u;
  Side lower, upper;
  Scalar sign;
  Index rows;

  KOKKOS_FUNCTION void operator()(Index n) const {
    const Index k = n / rows;
    Scalar* const row = &u(k - u.halo[0], n - k * rows - u.halo[1], 0);
    for (Index g = lower.first; g < lower.first + lower.count; ++g) row[g] = sign * row[lower.mirror_sum - g];
    for (Index g = upper.first; g < upper.first + upper.count; ++g) row[g] = sign * row[upper.mirror_sum - g];
  }
};

template <class Scalar> void reflect_rows(const Field<Scalar>& u, int axis, const Side& side, Scalar sign) {
  if (side.count <= 0) return;
  Box slab;
  for (int a = 0; a < 3; ++a) slab.upper[a] = u.box.extent(a) + 2 * u.halo[a];
  slab.upper[axis] = side.count;
  const ReflectRows<Scalar> mirror{u, axis, side, sign, Blocks(slab)};
  Kokkos::parallel_for("heat::reflect_rows", mirror.blocks.policy(), mirror);
}

template <class Scalar>
void reflect_ends(const Field<Scalar>& u, const Side& lower, const Side& upper, Scalar sign) {
  if (lower.count <= 0 && upper.count <= 0) return;
  const Index planes = u.box.extent(0) + 2 * u.halo[0], rows = u.box.extent(1) + 2 * u.halo[1];
  Kokkos::parallel_for("heat::reflect_ends",
                       Kokkos::RangePolicy<Device, Kokkos::IndexType<Index>>(0, planes * rows),
                       ReflectEnds<Scalar>{u, lower, upper, sign, rows});
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
    const Index beyond = std::max(upper, before);
    const Side below{before, std::min(lower, past) - before, 2 * lower - 1};
    const Side above{beyond, past - beyond, 2 * upper - 1};
    if (axis == 2) {
      reflect_ends(u, below, above, sign);
    } else {
      reflect_rows(u, axis, below, sign);
      reflect_rows(u, axis, above, sign);
    }
  }
}

template void fill_walls(const Field<float>&, const Box&, const Boundaries&);
template void fill_walls(const Field<double>&, const Box&, const Boundaries&);

}  // namespace attune::heat
