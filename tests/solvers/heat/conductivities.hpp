// tests/solvers/heat/conductivities.hpp
//
// Conductivities of a contrast up to a million, the same on any number of ranks.
#pragma once

#include "solvers/heat/initial.hpp"
#include "solvers/heat/variable_conductivity.hpp"
#include "tests/support/fields.hpp"

namespace attune::test {

struct Layout {
  Domain domain;
  heat::Boundaries boundaries;
  heat::Widths h{0.5, 0.25, 0.125};
};

inline Layout layout(const std::vector<Index>& cells, const std::vector<std::string>& words,
                     const Domain& over = Domain::world()) {
  const auto boundaries = heat::boundaries_of(words, static_cast<int>(cells.size()));
  return {over.split(grid_box(cells), heat::periodic_axes(boundaries)), boundaries};
}

// One word for all axes, or "mixed".
inline std::vector<std::string> words(const std::string& word, std::size_t axes) {
  if (word != "mixed") return {word};
  std::vector<std::string> all{"dirichlet", "neumann", "periodic"};
  all.resize(axes);
  return all;
}

enum class Conductivity {
  smooth,  // exp(sum_a sin(2 pi x_a + a) / 2)
  layers,  // 10^-3 and 10^3, five cells thick, across the first axis
  blocks,  // 10^-3 and 10^3 as a chequerboard of blocks of three cells
  random,  // 10^y, y uniform in [-3, 3], cell by cell
  lognormal,  // exp(2.3 y), y of the unit normal distribution, cell by cell
  constant
};

struct FillConductivity {
  Field<double> kappa;
  Box whole;
  Conductivity kind;

  KOKKOS_FUNCTION double exponent(const Index* at, std::uint64_t cell) const {
    constexpr double ln10 = 2.302585092994046, pi = 3.141592653589793;
    double smooth = 0;
    Index blocks = 0;
    for (int a = 0; a < 3; ++a) {
      if (whole.extent(a) == 1) continue;
      smooth += 0.5 * Kokkos::sin(2 * pi * (double(at[a]) + 0.5) / double(whole.extent(a)) + a);
      blocks += at[a] / 3;
    }
    const int first = whole.extent(0) > 1 ? 0 : whole.extent(1) > 1 ? 1 : 2;
    if (kind == Conductivity::smooth) return smooth;
    if (kind == Conductivity::layers) return at[first] / 5 % 2 == 0 ? 3 * ln10 : -3 * ln10;
    if (kind == Conductivity::blocks) return blocks % 2 == 0 ? 3 * ln10 : -3 * ln10;
    if (kind == Conductivity::random) return 6 * ln10 * (Random{5, 1}.uniform(cell) - 0.5);
    if (kind == Conductivity::lognormal) return 2.3 * Random{5, 2}.normal(cell);
    return 0;
  }
  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const {
    const Index at[3] = {k + kappa.box.lower[0], j + kappa.box.lower[1], i + kappa.box.lower[2]};
    kappa(k, j, i) = Kokkos::exp(exponent(at, global_cell(kappa.box, whole, k, j, i)));
  }
};

inline Field<double> conductivity(const Domain& domain, Conductivity kind) {
  const auto kappa = domain.field<double>("test::conductivity");
  Kokkos::parallel_for("test::conductivity", every_cell(kappa.box),
                       FillConductivity{kappa, domain.whole(), kind});
  return kappa;
}

}  // namespace attune::test
