// core/domain/mpi_session.cpp
#include "core/domain/mpi_session.hpp"

#include <mpi.h>

#include <cstdlib>

namespace attune {

MpiSession::MpiSession(int& argc, char**& argv) { MPI_Init(&argc, &argv); }

MpiSession::~MpiSession() { MPI_Finalize(); }

void MpiSession::abort(int code) {
  MPI_Abort(MPI_COMM_WORLD, code);
  std::abort();
}

}  // namespace attune
