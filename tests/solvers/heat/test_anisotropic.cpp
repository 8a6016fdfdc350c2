// tests/solvers/heat/test_anisotropic.cpp
#include "solvers/heat/anisotropic.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <limits>
#include <numbers>

#include "solvers/heat/initial.hpp"
#include "tests/solvers/heat/observed_order.hpp"

using namespace attune;
using heat::Tensor;

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();

using Vector = std::array<double, 3>;

double dot(const Vector& a, const Vector& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

Vector random_vector(std::uint64_t number, std::uint32_t draw, int dimensions) {
  Vector v{};
  for (int a = 3 - dimensions; a < 3; ++a) v[a] = Random{11, 0}.normal(number, 4 * draw + std::uint32_t(a));
  return v;
}

// Random axes with eigenvalues that are random powers between 1 and `ratio`, the ends included.
Tensor random_tensor(std::uint64_t number, int dimensions, double ratio) {
  Vector axis[3];
  for (int n = 0; n < dimensions; ++n) {
    axis[n] = random_vector(number, std::uint32_t(n), dimensions);
    for (int twice = 0; twice < 2; ++twice)
      for (int m = 0; m < n; ++m) {
        const double along = dot(axis[n], axis[m]);
        for (int a = 0; a < 3; ++a) axis[n][a] -= along * axis[m][a];
      }
    const double length = std::sqrt(dot(axis[n], axis[n]));
    for (double& x : axis[n]) x /= length;
  }
  Tensor A{};
  for (int n = 0; n < dimensions; ++n) {
    const double power = n == 0 ? 1 : n == 1 ? 0 : Random{11, 1}.uniform(number);
    for (int c = 0; c < 6; ++c) {
      const auto [a, b] = heat::tensor_axes[c];
      A[c] += std::pow(ratio, power) * axis[n][a] * axis[n][b];
    }
  }
  return A;
}

struct Layout {
  Domain domain;
  heat::Boundaries boundaries;
  heat::Widths h;
};

Layout layout(const std::vector<Index>& cells, const std::vector<std::string>& words) {
  const auto boundaries = heat::boundaries_of(words, static_cast<int>(cells.size()));
  return {Domain::world().split(grid_box(cells), heat::periodic_axes(boundaries)), boundaries, {1, 1, 1}};
}

// Tensors that turn from cell to cell, of eigenvalues 1 and 1 + excess |v|^2.
heat::TensorField turning(const Domain& domain, int dimensions, double excess) {
  heat::TensorField A;
  for (int c = 0; c < 6; ++c)
    A[c] = test::sampled(domain, {0, 0, 0}, [&](const auto& x) {
      return heat::theory::turning_tensor(x, dimensions, excess)[static_cast<std::size_t>(c)].value;
    });
  return A;
}

bool has_dirichlet(const heat::Boundaries& boundaries) {
  bool any = false;
  for (int a = 0; a < 3; ++a) any = any || boundaries[a] == heat::Boundary::dirichlet;
  return any;
}

Layout some_layout() {
  const auto cells =
      GENERATE(std::vector<Index>{19}, std::vector<Index>{13, 17}, std::vector<Index>{8, 7, 9});
  const std::string word = GENERATE("periodic", "dirichlet", "neumann", "mixed");
  if (word != "mixed") return layout(cells, {word});
  std::vector<std::string> words{"dirichlet", "neumann", "periodic"};
  words.resize(cells.size());
  return layout(cells, words);
}

int dimensions_of(const Domain& domain) {
  return 1 + (domain.whole().extent(1) > 1) + (domain.whole().extent(0) > 1);
}

}  // namespace

