// core/domain/mpi_communicator.hpp
//
// Core's Communicator carried by MPI.
#pragma once

#include <mpi.h>

#include "core/core/communicator.hpp"

namespace attune {

Communicator mpi_communicator(MPI_Comm ranks);

// Can MPI read and write the device's memory itself? Asked once, by sending a message from device memory to
// oneself and comparing what arrives; on the host it always can.
bool mpi_reads_device_memory(MPI_Comm ranks);

}  // namespace attune
