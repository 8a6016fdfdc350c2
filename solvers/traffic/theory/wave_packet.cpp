// solvers/traffic/theory/wave_packet.cpp
#include "solvers/traffic/theory/wave_packet.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "core/core/require.hpp"

namespace attune::traffic::theory {
namespace {

const Complex i(0, 1);

struct Branch {
  Complex root, slope, bend;  // lambda, lambda', lambda''
};

// The root nearest to `near`, and how it changes with theta.
Branch branch(const Linearisation& law, Complex theta, Complex near) {
  const Symbol s = symbol(law, theta);
  const auto roots = quadratic_roots(s.speed[0], s.distance[0]);
  const Complex root = std::abs(roots[0] - near) <= std::abs(roots[1] - near) ? roots[0] : roots[1];
  const Complex split = 2.0 * root - s.speed[0];
  const Complex slope = (s.speed[1] * root + s.distance[1]) / split;
  const Complex bend =
      (s.speed[2] * root + 2.0 * s.speed[1] * slope + s.distance[2] - 2.0 * slope * slope) / split;
  return {root, slope, bend};
}

// The saddle at road speed V, from one nearby; nothing where Newton's steps do not settle.
std::optional<Ray> saddle(const Linearisation& law, const Ray& from, double road_speed) {
  const double c = (road_speed - law.equilibrium_speed) / law.headway;
  Complex theta = from.theta, root = from.root;
  for (int n = 0; n < 50; ++n) {
    const Branch at = branch(law, theta, root);
    const Complex move = -(at.slope + i * c) / at.bend;
    if (!(std::abs(move) < 0.3)) return {};
    root = at.root + at.slope * move;
    theta += move;
    if (std::abs(move) < 1e-14 * (1 + std::abs(theta))) {
      const Complex end = branch(law, theta, root).root;
      return Ray{road_speed, (end + i * c * theta).real(), theta, end};
    }
  }
  return {};
}

// From ray to ray in steps that halve where the saddle moves too far.
std::optional<Ray> follow(const Linearisation& law, Ray ray, double road_speed) {
  double step = road_speed - ray.road_speed;
  while (ray.road_speed != road_speed) {
    const double rest = road_speed - ray.road_speed;
    const double next = std::abs(step) >= std::abs(rest) ? road_speed : ray.road_speed + step;
    const auto found = saddle(law, ray, next);
    if (found && std::abs(found->theta - ray.theta) < 0.1) {
      ray = *found;
      step *= 1.5;
    } else {
      step /= 2;
      if (!(std::abs(step) > 1e-9 * law.headway)) return {};
    }
  }
  return ray;
}

// V on one side of the fastest ray where sigma changes sign.
std::optional<double> edge(const Linearisation& law, const Ray& fastest, double direction) {
  double step = direction * 0.05 * law.headway * std::abs(fastest.root);
  Ray inside = fastest;
  for (int n = 0; n < 10000; ++n) {
    const auto next = follow(law, inside, inside.road_speed + step);
    if (!next) return {};
    if (next->growth <= 0) {
      double in = inside.road_speed, out = next->road_speed;
      while (std::abs(out - in) > 1e-12 * (std::abs(in) + std::abs(out))) {
        const double middle = 0.5 * (in + out);
        const auto ray = follow(law, inside, middle);
        if (!ray) return {};
        (ray->growth > 0 ? in : out) = middle;
      }
      return 0.5 * (in + out);
    }
    inside = *next;
  }
  return {};
}

}  // namespace

Ray fastest_ray(const Linearisation& law) {
  const FastestWave wave = fastest_wave(law);
  require(wave.root.real() > 0, "an unstable law has a packet that grows");
  const Branch at = branch(law, wave.theta, wave.root);
  const double c = -at.slope.imag();
  const Ray guess{law.equilibrium_speed + law.headway * c, wave.root.real(), wave.theta, wave.root};
  return saddle(law, guess, guess.road_speed).value_or(guess);
}

Packet wave_packet(const Linearisation& law) {
  Packet packet;
  packet.fastest = fastest_ray(law);
  const auto upstream = edge(law, packet.fastest, -1), downstream = edge(law, packet.fastest, 1);
  const auto at_rest = follow(law, packet.fastest, 0);
  packet.found = upstream && downstream && at_rest;
  if (upstream) packet.upstream_edge = *upstream;
  if (downstream) packet.downstream_edge = *downstream;
  if (at_rest) packet.at_rest = *at_rest;
  return packet;
}

const char* Packet::kind() const {
  if (upstream_edge < 0 && downstream_edge > 0) return "absolute";
  return downstream_edge <= 0 ? "upstream" : "downstream";
}

Ray ray_at(const Linearisation& law, double road_speed) {
  const auto ray = follow(law, fastest_ray(law), road_speed);
  return ray.value_or(Ray{road_speed, std::numeric_limits<double>::quiet_NaN(), 0, 0});
}

}  // namespace attune::traffic::theory
