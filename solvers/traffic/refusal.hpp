// solvers/traffic/refusal.hpp
//
// What no range of a single parameter says: refusal(law) is a sentence with the numbers that shows why nobody
// can drive by a law with these parameters, empty if one can. A law of which that is possible has an overload
// beside it.
#pragma once

#include <string>

namespace attune::traffic {

template <class Law> std::string refusal(const Law&) { return ""; }

}  // namespace attune::traffic
