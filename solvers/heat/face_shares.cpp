// solvers/heat/face_shares.cpp
#include "solvers/heat/face_shares.hpp"

namespace attune::heat {
namespace {

constexpr int sweeps = 2;  // toward equal shares of cells joined strongly

template <class Scalar> struct SplitFaces {
  Field<Scalar> g, lower, upper;
  int axis;
  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const {
    lower(k, j, i) = g(k, j, i);
    upper(k, j, i) = g(k + (axis == 0), j + (axis == 1), i + (axis == 2));
  }
};

// What a cell is joined to along the axis.
struct Links {
  double within, between, beyond;  // h, m, h'; h' < 0 where the other side does not yield
  int side;  // of the other pair: 1 above, -1 below, 0 none
};

template <class Scalar> struct Neighbourhood {
  CellFaces<Scalar> faces;
  int axis;
  Index cells, first;  // along the axis: all, and the first own one
  bool periodic;
  Triple lower, upper;  // local numbers of the faces on walls

  KOKKOS_FUNCTION Links links(Index k, Index j, Index i) const {
    const Index z = axis == 0, y = axis == 1, x = axis == 2, f = first + (z ? k : y ? j : i);
    const bool odd = f % 2 == 1;
    if ((!odd && f + 1 == cells) || (periodic && cells <= 2)) return {0, 0, 0, 0};
    const Field<Scalar>&below = faces.lower[axis], &above = faces.upper[axis];
    const Index other = odd ? f + 1 : f - 1, wrapped = (other + cells) % cells;
    const bool wall = other != wrapped && !periodic, single = wrapped + 1 == cells && cells % 2 == 1;
    const double beyond = wall || single ? -1 : odd ? above(k + z, j + y, i + x) : below(k - z, j - y, i - x);
    if (odd) return {below(k, j, i), above(k, j, i), beyond, 1};
    return {above(k, j, i), below(k, j, i), beyond, -1};
  }

  // Visits the neighbours across the axis that are cells: visit.add(conductance, share).
  template <class Visit>
  KOKKOS_FUNCTION void across(const Field<Scalar>& w, Index k, Index j, Index i, Visit& visit) const {
    const Index at[3] = {k, j, i};
    for (int t = 0; t < 3; ++t) {
      if (t == axis || !faces.across[t]) continue;
      const Index z = t == 0, y = t == 1, x = t == 2;
      if (at[t] != lower[t]) visit.add(faces.lower[t](k, j, i), w(k - z, j - y, i - x));
      if (at[t] + 1 != upper[t]) visit.add(faces.upper[t](k, j, i), w(k + z, j + y, i + x));
    }
  }
};

// (1/2h) / (1/2h + 1/m + 1/2h')
KOKKOS_INLINE_FUNCTION double series_share(const Links& link) {
  if (!(link.between > 0)) return 0;
  if (link.beyond == 0) return link.within == 0 ? 0.5 : 0;
  const double both = link.beyond < 0 ? 0 : link.within / link.beyond;
  return 1 / (1 + 2 * link.within / link.between + both);
}

template <class Scalar> struct FirstShare {
  Neighbourhood<Scalar> round;
  Field<Scalar> w;
  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const {
    w(k, j, i) = static_cast<Scalar>(series_share(round.links(k, j, i)));
  }
};

struct Pull {
  double weight = 0, sum = 0;
  KOKKOS_FUNCTION void add(double g, double share) {
    weight += g;
    sum += g * share;
  }
};

template <class Scalar> struct EvenShare {
  Neighbourhood<Scalar> round;
  Field<Scalar> w, next;
  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const {
    const Links link = round.links(k, j, i);
    const double here = w(k, j, i);
    next(k, j, i) = 0;
    if (!(link.between > 0)) return;
    Pull pull;
    round.across(w, k, j, i, pull);
    const Index z = round.axis == 0 ? link.side : 0, y = round.axis == 1 ? link.side : 0,
                x = round.axis == 2 ? link.side : 0;
    const double facing = w(k + z, j + y, i + x);
    const double least =
        (link.between * (1 - facing) + pull.sum) / (2 * link.within + link.between + pull.weight);
    next(k, j, i) = static_cast<Scalar>(0.5 * (here + least));
  }
};

struct Strain {
  double here, sum = 0;
  KOKKOS_FUNCTION void add(double g, double share) { sum += g * (here - share) * (here - share); }
};

template <class Scalar> struct ShareEnergy {
  Neighbourhood<Scalar> round;
  Field<Scalar> w, energy;
  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const {
    const Links link = round.links(k, j, i);
    Strain strain{w(k, j, i)};
    if (link.side != 0) round.across(w, k, j, i, strain);
    energy(k, j, i) = static_cast<Scalar>(2 * link.within * strain.here * strain.here + strain.sum / 2);
  }
};

}  // namespace

template <class Scalar> CellFaces<Scalar> cell_faces(const FaceGrid<Scalar>& grid, const Triple& ghosts) {
  CellFaces<Scalar> cells{grid.faces.across, {}, {}};
  for (int a = 0; a < 3; ++a) {
    if (!cells.across[a]) continue;
    cells.lower[a] = grid.domain.template field<Scalar>("heat::cell_faces", ghosts);
    cells.upper[a] = grid.domain.template field<Scalar>("heat::cell_faces", ghosts);
    Kokkos::parallel_for("heat::cell_faces", every_cell(grid.domain.mine()),
                         SplitFaces<Scalar>{grid.faces.g[a], cells.lower[a], cells.upper[a], a});
    grid.domain.exchange_halo(cells.lower[a]);
    grid.domain.exchange_halo(cells.upper[a]);
  }
  return cells;
}

template <class Scalar>
Shares<Scalar> shares(const FaceGrid<Scalar>& grid, const CellFaces<Scalar>& faces, int axis) {
  const Domain& domain = grid.domain;
  const Triple& ghosts = faces.lower[axis].halo;
  const Neighbourhood<Scalar> round{faces,
                                    axis,
                                    domain.whole().extent(axis),
                                    domain.mine().lower[axis] - domain.whole().lower[axis],
                                    domain.periodic()[axis],
                                    grid.faces.lower,
                                    grid.faces.upper};
  auto w = domain.field<Scalar>("heat::shares::w", ghosts);
  auto next = domain.field<Scalar>("heat::shares::w", ghosts);
  const auto energy = domain.field<Scalar>("heat::shares::energy", ghosts);
  const auto cells = every_cell(domain.mine());
  Kokkos::parallel_for("heat::shares::first", cells, FirstShare<Scalar>{round, w});
  domain.exchange_halo(w);
  for (int n = 0; n < sweeps; ++n) {
    Kokkos::parallel_for("heat::shares::even", cells, EvenShare<Scalar>{round, w, next});
    std::swap(w, next);
    domain.exchange_halo(w);
  }
  Kokkos::parallel_for("heat::shares::energy", cells, ShareEnergy<Scalar>{round, w, energy});
  domain.exchange_halo(energy);
  return {w, energy};
}

template CellFaces<float> cell_faces(const FaceGrid<float>&, const Triple&);
template CellFaces<double> cell_faces(const FaceGrid<double>&, const Triple&);
template Shares<float> shares(const FaceGrid<float>&, const CellFaces<float>&, int);
template Shares<double> shares(const FaceGrid<double>&, const CellFaces<double>&, int);

}  // namespace attune::heat
