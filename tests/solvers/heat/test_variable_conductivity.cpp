// tests/solvers/heat/test_variable_conductivity.cpp
#include "solvers/heat/variable_conductivity.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <limits>
#include <numbers>

#include "solvers/heat/initial.hpp"
#include "tests/solvers/heat/observed_order.hpp"

using namespace attune;

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();

struct Layout {
  Domain domain;
  heat::Boundaries boundaries;
  heat::Widths h{0.5, 0.25, 0.125};
};

Layout layout(const std::vector<Index>& cells, const std::vector<std::string>& words) {
  const auto boundaries = heat::boundaries_of(words, static_cast<int>(cells.size()));
  return {Domain::world().split(grid_box(cells), heat::periodic_axes(boundaries)), boundaries};
}

Layout some_layout() {
  const auto cells =
      GENERATE(std::vector<Index>{lanes + 3}, std::vector<Index>{9, 12}, std::vector<Index>{6, 5, 7});
  const std::string word = GENERATE("periodic", "dirichlet", "neumann", "mixed");
  if (word != "mixed") return layout(cells, {word});
  std::vector<std::string> words{"dirichlet", "neumann", "periodic"};
  words.resize(cells.size());
  return layout(cells, words);
}

// 10^x, x uniform in [-decades / 2, decades / 2], the same on any number of ranks.
template <class Scalar> struct FillConductivity {
  Field<Scalar> kappa;
  Box whole;
  double decades;
  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const {
    const double x = Random{5, 1}.uniform(global_cell(kappa.box, whole, k, j, i)) - 0.5;
    kappa(k, j, i) = static_cast<Scalar>(Kokkos::exp(decades * x * 2.302585092994046));
  }
};
template <class Scalar> Field<Scalar> random_conductivity(const Domain& domain, double decades) {
  const auto kappa = domain.field<Scalar>("kappa");
  Kokkos::parallel_for("test::random_conductivity", every_cell(kappa.box),
                       FillConductivity<Scalar>{kappa, domain.whole(), decades});
  return kappa;
}

// (L u)_i of the whole grid, by the definition.
std::vector<double> by_definition(const Layout& at, const std::vector<double>& kappa,
                                  const std::vector<double>& u) {
  const Box whole = at.domain.whole();
  std::vector<double> du;
  const auto number = [&](const Index* c) {
    return (c[0] * whole.extent(1) + c[1]) * whole.extent(2) + c[2];
  };
  for (Index n = 0; n < whole.cells(); ++n) {
    const Index here[3] = {n / (whole.extent(1) * whole.extent(2)), n / whole.extent(2) % whole.extent(1),
                           n % whole.extent(2)};
    double gain = 0;
    for (int a = 0; a < 3; ++a)
      for (const Index side : {-1, 1}) {
        Index there[3] = {here[0], here[1], here[2]};
        there[a] += side;
        const bool outside = there[a] < 0 || there[a] >= whole.extent(a);
        const double inverse = 1 / (at.h[a] * at.h[a]);
        if (outside && at.boundaries[a] == heat::Boundary::neumann) continue;
        if (outside && at.boundaries[a] == heat::Boundary::dirichlet) {
          gain -= 2 * kappa[n] * u[n] * inverse;
          continue;
        }
        there[a] = (there[a] + whole.extent(a)) % whole.extent(a);
        const double other = kappa[number(there)];
        gain += 2 * kappa[n] * other / (kappa[n] + other) * (u[number(there)] - u[n]) * inverse;
      }
    du.push_back(gain);
  }
  return du;
}

std::vector<double> doubles(const std::vector<float>& x) { return {x.begin(), x.end()}; }
const std::vector<double>& doubles(const std::vector<double>& x) { return x; }

template <class Scalar> double error_against_definition(const Layout& at, double decades) {
  const auto kappa = random_conductivity<Scalar>(at.domain, decades);
  const auto L = heat::variable_conductivity(kappa, at.h, at.domain, at.boundaries);
  const auto u = L.field("u"), du = L.field("du");
  heat::white_noise(u, at.domain.whole(), Random{3, 0});
  L.apply(u, du);
  const auto expected = by_definition(at, doubles(at.domain.gather(kappa)), doubles(at.domain.gather(u)));
  return test::largest_difference(doubles(at.domain.gather(du)), expected) / test::largest(expected);
}

}  // namespace

TEST_CASE("equation in variable_conductivity.hpp: faces carry the harmonic mean", "[heat][conductivity]") {
  const auto at = some_layout();
  const double decades = GENERATE(0, 1, 6);
  CHECK(error_against_definition<double>(at, decades) < 2e-15);
  CHECK(error_against_definition<float>(at, decades) < 1e-6);
}

