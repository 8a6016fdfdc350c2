// solvers/heat/laplacian.cpp
//
// The star as one kernel for each reach: a block of cells keeps its sums while the axes pass by.
#include "solvers/heat/laplacian.hpp"

#include <cmath>

#include "core/core/blocks.hpp"
#include "core/core/require.hpp"
#include "solvers/heat/spectral.hpp"

namespace attune::heat {
namespace {

template <class Scalar, int reach> struct Star {
  using Weights = Kokkos::Array<Scalar, reach>;
  Field<Scalar> u, du;
  Kokkos::Array<Weights, 3> weight;  // rate_a c_k
  Triple stride;  // of u
  Blocks blocks;

  KOKKOS_FUNCTION void operator()(Index n) const {
    const Block at = blocks.at(n);
    const Scalar* const here = &u(at.k, at.j, at.i);
    Scalar sum[lanes] = {};
    for (int a = 0; a < 3; ++a)
      if (weight[a][0] != 0) add_axis(here, stride[a], weight[a], at.cells, sum);
    Scalar* const into = &du(at.k, at.j, at.i);
    for (int c = 0; c < at.cells; ++c) into[c] = sum[c];
  }
  KOKKOS_FUNCTION static void add_axis(const Scalar* here, Index step, const Weights& w, int cells,
                                       Scalar* sum) {
    for (int c = 0; c < cells; ++c) {
      const Scalar twice = 2 * here[c];
      Scalar total = sum[c];
      for (int k = 0; k < reach; ++k)
        total += w[k] * ((here[c - (k + 1) * step] + here[c + (k + 1) * step]) - twice);
      sum[c] = total;
    }
  }
};

template <int reach, class Scalar>
void launch(const Field<Scalar>& u, const Field<Scalar>& du, const Rates& rate) {
  const auto c = star_weights(2 * reach);
  const Triple stride{static_cast<Index>(u.values.stride(0)), static_cast<Index>(u.values.stride(1)), 1};
  Star<Scalar, reach> star{u, du, {}, stride, Blocks(u.box)};
  for (int a = 0; a < 3; ++a)
    for (int k = 0; k < reach; ++k) star.weight[a][k] = static_cast<Scalar>(rate[a] * c[k]);
  Kokkos::parallel_for("heat::laplacian", star.blocks.policy(), star);
}

}  // namespace

// c_1 = 2 p / (p + 1);  c_{k+1} / c_k = -k^2 (p - k) / ((k + 1)^2 (p + k + 1))
std::vector<double> star_weights(int order) {
  require(order >= 2 && order % 2 == 0, "a star has an even order of at least 2");
  const double p = order / 2;
  std::vector<double> c{2 * p / (p + 1)};
  for (double k = 1; k < p; ++k)
    c.push_back(-c.back() * (k * k * (p - k)) / ((k + 1) * (k + 1) * (p + k + 1)));
  return c;
}

// Each term of the series is the last times x j^2 / (2 (j + 1) (2 j + 1)), x = 4 sin^2(theta / 2).
double star_symbol(int order, double theta) {
  require(order >= 2 && order % 2 == 0, "a star has an even order of at least 2");
  const double x = 4 * std::pow(std::sin(theta / 2), 2);
  double sum = 0, term = x;
  for (double j = 1; j <= order / 2; ++j) {
    sum += term;
    term *= x * j * j / (2 * (j + 1) * (2 * j + 1));
  }
  return sum;
}

template <class Scalar>
Laplacian<Scalar>::Laplacian(const Domain& cells, const Boundaries& conditions, const Rates& rates, int order)
    : domain(cells), boundaries(conditions), rate(rates), reach(order / 2) {
  require(order == 2 || order == 4 || order == 6 || order == 8, "a Laplacian of order 2, 4, 6 or 8");
  for (int a = 0; a < 3; ++a) require(rate[a] >= 0, "a rate kappa / h^2 of at least 0");
}

template <class Scalar> void Laplacian<Scalar>::apply(const Field<Scalar>& u, const Field<Scalar>& du) const {
  require(u.box == du.box && u.values.data() != du.values.data(), "two fields of the same cells");
  for (int a = 0; a < 3; ++a)
    require(rate[a] == 0 || u.halo[a] >= reach, "as many ghosts as the star reaches");
  fill_ghosts(u, domain, boundaries);
  if (reach == 1) launch<1>(u, du, rate);
  if (reach == 2) launch<2>(u, du, rate);
  if (reach == 3) launch<3>(u, du, rate);
  if (reach == 4) launch<4>(u, du, rate);
}

template <class Scalar> double Laplacian<Scalar>::spectral_radius() const {
  double sum = 0;
  for (int a = 0; a < 3; ++a) {
    const Index cells = domain.whole().extent(a);
    const Index last = boundaries[a] == Boundary::periodic ? cells / 2 : cells - 1;
    sum += rate[a] * star_symbol(2 * reach, angle_of(boundaries[a], last, cells));
  }
  return sum;
}

template <class Scalar> Field<Scalar> Laplacian<Scalar>::field(const std::string& label) const {
  Triple halo{0, 0, 0};
  for (int a = 0; a < 3; ++a) halo[a] = rate[a] > 0 ? reach : 0;
  return domain.field<Scalar>(label, halo);
}

template <class Scalar> Cost Laplacian<Scalar>::cost() const {
  const auto cells = static_cast<double>(domain.mine().cells());
  const int axes = (rate[0] > 0) + (rate[1] > 0) + (rate[2] > 0);
  return {4.0 * reach * axes * cells, 2.0 * cells * sizeof(Scalar)};
}

template class Laplacian<float>;
template class Laplacian<double>;

}  // namespace attune::heat
