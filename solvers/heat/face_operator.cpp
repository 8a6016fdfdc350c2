// solvers/heat/face_operator.cpp
#include "solvers/heat/face_operator.hpp"

#include "core/core/blocks.hpp"
#include "solvers/heat/operator.hpp"

namespace attune::heat {
namespace {

template <class Scalar> struct Exchange {
  Faces<Scalar> faces;
  Field<Scalar> u, du;
  Blocks blocks;

  KOKKOS_FUNCTION void operator()(Index n) const {
    const Block at = blocks.at(n);
    Scalar gain[lanes] = {};
    const Scalar* const here = &u(at.k, at.j, at.i);
    for (int a = 0; a < 3; ++a) {
      if (!faces.across[a]) continue;
      const Index z = a == 0, y = a == 1, x = a == 2;
      const Scalar* const below = &u(at.k - z, at.j - y, at.i - x);
      const Scalar* const above = &u(at.k + z, at.j + y, at.i + x);
      const Scalar* const enter = &faces.g[a](at.k, at.j, at.i);
      const Scalar* const leave = &faces.g[a](at.k + z, at.j + y, at.i + x);
      for (int c = 0; c < at.cells; ++c)
        gain[c] += leave[c] * (above[c] - here[c]) - enter[c] * (here[c] - below[c]);
    }
    Scalar* const into = &du(at.k, at.j, at.i);
    for (int c = 0; c < at.cells; ++c) into[c] = gain[c];
  }
};

// Sums of the conductances of each cell, those of walls counted `walls` times.
template <class Scalar> struct Conductance {
  Faces<Scalar> faces;
  double walls;

  KOKKOS_FUNCTION double of(Index k, Index j, Index i) const {
    const Index at[3] = {k, j, i};
    double sum = 0;
    for (int a = 0; a < 3; ++a) {
      if (!faces.across[a]) continue;
      const double enter = faces.g[a](k, j, i), leave = faces.g[a](k + (a == 0), j + (a == 1), i + (a == 2));
      sum +=
          (at[a] == faces.lower[a] ? walls : 1) * enter + (at[a] + 1 == faces.upper[a] ? walls : 1) * leave;
    }
    return sum;
  }
  KOKKOS_FUNCTION void operator()(const Block& block, double* x) const {
    for (int c = 0; c < block.cells; ++c) x[c] = of(block.k, block.j, block.i + c);
  }
};

template <class Scalar> struct Diagonal {
  Conductance<Scalar> conductance;
  Field<Scalar> d;
  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const {
    d(k, j, i) = static_cast<Scalar>(conductance.of(k, j, i));
  }
};

template <class Scalar> double largest_sum(const Conductance<Scalar>& conductance, const Domain& domain) {
  const Blocks blocks(domain.mine());
  return sum::largest("heat::FaceOperator::largest_sum", blocks.count(),
                      sum::Cells<Conductance<Scalar>>{conductance, blocks}, domain.communicator());
}

}  // namespace

template <class Scalar>
FaceOperator<Scalar>::FaceOperator(const Faces<Scalar>& faces, const Domain& domain,
                                   const Boundaries& boundaries)
    : faces_(faces),
      domain_(domain),
      boundaries_(boundaries),
      radius_(2 * largest_sum(Conductance<Scalar>{faces, 1}, domain)),
      largest_diagonal_(largest_sum(Conductance<Scalar>{faces, 2}, domain)) {}

template <class Scalar>
void FaceOperator<Scalar>::apply(const Field<Scalar>& u, const Field<Scalar>& du) const {
  require(u.box == domain_.mine() && du.box == u.box, "fields of the cells of the operator");
  for (int a = 0; a < 3; ++a) require(!faces_.across[a] || u.halo[a] >= 1, "one layer of ghosts");
  fill_ghosts(u, domain_, boundaries_);
  const Exchange<Scalar> exchange{faces_, u, du, Blocks(u.box)};
  Kokkos::parallel_for("heat::FaceOperator::apply", exchange.blocks.policy(), exchange);
}

template <class Scalar> void FaceOperator<Scalar>::diagonal(const Field<Scalar>& d) const {
  require(d.box == domain_.mine(), "a field of the cells of the operator");
  Kokkos::parallel_for("heat::FaceOperator::diagonal", every_cell(d.box), Diagonal<Scalar>{{faces_, 2}, d});
}

template <class Scalar> Field<Scalar> FaceOperator<Scalar>::field(const std::string& label) const {
  return domain_.field<Scalar>(label, one_ghost(domain_, boundaries_));
}

template class FaceOperator<float>;
template class FaceOperator<double>;
static_assert(Operator<FaceOperator<double>>);

}  // namespace attune::heat
