// experiments/heat/parts/rollout_benchmark/benchmark_params.cpp
#include "experiments/heat/parts/rollout_benchmark/benchmark_params.hpp"

#include <algorithm>
#include <cmath>

#include "experiments/heat/parts/rollout_benchmark/rollout_metrics.hpp"

namespace attune::experiments::heat::rollout_benchmark {

void check_benchmark(const BenchmarkParams& p, const Deck& deck) {
  check_sweep(p.sweep, deck);
  for (const Index D : p.sweep.dimensions)
    check_cells(p.cells.in(D), static_cast<int>(D), p.reach[static_cast<std::size_t>(D - 1)] + 1,
                "params.cells_" + std::to_string(D) + "d", deck);
  const auto ascends = [](const auto& list) {
    return std::adjacent_find(list.begin(), list.end(), std::greater_equal<>()) == list.end();
  };
  const auto repeats = [](auto list) {
    std::sort(list.begin(), list.end());
    return std::adjacent_find(list.begin(), list.end()) != list.end();
  };
  if (!ascends(p.unroll)) deck.refuse("params.unroll", "must ascend");
  if (!ascends(p.records)) deck.refuse("params.records", "must ascend");
  if (p.records.back() > p.steps) deck.refuse("params.records", "must not lie beyond params.steps");
  if (p.geometric_steps > p.steps) deck.refuse("params.geometric_steps", "must not exceed params.steps");
  if (repeats(p.difficulties)) deck.refuse("params.difficulties", "must not repeat an entry");
  if (repeats(p.seeds)) deck.refuse("params.seeds", "must not repeat an entry");
  if (repeats(p.heads)) deck.refuse("params.heads", "must not repeat an entry");
  if (std::find(p.heads.begin(), p.heads.end(), "softmax") == p.heads.end())
    deck.refuse("params.heads", "must have softmax among them");
  if (repeats(p.teachers)) deck.refuse("params.teachers", "must not repeat an entry");
}

Lineup lineup_of(const BenchmarkParams& p) { return {p.heads, p.teachers, p.unroll, p.seeds}; }

TestPlan plan_of(const BenchmarkParams& p) {
  constexpr std::size_t together = 3;  // starts that one rank rolls out side by side
  return {p.test_seed, static_cast<std::size_t>(p.test_trajectories), together, p.steps, p.records,
          p.hopeless};
}

Contest contest_of(const BenchmarkParams& p, Index dimensions, const std::string& boundary,
                   double difficulty) {
  const int D = static_cast<int>(dimensions);
  const int substeps = static_cast<int>(std::ceil(difficulty / p.substep_ratio - 1e-12));
  Contest contest{{p.cells.in(dimensions), boundary, rate_of_difficulty(difficulty, D), substeps},
                  offsets_of(p.shape, p.reach[static_cast<std::size_t>(D - 1)], {}, D),
                  p.start,
                  p.second_head,
                  {},
                  {},
                  static_cast<std::size_t>(p.train_fields),
                  p.window_starts,
                  p.deck_seed};
  contest.training.iterations = static_cast<int>(p.iterations);
  contest.unrolled.iterations = static_cast<int>(p.unrolled_iterations);
  for (auto* options : {&contest.training, &contest.unrolled}) {
    options->relative_decrease = p.settled;
    options->patience = 20;
  }
  return contest;
}

std::string name_of(int dimensions, const std::string& boundary, double difficulty) {
  std::string gamma = std::to_string(difficulty);
  gamma.erase(gamma.find_last_not_of('0') + 1);
  if (gamma.back() == '.') gamma.pop_back();
  std::replace(gamma.begin(), gamma.end(), '.', 'p');
  return case_name(dimensions, boundary) + "_gamma" + gamma;
}

}  // namespace attune::experiments::heat::rollout_benchmark
