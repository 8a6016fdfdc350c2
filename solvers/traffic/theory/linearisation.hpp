// solvers/traffic/theory/linearisation.hpp
//
// A car-following law near uniform flow, where all vehicles keep one headway h and one speed v_e:
//
//   u_n = f_v v_n + sum_k [f_k D_k + g_k v_{n+k}] + f_b (x_n - x_{n-1}) + g_b v_{n-1}
//
// of the deviations from it. All derivatives are total: everything else that the driver sees is held, so f_v
// is taken at fixed speeds of the leaders and is negative where a driver drives sensibly.
//
// Source  conventions of Wilson and Ward 2011 [wilson2011], whose partials hold the relative speed instead:
//         f_v + sum g_k there is f_v
// Units   f_v, g [1/s], f [1/s^2], h, l [m], v_e [m/s]
// Limits  where a law has a kink at uniform flow, the side that law.partials() takes; a complex step takes
//         the side of law.acceleration()
// Cost    one call of the law, or 2 K + 3 for a complex step
#pragma once

#include <complex>
#include <vector>

#include "solvers/traffic/sight.hpp"

namespace attune::traffic::theory {

struct Linearisation {
  double speed = 0;  // f_v
  std::vector<double> distance;  // f_k, entry k - 1
  std::vector<double> leader_speed;  // g_k, entry k - 1
  double distance_behind = 0, follower_speed = 0;  // f_b, g_b
  double headway = 1, equilibrium_speed = 0, vehicle_length = 0;

  int leaders() const { return static_cast<int>(distance.size()); }
  bool looks_back() const { return distance_behind != 0 || follower_speed != 0; }
};

// The law of one leader with gains f_s and f_l.
inline Linearisation one_leader(double f_s, double f_v, double f_l) {
  Linearisation f;
  f.speed = f_v;
  f.distance = {f_s};
  f.leader_speed = {f_l};
  return f;
}

// The speed at which nobody accelerates at headway h, to the last bit of u; 0 where drivers brake even at
// rest. u must fall with the common speed, as it does in every sensible law.
template <class Law> double equilibrium_speed(const Law& law, double headway) {
  const auto u = [&](double v) { return law.acceleration(uniform_sight(law, headway, v)); };
  double slow = 0, fast = 2 * law.speed_scale();
  if (!(u(slow) > 0)) return 0;
  for (;;) {
    const double middle = 0.5 * (slow + fast);
    if (middle <= slow || middle >= fast) return slow;
    (u(middle) > 0 ? slow : fast) = middle;
  }
}

template <class Law> Linearisation linearise(const Law& law, double headway, double speed) {
  const auto f = law.partials(uniform_sight(law, headway, speed));
  const int leaders = law.leaders();
  Linearisation result{.speed = f.speed,
                       .distance = {f.distance, f.distance + leaders},
                       .leader_speed = {f.leader_speed, f.leader_speed + leaders}};
  if constexpr (Law::looks_back) {
    result.distance_behind = f.distance_behind;
    result.follower_speed = f.follower_speed;
  }
  result.headway = headway;
  result.equilibrium_speed = speed;
  result.vehicle_length = law.vehicle_length();
  return result;
}

template <class Law> Linearisation linearise(const Law& law, double headway) {
  return linearise(law, headway, theory::equilibrium_speed(law, headway));
}

// The same from Im u(x + i e) / e, which no cancellation spoils; from law.acceleration() alone.
template <class Law> Linearisation linearise_by_complex_step(const Law& law, double headway, double speed) {
  using Complex = std::complex<double>;
  using Seen = Sight<Complex, Law::capacity>;
  constexpr double step = 1e-100;
  const auto real = uniform_sight(law, headway, speed);
  Seen still;
  still.speed = real.speed;
  still.distance_behind = real.distance_behind;
  still.follower_speed = real.follower_speed;
  for (int k = 0; k < Law::capacity; ++k) {
    still.distance[k] = real.distance[k];
    still.leader_speed[k] = real.leader_speed[k];
  }
  const auto along = [&](auto&& entry) {
    Seen see = still;
    entry(see) += Complex(0, step);
    return law.acceleration(see).imag() / step;
  };
  Linearisation result;
  result.speed = along([](Seen& s) -> Complex& { return s.speed; });
  for (int k = 0; k < law.leaders(); ++k) {
    result.distance.push_back(along([k](Seen& s) -> Complex& { return s.distance[k]; }));
    result.leader_speed.push_back(along([k](Seen& s) -> Complex& { return s.leader_speed[k]; }));
  }
  if constexpr (Law::looks_back) {
    result.distance_behind = along([](Seen& s) -> Complex& { return s.distance_behind; });
    result.follower_speed = along([](Seen& s) -> Complex& { return s.follower_speed; });
  }
  result.headway = headway;
  result.equilibrium_speed = speed;
  result.vehicle_length = law.vehicle_length();
  return result;
}

}  // namespace attune::traffic::theory
