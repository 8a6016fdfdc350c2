// solvers/heat/operator.hpp
//
// The right-hand side of du/dt = L(u) on a distributed field, as time integrators and linear solvers see it.
//
//   apply(u, du)         du <- L(u) on the own cells; fills the ghosts of u first. Collective
//   spectral_radius()    a bound on the magnitudes of the eigenvalues of -L [1 / time], from which explicit step
//                        sizes follow; that of the linearisation at the state seen last where L is nonlinear
//   field(label)         a field with the halo that apply() reads
//
// Symmetric operators say so by a member `symmetric = true`: then <v, L u> = <L v, u> over the cells.
#pragma once

#include <concepts>
#include <string>

#include "core/core/field.hpp"

namespace attune::heat {

template <class L>
concept Operator = requires(const L& l, const Field<typename L::Number>& u, const std::string& label) {
  l.apply(u, u);
  { l.spectral_radius() } -> std::convertible_to<double>;
  { l.field(label) } -> std::same_as<Field<typename L::Number>>;
};

}  // namespace attune::heat
