// experiments/heat/parts/stability/band_field.hpp
//
// Smooth fields: white noise of which only the waves |theta_a| <= band are left, of mean square 1, and what
// exp(-r theta^2) makes of them.
#pragma once

#include <cmath>

#include "experiments/heat/parts/start_field.hpp"
#include "solvers/heat/combine.hpp"
#include "solvers/heat/initial.hpp"
#include "solvers/heat/spectral.hpp"

namespace attune::experiments::heat::stability {

// Own cells of u.
template <class Scalar>
void fill_band(const Field<Scalar>& u, const Setting& s, double band, const Random& random) {
  namespace solver = attune::heat;
  solver::white_noise(u, s.domain.whole(), random);
  solver::apply_symbol(u, s.domain, s.boundaries, [band](const solver::Angles& theta) {
    double farthest = 0;
    for (int a = 0; a < 3; ++a) farthest = std::max(farthest, std::abs(theta[a]));
    return farthest <= band ? 1.0 : 0.0;
  });
  const double mean_square = solver::inner(u, u, s.domain.communicator()) / static_cast<double>(s.cells());
  solver::combine(u, {{1 / std::sqrt(mean_square), u}});
}

}  // namespace attune::experiments::heat::stability
