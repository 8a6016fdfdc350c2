// experiments/heat/parts/positive_map/heat_polynomials.cpp
#include "experiments/heat/parts/positive_map/heat_polynomials.hpp"

#include <cmath>

namespace attune::experiments::heat::positive_map {
namespace {

// He_n(x) / sqrt(n!) by sqrt(n) h_n = x h_{n-1} - sqrt(n-1) h_{n-2}
double hermite(Index n, double x) {
  double before = 0, now = 1;
  for (Index k = 1; k <= n; ++k) {
    const auto order = static_cast<double>(k);
    const double next = (x * now - std::sqrt(order - 1) * before) / std::sqrt(order);
    before = now;
    now = next;
  }
  return now;
}

double power(double x, Index n) {
  double product = 1;
  for (Index k = 0; k < n; ++k) product *= x;
  return product;
}

}  // namespace

std::vector<Triple> even_powers(int dimensions, int order) {
  std::vector<Triple> powers;
  for (Index z = 0; z <= (dimensions > 2 ? order : 0); z += 2)
    for (Index y = 0; y <= (dimensions > 1 ? order - z : 0); y += 2)
      for (Index x = 0; x <= order - z - y; x += 2)
        if (z + y + x > 0) powers.push_back({z, y, x});
  return powers;
}

std::vector<Sample> heat_polynomials(int dimensions, int order, double r) {
  std::vector<Sample> samples;
  const double width = std::sqrt(2 * r);
  for (const Triple& n : even_powers(dimensions, order))
    samples.push_back({[n, width](const Triple& o) {
                         double product = 1;
                         for (int a = 0; a < 3; ++a)
                           product *= hermite(n[a], static_cast<double>(o[a]) / width);
                         return product;
                       },
                       0});
  return samples;
}

std::vector<Sample> rate_polynomials(int dimensions, int order, Index reach, double r) {
  std::vector<Sample> samples;
  const auto size = static_cast<double>(reach);
  for (const Triple& n : even_powers(dimensions, order))
    samples.push_back({[n, size, r](const Triple& o) {
                         double product = 1 / r;
                         for (int a = 0; a < 3; ++a) product *= power(static_cast<double>(o[a]) / size, n[a]);
                         return product;
                       },
                       n[0] + n[1] + n[2] == 2 ? 2 / (size * size) : 0});
  return samples;
}

}  // namespace attune::experiments::heat::positive_map
