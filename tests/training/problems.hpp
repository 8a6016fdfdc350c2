// tests/training/problems.hpp
//
// Losses whose minima are known.
#pragma once

#include <cmath>

#include "training/fit.hpp"

namespace attune::training::problems {

struct Weights {
  Vector x;
  double shift = 0;
};
void describe(auto& tensor, Weights& w) {
  tensor("x", w.x, "coordinates");
  tensor("shift", w.shift, "one more coordinate");
}

// floor + 1/2 sum_i curvature_i (x_i - minimum_i)^2 + 1/2 (shift - 3)^2
struct Quadratic {
  Vector curvature, minimum;
  double floor = 0;
  double operator()(const Weights& w, Weights& gradient) const {
    double loss = floor + 0.5 * (w.shift - 3) * (w.shift - 3);
    gradient.shift = w.shift - 3;
    for (std::size_t i = 0; i < w.x.size(); ++i) {
      const double distance = w.x[i] - minimum[i];
      loss += 0.5 * curvature[i] * distance * distance;
      gradient.x[i] = curvature[i] * distance;
    }
    return loss;
  }
};

// n curvatures from 1 to `condition` in geometric progression, the minimum at (1, -1/2, 1/3, ...).
inline Quadratic quadratic(int n, double condition, double floor) {
  Quadratic q{Vector(n), Vector(n), floor};
  for (int i = 0; i < n; ++i) {
    q.curvature[i] = std::pow(condition, i / (n - 1.0));
    q.minimum[i] = (i % 2 == 0 ? 1.0 : -1.0) / (i + 1);
  }
  return q;
}

// sum_i 100 (x_{i+1} - x_i^2)^2 + (1 - x_i)^2, minimum 0 at x = 1 [rosenbrock1960]; plus shift^2.
struct Rosenbrock {
  double operator()(const Weights& w, Weights& gradient) const {
    double loss = w.shift * w.shift;
    gradient.shift = 2 * w.shift;
    for (std::size_t i = 0; i + 1 < w.x.size(); ++i) {
      const double bend = w.x[i + 1] - w.x[i] * w.x[i], rest = 1 - w.x[i];
      loss += 100 * bend * bend + rest * rest;
      gradient.x[i] += -400 * w.x[i] * bend - 2 * rest;
      gradient.x[i + 1] += 200 * bend;
    }
    return loss;
  }
};

struct Logits {
  Vector z;
};
void describe(auto& tensor, Logits& w) { tensor("z", w.z, "logits"); }

inline Vector softmax(const Vector& z) {
  const double most = *std::max_element(z.begin(), z.end());
  Vector p(z.size());
  double sum = 0;
  for (std::size_t i = 0; i < z.size(); ++i) sum += p[i] = std::exp(z[i] - most);
  for (auto& entry : p) entry /= sum;
  return p;
}

// (p - t)^T C (p - t), p = softmax(z), C symmetric of shape (n, n).
struct SoftmaxSimplex {
  Vector target, metric;
  double operator()(const Logits& w, Logits& gradient) const {
    const std::size_t n = target.size();
    const auto p = softmax(w.z);
    Vector slope(n, 0.0);
    double loss = 0, mean = 0;
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) slope[i] += 2 * metric[i * n + j] * (p[j] - target[j]);
      loss += 0.5 * slope[i] * (p[i] - target[i]);
      mean += slope[i] * p[i];
    }
    for (std::size_t i = 0; i < n; ++i) gradient.z[i] = p[i] * (slope[i] - mean);
    return loss;
  }
};

inline Vector identity(std::size_t n) {
  Vector metric(n * n, 0.0);
  for (std::size_t i = 0; i < n; ++i) metric[i * n + i] = 1;
  return metric;
}

}  // namespace attune::training::problems
