// solvers/traffic/theory/jam_wave.cpp
#include "solvers/traffic/theory/jam_wave.hpp"

#include <Eigen/SparseCore>
#include <Eigen/SparseLU>
#include <algorithm>
#include <cmath>

#include "core/core/require.hpp"
#include "solvers/traffic/theory/optimal_velocity.hpp"

namespace attune::traffic::theory {
namespace {

using Vector = Eigen::VectorXd;
using Triplet = Eigen::Triplet<double>;

constexpr int reach = 4;
constexpr double to_half[reach]{1225.0 / 2048, -245.0 / 2048, 49.0 / 2048, -5.0 / 2048};
constexpr double derivative[reach]{1225.0 / 1024, -245.0 / 3072, 49.0 / 5120, -5.0 / 7168};

// Unknowns (f_0 .. f_{M-1}, H_0 .. H_{M-1}, tau); H_j lies between s_j and s_{j+1}.
struct Collocation {
  const TanhSpeed& V;
  int vehicles, points, M;
  double mean_headway, relaxation;

  int wrapped(int j) const { return (j % M + M) % M; }
  int headway(int j) const { return M + wrapped(j); }
  int delay() const { return 2 * M; }

  // Rows 0 .. M - 1: f' - a (V(H) - f) halfway; rows M .. 2 M - 1: H' - (f(s + tau) - f) on the points, where
  // the first, which the others imply, gives way to the mean of H; last: H_0 is the mean, which fixes the
  // phase.
  void assemble(const Vector& u, Vector& residual, std::vector<Triplet>& jacobian) const {
    const double rate = points / u[delay()];
    residual.setZero(2 * M + 1);
    jacobian.clear();
    for (int j = 0; j < M; ++j) {
      relax(u, j, rate, residual, jacobian);
      if (j > 0) follow(u, j, rate, residual, jacobian);
      residual[M] += u[headway(j)] / M;
      jacobian.emplace_back(M, headway(j), 1.0 / M);
    }
    residual[M] -= mean_headway;
    residual[2 * M] = u[headway(0)] - mean_headway;
    jacobian.emplace_back(2 * M, headway(0), 1.0);
  }

