// core/domain/division_state.hpp
//
// What a Domain shares among its copies. Private to core/domain.
#pragma once

#include <mpi.h>

#include "core/domain/division.hpp"
#include "core/domain/domain.hpp"

namespace attune {

struct Domain::Division {
  MPI_Comm ranks = MPI_COMM_NULL;
  bool device_aware = false;
  Communicator communicator;
  Box whole;
  Periodic periodic{false, false, false};
  Triple grid{1, 1, 1};  // ranks along each axis
  std::shared_ptr<Traffic> sent = std::make_shared<Traffic>();  // of all domains of these ranks together
};

}  // namespace attune
