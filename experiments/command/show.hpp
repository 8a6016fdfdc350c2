// experiments/command/show.hpp
//
// The commands that only tell.
#pragma once

#include <string>

namespace attune::command {

std::string list();
std::string describe(const std::string& experiment);  // throws InputError (usage) for one that there is not
std::string config();

}  // namespace attune::command
