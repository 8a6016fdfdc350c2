// experiments/heat/parts/work_precision/streaming_speed.cpp
#include "experiments/heat/parts/work_precision/streaming_speed.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "attention/window/window.hpp"
#include "bench/roofs.hpp"
#include "core/core/measure.hpp"
#include "experiments/heat/parts/setting.hpp"
#include "solvers/heat/ftcs_blocked.hpp"
#include "solvers/heat/initial.hpp"

namespace attune::experiments::heat::work_precision {
namespace {

namespace solver = attune::heat;
namespace window = attention::window;

// Over all ranks.
double together(const Domain& world, double mine) {
  std::vector<double> all(static_cast<std::size_t>(world.communicator().size));
  world.communicator().gather(&mine, sizeof mine, all.data());
  double sum = 0;
  for (const double one : all) sum += one;
  return sum;
}

struct Kernel {
  Speed speed;
  double bytes = 0, flops = 0;  // a call, all ranks
  std::function<void()> call;
  std::vector<double> bandwidths, triads;
};

std::vector<Index> cells_of(int dimensions, double bytes, std::size_t size) {
  const double side = std::pow(bytes / static_cast<double>(size), 1.0 / dimensions);
  return std::vector<Index>(static_cast<std::size_t>(dimensions),
                            std::max<Index>(32, std::llround(side / 32) * 32));
}

template <class Scalar> struct Fields {
  Setting setting;
  Field<Scalar> u, next;
  Fields(const Domain& world, int dimensions, double bytes, Index halo)
      : setting(make_setting(world, cells_of(dimensions, bytes, sizeof(Scalar)), "periodic")),
        u(setting.domain.field<Scalar>("heat::speed::u", setting.halo(halo))),
        next(setting.domain.field<Scalar>("heat::speed::next", setting.halo(halo))) {
    solver::gaussian(u, setting.domain.whole(), 0.1);
    solver::fill_ghosts(u, setting.domain, setting.boundaries);
    Kokkos::deep_copy(next.values, u.values);
  }
};

window::Table even_table(std::size_t offsets) {
  window::Table table;
  for (std::size_t o = 0; o < offsets; ++o) table.bias.push_back(0.01 * static_cast<double>(o % 7));
  return table;
}

template <class Scalar> std::vector<Kernel> kernels(const SpeedChoice& choice, const Domain& world, int D) {
  const Index depth = D == 2 ? choice.depth_2d : choice.depth_3d;
  const Index widest = D == 2 ? choice.largest_window_2d : choice.largest_window_3d;
  const Fields<Scalar> f(world, D, choice.bytes, std::max(depth, widest));
  const auto cells = static_cast<double>(f.setting.cells()), once = 2 * cells * sizeof(Scalar);
  const auto rates = solver::rates_of(0.4 / (2 * D), D);
  const std::string precision = sizeof(Scalar) == 4 ? "float" : "double";
  const double step = (4.0 * D + 1) * cells;
  std::vector<Kernel> all;
  all.push_back(
      {{D, precision, "explicit step"}, once, step, [=] { solver::ftcs_step(f.u, rates, f.next); }, {}, {}});
  all.push_back({{D, precision, "blocked"},
                 once * static_cast<double>(depth),
                 step * static_cast<double>(depth),
                 [=] { solver::ftcs_steps(f.u, rates, static_cast<int>(depth), f.next); },
                 {},
                 {}});
  for (Index W = 1; W <= widest; ++W) {
    window::Window offsets{window::box_offsets(D, W), {}, f.setting.domain.whole()};
    const auto table = even_table(offsets.offsets.size());
    all.push_back({{D, precision, "window", W},
                   once,
                   2 * cells * static_cast<double>(offsets.offsets.size()),
                   [=] { window::forward(f.u, offsets, table, f.next); },
                   {},
                   {}});
  }
  return all;
}

void run_round(Kernel& kernel, const Domain& world, const bench::Roofs& roofs, double& triad_before) {
  (void)world.max(0);  // the ranks begin together
  const auto sample = measure({}, kernel.call, 0, 1).seconds.front();
  const double seconds = world.max(sample);
  (void)world.max(0);
  const double triad_after = together(world, roofs.bandwidth());
  kernel.bandwidths.push_back(kernel.bytes / seconds);
  kernel.triads.push_back((triad_before + triad_after) / 2);
  triad_before = triad_after;
}

// The round whose fraction of the triad is the median.
Speed speed_of(const Kernel& kernel, double peak) {
  std::vector<std::size_t> order(kernel.triads.size());
  for (std::size_t n = 0; n < order.size(); ++n) order[n] = n;
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return kernel.bandwidths[a] / kernel.triads[a] < kernel.bandwidths[b] / kernel.triads[b];
  });
  const std::size_t middle = order[order.size() / 2];
  Speed speed = kernel.speed;
  speed.bandwidth = kernel.bandwidths[middle];
  speed.triad = kernel.triads[middle];
  speed.flops = speed.bandwidth / kernel.bytes * kernel.flops;
  speed.balance = peak / speed.triad;
  speed.roofline = std::min(1.0, speed.balance / (kernel.flops / kernel.bytes));
  return speed;
}

template <class Scalar>
void stream_in(const SpeedChoice& choice, const Domain& world, int D, const bench::Roofs& roofs,
               std::vector<Speed>& speeds) {
  auto all = kernels<Scalar>(choice, world, D);
  const double peak = together(world, roofs.peak(sizeof(Scalar) == 4 ? "float" : "double"));
  for (Index round = 0; round < choice.rounds; ++round) {
    double triad = together(world, roofs.bandwidth());
    for (Kernel& kernel : all) run_round(kernel, world, roofs, triad);
  }
  for (const Kernel& kernel : all) speeds.push_back(speed_of(kernel, peak));
}

}  // namespace

std::vector<Speed> stream(const SpeedChoice& choice, const Domain& world) {
  const bench::Roofs roofs(choice.bytes / world.communicator().size);
  std::vector<Speed> speeds;
  for (const int D : choice.dimensions) {
    stream_in<double>(choice, world, D, roofs, speeds);
    stream_in<float>(choice, world, D, roofs, speeds);
  }
  return speeds;
}

}  // namespace attune::experiments::heat::work_precision
