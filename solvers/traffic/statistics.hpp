// solvers/traffic/statistics.hpp
//
// Mean, standard deviation, least and largest of the vehicles of each road, through core/sum: no matter
// which rank owns which vehicle.
//
// Shapes  all (R), in global order, on every rank
#pragma once

#include <algorithm>
#include <limits>

#include "core/core/sum.hpp"
#include "solvers/traffic/road.hpp"

namespace attune::traffic {

struct Statistics {
  std::vector<double> mean, deviation, least, most;
};

// (u - middle)^power of the vehicles of one global road, in blocks.
template <class Real> struct RoadTerms {
  Field<Real> u;
  View1<const double> middle;  // (R)
  bool squared;

  KOKKOS_FUNCTION int operator()(Index b, int road, double* x) const {
    const Index j = road - u.box.lower[1], begin = b * attune::lanes, left = u.box.extent(2) - begin;
    if (j < 0 || j >= u.box.extent(1) || left <= 0) return 0;
    const int terms = static_cast<int>(left < attune::lanes ? left : attune::lanes);
    for (int l = 0; l < terms; ++l) {
      const double d = static_cast<double>(u(0, j, begin + l)) - middle(road);
      x[l] = squared ? d * d : d;
    }
    return terms;
  }
};

// Collective.
template <class Real> Statistics statistics(const Field<Real>& u, const Domain& domain) {
  const auto roads = static_cast<std::size_t>(domain.whole().extent(1));
  const Communicator& ranks = domain.communicator();
  const Index own = u.box.extent(2), blocks = (own + attune::lanes - 1) / attune::lanes;
  const double vehicles = static_cast<double>(domain.whole().extent(2));
  constexpr double none = -std::numeric_limits<double>::infinity();

  Statistics all{{}, {}, std::vector<double>(roads, none), std::vector<double>(roads, none)};
  const auto numbers = own_numbers(u);
  for (Index j = 0; j < u.box.extent(1); ++j) {
    const auto [least, most] =
        std::minmax_element(numbers.begin() + j * own, numbers.begin() + (j + 1) * own);
    all.least[u.box.lower[1] + j] = -*least;
    all.most[u.box.lower[1] + j] = *most;
  }
  ranks.maximum(all.least.data(), roads);
  ranks.maximum(all.most.data(), roads);
  double bound = 0;
  for (double& least : all.least) least = -least;
  for (std::size_t j = 0; j < roads; ++j)
    bound = std::max({bound, std::abs(all.least[j]), std::abs(all.most[j])});

  const auto mean_of = [&](const std::vector<double>& middle, bool squared, double most) {
    const View1<const double> device = to_device("traffic::middle", middle);
    auto sums = sum::each("traffic::statistics", blocks, static_cast<int>(roads), most,
                          RoadTerms<Real>{u, device, squared}, ranks);
    for (double& one : sums) one /= vehicles;
    return sums;
  };
  all.mean = mean_of(std::vector<double>(roads, 0.0), false, bound);
  all.deviation = mean_of(all.mean, true, 4 * bound * bound);
  for (double& one : all.deviation) one = std::sqrt(one);
  return all;
}

}  // namespace attune::traffic
