// solvers/traffic/theory/symbol.cpp
#include "solvers/traffic/theory/symbol.hpp"

#include <cmath>
#include <utility>

namespace attune::traffic::theory {
namespace {

// exp(i theta) - 1 for complex theta, accurate however long the wave.
Complex wave_minus_one(Complex theta) {
  const double grow = std::exp(-theta.imag()), half = std::sin(theta.real() / 2);
  return {std::expm1(-theta.imag()) - 2 * grow * half * half, grow * std::sin(theta.real())};
}

// Adds c z^k and its derivatives.
void add_wave(std::array<Complex, 3>& to, double c, int k, Complex theta) {
  const Complex slope(0, k), wave = c * (1.0 + wave_minus_one(static_cast<double>(k) * theta));
  to[0] += wave;
  to[1] += slope * wave;
  to[2] += slope * slope * wave;
}

// Adds c (z^k - 1) and its derivatives.
void add_difference(std::array<Complex, 3>& to, double c, int k, Complex theta) {
  const Complex slope(0, k), less = c * wave_minus_one(static_cast<double>(k) * theta);
  to[0] += less;
  to[1] += slope * (less + c);
  to[2] += slope * slope * (less + c);
}

}  // namespace

Symbol symbol(const Linearisation& law, Complex theta) {
  Symbol s{};
  s.speed[0] = law.speed;
  for (int k = 1; k <= law.leaders(); ++k) {
    add_wave(s.speed, law.leader_speed[k - 1], k, theta);
    add_difference(s.distance, law.distance[k - 1], k, theta);
  }
  add_wave(s.speed, law.follower_speed, -1, theta);
  add_difference(s.distance, -law.distance_behind, -1, theta);
  return s;
}

std::array<Complex, 2> quadratic_roots(Complex P, Complex Q) {
  const Complex root = std::sqrt(P * P + 4.0 * Q);
  const bool along = (std::conj(P) * root).real() >= 0;
  const Complex far = 0.5 * (along ? P + root : P - root);
  const Complex near = far == 0.0 ? far : -Q / far;
  std::array<Complex, 2> roots{far, near};
  if (near.real() > far.real()) std::swap(roots[0], roots[1]);
  return roots;
}

}  // namespace attune::traffic::theory
