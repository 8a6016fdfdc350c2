// experiments/heat/parts/coefficients/tensor_head.hpp
//
// May a window with weights that are not negative diffuse by a tensor? Asked of a softmax head, trained on the
// quadratics that decide it, and of nonnegative least squares.
//
// Equation  K = (lambda v v^T + 1 - v v^T) / trace, v a unit vector
//           misfit^2 = sum_ab (sum_o p_o o_a o_b / m - K_ab)^2, sum_o p_o o_a o_b being what the head makes at cell
//           0 of the field x_a x_b: 0 where it is consistent with div(K grad u) at 2 r = m; opposite offsets share
//           a logit, so that x_a gives 0
//           m = W^2 / 4 leaves the centre a weight: every direction of the window has an offset of more than W / 2
//           threshold: the lambda beyond which misfit exceeds a tolerance, by bisection in log lambda
// Limits    heads D = 2, fits D = 2, 3; every rank by itself computes the same
#pragma once

#include <functional>

#include "attention/window/window.hpp"
#include "solvers/heat/theory/nonnegative_diffusion.hpp"
#include "training/fit.hpp"

namespace attune::experiments::heat::coefficients {

struct TensorCase {
  int dimensions = 2;
  Index reach = 1;
  std::array<double, 3> direction{0, 0, 1};  // v, axes (z, y, x)
  double second_moment() const { return static_cast<double>(reach * reach) / 4; }  // m = 2 r
};

// v = (cos phi, sin phi) as (x, y).
TensorCase planar_case(Index reach, double phi);

attune::heat::theory::Tensor stretched(const TensorCase& at, double lambda);

struct TensorHead {
  std::vector<Triple> offsets;
  std::vector<double> weights;  // p_o
  double misfit = 0;
};

// In the plane; stops at a misfit of `tolerance`. Logits that training has lost are lifted and trained again.
TensorHead train_tensor_head(const TensorCase& at, double lambda, double tolerance,
                             const training::Options& options);

// |M c - 2 K| / 2 over c >= 0, by nonnegative least squares.
double nonnegative_misfit(const TensorCase& at, double lambda);

// Why there are no such c where the misfit d is not 0 (Farkas): the residual Y of the fit makes a quadratic
// q(o) = -o.Y o that is not negative on the window, while div(K grad q) < 0 says that a consistent operator with
// c >= 0 would find it so. The least q(o) / |o|^2 and the K.Y that decides, both over d.
struct Certificate {
  double least_on_window = 0, at_tensor = 0;
};
Certificate certificate(const TensorCase& at, double lambda);

// The largest lambda in [1, most] with misfit(lambda) <= tolerance, to `resolution` in log lambda; `most` if there
// is no end to it.
double largest_consistent(const std::function<double(double)>& misfit, double tolerance, double most,
                          double resolution);

}  // namespace attune::experiments::heat::coefficients
