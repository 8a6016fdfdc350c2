// experiments/traffic/parts/sign_certificate.hpp
//
// Which leaders does a driver of attend_interactions.hpp answer in the right sense? With |phi'_j| = 2 phi_j / s_j
//
//   f_j = a a_j |phi'_j| m_j,   m_j = 1 + h_j (phi_j - phibar) / tau,   h_j = w + 1 / (ell |phi'_j|)
//
//   f_j < 0 exactly if phi_j < phibar - tau / h_j;  then, and only then, g_j may be negative too
//   tau >= max_j h_j (max phi - phi_j): no sign is wrong, whatever the biases b_k
//
// With two leaders, ell infinite and b = 0, the weaker interaction is answered against its sense from
// phi_1 - phi_2 = y tau / w on, y = 1 + exp(-y).
//
// Source  the softmax Jacobian; signs as demanded of learned drivers by Li et al. 2023 [li2023]
// Limits  gaps above that of idm.hpp
#pragma once

#include <algorithm>
#include <vector>

#include "experiments/traffic/parts/attend_interactions.hpp"

namespace attune::experiments::traffic {

struct SignCertificate {
  std::vector<double> margins, gains;  // m_j and f_j, entry j - 1
  double sure_temperature = 0;  // from which on no sign is wrong

  double least_margin() const { return *std::min_element(margins.begin(), margins.end()); }
};

SignCertificate sign_certificate(const AttendInteractions& law,
                                 const Sight<double, AttendInteractions::capacity>& see);

}  // namespace attune::experiments::traffic