TEST_CASE("equation in selling.hpp: edges with weights that are not negative add up to the tensor",
          "[heat][anisotropic]") {
  const int dimensions = GENERATE(1, 2, 3);
  const double ratio = GENERATE(1.0, 10.0, 1e4, 1e10);
  double worst = 0, least = 0;
  Index farthest = 0;
  for (std::uint64_t number = 0; number < 300; ++number) {
    const Tensor A = random_tensor(number, dimensions, ratio);
    Tensor sum{};
    for (const auto& [e, rho] : heat::selling(A, dimensions)) {
      least = std::min(least, rho);
      for (int c = 0; c < 6; ++c) {
        const auto [a, b] = heat::tensor_axes[c];
        sum[c] += rho * static_cast<double>(e[a] * e[b]);
      }
      for (int a = 0; a < 3; ++a) farthest = std::max(farthest, std::abs(e[a]));
    }
    const double trace = A[0] + A[1] + A[2];
    for (int c = 0; c < 6; ++c) worst = std::max(worst, std::abs(sum[c] - A[c]) / trace);
  }
  CHECK(worst < 4 * epsilon);
  CHECK(least == 0);
  CHECK(static_cast<double>(farthest) <= 2 * std::sqrt(ratio));
}

TEST_CASE("diagonal tensors give the star, a diagonal-line tensor its diagonal, an indefinite one a refusal",
          "[heat][anisotropic]") {
  const auto star = heat::selling({2, 3, 4, 0, 0, 0}, 3);
  double weight[3] = {};
  for (const auto& [e, rho] : star)
    for (int a = 0; a < 3; ++a)
      if (e[a] != 0) weight[a] += rho;
  CHECK((weight[0] == 2 && weight[1] == 3 && weight[2] == 4));
  double along = 0;
  for (const auto& [e, rho] : heat::selling({0, 1.5, 1.5, 0, 0, 1}, 2))
    if (e[1] * e[2] == 1) along += rho;
  CHECK(along == 1);
  CHECK_THROWS_AS(heat::selling({0, 1, 1, 0, 0, 2}, 2), BrokenPromise);
  CHECK_THROWS_AS(heat::selling({1, 1, 1, 0.9, -0.9, 0.9}, 3), BrokenPromise);
}

TEST_CASE(
    "with one tensor a wave decays at 4 sum rho sin^2(theta . e / 2), to second order that of the equation",
    "[heat][anisotropic]") {
  const int dimensions = GENERATE(1, 2, 3);
  const double ratio = GENERATE(1.0, 30.0);
  const Tensor A = random_tensor(5, dimensions, ratio);
  double error[2];
  for (const int level : {0, 1}) {
    const auto at = test::cube("periodic", dimensions, dimensions < 3 ? 64 << level : 16 << level);
    const heat::Anisotropic<double> L(heat::constant_tensor(A, at.domain.mine()), at.h, at.domain,
                                      at.boundaries);
    const Vector m{dimensions > 2 ? 1.0 : 0, dimensions > 1 ? -1.0 : 0, 1};
    const auto wave = [&](const auto& x) {
      return std::cos(2 * std::numbers::pi * (m[0] * x[0] + m[1] * x[1] + m[2] * x[2]) + 0.3);
    };
    const auto u = L.field("u"), du = L.field("du");
    const auto start = test::sampled(at.domain, {0, 0, 0}, wave);
    heat::combine(u, {{1, start}});
    L.apply(u, du);
    double discrete = 0, exact = 0;
    for (const auto& [e, rho] : heat::selling(A, dimensions)) {
      const double k_e =
          2 * std::numbers::pi * (m[0] * double(e[0]) + m[1] * double(e[1]) + m[2] * double(e[2]));
      discrete += 4 * rho * std::pow(std::sin(k_e * at.h[2] / 2) / at.h[2], 2);
    }
    for (int c = 0; c < 6; ++c) {
      const auto [a, b] = heat::tensor_axes[c];
      exact += (a == b ? 1 : 2) * A[c] * m[a] * m[b] * std::pow(2 * std::numbers::pi, 2);
    }
    heat::combine(du, {{1, du}, {discrete, start}});
    CHECK(test::largest(test::own_values(du)) < 1e-14 * L.spectral_radius());
    CHECK(discrete <= L.spectral_radius());
    error[level] = std::abs(discrete - exact);
  }
  CHECK(std::abs(std::log2(error[0] / error[1]) - 2) < 0.05);
}

