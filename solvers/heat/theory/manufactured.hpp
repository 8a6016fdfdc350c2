// solvers/heat/theory/manufactured.hpp
//
// Temperatures chosen first, and the sources that make them solutions: what orders of convergence are
// measured against.
//
// Equation  u_t = div(kappa grad u) + s  or  u_t = div(A grad u) + s  on the unit box,
//           s = u_t - kappa lap u - grad kappa . grad u,   s = u_t - sum_ab (A_ab u_ab + (d_a A_ab) u_b)
//           u = exp(-decay t) prod_a f(x_a),  f = 1 + sin(2 pi x + 1) / 2     periodic
//                                             f = 1 + cos(pi x) / 2           neumann:   f' = 0 on the walls
//                                             f = (1 + x / 2) sin(pi x)       dirichlet: f = 0 on the walls
//           kappa = exp(sum_a sin(2 pi x_a + a) / 2)
//           A = 1 + excess v v^T,  v_a = sin(2 pi x_a): of eigenvalues 1 and 1 + excess |v|^2, turning with
//           x; its mixed components vanish on the walls, and mirror images continue it smoothly
//           kappa(u) = kappa0 (1 + beta u)  and  kappa(u) = kappa0 u^m
// Source    [roache2002], the method; derivatives by jet.hpp
// Units     x and t in units that make the box and kappa of order one
// Limits    D = 1, 2, 3, along the last D axes. u > 0 inside, as u^m asks
#pragma once

#include "solvers/heat/theory/grid.hpp"
#include "solvers/heat/theory/jet.hpp"

namespace attune::heat::theory {

using JetTensor = std::array<Jet, 6>;  // zz, yy, xx, zy, zx, yx

struct Manufactured {
  Boundary boundary;
  int dimensions;
  double decay;
};

Jet solution(const Manufactured& problem, const PerAxis& x, double t);

Jet smooth_conductivity(const PerAxis& x, int dimensions);
JetTensor turning_tensor(const PerAxis& x, int dimensions, double excess);
Jet linear_law(const Jet& u, double kappa0, double beta);
Jet power_law(const Jet& u, double kappa0, double m);

// s of a conductivity in space, or of kappa(u) carried by u.
double source(const Jet& u, const Jet& kappa);
double source(const Jet& u, const JetTensor& A);

}  // namespace attune::heat::theory
