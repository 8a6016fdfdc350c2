// experiments/registry.hpp
#pragma once

#include <span>

#include "experiments/experiment.hpp"

namespace attune::experiments {

// The table of contents of the suite, in the order of `attune list`.
std::span<const Experiment> registry();

}  // namespace attune::experiments