TEST_CASE("with one conductivity every mode decays at 4 kappa sum sin^2(theta / 2) / h^2",
          "[heat][conductivity]") {
  const auto word = GENERATE("periodic", "dirichlet", "neumann");
  const auto cells = GENERATE(std::vector<Index>{70}, std::vector<Index>{9, 12}, std::vector<Index>{6, 5, 7});
  const auto at = layout(cells, {word});
  const auto kappa = at.domain.field<double>("kappa");
  Kokkos::deep_copy(kappa.values, 0.3);
  const auto L = heat::variable_conductivity(kappa, at.h, at.domain, at.boundaries);
  const auto u = L.field("u"), du = L.field("du");
  const Triple m{cells.size() > 2 ? 1 : 0, cells.size() > 1 ? 2 : 0, 3};
  heat::mode(u, at.domain.whole(), at.boundaries, m);
  L.apply(u, du);
  double rate = 0;
  for (int a = 0; a < 3; ++a) {
    const double turn = std::string(word) == "periodic" ? 2 * std::numbers::pi : std::numbers::pi;
    const double theta = turn * static_cast<double>(m[a]) / static_cast<double>(at.domain.whole().extent(a));
    rate += 4 * 0.3 * std::pow(std::sin(theta / 2) / at.h[a], 2);
  }
  auto expected = test::own_values(u);
  for (double& x : expected) x *= -rate;
  CHECK(test::largest_difference(test::own_values(du), expected) < 1e-14 * L.spectral_radius());
  CHECK(rate <= L.spectral_radius());
}

TEST_CASE("the steady flux through layers in series is exact for a contrast of a million",
          "[heat][conductivity]") {
  const int axis = GENERATE(0, 1, 2);
  std::vector<std::string> words(3, "periodic");
  words[static_cast<std::size_t>(axis)] = "dirichlet";
  std::vector<Index> cells{3, 3, 3};
  const Index N = 24, source = 9;
  cells[static_cast<std::size_t>(axis)] = N;
  const auto at = layout(cells, words);
  const double h = at.h[axis];
  const std::vector<double> layers{1, 1e-3, 1e3, 0.2, 1e-3, 50};
  const auto kappa_of = [&](Index c) { return layers[static_cast<std::size_t>(c / 4)]; };

  // A sheet of sources in cell `source` drives the flux q to the lower wall and p to the upper one; in series
  // half cells resist by h / (2 kappa) each.
  std::vector<double> from_lower(N), from_upper(N);
  double resistance = 0;
  for (Index c = 0; c < N; ++c) {
    from_lower[c] = resistance + h / (2 * kappa_of(c));
    resistance += h / kappa_of(c);
  }
  for (Index c = 0; c < N; ++c) from_upper[c] = resistance - from_lower[c];
  const double q = 1 / from_lower[source], p = 1 / from_upper[source];

  const auto along = [&](const heat::theory::PerAxis& x) {
    return static_cast<Index>(x[static_cast<std::size_t>(axis)] * static_cast<double>(N));
  };
  const auto kappa = test::sampled(at.domain, {0, 0, 0}, [&](const auto& x) { return kappa_of(along(x)); });
  const auto L = heat::variable_conductivity(kappa, at.h, at.domain, at.boundaries);
  const auto u = L.field("u"), du = L.field("du");
  heat::combine(u, {{1, test::sampled(at.domain, {0, 0, 0}, [&](const auto& x) {
                       return along(x) <= source ? q * from_lower[along(x)] : p * from_upper[along(x)];
                     })}});
  L.apply(u, du);
  const auto residual = at.domain.gather(du);
  double worst = 0;
  for (Index n = 0; n < Index(residual.size()); ++n) {
    const Index c = axis == 0 ? n / 9 : axis == 1 ? n / 3 % N : n % N;
    const double expected = c == source ? -(q + p) / h : 0;
    worst = std::max(worst, std::abs(residual[n] - expected) * h * h / (4 * kappa_of(c)));  // u is at most 1
  }
  CHECK(worst < 8 * epsilon);
}

