// experiments/traffic/parts/throughput/plain_loop.hpp
//
// What the ring of solvers/traffic is measured against: the intelligent driver model on a ring as anybody
// would write it, two serial loops over headways and speeds, semi-implicit, floor at zero.
#pragma once

#include <vector>

#include "solvers/traffic/idm.hpp"

namespace attune::experiments::traffic::throughput {

struct PlainRing {
  std::vector<double> headway, speed, acceleration;
};

void plain_steps(const attune::traffic::Idm& law, double dt, Index steps, PlainRing& ring);

}  // namespace attune::experiments::traffic::throughput
