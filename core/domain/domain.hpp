// core/domain/domain.hpp
//
// A box of cells divided among the ranks: who owns what, halo exchange, gathering. The only face of MPI to
// the suite.
//
// A box of (Nz, Ny, Nx) cells is cut into a Cartesian grid of rank boxes; rank r of p along an axis of N
// cells owns [floor(N r / p), floor(N (r + 1) / p)), so sizes differ by at most one cell. Halos may be wider
// than a rank's box, or than the whole periodic axis: ghosts are fetched from whichever ranks own them.
// Cost of exchange_halo: one message to each owner of ghosts along each axis, faces with their edges
// included.
#pragma once

#include <memory>
#include <vector>

#include "core/core/communicator.hpp"
#include "core/core/field.hpp"

namespace attune {

using Periodic = Kokkos::Array<bool, 3>;  // per axis (z, y, x)

class Domain {
 public:
  struct Division;

  // Every rank of the job, no box yet. Needs MPI to be initialised (mpi_session.hpp).
  static Domain world();

  // This rank by itself, no box yet: for what each rank computes in full, and for comparisons with that.
  static Domain alone();

  // The same ranks with a box to share. Throws InputError (deck) when the box has fewer cells than can be
  // dealt out: every rank must own at least one cell.
  Domain split(const Box& whole, const Periodic& periodic) const;

  // The same grid of ranks over a box of another size: its cuts fall at the same fractions of each axis, as
  // those of coarser and finer grids of one region must. At least one cell for each rank along each axis.
  Domain rescaled(const Box& whole) const;
  const Triple& ranks() const;  // along each axis

  const Box& whole() const;
  const Periodic& periodic() const;
  Box mine() const;
  Box owned_by(int rank) const;
  std::vector<Box> boxes() const;  // owned_by(0), owned_by(1), ...
  const Communicator& communicator() const;
  bool speaks() const { return communicator().speaks(); }

  // A field of this rank's cells with ghosts.
  template <class Scalar>
  Field<Scalar> field(const std::string& label, const Triple& halo = {0, 0, 0}) const {
    return Field<Scalar>(label, mine(), halo);
  }

  // Fills the ghosts of u from the cells that own them; ghosts beyond an open axis are left alone.
  // Collective.
  template <class Scalar> void exchange_halo(const Field<Scalar>& u) const;

  // The whole field on every rank, row-major (Nz, Ny, Nx), ghosts left out. Collective; for small fields.
  template <class Scalar> std::vector<Scalar> gather(const Field<Scalar>& u) const;

  // Copies own cells from one division of the whole box to another: rank r gives from_boxes[r] and takes
  // to_boxes[r], each division tiling the whole box. A box may be empty. Collective.
  template <class Scalar>
  void redistribute(const Field<Scalar>& from, const std::vector<Box>& from_boxes, const Field<Scalar>& to,
                    const std::vector<Box>& to_boxes) const;

  double max(double value) const;
  bool any(bool flag) const;  // true on every rank if true on one

  std::shared_ptr<const Division> division;  // opaque outside core/domain
};

}  // namespace attune
