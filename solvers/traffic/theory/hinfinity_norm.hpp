// solvers/traffic/theory/hinfinity_norm.hpp
//
// The largest gain over all frequencies, without a scan: with the state space x' = A x + b u, y = c x,
//
//   ||G||_inf < gamma   exactly if   |      A          b b^T / gamma |
//                                    | -c^T c / gamma      -A^T      |
//
// has no eigenvalue on the imaginary axis, and gamma is bisected. A vehicle in companion form: A = (0 1; -f_s f_v), b = (0 1), c = (f_s f_l), u the
// speed of the leader and y its own. It shares nothing with the closed form of transfer.hpp.
//
// Source  Boyd, Balakrishnan, Kabamba 1989 [boyd1989]
// Limits  A stable, refused by require. Where the gain peaks, two imaginary eigenvalues meet and round-off
//         moves them by its square root: they count as imaginary up to 1e-7 of the largest, which costs
//         about 1e-13 of gamma, or 1e-9 where the peak is at w = 0
// Cost    about 45 eigenvalue problems of twice the order of A
#pragma once

#include <Eigen/Core>

#include "solvers/traffic/theory/linearisation.hpp"

namespace attune::traffic::theory {

struct StateSpace {
  Eigen::MatrixXd A;
  Eigen::VectorXd b, c;
};

// Of one leader.
StateSpace companion_form(const Linearisation& law);

double hinfinity_norm(const StateSpace& system);

}  // namespace attune::traffic::theory
