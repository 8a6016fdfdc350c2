// solvers/heat/nonlinear.hpp
//
// div(kappa(u) grad u) of a conductivity that depends on the temperature, by Kirchhoff's transform.
//
// Equation  w = int_0^u kappa,   (L u)_i = sum_a (w_{i - e_a} - 2 w_i + w_{i + e_a}) / h_a^2
//           walls reflect w as boundary.hpp says: no flux, or w = 0 and so u = 0 half a cell away
// A flux (w_{i+1} - w_i) / h is that of the mean of kappa over the temperatures between two cells. It is
// exact in steady states of any contrast and grows with u_{i+1} and -u_i alone, so the step is monotone. With
// an arithmetic mean of two kappas neither holds, and a harmonic mean stops the front of u^m where u = 0.
// Bounds    L is linearised by D diag(kappa(u)), D the differences: its columns bound the eigenvalues by
//           4 sum_a 1/h_a^2 max kappa(u). A forward Euler step dt <= largest_step() keeps u between its
//           extremes (0 on Dirichlet walls among them).
// Order     2 in h where u and w are smooth; less where kappa vanishes, at fronts and on walls with u = 0
// Source    [vazquez2007] for the equation with u^m; [carslaw1959] for the transform
// Units     as the law: kappa [m^2/s], h [m]
// Cost      a transform and a kappa a cell (a power each for u^m) and 4 D flops; bytes: u, du once, two
//           fields of work space written and read once
// Limits    float, double; PowerLaw, LinearLaw. The work space is the operator's own: one apply at a time
#pragma once

#include "solvers/heat/conductivity_laws.hpp"
#include "solvers/heat/face_operator.hpp"

namespace attune::heat {

template <class Law, class Scalar> class NonlinearConductivity {
 public:
  using Number = Scalar;

  NonlinearConductivity(const Law& law, const Widths& h, const Domain& domain, const Boundaries& boundaries);

  void apply(const Field<Scalar>& u, const Field<Scalar>& du) const;  // ghosts of u are not read
  double spectral_radius() const;  // at the u that apply() saw last. Collective
  double largest_step() const;  // of forward Euler, at the same u [s]. Collective
  Field<Scalar> field(const std::string& label) const;

  // kappa(u) at the same u, its largest and its least value (0 where none is negative). Collective.
  const Field<Scalar>& kappa() const { return kappa_; }
  double largest_kappa() const;
  double least_kappa() const;

  // The differences D: L u = D w(u).
  FaceOperator<Scalar> differences() const;

  // The linear operator with the face conductances of the state v: frozen(u) u = L u. Collective.
  FaceOperator<Scalar> frozen(const Field<Scalar>& v) const;

 private:
  Law law_;
  Widths h_;
  Domain domain_;
  Boundaries boundaries_;
  Field<Scalar> w_, kappa_;
};

}  // namespace attune::heat
