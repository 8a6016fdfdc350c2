// tests/solvers/heat/test_face_multigrid.cpp
#include "solvers/heat/face_multigrid.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "solvers/heat/conjugate_gradients.hpp"
#include "solvers/heat/face_coarsening.hpp"
#include "solvers/heat/implicit_steps.hpp"
#include "tests/solvers/heat/conductivities.hpp"

using namespace attune;
using heat::FaceMultigrid;
using heat::FaceOperator;

namespace {

using Preconditioned = heat::ConjugateGradients<FaceOperator<double>, FaceMultigrid<double>>;

struct Problem {
  test::Layout at;
  FaceOperator<double> l;
  Field<double> b;
};

Problem problem(const std::vector<Index>& cells, const std::vector<std::string>& words,
                const test::Conductivity& kappa, const Domain& over = Domain::world()) {
  const auto at = test::layout(cells, words, over);
  const auto l =
      heat::variable_conductivity(test::conductivity(at.domain, kappa), at.h, at.domain, at.boundaries);
  const auto b = l.field("b");
  heat::white_noise(b, at.domain.whole(), Random{3, 0});
  return {at, l, b};
}

heat::Solved solve(const Problem& p, double a, const Field<double>& x, const heat::Stop& stop = {1e-10, 200},
                   Index gathered = 0) {
  const FaceMultigrid<double> cycles(p.l, {{}, gathered});
  return Preconditioned(p.l, p.at.domain.communicator(), stop, cycles).solve(a, p.b, x);
}

// max |b - (1 - a L) x| over max |b|, by the operator itself.
double defect(const Problem& p, double a, const Field<double>& x) {
  const auto slope = p.l.field("slope");
  p.l.apply(x, slope);
  heat::combine<double>(slope, {{1, p.b}, {-1, x}, {a, slope}});
  return test::largest(p.at.domain.gather(slope)) / test::largest(p.at.domain.gather(p.b));
}

}  // namespace

TEST_CASE("conjugate gradients with a cycle solve for conductivities of any contrast",
          "[heat][face_multigrid]") {
  const std::string word = GENERATE("periodic", "mixed");
  const auto cells = GENERATE(std::vector<Index>{3}, std::vector<Index>{67}, std::vector<Index>{9, 12},
                              std::vector<Index>{6, 5, 7}, std::vector<Index>{1, 2, 3});
  const auto kappa = GENERATE(test::Conductivity::blocks, test::Conductivity::random);
  constexpr double a = 10;
  const auto p = problem(cells, test::words(word, cells.size()), kappa);
  const auto x = p.l.field("x");
  const auto solved = solve(p, a, x);
  CHECK(solved.residual <= 1e-10);
  CHECK(solved.iterations < 60);
  CHECK(defect(p, a, x) < 1e-8);
}

TEST_CASE(
    "equations in face_coarsening.hpp: one conductivity gives weights 3/4 and 1/4, and half the conductance",
    "[heat][face_multigrid]") {
  const auto p = problem({12}, {"dirichlet"}, test::Conductivity::constant, Domain::alone());
  const auto volume = p.at.domain.field<double>("volume");
  Kokkos::deep_copy(volume.values, 1.0);
  const auto fine = heat::finest_grid(p.at.domain, p.at.boundaries, p.l.faces(), volume);
  const auto coarse = heat::coarsened(fine, 2);
  const double g = 1 / (p.at.h[2] * p.at.h[2]);
  const auto w = test::own_values(coarse.transfer.w), v = test::own_values(coarse.grid.volume);
  const auto G = test::host(coarse.grid.faces.g[2]);
  for (Index f = 0; f < 12; ++f) CHECK(std::abs(w[f] - (f == 0 || f == 11 ? 0.5 : 0.25)) < 1e-15);
  for (Index c = 0; c < 6; ++c) CHECK(std::abs(v[c] - (c == 0 || c == 5 ? 1.5 : 2)) < 1e-15);
  for (Index c = 0; c <= 6; ++c) CHECK(std::abs(G(0, 0, c + 1) / g - (c == 0 || c == 6 ? 1 : 0.5)) < 1e-14);
}

