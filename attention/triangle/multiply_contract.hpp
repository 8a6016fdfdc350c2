// attention/triangle/multiply_contract.hpp
//
// The kernel of this build: packed tiles on a processor, teams on a device. A thread a few places
// (multiply_streaming.hpp) is the simplest, and what tests hold them against.
#pragma once

#include "attention/triangle/multiply_streaming.hpp"
#include "attention/triangle/multiply_teams.hpp"
#include "attention/triangle/multiply_tiled.hpp"

namespace attune::attention::triangle::multiply {

template <class Scalar> void contract(const std::string& label, const Contract<Scalar>& work) {
  if constexpr (on_host)
    contract_tiled(label, work);
  else
    contract_teams(label, work);
}

}  // namespace attune::attention::triangle::multiply
