// experiments/heat/parts/coefficients/conductivity_attention.hpp
//
// One step of diffusion by attention along the faces of a grid, from a logit z_ij of every edge of a
// ConductivityGraph; p and l are the weights and the log-sum-exp of attention/graph.
//
// Equation  row        u'_i = sum_j p_ij u_j;  with z_ij = z_ji it keeps sum_i e^{l_i} u_i, not sum_i u_i
//           flux       u'_i = u_i + e^{l_i} (sum_j p_ij u_j - u_i) = u_i + sum_j w_ij (u_j - u_i), w = e^z over
//                      faces alone: heat is kept where w_ij = w_ji; between the extremes of u while
//                      sum_j w_ij <= 1
//           sinkhorn   row of z_ij + f_j with f_i = -l_i: rows and columns of A_ij = exp(z_ij + f_i + f_j) add
//                      up to one. f <- (f - l(f)) / 2 until no |f_i + l_i| exceeds the tolerance or rounding
//                      stops it; near the solution the error shrinks by (1 - lambda) / 2 a turn, lambda the
//                      least eigenvalue of A
// Gradient  of z for d = dL/du':  row and flux by attention/graph;
//           sinkhorn   dL/dz_ij = A_ij (d_i u_j - x_i),  (1 + A) x = d u' + u A d  (A symmetric), by
//                      x <- (d u' + u A d + x - A x) / 2
// Source    doubly stochastic attention [sander2022]; the iteration for symmetric matrices [knight2014]
// Limits    sinkhorn asks z_ij = z_ji of faces; u is a field of graph.halo, zero beyond walls
#pragma once

#include "attention/graph/graph.hpp"
#include "experiments/heat/parts/coefficients/conductivity_graph.hpp"

namespace attune::experiments::heat::coefficients {

enum class Normalisation { row, flux, sinkhorn };

template <class Scalar> class ConductivityAttention {
 public:
  ConductivityAttention(const ConductivityGraph& graph, Normalisation normalisation);

  // Logits of the edges. Sinkhorn's iteration starts from the f that it has. Collective.
  void set(const View1<const double>& z, double tolerance = 0, int turns = 10000);
  void set(const std::vector<double>& z);

  // o <- u', a field without ghosts; fills the ghosts of u between ranks. Collective.
  void apply(const Field<Scalar>& u, const Field<Scalar>& o) const;

  // dL/dz of the edges of this rank, (1, edges), from d = dL/du', a field like o. Collective.
  View2<Scalar> backward(const Field<Scalar>& u, const Field<Scalar>& d) const;

  Field<Scalar> field() const;  // with the ghosts that u needs, zero
  Field<Scalar> cells() const;  // without, as o
  // e^{l_i} of the logits alone: what a row-softmax of symmetric logits weighs the cells by. After apply().
  Field<Scalar> row_sums() const;
  int turns() const { return turns_; }  // of Sinkhorn's iteration
  double apart() const { return apart_; }  // the largest |f_i + l_i| after them

 private:
  View3<Scalar> rows(const Field<Scalar>& o) const;
  void fill_bias() const;
  void attend(const Field<Scalar>& u, const Field<Scalar>& o) const;
  void normalise(double tolerance, int turns);
  void adjoint(const Field<Scalar>& u, const Field<Scalar>& o, const Field<Scalar>& d,
               const View2<Scalar>& d_lse) const;
  attention::graph::Inputs<Scalar> inputs(const Field<Scalar>& u) const;

  ConductivityGraph graph_;
  Normalisation normalisation_;
  View1<double> z_;
  View2<Scalar> bias_, lse_;
  Field<double> f_;
  View1<Scalar> nothing_;
  int turns_ = 0;
  double apart_ = 0;
};

}  // namespace attune::experiments::heat::coefficients
