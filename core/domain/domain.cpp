// core/domain/domain.cpp
#include "core/domain/domain.hpp"

#include <fmt/format.h>

#include "core/core/require.hpp"
#include "core/domain/division_state.hpp"
#include "core/domain/mpi_communicator.hpp"
#include "core/domain/mpi_handle.hpp"

namespace attune {

MPI_Comm mpi_handle(const Domain& domain) { return domain.division->ranks; }

Domain Domain::world() {
  auto everyone = std::make_shared<Division>();
  everyone->ranks = MPI_COMM_WORLD;
  everyone->communicator = mpi_communicator(MPI_COMM_WORLD);
  everyone->device_aware = mpi_reads_device_memory(MPI_COMM_WORLD);
  everyone->grid = {1, 1, everyone->communicator.size};
  Domain world;
  world.division = everyone;
  return world;
}

Domain Domain::alone() {
  auto self = std::make_shared<Division>();
  self->ranks = MPI_COMM_SELF;
  self->communicator = Communicator::alone();
  self->device_aware = true;  // no message leaves the rank
  Domain alone;
  alone.division = self;
  return alone;
}

Domain Domain::first(int ranks) const {
  require(ranks >= 1 && ranks <= communicator().size, "the first ranks are at least one and at most all");
  auto some = std::make_shared<Division>();
  const int me = communicator().rank;
  MPI_Comm_split(division->ranks, me < ranks ? 0 : MPI_UNDEFINED, me, &some->ranks);
  some->device_aware = division->device_aware;
  some->communicator.size = 0;
  if (me < ranks) some->communicator = mpi_communicator(some->ranks);
  some->grid = {1, 1, ranks};
  Domain first;
  first.division = some;
  return first;
}

bool Domain::takes_part() const { return division->ranks != MPI_COMM_NULL; }

Domain Domain::split(const Box& whole, const Periodic& periodic) const {
  require(takes_part(), "a rank outside the first ranks takes no part in what they do");
  require(!whole.empty(), "a domain has at least one cell along each axis");
  auto shares = std::make_shared<Division>(*division);
  shares->whole = whole;
  shares->periodic = periodic;
  shares->grid = rank_grid(whole, communicator().size);
  if (shares->grid[0] == 0)
    throw InputError(Exit::deck,
                     fmt::format("{} x {} x {} cells (z, y, x) cannot be dealt out to {} ranks with at least "
                                 "one cell each; use fewer ranks or more cells",
                                 whole.extent(0), whole.extent(1), whole.extent(2), communicator().size));
  Domain split;
  split.division = shares;
  return split;
}

Domain Domain::rescaled(const Box& whole) const {
  auto shares = std::make_shared<Division>(*division);
  shares->whole = whole;
  for (int a = 0; a < 3; ++a)
    require(whole.extent(a) >= shares->grid[a], "a rescaled box has a cell for each rank along each axis");
  Domain rescaled;
  rescaled.division = shares;
  return rescaled;
}

const Triple& Domain::ranks() const { return division->grid; }
const Box& Domain::whole() const { return division->whole; }
const Periodic& Domain::periodic() const { return division->periodic; }
const Communicator& Domain::communicator() const { return division->communicator; }
Box Domain::mine() const { return owned_by(communicator().rank); }
Box Domain::owned_by(int rank) const { return rank_box(division->whole, division->grid, rank); }

std::vector<Box> Domain::boxes() const {
  std::vector<Box> all;
  for (int rank = 0; rank < communicator().size; ++rank) all.push_back(owned_by(rank));
  return all;
}

double Domain::max(double value) const {
  communicator().maximum(&value, 1);
  return value;
}

bool Domain::any(bool flag) const { return max(flag ? 1 : 0) > 0; }

void Domain::meet() const { MPI_Barrier(division->ranks); }

Domain::Traffic Domain::sent() const { return *division->sent; }

}  // namespace attune
