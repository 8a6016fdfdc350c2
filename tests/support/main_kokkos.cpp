// tests/support/main_kokkos.cpp
//
// Runs the Catch2 tests of one executable where there is Kokkos alone.
#include <Kokkos_Core.hpp>
#include <catch2/catch_session.hpp>

int main(int argc, char** argv) {
  const Kokkos::ScopeGuard kokkos(argc, argv);
  return Catch::Session().run(argc, argv);
}
