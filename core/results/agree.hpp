// core/results/agree.hpp
//
// An error on any rank becomes the same error on every rank.
#pragma once

#include <functional>

#include "core/core/communicator.hpp"
#include "core/core/require.hpp"

namespace attune::results {

// Runs the body, which may throw Fault or InputError and calls nothing collective that another rank would
// wait in. Then, on every rank alike, throws the error of the lowest rank that has one, a Fault as
// InputError(kind, prefix + its text). Collective.
void together(const Communicator& ranks, Exit kind, const std::string& prefix,
              const std::function<void()>& body);

// As together(), the body on the first rank alone.
void on_first(const Communicator& ranks, Exit kind, const std::string& prefix,
              const std::function<void()>& body);

}  // namespace attune::results
