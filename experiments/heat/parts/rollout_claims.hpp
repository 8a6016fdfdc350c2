// experiments/heat/parts/rollout_claims.hpp
//
// The three claims of every audited rollout.
#pragma once

#include <string>

#include "core/results/results.hpp"
#include "experiments/heat/parts/rollout.hpp"

namespace attune::experiments::heat {

// rollout_field_NAME and rollout_error_NAME (identity, T12; not evaluated where theory has no closed form),
// and maximum_principle_NAME (identity, T8).
void claim_rollout(const std::string& name, const RolloutAudit& audit, Results& results);

}  // namespace attune::experiments::heat