TEST_CASE("L is symmetric and negative under its bound, and conserves heat without Dirichlet walls",
          "[heat][anisotropic]") {
  const auto at = some_layout();
  const double excess = GENERATE(0.0, 4.0, 60.0);
  const auto& ranks = at.domain.communicator();
  const heat::Anisotropic<double> L(turning(at.domain, dimensions_of(at.domain), excess), at.h, at.domain,
                                    at.boundaries);
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
  if (!has_dirichlet(at.boundaries)) CHECK(std::abs(heat::inner(one, Lu, ranks)) < 1e-14 * size);
}

TEST_CASE("equation in anisotropic.hpp: -<u, L u> / 2 is the energy of the edges", "[heat][anisotropic]") {
  const auto at = layout({13, 17}, {"periodic"});
  const double excess = GENERATE(4.0, 60.0);
  const heat::Anisotropic<double> L(turning(at.domain, 2, excess), at.h, at.domain, at.boundaries);
  const auto u = L.field("u"), Lu = L.field("Lu");
  heat::white_noise(u, at.domain.whole(), Random{3, 0});
  L.apply(u, Lu);
  const auto all = at.domain.gather(u);
  const auto value = [&](Index j, Index i) { return all[((j + 130) % 13) * 17 + (i + 170) % 17]; };
  double energy = 0;
  for (Index j = 0; j < 13; ++j)
    for (Index i = 0; i < 17; ++i) {
      const auto jets =
          heat::theory::turning_tensor({0.5, (double(j) + 0.5) / 13, (double(i) + 0.5) / 17}, 2, excess);
      Tensor A;
      for (std::size_t c = 0; c < 6; ++c) A[c] = jets[c].value;
      for (const auto& [e, rho] : heat::selling(A, 2))
        for (const Index sign : {-1, 1})
          energy += rho * std::pow(value(j + sign * e[1], i + sign * e[2]) - value(j, i), 2) / 4;
    }
  CHECK(std::abs(-heat::inner(u, Lu, at.domain.communicator()) / 2 / energy - 1) < 1e-13);
}

TEST_CASE("an isotropic tensor is the five-point operator", "[heat][anisotropic]") {
  const auto word = GENERATE("periodic", "dirichlet", "neumann");
  const auto at = layout({9, 12}, {word});
  const heat::Anisotropic<double> L(heat::constant_tensor({1, 0.3, 0.3, 0, 0, 0}, at.domain.mine()), at.h,
                                    at.domain, at.boundaries);
  CHECK(L.reach() == Triple{0, 1, 1});
  const auto u = L.field("u"), du = L.field("du");
  heat::mode(u, at.domain.whole(), at.boundaries, {0, 2, 3});
  L.apply(u, du);
  const double turn = std::string(word) == "periodic" ? std::numbers::pi : std::numbers::pi / 2;
  const double rate = 1.2 * (std::pow(std::sin(turn * 2 / 9), 2) + std::pow(std::sin(turn * 3 / 12), 2));
  heat::combine(du, {{1, du}, {rate, u}});
  CHECK(test::largest(test::own_values(du)) < 1e-14);
}

TEST_CASE("the largest step keeps u between its extremes, and |u| below its largest at Dirichlet walls",
          "[heat][anisotropic]") {
  const auto at = some_layout();
  const double excess = GENERATE(4.0, 60.0);
  const heat::Anisotropic<double> L(turning(at.domain, dimensions_of(at.domain), excess), at.h, at.domain,
                                    at.boundaries);
  const auto u = L.field("u"), du = L.field("du");
  const auto noise = at.domain.field<double>("noise");
  heat::white_noise(noise, at.domain.whole(), Random{7, 0});
  const auto host = test::host(noise);
  for (std::size_t n = 0; n < host.size(); ++n) host.data()[n] = host.data()[n] > 0 ? 1 : 0;
  Kokkos::deep_copy(noise.values, host);
  heat::combine(u, {{1, noise}});
  constexpr int steps = 40;
  for (int n = 0; n < steps; ++n) {
    L.apply(u, du);
    heat::combine(u, {{1, u}, {L.largest_step(), du}});
  }
  const auto values = test::own_values(u);
  const double slack = steps * 30 * epsilon, least = has_dirichlet(at.boundaries) ? -1 : 0;
  CHECK(*std::max_element(values.begin(), values.end()) <= 1 + slack);
  CHECK(*std::min_element(values.begin(), values.end()) >= least - slack);
}