 private:
  void relax(const Vector& u, int j, double rate, Vector& residual, std::vector<Triplet>& jacobian) const {
    double slope = 0, value = 0;
    for (int k = 0; k < reach; ++k) {
      const int right = wrapped(j + 1 + k), left = wrapped(j - k);
      slope += derivative[k] * (u[right] - u[left]);
      value += to_half[k] * (u[right] + u[left]);
      jacobian.emplace_back(j, right, rate * derivative[k] + relaxation * to_half[k]);
      jacobian.emplace_back(j, left, -rate * derivative[k] + relaxation * to_half[k]);
    }
    const double h = u[headway(j)];
    residual[j] = rate * slope - relaxation * (V.speed(h) - value);
    jacobian.emplace_back(j, headway(j), -relaxation * V.slope(h));
    jacobian.emplace_back(j, delay(), -rate / u[delay()] * slope);
  }
  void follow(const Vector& u, int j, double rate, Vector& residual, std::vector<Triplet>& jacobian) const {
    double slope = 0;
    for (int k = 0; k < reach; ++k) {
      const int right = headway(j + k), left = headway(j - 1 - k);
      slope += derivative[k] * (u[right] - u[left]);
      jacobian.emplace_back(M + j, right, rate * derivative[k]);
      jacobian.emplace_back(M + j, left, -rate * derivative[k]);
    }
    residual[M + j] = rate * slope - (u[wrapped(j + points)] - u[j]);
    jacobian.emplace_back(M + j, wrapped(j + points), -1.0);
    jacobian.emplace_back(M + j, j, 1.0);
    jacobian.emplace_back(M + j, delay(), -rate / u[delay()] * slope);
  }
};

// Newton steps from u, damped where they would not shrink the residual; true if it vanishes to round-off.
bool solve(const Collocation& equations, Vector& u) {
  const int size = static_cast<int>(u.size());
  Vector residual;
  std::vector<Triplet> jacobian;
  Eigen::SparseMatrix<double> matrix(size, size);
  Eigen::SparseLU<Eigen::SparseMatrix<double>> factors;
  for (int n = 0; n < 40; ++n) {
    equations.assemble(u, residual, jacobian);
    const double before = residual.lpNorm<Eigen::Infinity>();
    if (before < 1e-11) return true;
    matrix.setFromTriplets(jacobian.begin(), jacobian.end());
    factors.compute(matrix);
    if (factors.info() != Eigen::Success) return false;
    const Vector step = factors.solve(residual);
    double part = 1;
    Vector next;
    for (; part > 1e-3; part /= 2) {
      next = u - part * step;
      if (!(next[equations.delay()] > 0)) continue;
      equations.assemble(next, residual, jacobian);
      if (residual.lpNorm<Eigen::Infinity>() < before) break;
    }
    if (part <= 1e-3) return before < 1e-9;
    u = next;
  }
  return false;
}

// The two kinks of a jam near onset: headways centre -+ A, a low plateau and a high one.
bool begin(const Collocation& equations, double mean_headway, Vector& u) {
  const TanhSpeed& V = equations.V;
  const double A = kink_amplitude(V.steepest(), V.third(), equations.relaxation);
  const double share = 0.5 + (mean_headway - V.centre) / (2 * A);  // of the high plateau
  if (!(share > 0.1 && share < 0.9)) return false;
  const double width =
      A * V.width * equations.vehicles / 2;  // of a kink, in shares of the ring: steeper for larger A
  for (int j = 0; j < equations.M; ++j) {
    const double at = (j + 0.5) / equations.M, turned = at - std::floor(at - share / 2 + 0.5);
    const double h = V.centre + A * (std::tanh(width * turned) - std::tanh(width * (turned - share)) - 1);
    u[equations.M + j] = h;
    u[j] = V.speed(h);
  }
  u[equations.delay()] = 1 / V.steepest();
  return true;
}

JamWave described(const Collocation& equations, const Vector& u) {
  JamWave wave;
  wave.found = true;
  wave.speed.assign(u.data(), u.data() + equations.M);
  wave.headway.assign(u.data() + equations.M, u.data() + 2 * equations.M);
  const auto [h_least, h_most] = std::minmax_element(wave.headway.begin(), wave.headway.end());
  const auto [v_least, v_most] = std::minmax_element(wave.speed.begin(), wave.speed.end());
  wave.least_headway = *h_least;
  wave.most_headway = *h_most;
  wave.least_speed = *v_least;
  wave.most_speed = *v_most;
  for (const double f : wave.speed) wave.mean_speed += f / equations.M;
  wave.delay = u[equations.delay()];
  wave.jam_speed = wave.mean_speed - equations.mean_headway / wave.delay;
  return wave;
}

}  // namespace

double TanhSpeed::speed(double headway) const {
  return scale * (std::tanh(width * (headway - centre)) + offset);
}
double TanhSpeed::slope(double headway) const {
  const double cosine = std::cosh(width * (headway - centre));
  return scale * width / (cosine * cosine);
}

JamWave jam_wave(const TanhSpeed& V, double relaxation, int vehicles, double mean_headway, int points) {
  require(vehicles >= 10 && points >= 2, "a jam needs a ring of ten vehicles, and two points for each");
  const double onset = 2 * V.steepest();
  if (!(relaxation < onset)) return {};
  Collocation equations{
      V, vehicles, points, vehicles * points, mean_headway, std::max(relaxation, 0.9 * onset)};
  Vector u(2 * equations.M + 1);
  if (!begin(equations, mean_headway, u)) return {};
  double step = 0.05 * onset;
  for (;;) {
    const Vector last = u;
    if (!solve(equations, u)) return {};
    if (equations.relaxation <= relaxation) return described(equations, u);
    equations.relaxation = std::max(relaxation, equations.relaxation - step);
  }
}

}  // namespace attune::traffic::theory
