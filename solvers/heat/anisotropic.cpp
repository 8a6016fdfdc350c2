// solvers/heat/anisotropic.cpp
#include "solvers/heat/anisotropic.hpp"

#include <algorithm>

#include "solvers/heat/edges.hpp"
#include "solvers/heat/operator.hpp"

namespace attune::heat {
namespace {

template <class Scalar> struct GatherEdges {
  EdgeEnds<Scalar> ends;
  Field<Scalar> u, du;

  KOKKOS_FUNCTION void operator()(Index n) const {
    const Index columns = u.box.extent(2), row = n / columns, rows = u.box.extent(1);
    const Index k = row / rows, j = row - k * rows, i = n - row * columns;
    const Scalar* const here = &u(k, j, i);
    Scalar gain = 0;
    for (Index end = ends.row(n); end < ends.row(n + 1); ++end)
      gain += ends.w(end) * (here[ends.step(end)] - *here);
    du(k, j, i) = gain;
  }
};

// Of the sums of weights at each cell: the largest, and the largest with edges across Dirichlet walls twice.
struct LargestSums {
  double plain = 0, diagonal = 0;
};

LargestSums largest_sums(const std::vector<End>& ends, const EdgeField& field, const Domain& domain,
                         const Boundaries& boundaries) {
  const Triple own = field.own.shape(), shape = field.shape();
  const auto beyond = [&](const End& end) {  // is the far cell beyond a Dirichlet wall?
    const Index place =
        field.place(end.x / (own[1] * own[2]), end.x / own[2] % own[1], end.x % own[2]) + end.step;
    const Triple at{place / (shape[1] * shape[2]), place / shape[2] % shape[1], place % shape[2]};
    bool outside = false;
    for (int a = 0; a < 3; ++a) {
      const Index cell = field.own.lower[a] + at[a] - field.reach[a];
      if (boundaries[a] == Boundary::dirichlet)
        outside = outside || cell < domain.whole().lower[a] || cell >= domain.whole().upper[a];
    }
    return outside;
  };
  LargestSums most, sum;
  for (std::size_t n = 0; n < ends.size(); ++n) {
    if (n == 0 || ends[n].x != ends[n - 1].x) sum = {};
    sum.plain += ends[n].w;
    sum.diagonal += (beyond(ends[n]) ? 2 : 1) * ends[n].w;
    most = {std::max(most.plain, sum.plain), std::max(most.diagonal, sum.diagonal)};
  }
  return {domain.max(most.plain), domain.max(most.diagonal)};
}

template <class Scalar> EdgeEnds<Scalar> to_device(const std::vector<End>& ends, Index cells) {
  std::vector<Index> row(static_cast<std::size_t>(cells) + 1), step;
  std::vector<Scalar> w;
  for (const End& end : ends) {
    ++row[static_cast<std::size_t>(end.x) + 1];
    step.push_back(end.step);
    w.push_back(static_cast<Scalar>(end.w));
  }
  for (std::size_t n = 1; n < row.size(); ++n) row[n] += row[n - 1];
  return {attune::to_device("heat::Anisotropic::row", row),
          attune::to_device("heat::Anisotropic::step", step), attune::to_device("heat::Anisotropic::w", w)};
}

}  // namespace

TensorField constant_tensor(const Tensor& A, const Box& own) {
  TensorField field;
  for (int c = 0; c < 6; ++c) {
    field[c] = Field<double>("heat::constant_tensor", own);
    Kokkos::deep_copy(field[c].values, A[c]);
  }
  return field;
}

template <class Scalar>
Anisotropic<Scalar>::Anisotropic(const TensorField& A, const Widths& h, const Domain& domain,
                                 const Boundaries& boundaries)
    : domain_(domain), boundaries_(boundaries) {
  const EdgeField edges = edges_of(A, h, domain, boundaries);
  const auto ends = ends_of(edges);
  reach_ = edges.reach;
  ends_ = to_device<Scalar>(ends, domain.mine().cells());
  const auto [plain, diagonal] = largest_sums(ends, edges, domain, boundaries);
  radius_ = 2 * plain;
  largest_step_ = 1 / diagonal;
}

template <class Scalar>
void Anisotropic<Scalar>::apply(const Field<Scalar>& u, const Field<Scalar>& du) const {
  require(u.box == domain_.mine() && du.box == u.box, "fields of the cells of the operator");
  for (int a = 0; a < 3; ++a) require(u.halo[a] == reach_[a], "a halo as wide as the edges reach");
  fill_ghosts(u, domain_, boundaries_);
  Kokkos::parallel_for("heat::Anisotropic::apply",
                       Kokkos::RangePolicy<Device, Kokkos::IndexType<Index>>(0, u.box.cells()),
                       GatherEdges<Scalar>{ends_, u, du});
}

template class Anisotropic<float>;
template class Anisotropic<double>;
static_assert(Operator<Anisotropic<double>>);

}  // namespace attune::heat
