// experiments/heat/parts/work_precision/classical_steppers.cpp
#include "experiments/heat/parts/work_precision/classical_steppers.hpp"

#include <algorithm>
#include <limits>
#include <memory>
#include <numbers>

#include "solvers/heat/adi.hpp"
#include "solvers/heat/conjugate_gradients.hpp"
#include "solvers/heat/exponential.hpp"
#include "solvers/heat/ftcs_blocked.hpp"
#include "solvers/heat/implicit_steps.hpp"
#include "solvers/heat/laplacian.hpp"
#include "solvers/heat/multigrid.hpp"
#include "solvers/heat/positive_map.hpp"
#include "solvers/heat/runge_kutta.hpp"
#include "solvers/heat/super_time_stepping.hpp"

namespace attune::experiments::heat::work_precision {
namespace {

namespace solver = attune::heat;

// `evaluations` of an operator and `fields` fields read or written, each once on every cell.
template <class Scalar> StepWork work_of(const Setting& s, double evaluations, double fields) {
  const auto cells = static_cast<double>(s.cells());
  return {cells * evaluations, cells * fields * sizeof(Scalar)};
}

template <class Scalar> solver::Laplacian<Scalar> laplacian(const Setting& s, const StepChoice& c) {
  return {s.domain, s.boundaries, solver::rates_of(c.r, s.dimensions), c.order_in_space};
}

template <class Scalar> TimeStepper<Scalar> plain_steps(const Setting& s, const StepChoice& c) {
  const auto rates = solver::rates_of(c.r, s.dimensions);
  return {s.halo(1), [s, rates, next = s.domain.field<Scalar>("heat::stepper::next", s.halo(1))](
                         Field<Scalar>& u, Index steps) mutable {
            for (Index n = 0; n < steps; ++n) {
              solver::fill_ghosts(u, s.domain, s.boundaries);
              solver::ftcs_step(u, rates, next);
              std::swap(u, next);
            }
            const auto count = static_cast<double>(steps);
            return work_of<Scalar>(s, count, 2 * count);
          }};
}

template <class Scalar> TimeStepper<Scalar> blocked_steps(const Setting& s, const StepChoice& c) {
  Index depth = c.depth;
  for (int a = 3 - s.dimensions; a < 3; ++a) depth = std::min(depth, s.domain.whole().extent(a));
  const auto rates = solver::rates_of(c.r, s.dimensions);
  return {s.halo(depth),
          [s, rates, depth, next = s.domain.field<Scalar>("heat::stepper::next", s.halo(depth))](
              Field<Scalar>& u, Index steps) mutable {
            Index passes = 0;
            for (Index done = 0; done < steps; ++passes) {
              const Index now = std::min(depth, steps - done);
              solver::fill_ghosts(u, s.domain, s.boundaries);
              solver::ftcs_steps(u, rates, static_cast<int>(now), next);
              std::swap(u, next);
              done += now;
            }
            return work_of<Scalar>(s, static_cast<double>(steps), 2 * static_cast<double>(passes));
          }};
}

template <class Scalar> TimeStepper<Scalar> positive_steps(const Setting& s, const StepChoice& c) {
  const auto rates = solver::rates_of(c.r, s.dimensions);
  return {s.halo(2), [s, rates, next = s.domain.field<Scalar>("heat::stepper::next", s.halo(2))](
                         Field<Scalar>& u, Index steps) mutable {
            for (Index n = 0; n < steps; ++n) {
              solver::fill_ghosts(u, s.domain, s.boundaries);
              solver::positive_step(u, rates, next);
              std::swap(u, next);
            }
            const auto count = static_cast<double>(steps);
            return work_of<Scalar>(s, count, 2 * count);
          }};
}

// An integrator that keeps a reference to its operator, and that operator.
template <class L, class Method> struct Kept {
  L l;
  Method method;
  template <class... More>
  explicit Kept(const L& right, const More&... more) : l(right), method(l, more...) {}
  Kept(const Kept&) = delete;
};

template <class Scalar, template <class> class Method>
TimeStepper<Scalar> runge_kutta(const Setting& s, const StepChoice& c) {
  using L = solver::Laplacian<Scalar>;
  constexpr int stages = Method<L>::order;
  const auto kept = std::make_shared<Kept<L, Method<L>>>(laplacian<Scalar>(s, c));
  return {s.halo(c.order_in_space / 2), [s, kept](Field<Scalar>& u, Index steps) {
            for (Index n = 0; n < steps; ++n) kept->method.step(u, 1);
            const auto count = static_cast<double>(steps);
            return work_of<Scalar>(s, stages * count, (2 * stages + (stages == 2 ? 7 : 21)) * count);
          }};
}
template <class L> using HeunOf = solver::Heun<L>;
template <class L> using ClassicalOf = solver::ClassicalRungeKutta<L>;

template <class Scalar, solver::SuperMethod kind>
TimeStepper<Scalar> super_steps(const Setting& s, const StepChoice& c) {
  using L = solver::Laplacian<Scalar>;
  const auto kept = std::make_shared<Kept<L, solver::SuperTimeStepping<L>>>(laplacian<Scalar>(s, c), kind);
  const int stages = solver::stages_for(kind, 1, kept->l.spectral_radius());
  return {s.halo(c.order_in_space / 2), [s, kept, stages](Field<Scalar>& u, Index steps) {
            for (Index n = 0; n < steps; ++n) kept->method.step(u, 1, stages);
            const double all = static_cast<double>(stages) * static_cast<double>(steps);
            return work_of<Scalar>(s, all, (kind == solver::SuperMethod::rkl1 ? 6 : 8) * all);
          }};
}

// The three implicit steps over a solver whose evaluation of L touches `fields` fields.
template <class Scalar, Scheme scheme, class LinearSolver, class Evaluations>
TimeStepper<Scalar> implicit(const Setting& s, const solver::Laplacian<Scalar>& l, const LinearSolver& linear,
                             double fields, const Evaluations& evaluations) {
  const solver::ImplicitSteps<solver::Laplacian<Scalar>, LinearSolver> steps_of(l, linear);
  return {l.field("heat::stepper::shape").halo, [=](Field<Scalar>& u, Index steps) {
            StepWork all;
            for (Index n = 0; n < steps; ++n) {
              const solver::Solved solved = scheme == Scheme::backward_euler   ? steps_of.backward_euler(1, u)
                                            : scheme == Scheme::crank_nicolson ? steps_of.crank_nicolson(1, u)
                                                                               : steps_of.tr_bdf2(1, u);
              const double count = evaluations(solved);
              all += work_of<Scalar>(s, count, fields * count);
            }
            return all;
          }};
}

constexpr double fields_of_gradients = 17;  // apply, four combinations, two inner products
constexpr double fields_of_smoothing =
    5;  // of a Chebyshev sweep: x, b and the last correction; x, correction

template <class Scalar, Scheme scheme>
TimeStepper<Scalar> by_gradients(const Setting& s, const StepChoice& c) {
  const auto l = laplacian<Scalar>(s, c);
  const solver::ConjugateGradients<solver::Laplacian<Scalar>> linear(l, s.domain.communicator(),
                                                                     {c.tolerance, 10000});
  return implicit<Scalar, scheme>(s, l, linear, fields_of_gradients,
                                  [](const solver::Solved& solved) { return solved.work; });
}

// On stars of higher order multigrid for that of second order is the preconditioner of conjugate gradients.
template <class Scalar, Scheme scheme>
TimeStepper<Scalar> by_multigrid(const Setting& s, const StepChoice& c) {
  const auto l = laplacian<Scalar>(s, c);
  const solver::Multigrid<Scalar> cycles(s.domain, s.boundaries, solver::rates_of(c.r, s.dimensions),
                                         {{c.tolerance, 100}, 4096});
  if (c.order_in_space == 2)
    return implicit<Scalar, scheme>(s, l, cycles, fields_of_smoothing,
                                    [](const solver::Solved& solved) { return solved.work; });
  const double a = scheme == Scheme::backward_euler   ? 1
                   : scheme == Scheme::crank_nicolson ? 0.5
                                                      : (2 - std::numbers::sqrt2) / 2;
  const double cycle = cycles.work(a);
  const solver::ConjugateGradients<solver::Laplacian<Scalar>, solver::Multigrid<Scalar>> linear(
      l, s.domain.communicator(), {c.tolerance, 100}, cycles);
  return implicit<Scalar, scheme>(s, l, linear, fields_of_smoothing, [cycle](const solver::Solved& solved) {
    return solved.work * fields_of_gradients / fields_of_smoothing + solved.iterations * cycle;
  });
}

template <class Scalar> TimeStepper<Scalar> alternating_steps(const Setting& s, const StepChoice& c) {
  const auto adi =
      std::make_shared<solver::Adi<Scalar>>(s.domain, s.boundaries, solver::rates_of(c.r, s.dimensions));
  return {s.halo(1), [s, adi](Field<Scalar>& u, Index steps) {
            for (Index n = 0; n < steps; ++n) adi->step(u);
            const auto count = static_cast<double>(steps);
            return work_of<Scalar>(s, (1 + s.dimensions) * count, 5 * (1 + s.dimensions) * count);
          }};
}

template <class Scalar> TimeStepper<Scalar> exponential_steps(const Setting& s, const StepChoice& c) {
  const auto exact = std::make_shared<solver::Exponential<Scalar>>(s.domain, s.boundaries,
                                                                   solver::rates_of(c.r, s.dimensions));
  return {s.halo(0), [s, exact](Field<Scalar>& u, Index steps) {
            for (Index n = 0; n < steps; ++n) exact->step(u);
            const auto count = static_cast<double>(steps);
            return work_of<Scalar>(s, 2 * s.dimensions * count, (4 * s.dimensions + 6) * count);
          }};
}

solver::SuperMethod method_of(Scheme scheme) {
  return scheme == Scheme::rkl1   ? solver::SuperMethod::rkl1
         : scheme == Scheme::rkl2 ? solver::SuperMethod::rkl2
                                  : solver::SuperMethod::rkc2;
}

double spectral_radius(const Setting& s, int order) {
  return solver::Laplacian<double>(s.domain, s.boundaries, solver::rates_of(1, s.dimensions), order)
      .spectral_radius();
}

}  // namespace

template <class Scalar> double ClassicalSolver<Scalar>::largest_r(const Setting& s, int order) const {
  switch (scheme) {
    case Scheme::euler:
      return solver::taylor_limit(1) / spectral_radius(s, order);
    case Scheme::heun:
      return solver::taylor_limit(2) / spectral_radius(s, order);
    case Scheme::runge_kutta_4:
      return solver::taylor_limit(4) / spectral_radius(s, order);
    case Scheme::positive:
      return 2.0 / 3;
    default:
      return std::numeric_limits<double>::infinity();
  }
}

template <class Scalar> double ClassicalSolver<Scalar>::least_r() const {
  return scheme == Scheme::positive ? 1.0 / 6 : 0;
}

template <class Scalar> const std::vector<ClassicalSolver<Scalar>>& classical_solvers() {
  using enum Scheme;
  using Kind = solver::SuperMethod;
  static const std::vector<ClassicalSolver<Scalar>> rows{
      {"FTCS", euler, 1, {2}, false, plain_steps<Scalar>},
      {"FTCS, blocked in time", euler, 1, {2}, false, blocked_steps<Scalar>},
      {"Heun", heun, 2, {2, 4, 6, 8}, false, runge_kutta<Scalar, HeunOf>},
      {"Runge-Kutta 4", runge_kutta_4, 4, {4, 6, 8}, false, runge_kutta<Scalar, ClassicalOf>},
      {"positive map", positive, 2, {4}, false, positive_steps<Scalar>},
      {"RKL1", rkl1, 1, {2, 4}, false, super_steps<Scalar, Kind::rkl1>},
      {"RKL2", rkl2, 2, {2, 4, 6, 8}, false, super_steps<Scalar, Kind::rkl2>},
      {"RKC2", rkc2, 2, {2, 4, 6, 8}, false, super_steps<Scalar, Kind::rkc2>},
      {"backward Euler, CG", backward_euler, 1, {2, 4}, true, by_gradients<Scalar, backward_euler>},
      {"backward Euler, multigrid", backward_euler, 1, {2, 4}, true, by_multigrid<Scalar, backward_euler>},
      {"Crank-Nicolson, CG", crank_nicolson, 2, {2, 4, 8}, true, by_gradients<Scalar, crank_nicolson>},
      {"Crank-Nicolson, multigrid", crank_nicolson, 2, {2, 4, 8}, true, by_multigrid<Scalar, crank_nicolson>},
      {"TR-BDF2, CG", tr_bdf2, 2, {2, 4, 8}, true, by_gradients<Scalar, tr_bdf2>},
      {"TR-BDF2, multigrid", tr_bdf2, 2, {2, 4, 8}, true, by_multigrid<Scalar, tr_bdf2>},
      {"alternating directions", alternating, 2, {2}, false, alternating_steps<Scalar>},
      {"exponential by FFT", exact, 0, {0}, false, exponential_steps<Scalar>},
  };
  return rows;
}

int stages_of(Scheme scheme, const Setting& s, const StepChoice& c) {
  if (scheme != Scheme::rkl1 && scheme != Scheme::rkl2 && scheme != Scheme::rkc2) return 1;
  return solver::stages_for(method_of(scheme), 1, c.r * spectral_radius(s, c.order_in_space));
}

template struct ClassicalSolver<float>;
template struct ClassicalSolver<double>;
template const std::vector<ClassicalSolver<float>>& classical_solvers();
template const std::vector<ClassicalSolver<double>>& classical_solvers();

}  // namespace attune::experiments::heat::work_precision
