// tests/support/main_mpi.cpp
//
// Runs the Catch2 tests of one executable on every rank. The ranks after the first are silent; the job fails
// if a test fails on any rank.
#include <mpi.h>

#include <Kokkos_Core.hpp>
#include <catch2/catch_session.hpp>
#include <iostream>
#include <sstream>

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  int failed = 0;
  {
    const Kokkos::ScopeGuard kokkos(argc, argv);
    std::ostringstream unread;
    auto* const console = std::cout.rdbuf();
    if (rank != 0) std::cout.rdbuf(unread.rdbuf());
    failed = Catch::Session().run(argc, argv);
    std::cout.rdbuf(console);
    if (failed != 0 && rank != 0) std::cout << "rank " << rank << ":\n" << unread.str() << std::endl;
  }
  int worst = 0;
  MPI_Allreduce(&failed, &worst, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
  MPI_Finalize();
  return worst == 0 ? 0 : 1;
}