TEST_CASE("a manufactured solution with tensors that turn is met at second order", "[heat][anisotropic]") {
  const std::string word = GENERATE("periodic", "dirichlet", "neumann");
  const int dimensions = GENERATE(1, 2, 3);
  const double excess = 2;
  const Index fine = dimensions == 1 ? 128 : dimensions == 2 ? 64 : 32;
  const test::Run run{{test::theory_boundary(word), dimensions, 1}, 0.02, 1 + excess};
  double error[2];
  for (const int level : {0, 1}) {
    const auto at = test::cube(word, dimensions, level == 0 ? fine / 2 : fine);
    const heat::Anisotropic<double> L(turning(at.domain, dimensions, excess), at.h, at.domain, at.boundaries);
    error[level] = test::error_at_end(L, at.domain, run, [&](const auto& x) {
      return source(solution(run.problem, x, 0), heat::theory::turning_tensor(x, dimensions, excess));
    });
  }
  INFO(word << " in " << dimensions << " dimensions: " << error[0] << " " << error[1]);
  CHECK(std::abs(std::log2(error[0] / error[1]) - 2) < 0.05);
}

TEST_CASE("a wall without flux lets none through however A lies to it: exact waves are met at first order",
          "[heat][anisotropic]") {
  const double yy = 1, xx = 2, yx = -0.7, end = 0.02;
  const double slant = yx / xx, decay = 4 * std::numbers::pi * std::numbers::pi * (yy - yx * yx / xx);
  double error[2];
  for (const int level : {0, 1}) {
    const Index cells = 24 << level;
    const auto h = 1 / static_cast<double>(cells);
    auto at = layout({cells, cells}, {"periodic", "neumann"});
    at.h = {h, h, h};
    const heat::Anisotropic<double> L(heat::constant_tensor({0, yy, xx, 0, 0, yx}, at.domain.mine()), at.h,
                                      at.domain, at.boundaries);
    const auto wave = [&](double t) {  // n . A grad u = 0 everywhere
      return test::sampled(at.domain, {0, 0, 0}, [&](const auto& x) {
        return std::exp(-decay * t) * std::cos(2 * std::numbers::pi * (x[1] - slant * x[2]));
      });
    };
    const auto u = L.field("u"), du = L.field("du");
    heat::combine(u, {{1, wave(0)}});
    const int steps = static_cast<int>(std::ceil(end / L.largest_step()));
    for (int n = 0; n < steps; ++n) {
      L.apply(u, du);
      heat::combine(u, {{1, u}, {end / steps, du}});
    }
    heat::combine(du, {{1, u}, {-1, wave(end)}});
    error[level] = std::sqrt(heat::inner(du, du, at.domain.communicator())) * h;
  }
  INFO(error[0] << " " << error[1]);
  CHECK(error[1] < 0.005);
  CHECK(std::abs(std::log2(error[0] / error[1]) - 1) < 0.1);
}

TEST_CASE("in float the operator differs from double by its rounding", "[heat][anisotropic]") {
  const auto at = layout({13, 17}, {"neumann"});
  const auto A = turning(at.domain, 2, 20);
  const heat::Anisotropic<double> exact(A, at.h, at.domain, at.boundaries);
  const heat::Anisotropic<float> rounded(A, at.h, at.domain, at.boundaries);
  const auto u = rounded.field("u"), du = rounded.field("du");
  heat::white_noise(u, at.domain.whole(), Random{3, 0});
  const auto truth = test::converted<double>(u), d_truth = exact.field("du");
  rounded.apply(u, du);
  exact.apply(truth, d_truth);
  CHECK(test::largest_difference(test::own_values(du), test::own_values(d_truth)) <
        2e-6 * exact.spectral_radius());
}
