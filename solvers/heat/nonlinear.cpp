// solvers/heat/nonlinear.cpp
#include "solvers/heat/nonlinear.hpp"

#include "core/core/blocks.hpp"
#include "solvers/heat/operator.hpp"

namespace attune::heat {
namespace {

template <class Law, class Scalar> struct Transform {
  Law law;
  Field<Scalar> u, w, kappa;
  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const {
    const double at = u(k, j, i);
    w(k, j, i) = static_cast<Scalar>(law.transform(at));
    kappa(k, j, i) = static_cast<Scalar>(law.kappa(at));
  }
};

template <class Scalar> struct Laplacian {
  Field<Scalar> w, du;
  Kokkos::Array<Scalar, 3> inverse_square;  // 1 / h_a^2; 0 along collapsed axes
  Blocks blocks;

  KOKKOS_FUNCTION void operator()(Index n) const {
    const Block at = blocks.at(n);
    Scalar gain[lanes] = {};
    const Scalar* const here = &w(at.k, at.j, at.i);
    for (int a = 0; a < 3; ++a) {
      if (inverse_square[a] == 0) continue;
      const Index z = a == 0, y = a == 1, x = a == 2;
      const Scalar* const below = &w(at.k - z, at.j - y, at.i - x);
      const Scalar* const above = &w(at.k + z, at.j + y, at.i + x);
      for (int c = 0; c < at.cells; ++c)
        gain[c] += inverse_square[a] * ((above[c] - here[c]) - (here[c] - below[c]));
    }
    Scalar* const into = &du(at.k, at.j, at.i);
    for (int c = 0; c < at.cells; ++c) into[c] = gain[c];
  }
};

template <class Law> struct SecantMean {
  Law law;
  KOKKOS_FUNCTION double operator()(double a, double b) const {  // the same to the last bit for (b, a)
    return a < b ? mean_conductivity(law, a, b) : mean_conductivity(law, b, a);
  }
  KOKKOS_FUNCTION double wall(double inner) const { return mean_conductivity(law, 0, inner); }
};

template <class Scalar> struct Values {
  Field<Scalar> field;
  KOKKOS_FUNCTION void operator()(const Block& block, double* x) const {
    const Scalar* const from = &field(block.k, block.j, block.i);
    for (int c = 0; c < block.cells; ++c) x[c] = from[c];
  }
};

template <class Scalar> struct NegativeParts {
  Field<Scalar> field;
  KOKKOS_FUNCTION void operator()(const Block& block, double* x) const {
    const Scalar* const from = &field(block.k, block.j, block.i);
    for (int c = 0; c < block.cells; ++c) x[c] = from[c] >= 0 ? Scalar(0) : from[c];
  }
};

struct One {
  KOKKOS_FUNCTION double operator()(double, double) const { return 1; }
  KOKKOS_FUNCTION double wall(double) const { return 1; }
};

}  // namespace

template <class Law, class Scalar>
NonlinearConductivity<Law, Scalar>::NonlinearConductivity(const Law& law, const Widths& h,
                                                          const Domain& domain, const Boundaries& boundaries)
    : law_(law),
      h_(h),
      domain_(domain),
      boundaries_(boundaries),
      w_(domain.field<Scalar>("heat::NonlinearConductivity::w", one_ghost(domain, boundaries))),
      kappa_(domain.field<Scalar>("heat::NonlinearConductivity::kappa")) {
  for (int a = 0; a < 3; ++a) require(w_.halo[a] == 0 || h[a] > 0, "cells have a width");
}

template <class Law, class Scalar>
void NonlinearConductivity<Law, Scalar>::apply(const Field<Scalar>& u, const Field<Scalar>& du) const {
  require(u.box == domain_.mine() && du.box == u.box, "fields of the cells of the operator");
  Kokkos::parallel_for("heat::NonlinearConductivity::transform", every_cell(u.box),
                       Transform<Law, Scalar>{law_, u, w_, kappa_});
  fill_ghosts(w_, domain_, boundaries_);
  Laplacian<Scalar> laplacian{w_, du, {0, 0, 0}, Blocks(u.box)};
  for (int a = 0; a < 3; ++a)
    if (w_.halo[a] > 0) laplacian.inverse_square[a] = static_cast<Scalar>(1 / (h_[a] * h_[a]));
  Kokkos::parallel_for("heat::NonlinearConductivity::apply", laplacian.blocks.policy(), laplacian);
}

template <class Law, class Scalar> double NonlinearConductivity<Law, Scalar>::largest_kappa() const {
  const Blocks blocks(kappa_.box);
  return sum::largest("heat::NonlinearConductivity::largest_kappa", blocks.count(),
                      sum::Cells<Values<Scalar>>{{kappa_}, blocks}, domain_.communicator());
}

template <class Law, class Scalar> double NonlinearConductivity<Law, Scalar>::least_kappa() const {
  const Blocks blocks(kappa_.box);
  return -sum::largest("heat::NonlinearConductivity::least_kappa", blocks.count(),
                       sum::Cells<NegativeParts<Scalar>>{{kappa_}, blocks}, domain_.communicator());
}

template <class Law, class Scalar> double NonlinearConductivity<Law, Scalar>::spectral_radius() const {
  double sum = 0;
  for (int a = 0; a < 3; ++a)
    if (w_.halo[a] > 0) sum += 4 / (h_[a] * h_[a]);
  return sum * largest_kappa();
}

// A cell beside a Dirichlet wall is joined to it by two conductances, and between two walls by four.
template <class Law, class Scalar> double NonlinearConductivity<Law, Scalar>::largest_step() const {
  double sum = 0;
  for (int a = 0; a < 3; ++a) {
    const bool wall = boundaries_[a] == Boundary::dirichlet;
    const double joins = wall && domain_.whole().extent(a) == 1 ? 4 : wall ? 3 : 2;
    if (w_.halo[a] > 0) sum += joins / (h_[a] * h_[a]);
  }
  return 1 / (sum * largest_kappa());
}

template <class Law, class Scalar>
Field<Scalar> NonlinearConductivity<Law, Scalar>::field(const std::string& label) const {
  return domain_.field<Scalar>(label, one_ghost(domain_, boundaries_));
}

template <class Law, class Scalar>
FaceOperator<Scalar> NonlinearConductivity<Law, Scalar>::frozen(const Field<Scalar>& v) const {
  return {conductances(v, SecantMean<Law>{law_}, h_, domain_, boundaries_), domain_, boundaries_};
}

template <class Law, class Scalar>
FaceOperator<Scalar> NonlinearConductivity<Law, Scalar>::differences() const {
  return {conductances(kappa_, One{}, h_, domain_, boundaries_), domain_, boundaries_};
}

template class NonlinearConductivity<PowerLaw, float>;
template class NonlinearConductivity<PowerLaw, double>;
template class NonlinearConductivity<LinearLaw, float>;
template class NonlinearConductivity<LinearLaw, double>;
static_assert(Operator<NonlinearConductivity<PowerLaw, double>>);

}  // namespace attune::heat
