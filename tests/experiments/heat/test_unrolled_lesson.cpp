// tests/experiments/heat/test_unrolled_lesson.cpp
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "experiments/heat/parts/rollout_benchmark/training_windows.hpp"
#include "solvers/heat/theory/extension.hpp"
#include "tests/support/gradient.hpp"

namespace attune::experiments::heat::rollout_benchmark {

namespace theory = attune::heat::theory;

namespace {

Windows windows_of(const std::vector<Index>& cells, const std::string& boundary) {
  const Scenario scenario{cells, boundary, 0.4, 2};
  StartKind kind;
  kind.spectrum = "white";
  return training_windows(scenario, "exact", start_samples(scenario, kind, 5, 9, 0, 2), {0, 1}, 3);
}

}  // namespace

TEST_CASE("unrolled lesson: backward is the gradient of forward", "[heat][unrolled]") {
  const std::vector<std::vector<Index>> grids{{9}, {5, 6}, {4, 5, 3}};
  for (const auto& cells : grids)
    for (const std::string boundary : {"periodic", "dirichlet", "neumann"})
      for (const std::string kind : {"softmax", "signed", "gaussian", "sparsemax"})
        for (const Index steps : {1, 3}) {
          INFO(cells.size() << " " << boundary << " " << kind << " " << steps);
          const auto windows = windows_of(cells, boundary);
          const int dimensions = static_cast<int>(cells.size());
          const LearnedStencil window(windows.batch.setting,
                                      attention::window::box_offsets(dimensions, dimensions == 1 ? 2 : 1),
                                      true);
          const Emulator emulator(kind, window, 0.3);
          const UnrolledLesson<double> lesson(emulator, windows, steps);
          EmulatorWeights at = emulator.start();
          for (std::size_t n = 0; n < at.z.size(); ++n)
            at.z[n] += 0.07 * std::sin(3.0 * static_cast<double>(n) + 1);
          EmulatorWeights gradient = training::zeros_like(at);
          lesson(at, gradient);
          test::Variable z{"z", at.z, gradient.z, [&at](const std::vector<double>& x) { at.z = x; }};
          test::check_gradient({z}, [&] {
            EmulatorWeights unused = training::zeros_like(at);
            return lesson(at, unused);
          });
        }
}

TEST_CASE("unrolled lesson: its loss is that of plain loops", "[heat][unrolled]") {
  for (const std::string boundary : {"periodic", "dirichlet", "neumann"}) {
    const auto windows = windows_of({5, 6}, boundary);
    const LearnedStencil window(windows.batch.setting, attention::window::box_offsets(2, 1), true);
    const Emulator emulator("signed", window, 0.3);
    EmulatorWeights at = emulator.start();
    for (std::size_t n = 0; n < at.z.size(); ++n) at.z[n] = 0.2 * static_cast<double>(n % 3);
    EmulatorWeights gradient = training::zeros_like(at);
    const double loss = UnrolledLesson<double>(emulator, windows, 3)(at, gradient);
    const auto stencil = stencil_of(window, emulator.heads(at));
    double sum = 0, count = 0;
    for (std::size_t s = 0; s < windows.batch.samples; ++s) {
      auto u = windows.at[0][s];
      for (std::size_t m = 1; m <= 3; ++m) {
        u = theory::apply(windows.batch.grid(), stencil, u);
        for (std::size_t i = 0; i < u.size(); ++i, ++count)
          sum += (u[i] - windows.at[m][s][i]) * (u[i] - windows.at[m][s][i]);
      }
    }
    CHECK(loss == Catch::Approx(sum / count).epsilon(1e-12));
  }
}

TEST_CASE("windows: the explicit solver's are its own steps, the exact ones decay as the heat equation",
          "[heat][unrolled]") {
  const Scenario scenario{{8, 6}, "neumann", 0.5, 2};
  StartKind kind;
  kind.highest = 2;
  const auto starts = start_samples(scenario, kind, 3, 1, 0, 3);
  const auto by_ftcs = training_windows(scenario, "ftcs", starts, {0, 2}, 1);
  const auto grid = by_ftcs.batch.grid();
  for (std::size_t s = 0; s < starts.size(); ++s) {
    double sum = 0;
    for (const double value : starts[s]) sum += value;
    CHECK(std::abs(sum) < 1e-12);
    auto u = starts[s];
    for (int n = 0; n < 2; ++n) u = theory::apply(grid, theory::ftcs(2, 0.25), u);
    for (std::size_t i = 0; i < u.size(); ++i)
      CHECK(by_ftcs.at[1][s][i] == Catch::Approx(u[i]).margin(1e-13));
    const auto once = advanced(scenario, "exact", {starts[s]}, 3),
               again = advanced(scenario, "exact", advanced(scenario, "exact", {starts[s]}, 1), 2);
    for (std::size_t i = 0; i < u.size(); ++i) CHECK(once[0][i] == Catch::Approx(again[0][i]).margin(1e-13));
  }
}

}  // namespace attune::experiments::heat::rollout_benchmark
