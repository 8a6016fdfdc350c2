// solvers/heat/face_coarsening.cpp
#include "solvers/heat/face_coarsening.hpp"

#include "solvers/heat/face_shares.hpp"
#include "solvers/heat/gathering.hpp"

namespace attune::heat {
namespace {

template <class Scalar> struct ScaleWalls {
  Field<Scalar> from, to;
  int axis;
  Index lower, upper;
  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const {
    const Index face = axis == 0 ? k : axis == 1 ? j : i;
    to(k, j, i) = (face == lower || face == upper ? 2 : 1) * from(k, j, i);
  }
};

// The faces along the axis of a grid of pairs.
template <class Scalar> struct PairFaces {
  Field<Scalar> w, energy, below, above, g;
  int axis;
  Index cells, fine_lower, coarse_lower;

  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const {
    const Index z = axis == 0, y = axis == 1, x = axis == 2;
    const Index pair = (z ? k : y ? j : i) + coarse_lower, face = 2 * pair < cells ? 2 * pair : cells;
    const Index at = face - 1 - fine_lower;  // the fine cell below the face
    const Index K = z ? at : k, J = y ? at : j, I = x ? at : i;
    const double under = w(K, J, I), over = w(K + z, J + y, I + x), rest = 1 - under - over;
    const double between = pair == 0 ? below(K + z, J + y, I + x) : above(K, J, I);
    const double lean = double(energy(K, J, I)) + double(energy(K + z, J + y, I + x));
    g(k, j, i) = static_cast<Scalar>(lean + between * rest * rest);
  }
};

// Means of the shares of both cells of the faces across the axis; on walls that of the cell.
template <class Scalar> struct FaceShares {
  Field<Scalar> w, lower, upper;
  int across;
  Index lower_wall, upper_wall;

  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const {
    const Index z = across == 0, y = across == 1, x = across == 2, at = z ? k : y ? j : i;
    const Scalar here = w(k, j, i), half = Scalar(0.5);
    lower(k, j, i) = at == lower_wall ? here : half * (here + w(k - z, j - y, i - x));
    upper(k, j, i) = at + 1 == upper_wall ? here : half * (here + w(k + z, j + y, i + x));
  }
};

template <class Scalar> struct JoinFaces {
  Field<Scalar> lower, upper, g;
  int axis;
  Index cells;  // own ones along the axis
  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const {
    const Index z = axis == 0, y = axis == 1, x = axis == 2, face = z ? k : y ? j : i;
    g(k, j, i) = face < cells ? lower(k, j, i) : upper(k - z, j - y, i - x);
  }
};

auto every_face(const Box& own, int axis) {
  Box slab{{0, 0, 0}, own.shape()};
  ++slab.upper[axis];
  return every_cell(slab);
}

template <class Scalar>
void join_faces(const Field<Scalar>& lower, const Field<Scalar>& upper, const Field<Scalar>& g, int axis) {
  Kokkos::parallel_for("heat::join_faces", every_face(lower.box, axis),
                       JoinFaces<Scalar>{lower, upper, g, axis, lower.box.extent(axis)});
}

template <class Scalar> struct Strength {
  Field<Scalar> g;
  int axis;
  KOKKOS_FUNCTION void operator()(const Block& at, double* sum) const {
    for (int c = 0; c < at.cells; ++c) {
      const Index i = at.i + c;
      sum[c] = double(g(at.k, at.j, i)) + double(g(at.k + (axis == 0), at.j + (axis == 1), i + (axis == 2)));
    }
  }
};

// Faces across the axis: those of a pair's cells and of the cells that lean on it, each by its share.
template <class Scalar>
void add_faces_across(const FaceGrid<Scalar>& fine, const CellFaces<Scalar>& faces,
                      const FaceTransfer<Scalar>& by, int across, const FaceGrid<Scalar>& coarse) {
  const Domain& domain = fine.domain;
  const auto lower = domain.field<Scalar>("heat::coarsened::shares", by.w.halo);
  const auto upper = domain.field<Scalar>("heat::coarsened::shares", by.w.halo);
  Kokkos::parallel_for(
      "heat::coarsened::face_shares", every_cell(domain.mine()),
      FaceShares<Scalar>{by.w, lower, upper, across, fine.faces.lower[across], fine.faces.upper[across]});
  domain.exchange_halo(lower);
  domain.exchange_halo(upper);
  const auto below = coarse.domain.template field<Scalar>("heat::coarsened::lower");
  const auto above = coarse.domain.template field<Scalar>("heat::coarsened::upper");
  FaceTransfer<Scalar> faces_by = by;
  faces_by.w = lower;
  faces_by.restrict_to_coarse(faces.lower[across], below);
  faces_by.w = upper;
  faces_by.restrict_to_coarse(faces.upper[across], above);
  join_faces(below, above, coarse.faces.g[across], across);
}

}  // namespace

template <class Scalar>
FaceGrid<Scalar> finest_grid(const Domain& domain, const Boundaries& boundaries, const Faces<Scalar>& faces,
                             const Field<Scalar>& volume) {
  FaceGrid<Scalar> grid{domain, boundaries, unfilled_faces<Scalar>(domain, boundaries), volume};
  for (int a = 0; a < 3; ++a)
    if (faces.across[a])
      Kokkos::parallel_for(
          "heat::finest_grid", every_face(domain.mine(), a),
          ScaleWalls<Scalar>{faces.g[a], grid.faces.g[a], a, grid.faces.lower[a], grid.faces.upper[a]});
  return grid;
}

template <class Scalar> int strongest_axis(const FaceGrid<Scalar>& grid) {
  int strongest = -1;
  double most = 0;
  for (int a = 0; a < 3; ++a) {
    if (!grid.faces.across[a] || grid.domain.whole().extent(a) == 1) continue;
    const double sum = sum::over_cells("heat::strongest_axis", grid.domain.mine(),
                                       Strength<Scalar>{grid.faces.g[a], a}, grid.domain.communicator());
    if (!(sum > 1.1 * most)) continue;  // z before y before x, so that rows stay long
    strongest = a;
    most = sum;
  }
  return strongest;
}

Box halved_box(const Box& whole, int axis) {
  Box box = whole;
  box.upper[axis] = box.lower[axis] + (box.extent(axis) + 1) / 2;
  return box;
}

template <class Scalar> Coarsened<Scalar> coarsened(const FaceGrid<Scalar>& fine, int axis) {
  const Domain& domain = fine.domain;
  const Domain pairs = domain.rescaled(halved_box(domain.whole(), axis));
  const TransferGhosts needed = transfer_ghosts(domain, pairs, axis);
  Triple ghosts = one_ghost(domain, fine.boundaries);
  ghosts[axis] = needed.fine;
  const auto faces = cell_faces(fine, ghosts);
  const auto share = shares(fine, faces, axis);
  const Index fine_lower = domain.mine().lower[axis] - domain.whole().lower[axis];
  const Index coarse_lower = pairs.mine().lower[axis] - pairs.whole().lower[axis];
  const FaceTransfer<Scalar> transfer{axis, domain.whole().extent(axis), fine_lower, coarse_lower, share.w};
  const FaceGrid<Scalar> grid{pairs, fine.boundaries, unfilled_faces<Scalar>(pairs, fine.boundaries),
                              pairs.field<Scalar>("heat::coarsened::volume")};
  if (grid.faces.across[axis])
    Kokkos::parallel_for(
        "heat::coarsened::along", every_face(pairs.mine(), axis),
        PairFaces<Scalar>{share.w, share.energy, faces.lower[axis], faces.upper[axis], grid.faces.g[axis],
                          axis, transfer.cells, fine_lower, coarse_lower});
  for (int t = 0; t < 3; ++t)
    if (t != axis && faces.across[t]) add_faces_across(fine, faces, transfer, t, grid);
  const auto volume = domain.field<Scalar>("heat::coarsened::volume", ghosts);
  combine<Scalar>(volume, {{1, fine.volume}});
  domain.exchange_halo(volume);
  transfer.restrict_to_coarse(volume, grid.volume);
  return {grid, transfer, needed};
}

template <class Scalar> FaceGrid<Scalar> gathered(const FaceGrid<Scalar>& grid) {
  const Domain whole = gathered(grid.domain);
  const FaceGrid<Scalar> all{whole, grid.boundaries, unfilled_faces<Scalar>(whole, grid.boundaries),
                             whole.field<Scalar>("heat::gathered::volume")};
  gather(grid.domain, grid.volume, all.volume);
  const auto faces = cell_faces(grid, {0, 0, 0});
  const auto lower = whole.field<Scalar>("heat::gathered::lower");
  const auto upper = whole.field<Scalar>("heat::gathered::upper");
  for (int a = 0; a < 3; ++a) {
    if (!faces.across[a]) continue;
    gather(grid.domain, faces.lower[a], lower);
    gather(grid.domain, faces.upper[a], upper);
    join_faces(lower, upper, all.faces.g[a], a);
  }
  return all;
}

template FaceGrid<float> finest_grid(const Domain&, const Boundaries&, const Faces<float>&,
                                     const Field<float>&);
template FaceGrid<double> finest_grid(const Domain&, const Boundaries&, const Faces<double>&,
                                      const Field<double>&);
template int strongest_axis(const FaceGrid<float>&);
template int strongest_axis(const FaceGrid<double>&);
template Coarsened<float> coarsened(const FaceGrid<float>&, int);
template Coarsened<double> coarsened(const FaceGrid<double>&, int);
template FaceGrid<float> gathered(const FaceGrid<float>&);
template FaceGrid<double> gathered(const FaceGrid<double>&);

}  // namespace attune::heat
