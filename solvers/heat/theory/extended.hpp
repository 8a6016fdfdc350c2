// solvers/heat/theory/extended.hpp
//
// Vectors and matrices in extended precision, for small dense problems whose answer is wanted to all digits
// of double.
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <limits>

namespace attune::heat::theory {

using Long = long double;
using LongMatrix = Eigen::Matrix<Long, Eigen::Dynamic, Eigen::Dynamic>;
using LongVector = Eigen::Matrix<Long, Eigen::Dynamic, 1>;

// What may be round-off in a sum of terms of size 1: a few ulp of double, more where Long is no longer than
// it.
constexpr Long round_off =
    std::max(4 * Long(std::numeric_limits<double>::epsilon()), 4096 * std::numeric_limits<Long>::epsilon());

}  // namespace attune::heat::theory
