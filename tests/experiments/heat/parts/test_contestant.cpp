// tests/experiments/heat/parts/test_contestant.cpp
#include "experiments/heat/parts/stability/contestant.hpp"

#include <catch2/catch_test_macros.hpp>

#include "core/deck/describe.hpp"
#include "experiments/heat/parts/stability/band_field.hpp"
#include "experiments/heat/parts/stability/band_oracle.hpp"
#include "experiments/heat/parts/training_field.hpp"
#include "solvers/heat/theory/extension.hpp"
#include "solvers/heat/theory/symbol_maximum.hpp"
#include "tests/support/fields.hpp"
#include "tests/support/weights_gradient.hpp"

using namespace attune;
using namespace attune::experiments::heat;
using namespace attune::experiments::heat::stability;

namespace theory = attune::heat::theory;

namespace {

constexpr double band = std::numbers::pi / 4;

std::vector<Index> grid_of(int dimensions) {
  return dimensions == 1   ? std::vector<Index>{128}
         : dimensions == 2 ? std::vector<Index>{32, 26}
                           : std::vector<Index>{18, 17, 20};
}

// A stencil even along every axis, with weights of both signs and sum 1.
theory::Stencil mixed(const LearnedStencil& learned) {
  theory::Stencil stencil{learned.offsets(), {}};
  for (const std::size_t c : learned.class_of())
    stencil.weights.push_back(std::cos(3.0 * static_cast<double>(c)));
  double rest = 1;
  for (std::size_t o = 0; o < stencil.weights.size(); ++o)
    if (stencil.offsets[o] != Triple{0, 0, 0}) rest -= stencil.weights[o];
  for (std::size_t o = 0; o < stencil.weights.size(); ++o)
    if (stencil.offsets[o] == Triple{0, 0, 0}) stencil.weights[o] = rest;
  return stencil;
}

double apart(const std::vector<double>& a, const std::vector<double>& b) {
  double most = 0;
  for (std::size_t n = 0; n < a.size(); ++n) most = std::max(most, std::abs(a[n] - b[n]));
  return most;
}

BandTask<double> task_on(const std::vector<Index>& cells, double r, Index reach) {
  const Setting s = make_setting(Domain::world(), cells, "periodic");
  const auto u = s.domain.field<double>("u", s.halo(reach)), y = s.domain.field<double>("y");
  fill_band(u, s, band, Random{5, 1});
  attune::heat::combine(y, {{1.0, u}});
  attune::heat::apply_symbol(y, s.domain, s.boundaries, attune::heat::band_limited_propagator({r, r, r}));
  attune::heat::fill_ghosts(u, s.domain, s.boundaries);
  training::Options training;
  training.iterations = 30;
  return {s, reach, r, 0.5, u, y, everywhere(u, s), everywhere(y, s), training, -12};
}

}  // namespace

TEST_CASE("equation in free_convolution.hpp: convolve is the sum over offsets, at walls too",
          "[heat][experiments]") {
  for (const int D : {1, 2, 3})
    for (const std::string boundary : {"periodic", "dirichlet", "neumann"}) {
      const Setting s = make_setting(Domain::world(), grid_of(D), boundary);
      const auto stencil = mixed(LearnedStencil(s, attention::window::box_offsets(D, 2), true));
      const auto u = s.domain.field<double>("u", s.halo(2)), next = s.domain.field<double>("next");
      attune::heat::white_noise(u, s.domain.whole(), Random{3, 1});
      attune::heat::fill_ghosts(u, s.domain, s.boundaries);
      convolve(u, stencil, next);
      const auto expected = theory::apply(s.grid(), stencil, everywhere(u, s));
      CHECK(apart(everywhere(next, s), expected) < 1e-13 * static_cast<double>(stencil.weights.size()));
    }
}

TEST_CASE("the fit has back the stencil that made the target, whatever its signs", "[heat][experiments]") {
  for (const int D : {1, 2, 3}) {
    const Setting s = make_setting(Domain::world(), grid_of(D), "periodic");
    const LearnedStencil learned(s, attention::window::box_offsets(D, 2), true);
    const auto stencil = mixed(learned);
    const auto u = s.domain.field<double>("u");
    attune::heat::white_noise(u, s.domain.whole(), Random{4, 1});
    const auto field = everywhere(u, s);
    const auto fitted = fit_convolution(s.domain.whole().shape(), learned.offsets(), learned.class_of(),
                                        field, theory::apply(s.grid(), stencil, field));
    CHECK(apart(fitted.weights, stencil.weights) < 1e-13);
  }
}

TEST_CASE("T8: contestants on a band leave what theory says, and grow as it says", "[heat][experiments]") {
  struct Row {
    std::vector<Index> cells;
    double r;
    Index reach;
  };
  for (const Row& row :
       {Row{{256}, 2, 4}, Row{{256}, 1, 2}, Row{{26, 25}, 1, 2}, Row{{16, 17, 18}, 0.25, 1}}) {
    const auto task = task_on(row.cells, row.r, row.reach);
    const auto window = attention::window::box_offsets(static_cast<int>(row.cells.size()), row.reach);
    const auto spectrum = spectrum_of(task.setting.grid(), task.field, band);
    const auto signed_fit = theory::fit_signed(window, spectrum, heat_target(row.r));
    const auto positive_fit = theory::fit_positive(window, spectrum, heat_target(row.r));

    const auto free = trained(Learner::convolution, task);
    CHECK(std::abs(free.train_rms - signed_fit.rms) < 1e-13);
    const double growth = theory::largest_symbol(signed_fit.stencil).size;
    CHECK(std::abs(theory::largest_symbol(free.stencil).size / growth - 1) < 1e-7);
    for (const auto kind : {Learner::softmax, Learner::gaussian}) {
      const auto head = trained(kind, task);
      CHECK(head.train_rms > positive_fit.rms - 1e-14);
      CHECK(theory::largest_symbol(head.stencil).size < 1 + 1e-14);
      CHECK(head.size() == 1);
    }
    const auto both = trained(Learner::two_heads, task);
    CHECK(both.train_rms > signed_fit.rms - 1e-14);
    CHECK(theory::largest_symbol(both.stencil).size < both.size() + 1e-14);
  }
}

TEST_CASE("equation in gaussian_head.hpp: the gradient of its one parameter", "[heat][experiments]") {
  for (const int D : {1, 2}) {
    const auto task = task_on(grid_of(D), 0.7, 2);
    const LearnedStencil learned(task.setting, attention::window::box_offsets(D, 2), true);
    const StencilLesson<double> lesson(learned, task.setting, task.u, task.y);
    test::check_weights_gradient(GaussianWeights{{-0.4}}, GaussianLesson<double>{lesson});
  }
}

TEST_CASE("a step of a contestant is its stencil", "[heat][experiments]") {
  const auto task = task_on(grid_of(2), 1, 2);
  for (const auto kind : {Learner::softmax, Learner::two_heads, Learner::convolution}) {
    const auto one = trained(kind, task);
    for (const std::string boundary : {"periodic", "dirichlet", "neumann"}) {
      const Setting s = make_setting(Domain::world(), {20, 22}, boundary);
      const LearnedStep<double> step(one, s, 2);
      const auto u = s.domain.field<double>("u", step.halo()), next = s.domain.field<double>("next");
      attune::heat::white_noise(u, s.domain.whole(), Random{6, 1});
      const auto expected = theory::apply(s.grid(), one.stencil, everywhere(u, s));
      step(u, next);
      CHECK(apart(everywhere(next, s), expected) < 1e-14 * one.points() * one.size());
    }
  }
}
