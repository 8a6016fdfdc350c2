// tests/core/domain/lonely_rank.cpp
//
// A program of its own, for what ends a job:  lonely_rank all   every rank arrives: exit code 0
//                                             lonely_rank one   one arrives, the others wait elsewhere: it
//                                             ends all, 6
#include <string_view>

#include "core/domain/domain.hpp"
#include "core/domain/mpi_session.hpp"

int main(int argc, char** argv) {
  const attune::MpiSession mpi(argc, argv);
  const auto world = attune::Domain::world();
  const bool alone = argc > 1 && std::string_view(argv[1]) == "one";
  if (!alone) return mpi.all_arrive(30) ? 0 : 1;
  if (world.communicator().rank == 1 && !mpi.all_arrive(0.5)) attune::MpiSession::abort(6);
  return world.any(true) ? 1 : 2;
}
