// solvers/heat/theory/barenblatt.cpp
#include "solvers/heat/theory/barenblatt.hpp"

#include <cmath>
#include <numbers>

namespace attune::heat::theory {
namespace {

// c of the header.
double profile_integral(double m, int dimensions) {
  const double half = dimensions / 2.0;
  return std::pow(std::numbers::pi, half) * std::exp(std::lgamma(1 / m + 1) - std::lgamma(1 / m + 1 + half));
}

}  // namespace

double Barenblatt::front(double t) const {
  const double per_area = std::pow(mass / profile_integral(m, dimensions), m);
  return std::pow((2 + m * dimensions) * (2 * kappa0 / m) * per_area * t, exponent());
}

double Barenblatt::height(double t) const {
  return mass / (profile_integral(m, dimensions) * std::pow(front(t), dimensions));
}

double Barenblatt::value(double r, double t) const {
  const double within = 1 - std::pow(r / front(t), 2);
  return within > 0 ? height(t) * std::pow(within, 1 / m) : 0;
}

double Barenblatt::mean_square_radius(double t) const {
  return front(t) * front(t) * dimensions / (dimensions + 2 + 2 / m);
}

}  // namespace attune::heat::theory
