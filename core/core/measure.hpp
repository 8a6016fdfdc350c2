// core/core/measure.hpp
//
// Times a body that declares its cost. Warm up once, then repeat until a second has passed or ten samples are
// taken, with a fence on either side of each. All samples are returned: analysis computes medians, spreads
// and rates.
#pragma once

#include <Kokkos_Core.hpp>
#include <Kokkos_Timer.hpp>
#include <vector>

namespace attune {

struct Cost {
  double flops = 0;  // floating operations that the result needs
  double bytes = 0;  // bytes moved if each input is read once and each output written once
};

struct Measurement {
  Cost cost;
  std::vector<double> seconds;
};

template <class Body>
Measurement measure(const Cost& cost, Body&& body, double least_seconds = 1, int most_samples = 10) {
  Measurement measurement{cost, {}};
  body();
  Kokkos::fence("attune::measure: warm up");
  const Kokkos::Timer total;
  do {
    const Kokkos::Timer timer;
    body();
    Kokkos::fence("attune::measure: sample");
    measurement.seconds.push_back(timer.seconds());
  } while (total.seconds() < least_seconds && static_cast<int>(measurement.seconds.size()) < most_samples);
  return measurement;
}

}  // namespace attune
