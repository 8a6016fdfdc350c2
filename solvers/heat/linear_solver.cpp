// solvers/heat/linear_solver.cpp
#include "solvers/heat/linear_solver.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/core/require.hpp"

namespace attune::heat {

void require_convergence(const std::string& method, const Solved& solved, const Stop& stop) {
  if (!std::isfinite(solved.residual))
    throw InputError(Exit::not_finite, fmt::format("{}: the residual is not finite after {} iterations",
                                                   method, solved.iterations));
  if (solved.residual <= stop.tolerance) return;
  throw InputError(Exit::not_finite,
                   fmt::format("{}: relative residual {:.2e} after {} of at most {} iterations, {:.2e} asked "
                               "for; take a shorter step, a larger tolerance or more iterations",
                               method, solved.residual, solved.iterations, stop.most, stop.tolerance));
}

}  // namespace attune::heat
