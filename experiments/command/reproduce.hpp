// experiments/command/reproduce.hpp
//
// `attune run` and `attune reproduce`: experiments carried out, and what came of them told in a line each.
#pragma once

#include "core/domain/domain.hpp"
#include "core/domain/mpi_session.hpp"
#include "experiments/command/options.hpp"

namespace attune::command {

// Exit::claim if a claim that counts is red.
Exit run(const Options& options, const Domain& world);

// Every experiment of the families named, or of all, in the order of the registry. One whose data set is
// missing is skipped, one that fails does not stop the others. The code of the first that failed, else
// Exit::claim if a claim that counts is red, else Exit::done.
Exit reproduce(const Options& options, const Domain& world, const MpiSession& mpi);

// The table's experiments; throws InputError (usage) for a family that there is not. Needs no MPI.
void check_families(const std::vector<std::string>& families);

// The rank that speaks prints the error of all. A rank that is alone with it ends the job: the others would
// wait for it.
void report(const InputError& error, const Domain& world, const MpiSession& mpi);

}  // namespace attune::command
