// solvers/heat/variable_conductivity.hpp
//
// div(kappa grad u) with a positive conductivity in every cell, by conservative finite volumes.
//
// Equation  g_{i + e_a/2} = 2 / (1/kappa_i + 1/kappa_{i + e_a}) / h_a^2,   (L u) of face_operator.hpp
//           on a Dirichlet wall kappa_i / h_a^2: the wall is half a cell away and the odd ghost is -u_i
// The harmonic mean is that of two half cells in series: the steady flux through layers of any conductivities
// is exact where the layers end on faces. Second order in h where kappa is smooth.
// Source   [patankar1980] section 4.2-3
// Units    kappa [m^2/s], h [m]
// Cost     as face_operator.hpp
// Limits   kappa > 0 and finite; float, double
#pragma once

#include "solvers/heat/face_operator.hpp"

namespace attune::heat {

// kappa on the own cells of `domain`; its ghosts are not read. Collective.
template <class Scalar>
FaceOperator<Scalar> variable_conductivity(const Field<Scalar>& kappa, const Widths& h, const Domain& domain,
                                           const Boundaries& boundaries);

}  // namespace attune::heat
