// experiments/command/launch.hpp
//
// What can be known of the other ranks before MPI is started. Commands that compute nothing never start it,
// so that they run where it cannot be started, on a login node say.
#pragma once

namespace attune::command {

// True on the rank that prints: the first one by the variables that launchers set, and any process that none
// started.
bool first_of_launch();

}  // namespace attune::command
