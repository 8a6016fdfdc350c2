// solvers/heat/variable_conductivity.cpp
#include "solvers/heat/variable_conductivity.hpp"

namespace attune::heat {
namespace {

struct HarmonicMean {
  KOKKOS_FUNCTION double operator()(double a, double b) const { return 2 / (1 / a + 1 / b); }
  KOKKOS_FUNCTION double wall(double inner) const { return inner; }
};

// 1 where a conductivity is not a positive number.
template <class Scalar> struct Unfit {
  Field<Scalar> kappa;
  KOKKOS_FUNCTION void operator()(const Block& block, double* x) const {
    const Scalar* const from = &kappa(block.k, block.j, block.i);
    for (int c = 0; c < block.cells; ++c)
      x[c] = from[c] > 0 && from[c] <= Kokkos::Experimental::finite_max_v<Scalar> ? 0 : 1;
  }
};

}  // namespace

template <class Scalar>
FaceOperator<Scalar> variable_conductivity(const Field<Scalar>& kappa, const Widths& h, const Domain& domain,
                                           const Boundaries& boundaries) {
  const Blocks blocks(kappa.box);
  const double unfit = sum::largest("heat::variable_conductivity", blocks.count(),
                                    sum::Cells<Unfit<Scalar>>{{kappa}, blocks}, domain.communicator());
  require(unfit == 0, "conductivities are positive and finite");
  return {conductances(kappa, HarmonicMean{}, h, domain, boundaries), domain, boundaries};
}

template FaceOperator<float> variable_conductivity(const Field<float>&, const Widths&, const Domain&,
                                                   const Boundaries&);
template FaceOperator<double> variable_conductivity(const Field<double>&, const Widths&, const Domain&,
                                                    const Boundaries&);

}  // namespace attune::heat
