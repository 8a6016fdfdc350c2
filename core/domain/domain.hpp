// core/domain/domain.hpp
//
// A box of cells divided among the ranks: who owns what, halo exchange, gathering. The only face of MPI to
// the suite.
//
// A box of (Nz, Ny, Nx) cells is cut into a Cartesian grid of rank boxes; rank r of p along an axis of N
// cells owns [floor(N r / p), floor(N (r + 1) / p)), so sizes differ by at most one cell. Halos may be wider
// than a rank's box, or than the whole periodic axis: ghosts are fetched from whichever ranks own them.
// Cost of exchange_halo: one message to each owner of ghosts along each axis, faces with their edges
// included; only ranks within reach of the halo are looked at, however many there are.
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

  // The first so many of these ranks, no box yet: for what a smaller job would do, inside a larger one. On the
  // ranks outside, takes_part() is false: they hold no cells, do no more with what is returned, and wait for
  // the others in the next thing that all do. Collective over these ranks. The ranks remember each such group
  // until the job ends, for giving one up is collective and so nothing that a destructor may do.
  Domain first(int ranks) const;
  bool takes_part() const;

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

  // Returns on no rank before every rank has come: what fair timing starts with. Collective.
  void meet() const;

  // What this rank has sent to others in exchanges, gathers and redistributions, since these ranks came
  // together; its own grids, finer and coarser ones, count as one. What it gives itself is no message.
  struct Traffic {
    std::int64_t messages = 0, bytes = 0;
  };
  Traffic sent() const;

  std::shared_ptr<const Division> division;  // opaque outside core/domain
};

}  // namespace attune
