// tests/experiments/heat/test_rollout_metrics.cpp
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <numbers>

#include "experiments/heat/parts/rollout_benchmark/rollout_metrics.hpp"
#include "solvers/heat/theory/rollout.hpp"
#include "solvers/heat/theory/rollout_curves.hpp"

namespace attune::experiments::heat::rollout_benchmark {

namespace theory = attune::heat::theory;
using Catch::Approx;

TEST_CASE("metrics of four cells, by hand", "[heat][metrics]") {
  const std::vector<double> u{1, 2, 3, 6}, v{1, 1, 3, 3};  // e = 0 1 0 3
  const auto m = compare(u, v, {1, 1, 4}, 1);
  CHECK(m.rmse == Approx(std::sqrt(10.0 / 4)));
  CHECK(m.nmse == Approx(10.0 / 20));
  CHECK(m.nrmse == Approx(std::sqrt(0.5)));
  CHECK(m.vrmse == Approx(std::sqrt(2.5 / (1 + 1e-7))));
  CHECK(m.nmae == Approx(4.0 / 8));
  CHECK(m.largest == 3);
  CHECK(m.mean_error == Approx(1));
  CHECK(m.boundary == Approx(std::sqrt(9.0 / 2)));
  CHECK(m.correlation == Approx(6 / std::sqrt(14.0 * 4)));
}

TEST_CASE("the boundary error counts a corner once for each of its faces", "[heat][metrics]") {
  std::vector<double> u(3 * 4, 0.0);
  const std::vector<double> v(3 * 4, 0.0);
  u[0] = 2;  // a corner
  u[5] = 7;  // inside
  u[1] = 1;  // an edge
  CHECK(compare(u, v, {1, 3, 4}, 2).boundary == Approx(std::sqrt((4 + 4 + 1) / 14.0)));
}

TEST_CASE("bands and gradients of single waves", "[heat][metrics]") {
  for (const std::string boundary : {"periodic", "neumann", "dirichlet"}) {
    const Index cells = 64;
    const auto batch = make_batch({cells}, boundary, 3);
    const double turn = boundary == "periodic" ? 2 : 1;
    const Index modes[3] = {boundary == "periodic" ? Index(3) : Index(7),
                            boundary == "periodic" ? Index(4) : Index(8),
                            boundary == "periodic" ? Index(12) : Index(24)};
    Samples e, v;
    for (const Index mode : modes) {
      e.emplace_back();
      v.emplace_back();
      for (Index i = 0; i < cells; ++i) {
        const double x =
            turn * std::numbers::pi * (static_cast<double>(i) + 0.5) / static_cast<double>(cells);
        const double phase = static_cast<double>(mode) * x;
        v.back().push_back(boundary == "dirichlet" ? std::sin(x) : std::cos(x));
        e.back().push_back(v.back().back() +
                           0.25 * (boundary == "dirichlet" ? std::sin(phase) : std::cos(phase)));
      }
    }
    const auto m = compare_spectra(batch, e, v);
    const double size = 0.25 / std::sqrt(2.0);
    INFO(boundary);
    CHECK(m[0].low == Approx(size));
    CHECK(std::abs(m[0].middle) < 1e-12);
    CHECK(m[1].middle == Approx(size));
    CHECK(m[2].high == Approx(size));
    CHECK(std::abs(m[2].low) < 1e-12);
    for (std::size_t s = 0; s < 3; ++s) CHECK(m[s].h1 == Approx(0.25 + 0.25 * static_cast<double>(modes[s])));
  }
}

TEST_CASE("times, means and difficulty", "[heat][metrics]") {
  const std::vector<double> curve{1, 0.95, 0.85, 0.75};
  CHECK(time_below(curve, 0.9) == Approx(1.5));
  CHECK(time_below(curve, 0.8) == Approx(2.5));
  CHECK(std::isnan(time_below(curve, 0.5)));
  CHECK(geometric_mean(std::vector<double>{1, 10, 100}) == Approx(10));
  CHECK(mean(std::vector<double>{1, 2, 6}) == Approx(3));
  CHECK(rate_of_difficulty(4, 1) == 2);
  CHECK(rate_of_difficulty(3, 3) == 0.5);
}

TEST_CASE("curves of many starts are the closed form of each", "[heat][theory]") {
  for (const auto boundary :
       {theory::Boundary::periodic, theory::Boundary::neumann, theory::Boundary::dirichlet}) {
    theory::Grid grid{{1, 6, 9}, {theory::Boundary::periodic, boundary, boundary}};
    theory::Fields starts(2);
    double value = 0.3;
    for (auto& start : starts)
      for (Index n = 0; n < grid.total(); ++n) start.push_back(value = std::sin(37 * value + 1));
    const theory::PerAxis r{0, 0.2, 0.2};
    const auto stencil = theory::ftcs(2, 0.2);
    const auto g_T = theory::at_modes(grid, theory::heat_symbol(r));
    const auto g_A = theory::at_modes(grid, theory::stencil_symbol(stencil));
    const auto g_ftcs = theory::at_modes(grid, theory::explicit_symbol(r, 1));
    const auto curves = theory::rollout_curves(grid, starts, g_A, g_T, 7);
    for (std::size_t k = 0; k < g_A.size(); ++k) CHECK(g_A[k] == Approx(g_ftcs[k]).margin(1e-14));
    for (std::size_t s = 0; s < starts.size(); ++s) {
      const auto one =
          theory::predict_rollout(grid, starts[s], stencil,
                                  [](const theory::PerAxis& t) {
                                    return std::complex<double>(std::exp(-0.2 * (t[1] * t[1] + t[2] * t[2])));
                                  },
                                  {1, 7});
      CHECK(curves[s][0] == 0);
      CHECK(curves[s][1] == Approx(one->relative_error[0]).epsilon(1e-12));
      CHECK(curves[s][7] == Approx(one->relative_error[1]).epsilon(1e-12));
    }
  }
}

}  // namespace attune::experiments::heat::rollout_benchmark
