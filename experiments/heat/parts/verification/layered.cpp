// experiments/heat/parts/verification/layered.cpp
#include "experiments/heat/parts/verification/layered.hpp"

#include <cmath>

#include "solvers/heat/initial.hpp"
#include "solvers/heat/theory/layers.hpp"
#include "solvers/heat/variable_conductivity.hpp"

namespace attune::experiments::heat::verification {

namespace solver = attune::heat;

namespace {

// Of whole numbers: 0, 1, then the digits of n in base 2 mirrored at the point.
double van_der_corput(Index n) {
  if (n < 2) return static_cast<double>(n);
  double v = 0, digit = 0.5;
  for (Index left = n - 1; left > 0; left /= 2, digit /= 2) v += static_cast<double>(left % 2) * digit;
  return v;
}

std::vector<double> conductivities(double contrast, const Layers& layers) {
  std::vector<double> kappa;
  for (Index n = 0; n < layers.layers; ++n)
    kappa.insert(kappa.end(), static_cast<std::size_t>(layers.cells_a_layer),
                 std::pow(contrast, van_der_corput(n) - 0.5));
  return kappa;
}

// (du + source) h^2 / (4 kappa)
struct Imbalance {
  Field<double> du, source, kappa;
  double square;
  KOKKOS_FUNCTION void operator()(const Block& at, double* x) const {
    for (int c = 0; c < at.cells; ++c)
      x[c] = (du(at.k, at.j, at.i + c) + source(at.k, at.j, at.i + c)) * square /
             (4 * kappa(at.k, at.j, at.i + c));
  }
};

}  // namespace

double imbalance_of_layers(const Domain& world, int dimensions, int axis, double contrast,
                           const Layers& layers) {
  const auto kappa = conductivities(contrast, layers);
  const auto across = static_cast<Index>(kappa.size());
  const std::size_t place = static_cast<std::size_t>(axis - (3 - dimensions));
  std::vector<Index> cells(static_cast<std::size_t>(dimensions), layers.cells_along);
  std::vector<std::string> words(cells.size(), "periodic");
  cells[place] = across;
  words[place] = "dirichlet";
  const auto boundaries = solver::boundaries_of(words, dimensions);
  const Domain domain = world.split(grid_box(cells), solver::periodic_axes(boundaries));

  const double h = 1 / static_cast<double>(across);
  const Index sheet = across / 3;
  const auto exact = attune::heat::theory::steady_layers(kappa, h, sheet);
  const auto filled = [&](const std::vector<double>& along) {
    const auto field = domain.field<double>("heat::layers");
    solver::sample(field, domain.whole(), [&](const auto& x) {
      const double position = x[static_cast<std::size_t>(axis)] * static_cast<double>(across);
      return along[static_cast<std::size_t>(position)];
    });
    return field;
  };
  std::vector<double> heating(kappa.size(), 0.0);
  heating[static_cast<std::size_t>(sheet)] = exact.heating / h;

  const auto conductivity = filled(kappa);
  const auto l = solver::variable_conductivity(conductivity, {h, h, h}, domain, boundaries);
  const auto u = l.field("heat::u"), du = l.field("heat::du");
  solver::combine(u, {{1, filled(exact.u)}});
  l.apply(u, du);
  const Blocks blocks(du.box);
  const Imbalance imbalance{du, filled(heating), conductivity, h * h};
  return sum::largest("heat::imbalance", blocks.count(), sum::Cells<Imbalance>{imbalance, blocks},
                      domain.communicator());
}

}  // namespace attune::experiments::heat::verification
