#include "core/domain/mpi_session.hpp"

#include <mpi.h>
#include <unistd.h>

#include <cstdlib>

namespace attune {

// Ranks of its own, so that no message of theirs is taken for one of the computation.
struct MpiSession::Meeting {
  MPI_Comm ranks = MPI_COMM_NULL;
};

MpiSession::MpiSession(int& argc, char**& argv) : meeting(std::make_unique<Meeting>()) {
  MPI_Init(&argc, &argv);
  MPI_Comm_dup(MPI_COMM_WORLD, &meeting->ranks);
}

MpiSession::~MpiSession() {
  MPI_Comm_free(&meeting->ranks);
  MPI_Finalize();
}

bool MpiSession::all_arrive(double seconds) const {
  MPI_Request request;
  MPI_Ibarrier(meeting->ranks, &request);
  int arrived = 0;
  for (const double end = MPI_Wtime() + seconds; arrived == 0 && MPI_Wtime() < end; usleep(1000))
    MPI_Test(&request, &arrived, MPI_STATUS_IGNORE);
  return arrived == 1;
}

void MpiSession::abort(int code) {
  MPI_Abort(MPI_COMM_WORLD, code);
  std::abort();
}

}  // namespace attune
