// tests/experiments/instruction_set/needs_the_impossible.cpp
//
// Stands for a program compiled for a processor that this one is not: must say so before main() and static
// objects.
#include <cstdio>

#include "experiments/command/instruction_set.hpp"

namespace attune::command {
constinit const char* const needed_features[] = {"an abacus", nullptr};
}

const int before_main = std::puts("a static object was made");

int main() { return std::puts("main() was reached") > 0 && before_main > 0 ? 0 : 1; }
