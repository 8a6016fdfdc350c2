// experiments/kernels/parts/subjects.cpp
//
// The operators in the order of the results; the first is the one that the bound on rounding is about.
#include <array>

#include "experiments/kernels/parts/dense_subjects.hpp"

namespace attune::experiments::kernels {
namespace {

constexpr std::array table{
    Subject{"dense", false, dense_plain},
    Subject{"dense_shared_bias", false, dense_shared_bias},
};

}  // namespace

std::span<const Subject> subjects() { return table; }

}  // namespace attune::experiments::kernels
