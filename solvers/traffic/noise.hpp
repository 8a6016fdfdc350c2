// solvers/traffic/noise.hpp
//
// The errors of estimates of every driver, and the random share of dawdling, as functions of seed, road,
// vehicle and step.
//
//   w' = exp(-dt / tau) w + sqrt(1 - exp(-2 dt / tau)) xi,   xi normal
//
// of variance 1 at every step, exact for any dt.
//
// Source  Treiber, Kesting, Helbing 2006 [treiber2006]; the update of an Ornstein-Uhlenbeck process
//         [gillespie1996]
#pragma once

#include "core/core/random.hpp"
#include "solvers/traffic/driving.hpp"
#include "solvers/traffic/road.hpp"

namespace attune::traffic {

// The errors of now; w of the vehicle ahead of a rank's last one, too.
struct ErrorsNow {
  bool any = false;
  Noise noise;
  Field<double> gap, speed;  // w_1, w_2; halo 1
  Random dawdling;
  Index step = 0;
  Box whole;

  KOKKOS_FUNCTION std::uint64_t key(Index road, Index vehicle) const {
    return static_cast<std::uint64_t>(road * whole.extent(2) + vehicle);
  }
};

struct ErrorStep {
  Field<double> w;
  Random random;
  double decay, spread;
  std::uint32_t draw;
  Index vehicles, columns;

  KOKKOS_FUNCTION void operator()(Index n) const {
    const Index j = n / columns, i = n % columns;
    const auto key =
        static_cast<std::uint64_t>((w.box.lower[1] + j) * vehicles + (w.box.lower[2] + i) % vehicles);
    w(0, j, i) = decay * w(0, j, i) + spread * random.normal(key, draw);
  }
};

class Errors {
 public:
  Errors(const Domain& domain, const Driving& driving) {
    now_.any = driving.noise.any();
    now_.noise = driving.noise;
    now_.whole = domain.whole();
    if (!now_.any) return;
    now_.gap = domain.field<double>("traffic::gap_error", {0, 0, 1});
    now_.speed = domain.field<double>("traffic::speed_error", {0, 0, 1});
    const auto seed = static_cast<std::uint32_t>(driving.noise.seed);
    gap_random_ = {seed, 11};
    speed_random_ = {seed, 12};
    now_.dawdling = {seed, 13};
    decay_ = std::exp(-driving.dt / driving.noise.memory);
    spread_ = std::sqrt(-std::expm1(-2 * driving.dt / driving.noise.memory));
  }

  // To those of a step; if it does not follow the last one, to new ones.
  void advance(Index step) {
    const bool follows = step == now_.step + 1 && started_;
    now_.step = step;
    started_ = true;
    if (!now_.noise.estimates()) return;
    const Index columns = now_.gap.box.extent(2) + 1, rows = now_.gap.box.extent(1);
    const Kokkos::RangePolicy<Device, Kokkos::IndexType<Index>> every(0, rows * columns);
    const double decay = follows ? decay_ : 0, spread = follows ? spread_ : 1;
    const auto draw = static_cast<std::uint32_t>(step);
    const Index vehicles = now_.whole.extent(2);
    Kokkos::parallel_for("traffic::gap_errors", every,
                         ErrorStep{now_.gap, gap_random_, decay, spread, draw, vehicles, columns});
    Kokkos::parallel_for("traffic::speed_errors", every,
                         ErrorStep{now_.speed, speed_random_, decay, spread, draw, vehicles, columns});
  }
  const ErrorsNow& now() const { return now_; }

 private:
  ErrorsNow now_;
  Random gap_random_, speed_random_;
  double decay_ = 0, spread_ = 1;
  bool started_ = false;
};

}  // namespace attune::traffic
