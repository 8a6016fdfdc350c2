// training/finite.hpp
//
// How training that has left the finite numbers is refused: with the first tensor at fault.
#pragma once

#include "training/point.hpp"

namespace attune::training {

bool all_finite(const Vector& numbers);

// Throws InputError(Exit::not_finite) "WHEN: gradient of tensor 'bias', entry 3 (loss 0.25); a smaller rate
// may help".
[[noreturn]] void refuse_not_finite(const std::string& when, const Point& point,
                                    const std::vector<Slice>& slices);

}  // namespace attune::training
