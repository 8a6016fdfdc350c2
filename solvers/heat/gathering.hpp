// solvers/heat/gathering.hpp
//
// Coarse grids of multigrid among ranks: cut at the same places as fine ones while every rank keeps cells
// along each axis, then gathered whole on every rank, which goes on by itself.
#pragma once

#include <algorithm>

#include "core/domain/domain.hpp"

namespace attune::heat {

template <class Scalar> struct CopyPart {
  Field<Scalar> all, part;
  Triple offset;

  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const {
    part(k, j, i) = all(k + offset[0], j + offset[1], i + offset[2]);
  }
};

// The whole of a field of `domain` on every rank.
template <class Scalar>
void gather(const Domain& domain, const Field<Scalar>& part, const Field<Scalar>& all) {
  const auto values = domain.gather(part);
  const Field<Scalar> plain("heat::gathering", all.box);
  const Kokkos::View<const Scalar***, Kokkos::LayoutRight, Kokkos::HostSpace, Kokkos::MemoryUnmanaged> host(
      values.data(), all.box.extent(0), all.box.extent(1), all.box.extent(2));
  Kokkos::deep_copy(plain.values, host);
  Kokkos::parallel_for("heat::gathering::gather", every_cell(all.box),
                       CopyPart<Scalar>{plain, all, {0, 0, 0}});
}

// This rank's part of a gathered field.
template <class Scalar> void take_part(const Field<Scalar>& all, const Field<Scalar>& part) {
  Triple offset;
  for (int a = 0; a < 3; ++a) offset[a] = part.box.lower[a] - all.box.lower[a];
  Kokkos::parallel_for("heat::gathering::take_part", every_cell(part.box),
                       CopyPart<Scalar>{all, part, offset});
}

// A grid of fewer cells than `fewest`, or whose next grid has fewer than ranks along an axis, is gathered.
inline bool to_be_gathered(const Domain& domain, const Box& coarse, Index fewest) {
  if (domain.communicator().size == 1) return false;
  bool can_be_cut = true;
  for (int a = 0; a < 3; ++a) can_be_cut = can_be_cut && coarse.extent(a) >= domain.ranks()[a];
  return domain.whole().cells() < fewest || !can_be_cut;
}

// The whole box of a domain on each rank by itself.
inline Domain gathered(const Domain& domain) {
  return Domain::alone().split(domain.whole(), domain.periodic());
}

inline Triple widest(const Triple& a, const Triple& b) {
  return {std::max(a[0], b[0]), std::max(a[1], b[1]), std::max(a[2], b[2])};
}

}  // namespace attune::heat
