// experiments/command/show.cpp
#include "experiments/command/show.hpp"

#include <fmt/format.h>
#include <mpi.h>

#include <Kokkos_Core.hpp>
#include <algorithm>
#include <cstdlib>
#include <thread>

#include "core/core/views.hpp"
#include "core/results/provenance.hpp"
#include "experiments/command/assignment.hpp"
#include "experiments/registry.hpp"

namespace attune::command {
namespace {

// The name and version with which libraries begin; some go on to tell their whole history.
std::string mpi_library() {
  char text[MPI_MAX_LIBRARY_VERSION_STRING] = {};
  int length = 0;
  MPI_Get_library_version(text, &length);  // may be called before MPI is started
  const std::string said(text, static_cast<std::size_t>(length));
  return said.substr(0, said.find_first_of(",\n\r"));
}

std::string threads() {
  const char* asked = std::getenv("OMP_NUM_THREADS");
  const auto cores = fmt::format("{} hardware threads here", std::thread::hardware_concurrency());
  return asked != nullptr ? fmt::format("{}, OMP_NUM_THREADS={}", cores, asked) : cores;
}

}  // namespace

std::string list() {
  std::size_t width = 0;
  for (const auto& experiment : experiments::registry())
    width = std::max(width, std::string(experiment.name).size());
  std::string text;
  for (const auto& experiment : experiments::registry())
    text += fmt::format("{:{}}  {}\n", experiment.name, width, experiment.question);
  return text;
}

std::string describe(const std::string& name) {
  const auto& experiment = experiment_named(name);
  return fmt::format("{}: {}\n\n{}", experiment.name, experiment.question, experiment.verbs->describe());
}

std::string config() {
  const auto facts = build();
  return fmt::format(
      "attune    {}\ngit       {}\ncompiler  {}\nflags     {}\nKokkos    {}, {}\nthreads   {}\nMPI       "
      "{}\nHDF5      {}\n",
      facts.version, facts.git, facts.compiler, facts.flags, facts.kokkos, facts.backend, threads(),
      mpi_library(), facts.hdf5);
}

}  // namespace attune::command
