// experiments/heat/parts/scaling/scaling_timed.cpp
#include "experiments/heat/parts/scaling/scaling_timed.hpp"

#include <Kokkos_Timer.hpp>
#include <algorithm>
#include <cmath>

namespace attune::experiments::heat::scaling {

std::vector<Index> rank_counts(const Domain& world) {
  const Index all = world.communicator().size;
  std::vector<Index> counts;
  for (Index ranks = 1; ranks < all; ranks *= 2) counts.push_back(ranks);
  counts.push_back(all);
  return counts;
}

std::vector<double> timed(const Crew& crew, Index samples, const std::function<void()>& body) {
  std::vector<double> seconds;
  for (Index n = 0; n < samples; ++n) {
    double mine = 0;
    if (crew.part.takes_part()) {
      crew.part.meet();
      const Kokkos::Timer timer;
      body();
      Kokkos::fence("heat::timed");
      mine = timer.seconds();
    }
    seconds.push_back(crew.world.max(mine));
  }
  return seconds;
}

double Timed::least() const { return *std::min_element(samples.begin(), samples.end()); }

template <class Scalar> Timed timed_march(const Crew& crew, const Order& order) {
  March<Scalar> m{[] {}, 1, nullptr, std::make_shared<Done>()};
  Domain domain = Domain::alone();
  if (crew.part.takes_part()) {
    const Setting s = make_setting(order.together ? crew.part : Domain::alone(), order.cells, order.boundary);
    m = march<Scalar>(order.method, order.choice, s, order.seed);
    domain = s.domain;
  }
  const auto before = domain.sent();
  timed(crew, 1, m.pass);
  const double once = timed(crew, 1, m.pass).front();

  Timed run;
  const double share = order.seconds / static_cast<double>(order.samples);
  run.passes = order.passes > 0 ? order.passes : std::clamp<Index>(std::llround(share / once), 1, 10000);
  run.samples = timed(crew, order.samples, [&] {
    for (Index n = 0; n < run.passes; ++n) m.pass();
  });
  const Communicator& all = crew.world.communicator();
  const auto steps_of_pass = static_cast<Index>(crew.world.max(static_cast<double>(m.steps_of_pass)));
  for (double& sample : run.samples) sample /= static_cast<double>(run.passes * steps_of_pass);

  std::int64_t facts[3] = {domain.sent().messages - before.messages, domain.sent().bytes - before.bytes,
                           m.u ? fingerprint(*m.u, domain.whole()) : 0};
  all.add(facts, 3);
  run.messages = facts[0], run.bytes = facts[1], run.fingerprint = facts[2];
  run.done = *m.done;
  all.broadcast(&run.done, sizeof run.done, 0);  // rank 0 takes part in everything
  return run;
}

template Timed timed_march<float>(const Crew&, const Order&);
template Timed timed_march<double>(const Crew&, const Order&);

}  // namespace attune::experiments::heat::scaling
