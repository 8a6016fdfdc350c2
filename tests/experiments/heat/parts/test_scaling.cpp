// tests/experiments/heat/parts/test_scaling.cpp
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "experiments/heat/parts/scaling/scaling_study.hpp"

using namespace attune;
using namespace attune::experiments::heat::scaling;
using attune::experiments::heat::make_setting;

namespace {

Order small_order(Method method, const std::vector<Index>& cells, const std::string& boundary) {
  Order order;
  order.method = method;
  order.choice.block_steps = 3;
  order.cells = cells;
  order.boundary = boundary;
  order.samples = 1;
  order.passes = 2;
  return order;
}

const auto grids = std::vector<std::vector<Index>>{{97}, {24, 19}, {9, 12, 10}};

}  // namespace

TEST_CASE("what a halo sends is the surface of the boxes, however wide it is", "[scaling]") {
  const auto cells = grids[GENERATE(std::size_t(0), std::size_t(1), std::size_t(2))];
  const auto boundary = GENERATE(std::string("periodic"), std::string("neumann"));
  const Index width = GENERATE(1, 2, 7);
  const auto world = Domain::world();
  const auto s = make_setting(world, cells, boundary);
  const int rank = world.communicator().rank;
  const auto layout = layout_of(cells, boundary, world.communicator().size);
  const auto before = s.domain.sent();
  s.domain.exchange_halo(s.domain.field<float>("u", s.halo(width)));
  const Load load = halo_load(layout, rank, s.halo(width), 4);
  std::int64_t apart[2] = {
      s.domain.sent().messages - before.messages - static_cast<std::int64_t>(load.messages),
      s.domain.sent().bytes - before.bytes - static_cast<std::int64_t>(load.bytes)};
  world.communicator().add(apart, 2);
  CHECK(apart[0] == 0);
  CHECK(apart[1] == 0);
}

TEST_CASE("every method sends what its boxes ask for, and ends with the bits of one rank", "[scaling]") {
  const auto method = GENERATE(Method::ftcs, Method::blocked, Method::runge_kutta, Method::window,
                               Method::multigrid, Method::spectral);
  const auto cells = grids[GENERATE(std::size_t(0), std::size_t(1), std::size_t(2))];
  const auto boundary = GENERATE(std::string("periodic"), std::string("dirichlet"));
  const auto world = Domain::world();
  const Crew all(world, world.communicator().size), one(world, 1);
  const Order order = small_order(method, cells, boundary);
  const Timed run = timed_march<double>(all, order);
  const Sampled sampled{layout_of(cells, boundary, world.communicator().size),
                        run,
                        {8, run.done.solved.iterations / run.steps(), run.done.solved.work / run.steps()}};
  const Sent sent = expected_traffic(all, method, order.choice, sampled);
  CHECK(run.messages == sent.messages);
  CHECK(run.bytes == sent.bytes);
  CHECK(static_cast<double>(run.done.reductions) ==
        Catch::Approx(run.steps() * step_reductions(method, sampled.counts)));
  CHECK(run.fingerprint == timed_march<double>(one, order).fingerprint);
}

TEST_CASE("a fingerprint notices one bit, and two cells that change places", "[scaling]") {
  const Domain domain = Domain::alone().split(grid_box({5, 4}), {true, true, true});
  const auto u = domain.field<double>("u", {0, 1, 1});
  const auto value = [&u](Index j, Index i) {
    return Kokkos::subview(u.values, 0, static_cast<std::size_t>(j + 1), static_cast<std::size_t>(i + 1));
  };
  Kokkos::deep_copy(u.values, 1.0);
  const auto before = fingerprint(u, domain.whole());
  Kokkos::deep_copy(value(2, 3), -1.0);
  const auto negative = fingerprint(u, domain.whole());
  CHECK(negative != before);
  Kokkos::deep_copy(value(2, 3), 1.0);
  Kokkos::deep_copy(value(3, 2), -1.0);
  CHECK(fingerprint(u, domain.whole()) != negative);
  Kokkos::deep_copy(value(3, 2), 1.0);
  CHECK(fingerprint(u, domain.whole()) == before);
}

TEST_CASE("on a hundred thousand ranks a box of n cells sends 2 h n a side, and its corners once",
          "[scaling]") {
  const Index n = 32, h = 2;
  const auto layout = layout_of(grown({n, n}, 100000), "periodic", 100000);
  REQUIRE(layout.size() == 100000);
  CHECK(layout.whole.cells() == 100000 * n * n);
  const Box box = layout.box(4711);
  const Load load = halo_load(layout, 4711, {0, h, h}, 8);
  CHECK(load.messages == 4);
  CHECK(load.bytes == 8.0 * static_cast<double>(2 * h * box.extent(2) + 2 * h * (box.extent(1) + 2 * h)));
}

TEST_CASE("the model has back the latency, the bandwidth and the reduction that times were made of",
          "[scaling]") {
  const double alpha = 2e-6, beta = 3e-10, gamma = 5e-7;
  std::vector<Exchange> exchanges;
  for (const double bytes : {8.0, 1e3, 1e5, 1e7})
    for (const double messages : {1.0, 2.0}) {
      const Load load{messages, messages * bytes};
      exchanges.push_back({load, load.messages * alpha + load.bytes * beta});
    }
  const Network network = fitted(exchanges, {{2, gamma}, {7, 3 * gamma}, {8, 3 * gamma}});
  CHECK(network.latency == Catch::Approx(alpha));
  CHECK(network.byte_seconds == Catch::Approx(beta));
  CHECK(network.reduction == Catch::Approx(gamma));

  const auto computing = Computing::through(1e-6, 8, 1e-3, 1e6);
  CHECK(computing.seconds(1e6) == Catch::Approx(1e-3));
  CHECK(computing.seconds(1) == Catch::Approx(1e-6));
  const StepTime time = step_time(computing, network, {1e6, {4, 1e4}, 6}, 1024);
  CHECK(time.total() == Catch::Approx(1e-3 + 4 * alpha + 1e4 * beta + 6 * 10 * gamma));
}

TEST_CASE("a line of a transform lies on one rank, and so does the work of a one-dimensional one",
          "[scaling]") {
  const StepCounts counts;
  const auto one = layout_of({4096}, "periodic", 1), many = layout_of({4096}, "periodic", 16);
  CHECK(step_work(Method::spectral, many, counts) == step_work(Method::spectral, one, counts));
  CHECK(step_work(Method::ftcs, many, counts) == step_work(Method::ftcs, one, counts) / 16);
}
