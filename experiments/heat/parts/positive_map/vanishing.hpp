// experiments/heat/parts/positive_map/vanishing.hpp
//
// On which intervals of r > 0 a measured misfit vanishes, from nothing but the misfit: a scan, bisection of the edges
// between a scanned time where it vanishes and one where it does not, and golden sections of the minima between, for
// intervals that the scan steps over, single points included. All in log r.
#pragma once

#include <functional>
#include <vector>

namespace attune::experiments::heat::positive_map {

struct Scan {
  double from = 0.05, to = 1;  // r
  int points = 25;
  double vanishes = 1e-9;  // what counts as no misfit
  double resolution = 1e-8;  // of an edge, relative
};

struct Stretch {
  double from, to;
  bool from_is_edge = true, to_is_edge = true;  // false: the scan begins or ends inside
};

std::vector<double> scanned_times(const Scan& scan);

using MeasuredMisfit = std::function<double(double r)>;
std::vector<Stretch> vanishing_stretches(const MeasuredMisfit& misfit, const Scan& scan);

}  // namespace attune::experiments::heat::positive_map
