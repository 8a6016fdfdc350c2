// experiments/command/instruction_set.hpp
//
// A program compiled for a processor that this machine does not have says so in one line and ends with
// Exit::environment. The check runs before main() and before the constructors of static objects, which were
// compiled for that processor too; instruction_check.cpp, which holds it, is therefore compiled for any
// processor.
#pragma once

namespace attune::command {

// What the suite was compiled for, in the compiler's names for features of x86-64; ends with nullptr.
extern const char* const needed_features[];

}  // namespace attune::command
