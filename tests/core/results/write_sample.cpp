// tests/core/results/write_sample.cpp
//
// write_sample DIR: the sample result, for checks from outside.
#include <iostream>

#include "core/core/require.hpp"
#include "core/domain/mpi_session.hpp"
#include "sample.hpp"

int main(int argc, char** argv) {
  const attune::MpiSession mpi(argc, argv);
  const Kokkos::ScopeGuard kokkos(argc, argv);
  try {
    sample::write(argc > 1 ? argv[1] : ".");
  } catch (const attune::InputError& error) {
    if (attune::Domain::world().speaks()) std::cerr << error.what() << std::endl;
    return static_cast<int>(error.code);
  }
  return 0;
}
