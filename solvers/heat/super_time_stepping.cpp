// solvers/heat/super_time_stepping.cpp
//
// Coefficients of the recursions. The polynomials obey P_j(x) = alpha_j x P_{j-1}(x) - beta_j P_{j-2}(x), so
//
//   mu_j = alpha_j w0 b_j / b_{j-1},  nu_j = -beta_j b_j / b_{j-2},  ~mu_j = alpha_j w1 b_j / b_{j-1},
//   ~gamma_j = -a_{j-1} ~mu_j,  ~mu_1 = b_1 w1
#include "solvers/heat/super_time_stepping.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace attune::heat {
namespace {

struct Polynomials {
  double w0, w1;
  std::vector<double> a, b;  // (s + 1)
};

int fewest(SuperMethod method) { return method == SuperMethod::rkl1 ? 1 : 2; }

Polynomials legendre_first(int s) {
  const std::vector<double> zeros(s + 1, 0), ones(s + 1, 1);
  return {1, 2 / (static_cast<double>(s) * s + s), zeros, ones};
}

Polynomials legendre_second(int s) {
  Polynomials p{1, 4 / (static_cast<double>(s) * s + s - 2), {}, {}};
  for (double j = 0; j <= s; ++j) {
    p.b.push_back(j < 2 ? 1.0 / 3 : (j * j + j - 2) / (2 * j * (j + 1)));
    p.a.push_back(1 - p.b.back());
  }
  return p;
}

// T_j, T'_j and T''_j at w0 by their recurrences, in which all terms are positive sums for w0 > 1.
Polynomials chebyshev_second(int s) {
  constexpr double eps = 2.0 / 13;
  const double x = 1 + eps / (static_cast<double>(s) * s);
  std::vector<double> value{1, x}, slope{0, 1}, bend{0, 0};
  for (int j = 2; j <= s; ++j) {
    value.push_back(2 * x * value[j - 1] - value[j - 2]);
    slope.push_back(2 * value[j - 1] + 2 * x * slope[j - 1] - slope[j - 2]);
    bend.push_back(4 * slope[j - 1] + 2 * x * bend[j - 1] - bend[j - 2]);
  }
  Polynomials p{x, slope[s] / bend[s], {}, {}};
  for (int j = 0; j <= s; ++j) {
    const int i = std::max(j, 2);
    p.b.push_back(bend[i] / (slope[i] * slope[i]));
    p.a.push_back(1 - p.b.back() * value[j]);
  }
  return p;
}

Polynomials polynomials(SuperMethod method, int stages) {
  require(stages >= fewest(method), "at least one stage of RKL1, two of RKL2 and RKC2");
  if (method == SuperMethod::rkl1) return legendre_first(stages);
  return method == SuperMethod::rkl2 ? legendre_second(stages) : chebyshev_second(stages);
}

}  // namespace

std::vector<Stage> recursion(SuperMethod method, int stages) {
  const auto [w0, w1, a, b] = polynomials(method, stages);
  const bool chebyshev = method == SuperMethod::rkc2;
  std::vector<Stage> all{{0, 0, b[1] * w1, 0}};
  for (int j = 2; j <= stages; ++j) {
    const double alpha = chebyshev ? 2 : (2.0 * j - 1) / j, beta = chebyshev ? 1 : (j - 1.0) / j;
    const double ratio = alpha * b[j] / b[j - 1];
    all.push_back({w0 * ratio, -beta * b[j] / b[j - 2], w1 * ratio, -a[j - 1] * w1 * ratio});
  }
  return all;
}

double real_limit(SuperMethod method, int stages) {
  const auto p = polynomials(method, stages);
  return (p.w0 + 1) / p.w1;
}

// Every limit is at most s^2 + s, less than (s + 1)^2: the search starts below its end.
int stages_for(SuperMethod method, double dt, double rho) {
  require(dt >= 0 && rho >= 0 && dt * rho < 1e12, "a step and a spectral radius that are finite");
  const double forgiven = 1 - 4 * std::numeric_limits<double>::epsilon(), needed = forgiven * dt * rho;
  int stages = std::max(fewest(method), static_cast<int>(std::sqrt(needed)) - 1);
  const bool odd = method == SuperMethod::rkl2;
  if (odd) stages |= 1;
  while (real_limit(method, stages) < needed) stages += odd ? 2 : 1;
  return stages;
}

}  // namespace attune::heat
