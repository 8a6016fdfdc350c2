// bench/rounded.hpp
//
// The cases of the family "rounded" that have files of their own.
#pragma once

#include "bench/cases.hpp"

namespace attune::bench {

void add_rounded_triangle_cases(const Sizes& sizes, std::vector<Case>& cases);
void add_rounded_window_cases(std::vector<Case>& cases);

}  // namespace attune::bench
