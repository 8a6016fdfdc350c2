// solvers/heat/face_operator.hpp
//
// Diffusion as an exchange through faces: what leaves a cell enters its neighbour.
//
// Equation  (L u)_i = sum_a [ g_{i + e_a/2} (u_{i + e_a} - u_i) - g_{i - e_a/2} (u_i - u_{i - e_a}) ]
//           with the ghosts of boundary.hpp; g of faces.hpp
// Symmetric, as a face has one g, and negative semi-definite, as g >= 0. Without Dirichlet walls heat is
// conserved: sum_i (L u)_i = 0.
// Bounds    row i of L has the diagonal -d_i, d_i = sum of its faces' g, wall faces counted twice (the odd
//           ghost is -u_i), and by Gershgorin no eigenvalue of -L beyond 2 max_i sum g. A forward Euler step
//           dt <= 1 / max_i d_i keeps every value between the largest and the smallest before it (0 on
//           Dirichlet walls among them): its weights are not negative and add up to at most one.
// Source    [patankar1980] chapter 4
// Cost      6 D flops a cell; bytes: u, du and D conductances once
// Limits    float, double; D = 1, 2, 3
#pragma once

#include "solvers/heat/faces.hpp"

namespace attune::heat {

template <class Scalar> class FaceOperator {
 public:
  using Number = Scalar;
  static constexpr bool symmetric = true;

  FaceOperator(const Faces<Scalar>& faces, const Domain& domain, const Boundaries& boundaries);

  void apply(const Field<Scalar>& u, const Field<Scalar>& du) const;
  double spectral_radius() const { return radius_; }
  double largest_step() const { return 1 / largest_diagonal_; }  // of forward Euler within its bounds [s]
  void diagonal(const Field<Scalar>& d) const;  // d_i >= 0 on the own cells
  Field<Scalar> field(const std::string& label) const;
  const Communicator& communicator() const { return domain_.communicator(); }
  const Faces<Scalar>& faces() const { return faces_; }
  const Domain& domain() const { return domain_; }
  const Boundaries& boundaries() const { return boundaries_; }

 private:
  Faces<Scalar> faces_;
  Domain domain_;
  Boundaries boundaries_;
  double radius_ = 0, largest_diagonal_ = 0;
};

}  // namespace attune::heat
