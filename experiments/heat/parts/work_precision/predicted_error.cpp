// experiments/heat/parts/work_precision/predicted_error.cpp
#include "experiments/heat/parts/work_precision/predicted_error.hpp"

#include <cmath>

#include "solvers/heat/theory/stencil.hpp"

namespace attune::experiments::heat::work_precision {

namespace theory = attune::heat::theory;

namespace {

// P_s(x), by Bonnet's recurrence.
double legendre(int s, double x) {
  double before = 1, here = x;
  for (int n = 1; n < s; ++n) {
    const double next = ((2 * n + 1) * x * here - n * before) / (n + 1);
    before = here;
    here = next;
  }
  return s == 0 ? 1 : here;
}

double chebyshev(int s, double x) {
  return std::abs(x) <= 1 ? std::cos(s * std::acos(x)) : std::cosh(s * std::acosh(x));
}

double rkl2(int s, double x) {
  const double b = (s * s + s - 2.0) / (2.0 * s * (s + 1.0));
  return 1 - b + b * legendre(s, 1 - 4 * x / (s * s + s - 2.0));
}

double rkc2(int s, double x) {
  const double w0 = 1 + 2.0 / (13.0 * s * s), t = std::acosh(w0);
  const double first = s * std::sinh(s * t) / std::sinh(t);
  const double second = (s * s * std::cosh(s * t) - s * std::cosh(t) / std::sinh(t) * std::sinh(s * t)) /
                        std::pow(std::sinh(t), 2);
  const double b = second / (first * first);
  return 1 - b * std::cosh(s * t) + b * chebyshev(s, w0 - first / second * x);
}

double tr_bdf2(double x) {
  const double g = 2 - std::sqrt(2.0), c = (std::sqrt(2.0) - 1) / 2;
  return ((1 + c) * (1 - g * x / 2) / (1 + g * x / 2) - c) / (1 + g * x / 2);
}

// Schemes that see the sum over axes alone.
double of_sum(Scheme scheme, int stages, double x) {
  switch (scheme) {
    case Scheme::euler:
      return 1 - x;
    case Scheme::heun:
      return 1 - x + x * x / 2;
    case Scheme::runge_kutta_4:
      return 1 - x * (1 - x / 2 * (1 - x / 3 * (1 - x / 4)));
    case Scheme::rkl1:
      return legendre(stages, 1 - 2 * x / (stages * stages + stages));
    case Scheme::rkl2:
      return rkl2(stages, x);
    case Scheme::rkc2:
      return rkc2(stages, x);
    case Scheme::backward_euler:
      return 1 / (1 + x);
    case Scheme::crank_nicolson:
      return (1 - x / 2) / (1 + x / 2);
    case Scheme::tr_bdf2:
      return tr_bdf2(x);
    default:
      return NAN;
  }
}

// r lambda of every mode number along an axis.
std::vector<double> symbols(const ModeProblem& problem, Index N, int order, double r) {
  const auto star = theory::euler_step(order, {0, 0, r});
  std::vector<double> x;
  for (Index m = 0; m <= problem.start.highest; ++m)
    x.push_back(1 - theory::symbol(star, {0, 0, problem.angle(m, N)}).real());
  return x;
}

std::vector<double> along_an_axis(const ModeProblem& problem, Index N, const PlannedStep& step) {
  std::vector<double> factor;
  const auto x = symbols(problem, N, 4, step.r), y = symbols(problem, N, 2, step.r);
  for (Index m = 0; m <= problem.start.highest; ++m)
    factor.push_back(step.scheme == Scheme::exact ? std::exp(-step.r * std::pow(problem.angle(m, N), 2))
                                                  : 1 - x[m] + y[m] * y[m] / 2);
  return factor;
}

// visit(mode, its energy at the start, exp(-k^2 t))
template <class Visit> void every_mode(const ModeProblem& problem, const Visit& visit) {
  const Index H = problem.start.highest + 1;
  for (std::size_t n = 0; n < problem.energies.size(); ++n) {
    if (problem.energies[n] == 0) continue;
    Triple mode{0, 0, 0};
    double square = 0;
    Index rest = static_cast<Index>(n);
    for (int a = 2; a >= 3 - problem.start.dimensions; --a) {
      mode[a] = rest % H;
      rest /= H;
      square += std::pow(static_cast<double>(mode[a]) / static_cast<double>(H - 1), 2);
    }
    visit(mode, problem.energies[n], std::exp(-problem.decay * square));
  }
}

}  // namespace

double ModeProblem::angle(Index mode, Index N) const {
  const auto boundary = start.boundary;
  return static_cast<double>(theory::angle(boundary, N, mode));
}

double ModeProblem::total_r(Index N) const { return decay / std::pow(angle(start.highest, N), 2); }

double ModeProblem::shrinking() const {
  double before = 0, after = 0;
  every_mode(*this, [&](const Triple&, double energy, double exact) {
    before += energy;
    after += energy * exact * exact;
  });
  return std::sqrt(before / after);
}

double predicted_error(const ModeProblem& problem, const Factor& factor, Index steps) {
  double difference = 0, size = 0;
  every_mode(problem, [&](const Triple& mode, double energy, double exact) {
    const double reached = std::pow(factor(mode), static_cast<double>(steps));
    difference += energy * (reached - exact) * (reached - exact);
    size += energy * exact * exact;
  });
  return std::sqrt(difference / size);
}

Factor factor_of(const ModeProblem& problem, Index N, const PlannedStep& step) {
  const int D = problem.start.dimensions;
  if (step.scheme == Scheme::positive || step.scheme == Scheme::exact)
    return product_of(along_an_axis(problem, N, step), D);
  return [D, step, x = symbols(problem, N, step.order_in_space, step.r)](const Triple& mode) {
    double sum = 0, product = 1;
    for (int a = 3 - D; a < 3; ++a) {
      sum += x[mode[a]];
      product *= 1 + x[mode[a]] / 2;
    }
    return step.scheme == Scheme::alternating ? 1 - sum / product : of_sum(step.scheme, step.stages, sum);
  };
}

Factor product_of(const std::vector<double>& along, int dimensions) {
  return [along, dimensions](const Triple& mode) {
    double product = 1;
    for (int a = 3 - dimensions; a < 3; ++a) product *= along[mode[a]];
    return product;
  };
}

}  // namespace attune::experiments::heat::work_precision
