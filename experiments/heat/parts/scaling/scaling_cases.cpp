// experiments/heat/parts/scaling/scaling_cases.cpp
#include "experiments/heat/parts/scaling/scaling_cases.hpp"

#include <algorithm>
#include <cmath>

#include "bench/roofs.hpp"
#include "core/core/exact_sum.hpp"

namespace attune::experiments::heat::scaling {
namespace {

Sampled sampled(const Case& c, const Crew& crew, const Order& order) {
  const auto timed = c.single ? timed_march<float>(crew, order) : timed_march<double>(crew, order);
  const auto layout =
      layout_of(order.cells, order.boundary, order.together ? static_cast<int>(crew.ranks) : 1);
  const double steps = timed.steps();
  return {
      layout, timed,
      StepCounts{c.single ? 4.0 : 8.0, timed.done.solved.iterations / steps, timed.done.solved.work / steps}};
}

}  // namespace

std::vector<Index> floor_cells(Method method, const MarchChoice& choice, Index dimensions) {
  const auto axes = static_cast<std::size_t>(dimensions);
  if (method != Method::multigrid)
    return std::vector<Index>(axes, std::max({Index(8), choice.block_steps, choice.window_reach}));
  const double side =
      std::pow(static_cast<double>(MarchChoice::gathered), 1 / static_cast<double>(dimensions));
  return std::vector<Index>(axes, std::llround(side));
}

Runs run_case(const Case& c, const Grids& grids, const MarchChoice& choice, const Effort& effort,
              const std::vector<Crew>& crews) {
  const auto& own = grids.of_rank(c.method, c.dimensions);
  Order order{c.method, choice, own, grids.boundary, true, effort.seed, effort.samples, 0, effort.seconds};
  Runs runs;
  const Sampled first = sampled(c, crews.front(), order);
  runs.of.push_back({first, first, first});
  order.passes = first.timed.passes;
  for (std::size_t n = 1; n < crews.size(); ++n) {
    std::array<Sampled, 3> here;
    here[strong] = sampled(c, crews[n], order);
    order.cells = grown(own, crews[n].ranks);
    here[weak] = sampled(c, crews[n], order);
    order.cells = own;
    order.together = false;
    here[alone] = sampled(c, crews[n], order);
    order.together = true;
    runs.of.push_back(here);
  }
  order.cells = floor_cells(c.method, choice, c.dimensions);
  order.passes = 0;
  order.seconds = effort.seconds / 4;
  runs.floor = sampled(c, crews.front(), order);
  return runs;
}

Computing Runs::computing(Method method, std::size_t crew) const {
  const Sampled& busy = of[crew][alone];
  return Computing::through(floor.timed.least(), step_work(method, floor.layout, floor.counts),
                            busy.timed.least(), step_work(method, busy.layout, busy.counts));
}

Sent expected_traffic(const Crew& crew, Method method, const MarchChoice& choice, const Sampled& run) {
  std::int64_t sent[2] = {};
  if (crew.part.takes_part()) {
    const int rank = crew.part.communicator().rank;
    const Load load = step_load(method, choice, run.layout, rank, run.counts);
    sent[0] = std::llround(load.messages * run.timed.steps());
    sent[1] = std::llround(load.bytes * run.timed.steps());
  }
  crew.world.communicator().add(sent, 2);
  return {sent[0], sent[1]};
}

StepDemand demand_of(Method method, const MarchChoice& choice, const Layout& layout,
                     const StepCounts& counts) {
  return {step_work(method, layout, counts), busiest_load(method, choice, layout, counts),
          step_reductions(method, counts)};
}

Calibration calibrate(const std::vector<Crew>& crews, const std::vector<Index>& bytes, Index samples,
                      Index repeats) {
  Calibration found;
  const auto seconds_of = [&](const Crew& crew, const std::function<void()>& body) {
    const auto times = timed(crew, samples + 1, [&] {
      for (Index n = 0; n < repeats; ++n) body();
    });
    return *std::min_element(times.begin(), times.end()) / static_cast<double>(repeats);
  };
  for (const Crew& crew : crews) {
    if (crew.ranks == 1) continue;
    for (const Index size : bytes) {
      const Index width = std::max<Index>(1, size / 8);
      const auto layout = layout_of({crew.ranks * width}, "periodic", static_cast<int>(crew.ranks));
      std::function<void()> exchange = [] {};
      if (crew.part.takes_part()) {
        const Domain domain = crew.part.split(layout.whole, {false, false, true});
        const auto u = domain.field<double>("heat::calibrate", {0, 0, width});
        exchange = [domain, u] { domain.exchange_halo(u); };
      }
      found.exchanges.push_back({halo_load(layout, 0, {0, 0, width}, 8), seconds_of(crew, exchange)});
    }
    const Communicator& ranks = crew.part.communicator();
    std::vector<std::int64_t> sum(sum::words);
    double most = 0;
    const double pair = seconds_of(crew, [&] {
      ranks.maximum(&most, 1);
      ranks.add(sum.data(), sum.size());
    });
    found.reductions.push_back({crew.ranks, pair / 2});
  }
  return found;
}

double triad_of_rank(const Crew& crew, double bytes_of_an_array) {
  constexpr int looks = 3;
  const bench::Roofs roofs(crew.part.takes_part() ? bytes_of_an_array : 1);
  double best = 0;
  for (int n = 0; n < looks; ++n) {
    double slowness = 0;
    if (crew.part.takes_part()) {
      crew.part.meet();
      slowness = 1 / roofs.bandwidth();
    }
    best = std::max(best, 1 / crew.world.max(slowness));
  }
  return best;
}

}  // namespace attune::experiments::heat::scaling
