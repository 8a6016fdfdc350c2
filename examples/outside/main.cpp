// examples/outside/main.cpp
//
// Learns a stencil on a ring of cells from one field u before a step and `after` it, by gradient descent on b:
//
//   o_i = sum_o p_o u_{i + o},  p = softmax(b)      after_i = r u_{i-1} + (1 - 2 r) u_i + r u_{i+1},  r = 0.2
//   L = sum_i (o_i - after_i)^2 / N                 d_o_i = 2 (o_i - after_i) / N
#include "attention/window/window.hpp"

#include <cmath>
#include <cstdio>

#include "core/core/random.hpp"

using namespace attune;
namespace window = attune::attention::window;

struct Before {  // u_i, the same on every device
  Field<double> u;
  KOKKOS_FUNCTION void operator()(Index i) const { u(0, 0, i) = Random{1, 0}.normal(i); }
};

struct After {
  Field<double> u, after;
  double r;
  KOKKOS_FUNCTION void operator()(Index i) const {
    const Index n = u.box.extent(2);
    after(0, 0, i) = r * u(0, 0, (i + n - 1) % n) + (1 - 2 * r) * u(0, 0, i) + r * u(0, 0, (i + 1) % n);
  }
};

struct Seed {
  Field<double> o, after, d_o;
  KOKKOS_FUNCTION void operator()(Index i) const {
    d_o(0, 0, i) = 2 * (o(0, 0, i) - after(0, 0, i)) / static_cast<double>(o.box.extent(2));
  }
};

int main(int argc, char** argv) {
  const Kokkos::ScopeGuard kokkos(argc, argv);
  const Box ring = grid_box({1000});
  const Field<double> u("u", ring), after("after", ring), o("o", ring), d_o("d_o", ring);
  const Kokkos::RangePolicy<Device, Kokkos::IndexType<Index>> cells(0, ring.cells());
  constexpr auto ghost = window::Edge::ghost, periodic = window::Edge::periodic;
  const window::Window near{window::box_offsets(1, 1), {ghost, ghost, periodic}, ring};
  constexpr double r = 0.2, rate = 5;

  Kokkos::parallel_for("before", cells, Before{u});
  Kokkos::parallel_for("after", cells, After{u, after, r});
  window::Table table{{0, 0, 0}};
  for (int step = 0; step < 500; ++step) {
    window::forward(u, near, table, o);
    Kokkos::parallel_for("seed", cells, Seed{o, after, d_o});
    const auto gradient = window::backward_table(u, near, table, o, d_o, Communicator::alone());
    for (std::size_t w = 0; w < 3; ++w) table.bias[w] -= rate * gradient.d_bias[w];
  }

  const auto p = window::weights(table);
  std::printf("p = %.6f %.6f %.6f\n", p[0], p[1], p[2]);
  return std::abs(p[0] - r) + std::abs(p[1] - (1 - 2 * r)) + std::abs(p[2] - r) < 1e-6 ? 0 : 1;
}