TEST_CASE("without Dirichlet walls heat is conserved, and L is symmetric under its bound",
          "[heat][conductivity]") {
  const auto at = some_layout();
  const auto& ranks = at.domain.communicator();
  const auto L =
      heat::variable_conductivity(random_conductivity<double>(at.domain, 6), at.h, at.domain, at.boundaries);
  const auto u = L.field("u"), v = L.field("v"), Lu = L.field("Lu"), Lv = L.field("Lv"), one = L.field("one");
  heat::white_noise(u, at.domain.whole(), Random{3, 0});
  heat::white_noise(v, at.domain.whole(), Random{4, 0});
  Kokkos::deep_copy(one.values, 1.0);
  L.apply(u, Lu);
  L.apply(v, Lv);
  const double size = L.spectral_radius() * heat::inner(u, u, ranks);
  CHECK(std::abs(heat::inner(v, Lu, ranks) - heat::inner(u, Lv, ranks)) < 1e-14 * size);
  CHECK(heat::inner(u, Lu, ranks) < 0);
  CHECK(-heat::inner(u, Lu, ranks) <= size);
  bool walls = false;
  for (int a = 0; a < 3; ++a) walls = walls || at.boundaries[a] == heat::Boundary::dirichlet;
  if (!walls) CHECK(std::abs(heat::inner(one, Lu, ranks)) < 1e-14 * size);
  CHECK(L.largest_step() <= 2 / L.spectral_radius());
  if (!walls) CHECK(L.largest_step() == 2 / L.spectral_radius());
}

TEST_CASE("the largest step of forward Euler keeps the maximum principle", "[heat][conductivity]") {
  const auto at = some_layout();
  const auto L =
      heat::variable_conductivity(random_conductivity<double>(at.domain, 6), at.h, at.domain, at.boundaries);
  const auto u = L.field("u"), du = L.field("du");
  const auto indicator = [](const auto& x) {
    return Random{7, 0}.uniform(std::uint64_t(1e9 * (x[0] + 2 * x[1] + 3 * x[2]))) > 0.5;
  };
  heat::combine(u, {{1, test::sampled(at.domain, {0, 0, 0}, indicator)}});
  constexpr int steps = 40;
  for (int n = 0; n < steps; ++n) {
    L.apply(u, du);
    heat::combine(u, {{1, u}, {L.largest_step(), du}});
  }
  const auto values = test::own_values(u);
  const double slack = steps * 9 * epsilon;
  CHECK(*std::max_element(values.begin(), values.end()) <= 1 + slack);
  CHECK(*std::min_element(values.begin(), values.end()) >= -slack);
}

TEST_CASE("the diagonal is that of L", "[heat][conductivity]") {
  const auto at = layout({4, 5}, {"dirichlet", "neumann"});
  const auto L =
      heat::variable_conductivity(random_conductivity<double>(at.domain, 2), at.h, at.domain, at.boundaries);
  const auto u = L.field("u"), du = L.field("du"), d = L.field("d");
  L.diagonal(d);
  const auto diagonal = at.domain.gather(d);
  for (std::size_t n = 0; n < diagonal.size(); ++n) {
    const auto unit = [&](const auto& x) {
      return static_cast<std::size_t>(x[1] * 4) * 5 + static_cast<std::size_t>(x[2] * 5) == n ? 1.0 : 0.0;
    };
    heat::combine(u, {{1, test::sampled(at.domain, {0, 0, 0}, unit)}});
    L.apply(u, du);
    CHECK(std::abs(diagonal[n] + at.domain.gather(du)[n]) < 1e-13 * diagonal[n]);
  }
}

TEST_CASE("a manufactured solution with a source is met at second order", "[heat][conductivity]") {
  const std::string word = GENERATE("periodic", "dirichlet", "neumann");
  const int dimensions = GENERATE(1, 2, 3);
  const Index fine = dimensions == 1 ? 128 : dimensions == 2 ? 64 : 32;
  const test::Run run{{test::theory_boundary(word), dimensions, 1}, 0.02, std::exp(0.5 * dimensions)};
  double error[2];
  for (const int level : {0, 1}) {
    const auto at = test::cube(word, dimensions, level == 0 ? fine / 2 : fine);
    const auto kappa = test::sampled(at.domain, {0, 0, 0}, [&](const auto& x) {
      return heat::theory::smooth_conductivity(x, dimensions).value;
    });
    const auto L = heat::variable_conductivity(kappa, at.h, at.domain, at.boundaries);
    error[level] = test::error_at_end(L, at.domain, run, [&](const auto& x) {
      return source(solution(run.problem, x, 0), heat::theory::smooth_conductivity(x, dimensions));
    });
  }
  INFO(word << " in " << dimensions << " dimensions: " << error[0] << " " << error[1]);
  CHECK(std::abs(std::log2(error[0] / error[1]) - 2) < 0.05);
}

TEST_CASE("a conductivity that is not positive is refused", "[heat][conductivity]") {
  const auto at = layout({8}, {"periodic"});
  const auto kappa = at.domain.field<double>("kappa");
  CHECK_THROWS_AS(heat::variable_conductivity(kappa, at.h, at.domain, at.boundaries), BrokenPromise);
}
