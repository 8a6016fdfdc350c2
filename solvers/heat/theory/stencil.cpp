// solvers/heat/theory/stencil.cpp
//
// Stars from factorials and symbols from plain sums in extended precision.
#include "solvers/heat/theory/stencil.hpp"

#include <algorithm>
#include <cmath>

#include "core/core/require.hpp"

namespace attune::heat::theory {
namespace {

Triple mirrored(Triple offset, int axis) {
  offset[axis] = -offset[axis];
  return offset;
}

// c_j of the star of order 2 m, j = 1 .. m; (m!)^2 / ((m-j)! (m+j)!) as a product of ratios below one.
long double star_coefficient(int m, int j) {
  long double ratio = 1;
  for (int i = 1; i <= j; ++i) ratio *= static_cast<long double>(m - j + i) / static_cast<long double>(m + i);
  return (j % 2 == 1 ? 2 : -2) * ratio / (static_cast<long double>(j) * j);
}

}  // namespace

Stencil euler_step(int order, const PerAxis& r) {
  require(order >= 2 && order % 2 == 0 && order <= 40,
          "a star has an even order of at least 2 and at most 40");
  const int m = order / 2;
  Stencil stencil{{Triple{0, 0, 0}}, {}};
  std::vector<double> around;
  long double centre = 1;

  for (int axis = 0; axis < 3; ++axis) {
    if (r[axis] == 0) continue;
    for (int j = 1; j <= m; ++j) {
      const long double weight = r[axis] * star_coefficient(m, j);
      centre -= 2 * weight;
      for (const int side : {-1, 1}) {
        Triple offset{0, 0, 0};
        offset[axis] = side * j;
        stencil.offsets.push_back(offset);
        around.push_back(static_cast<double>(weight));
      }
    }
  }

  stencil.weights.push_back(static_cast<double>(centre));
  stencil.weights.insert(stencil.weights.end(), around.begin(), around.end());
  return stencil;
}

Stencil ftcs(int dimensions, double r) {
  require(dimensions >= 1 && dimensions <= 3, "a grid has one to three dimensions");
  PerAxis each{0, 0, 0};
  for (int axis = 3 - dimensions; axis < 3; ++axis) each[axis] = r;
  return euler_step(2, each);
}

std::vector<Triple> box_offsets(const Triple& reach) {
  std::vector<Triple> offsets;
  for (Index z = -reach[0]; z <= reach[0]; ++z)
    for (Index y = -reach[1]; y <= reach[1]; ++y)
      for (Index x = -reach[2]; x <= reach[2]; ++x) offsets.push_back({z, y, x});
  return offsets;
}

double weight_at(const Stencil& stencil, const Triple& offset) {
  double weight = 0;
  for (std::size_t o = 0; o < stencil.offsets.size(); ++o) {
    const auto& place = stencil.offsets[o];
    if (place[0] == offset[0] && place[1] == offset[1] && place[2] == offset[2]) weight += stencil.weights[o];
  }
  return weight;
}

std::complex<double> symbol(const Stencil& stencil, const PerAxis& theta) {
  long double real = 0, imaginary = 0;
  for (std::size_t o = 0; o < stencil.offsets.size(); ++o) {
    long double phase = 0;
    for (int axis = 0; axis < 3; ++axis)
      phase += static_cast<long double>(stencil.offsets[o][axis]) * static_cast<long double>(theta[axis]);
    real += stencil.weights[o] * std::cos(phase);
    imaginary += stencil.weights[o] * std::sin(phase);
  }
  return {static_cast<double>(real), static_cast<double>(imaginary)};
}

double asymmetry(const Stencil& stencil, int axis) {
  double largest = 0;
  for (const auto& offset : stencil.offsets) {
    const double difference = weight_at(stencil, offset) - weight_at(stencil, mirrored(offset, axis));
    largest = std::max(largest, std::abs(difference));
  }
  return largest;
}

Stencil symmetrised(const Stencil& stencil, int axis) {
  Stencil mean;
  for (std::size_t o = 0; o < stencil.offsets.size(); ++o) {
    for (const auto& offset : {stencil.offsets[o], mirrored(stencil.offsets[o], axis)}) {
      const auto same = [&](const Triple& place) {
        return place[0] == offset[0] && place[1] == offset[1] && place[2] == offset[2];
      };
      if (std::any_of(mean.offsets.begin(), mean.offsets.end(), same)) continue;
      mean.offsets.push_back(offset);
      mean.weights.push_back(0.5 * (weight_at(stencil, offset) + weight_at(stencil, mirrored(offset, axis))));
    }
  }
  return mean;
}

}  // namespace attune::heat::theory