TEST_CASE("restriction to pairs is the transpose of prolongation", "[heat][face_multigrid]") {
  const std::string word = GENERATE("periodic", "dirichlet", "neumann");
  const auto cells = GENERATE(std::vector<Index>{2}, std::vector<Index>{131}, std::vector<Index>{7, 12},
                              std::vector<Index>{5, 2, 9});
  const auto p = problem(cells, {word}, test::Conductivity::random, Domain::alone());
  const auto volume = p.at.domain.field<double>("volume");
  Kokkos::deep_copy(volume.values, 1.0);
  const auto fine = heat::finest_grid(p.at.domain, p.at.boundaries, p.l.faces(), volume);
  for (int axis = 3 - static_cast<int>(cells.size()); axis < 3; ++axis) {
    const auto coarse = heat::coarsened(fine, axis);
    const Domain& pairs = coarse.grid.domain;
    Triple ghosts = heat::one_ghost(p.at.domain, p.at.boundaries);
    ghosts[axis] = coarse.ghosts.coarse;
    const auto b = p.at.domain.field<double>("b", coarse.transfer.w.halo), u = p.at.domain.field<double>("u");
    const auto x = pairs.field<double>("x", ghosts), restricted = pairs.field<double>("restricted");
    heat::white_noise(b, p.at.domain.whole(), Random{1, 0});
    heat::white_noise(x, pairs.whole(), Random{2, 0});
    p.at.domain.exchange_halo(b);
    pairs.exchange_halo(x);
    coarse.transfer.restrict_to_coarse(b, restricted);
    coarse.transfer.add_prolonged(x, u);
    const Communicator& one = pairs.communicator();
    CHECK(std::abs(heat::inner(restricted, x, one) - heat::inner(b, u, one)) < 1e-12);
  }
}

TEST_CASE("a cycle for any conductivities is symmetric and positive definite", "[heat][face_multigrid]") {
  const std::string word = GENERATE("periodic", "dirichlet", "neumann");
  const auto kappa = GENERATE(test::Conductivity::smooth, test::Conductivity::random);
  const auto p = problem({11, 12, 9}, {word}, kappa);
  const FaceMultigrid<double> cycles(p.l, {{}, 0});
  const auto v = p.l.field("v"), m_b = p.l.field("m_b"), m_v = p.l.field("m_v");
  heat::white_noise(v, p.at.domain.whole(), Random{5, 0});
  cycles.precondition(1, p.b, m_b);
  cycles.precondition(1, v, m_v);
  const Communicator& ranks = p.at.domain.communicator();
  const double size = std::sqrt(heat::inner(m_b, m_b, ranks) * heat::inner(v, v, ranks));
  CHECK(std::abs(heat::inner(m_b, v, ranks) - heat::inner(p.b, m_v, ranks)) < 1e-13 * size);
  CHECK(heat::inner(m_b, p.b, ranks) > 0);
}

TEST_CASE("iterations hardly grow with the grid", "[heat][face_multigrid]") {
  struct Bar {
    test::Conductivity kappa;
    int most, growth;
  };
  const auto bar = GENERATE(Bar{test::Conductivity::constant, 9, 1}, Bar{test::Conductivity::smooth, 9, 1},
                            Bar{test::Conductivity::layers, 15, 6}, Bar{test::Conductivity::blocks, 20, 8},
                            Bar{test::Conductivity::lognormal, 26, 10});
  int count[2];
  for (const int level : {0, 1}) {
    const auto p = problem({32 << level, 32 << level}, test::words("mixed", 2), bar.kappa);
    count[level] = solve(p, 100, p.l.field("x"), {1e-10, 200}, 4096).iterations;
  }
  INFO(static_cast<int>(bar.kappa) << ": " << count[0] << " " << count[1]);
  CHECK(count[1] <= bar.most);
  CHECK(count[1] - count[0] <= bar.growth);
}

TEST_CASE("a smooth conductivity is solved by cycles alone, each worth a factor of five",
          "[heat][face_multigrid]") {
  const std::string word = GENERATE("periodic", "dirichlet", "neumann");
  const auto cells =
      GENERATE(std::vector<Index>{70}, std::vector<Index>{33, 40}, std::vector<Index>{9, 12, 16});
  const auto p = problem(cells, {word}, test::Conductivity::smooth);
  const auto x = p.l.field("x");
  const auto solved = FaceMultigrid<double>(p.l, {{1e-10, 40}, 0}).solve(10, p.b, x);
  INFO(word << ": " << solved.iterations);
  CHECK(solved.iterations <= 18);
  CHECK(defect(p, 10, x) < 1e-8);
}

