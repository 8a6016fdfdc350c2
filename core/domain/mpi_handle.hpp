// core/domain/mpi_handle.hpp
//
// The MPI communicator behind a Domain, for core/results, whose file library wants it.
#pragma once

#include <mpi.h>

#include "core/domain/domain.hpp"

namespace attune {

MPI_Comm mpi_handle(const Domain& domain);

}  // namespace attune
