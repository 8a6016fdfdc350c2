// solvers/heat/theory/barenblatt.hpp
//
// The spreading of a point of heat where the conductivity is a power of the temperature: a front at a finite
// speed.
//
// Equation  u_t = div(kappa0 u^m grad u),  m > 0, in D dimensions, all heat at the origin at t = 0
//           u = A (1 - r^2 / R^2)^{1/m} within r < R, 0 beyond;   A = mass / (c R^D)
//           R^{2 + m D} = (2 + m D) (2 kappa0 / m) (mass / c)^m t
//           c = int_{r < 1} (1 - r^2)^{1/m} = pi^{D/2} Gamma(1/m + 1) / Gamma(1/m + 1 + D/2)
//           mean of r^2 over the heat = R^2 D / (D + 2 + 2/m)
// R follows from the heat's velocity -(kappa0/m) grad u^m = (2 kappa0 A^m / (m R^2)) r, which is r R'/R.
// Source    [barenblatt1952]; [vazquez2007]
// Units     kappa0 [m^2/s / K^m], mass [K m^D], r [m], t [s]
#pragma once

namespace attune::heat::theory {

struct Barenblatt {
  double kappa0, m, mass;
  int dimensions;

  double front(double t) const;  // R
  double height(double t) const;  // A
  double value(double r, double t) const;  // u
  double mean_square_radius(double t) const;
  double exponent() const { return 1 / (2 + m * dimensions); }  // R ~ t^exponent
};

}  // namespace attune::heat::theory