TEST_CASE("solutions are the same bytes on any number of ranks, gathered early, late or never",
          "[heat][face_multigrid]") {
  const auto cells =
      GENERATE(std::vector<Index>{70}, std::vector<Index>{23, 70}, std::vector<Index>{7, 9, 16});
  const auto words = test::words("mixed", cells.size());
  const auto alone = problem(cells, words, test::Conductivity::random, Domain::alone());
  const auto shared = problem(cells, words, test::Conductivity::random);
  const auto y = alone.l.field("y");
  const auto there = solve(alone, 1, y);
  for (const Index gathered : {Index(0), Index(200), Index(4096)}) {
    const auto x = shared.l.field("x");
    const auto here = solve(shared, 1, x, {1e-10, 200}, gathered);
    CHECK(here.iterations == there.iterations);
    CHECK(here.residual == there.residual);
    CHECK(shared.at.domain.gather(x) == test::own_values(y));
  }
}

TEST_CASE("a volume in every cell takes the place of one", "[heat][face_multigrid]") {
  const auto p = problem({12, 9}, {"neumann"}, test::Conductivity::smooth);
  const auto volume = p.l.field("volume"), x = p.l.field("x"), slope = p.l.field("slope");
  const auto noise = p.at.domain.field<double>("noise");
  heat::combine<double>(volume, {{1, test::conductivity(p.at.domain, test::Conductivity::lognormal)}});
  const FaceMultigrid<double> cycles(p.l, volume, {{1e-11, 100}, 0});
  cycles.solve(0.1, p.b, x);
  p.l.apply(x, slope);
  const auto v = p.at.domain.gather(volume), u = p.at.domain.gather(x), b = p.at.domain.gather(p.b);
  const auto lu = p.at.domain.gather(slope);
  double worst = 0;
  for (std::size_t n = 0; n < v.size(); ++n)
    worst = std::max(worst, std::abs(v[n] * u[n] - 0.1 * lu[n] - b[n]));
  CHECK(worst < 1e-9);
}

TEST_CASE("cycles work in float, and implicit steps over them are those over conjugate gradients",
          "[heat][face_multigrid]") {
  const auto p = problem({20, 24}, {"dirichlet", "neumann"}, test::Conductivity::smooth);
  const auto u = p.l.field("u"), v = p.l.field("v");
  heat::combine<double>(u, {{1, p.b}});
  heat::combine<double>(v, {{1, p.b}});
  const heat::ConjugateGradients plain(p.l, p.at.domain.communicator(), heat::Stop{1e-12, 2000});
  heat::ImplicitSteps(p.l, plain).tr_bdf2(0.3, u);
  heat::ImplicitSteps(p.l, FaceMultigrid<double>(p.l, {{1e-12, 60}, 0})).tr_bdf2(0.3, v);
  CHECK(test::largest_difference(test::own_values(u), test::own_values(v)) < 1e-10);

  const auto kappa = test::converted<float>(test::conductivity(p.at.domain, test::Conductivity::smooth));
  const auto l = heat::variable_conductivity(kappa, p.at.h, p.at.domain, p.at.boundaries);
  const auto b = test::converted<float>(p.b), x = l.field("x");
  heat::FaceMultigrid<float>(l, {{3e-6, 30}, 0}).solve(0.3, b, x);
  const auto exact = p.l.field("exact");
  plain.solve(0.3, p.b, exact);
  CHECK(test::largest_difference(test::own_values(x), test::own_values(exact)) < 1e-4);
}

TEST_CASE("a cycle costs what its header says, and a short step next to nothing", "[heat][face_multigrid]") {
  const auto p = problem({16, 16, 16}, {"periodic"}, test::Conductivity::constant);
  const FaceMultigrid<double> cycles(p.l);
  CHECK(cycles.grids().back().cells() == 1);
  CHECK(std::abs(cycles.work(1e6) - 8) < 0.1);
  CHECK(cycles.work(1e-6) < 2);
}
