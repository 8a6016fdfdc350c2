// experiments/kernels/parts/subjects.cpp
//
// The operators in the order of the results; the first is the one that the bound on rounding is about.
#include <array>

#include "experiments/kernels/parts/dense_subjects.hpp"
#include "experiments/kernels/parts/local_subjects.hpp"
#include "experiments/kernels/parts/triangle_subjects.hpp"

namespace attune::experiments::kernels {
namespace {

constexpr std::array table{
    Subject{"dense", false, dense_plain},
    Subject{"dense_shared_bias", false, dense_shared_bias},
    Subject{"dense_relative", false, dense_relative},
    Subject{"dense_monotone", false, dense_monotone},
    Subject{"dense_spectral", false, dense_spectral},
    Subject{"dense_bucket", false, dense_bucket},
    Subject{"dense_radial", false, dense_radial},
    Subject{"second_derivatives", false, second_derivatives},
    Subject{"sparsemax", false, sparsemax},
    Subject{"window_position", false, window_position},
    Subject{"window_content", false, window_content},
    Subject{"graph", false, graph},
    Subject{"triangle_starting", true, triangle_starting},
    Subject{"triangle_ending", true, triangle_ending},
    Subject{"triangle_outgoing", true, triangle_outgoing},
    Subject{"triangle_incoming", true, triangle_incoming},
};

}  // namespace

std::span<const Subject> subjects() { return table; }

}  // namespace attune::experiments::kernels
