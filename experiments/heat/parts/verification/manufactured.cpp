// experiments/heat/parts/verification/manufactured.cpp
#include "experiments/heat/parts/verification/manufactured.hpp"

#include <algorithm>
#include <cmath>

#include "experiments/heat/parts/mode_error.hpp"
#include "solvers/heat/anisotropic.hpp"
#include "solvers/heat/conjugate_gradients.hpp"
#include "solvers/heat/face_multigrid.hpp"
#include "solvers/heat/implicit_steps.hpp"
#include "solvers/heat/nonlinear.hpp"
#include "solvers/heat/theory/manufactured.hpp"
#include "solvers/heat/variable_conductivity.hpp"

namespace attune::experiments::heat::verification {

namespace solver = attune::heat;
namespace theory = attune::heat::theory;

namespace {

constexpr double excess = 2;  // of the turning tensor: eigenvalues from 1 to 1 + 2 D
constexpr double beta = 0.4;  // of kappa(u) = 1 + beta u

Field<double> sampled(const Domain& domain, const solver::Sample& f) {
  const auto u = domain.field<double>("heat::sampled");
  solver::sample(u, domain.whole(), f);
  return u;
}

solver::Widths widths(const Setting& s) {
  const Triple cells = s.domain.whole().shape();
  return {1 / double(cells[0]), 1 / double(cells[1]), 1 / double(cells[2])};
}

// A solution of its own decay, and how large kappa gets along it.
struct Problem {
  theory::Manufactured exact;
  double kappa_max;
};

Problem problem_on(const Setting& s, double decay, double kappa_max) {
  return {{s.grid().boundary[2], s.dimensions, decay}, kappa_max};
}

Field<double> exact_at(const Problem& problem, const Setting& s, double t) {
  return sampled(s.domain, [&](const auto& x) { return theory::solution(problem.exact, x, t).value; });
}

template <class L>
double error_of(const L& l, const Setting& s, const Problem& problem, double end,
                const solver::Sample& source) {
  const auto u = l.field("heat::u"), du = s.domain.field<double>("heat::du");
  const auto input = sampled(s.domain, source);
  solver::combine(u, {{1, exact_at(problem, s, 0)}});
  const double cells = static_cast<double>(s.domain.whole().extent(2));
  const auto steps =
      static_cast<Index>(std::ceil(end * 2 * s.dimensions * problem.kappa_max * cells * cells));
  const double dt = end / static_cast<double>(steps);
  for (Index n = 0; n < steps; ++n) {
    const double strength = std::exp(-problem.exact.decay * static_cast<double>(n) * dt);
    l.apply(u, du);
    solver::combine(u, {{1, u}, {dt, du}, {dt * strength, input}});
  }
  return root_mean_square_misfit(u, exact_at(problem, s, end), 1, s);
}

theory::Jet kappa_at(const theory::PerAxis& x, const Setting& s) {
  return theory::smooth_conductivity(x, s.dimensions);
}

solver::FaceOperator<double> smooth_faces(const Setting& s) {
  const auto kappa = sampled(s.domain, [&](const auto& x) { return kappa_at(x, s).value; });
  return solver::variable_conductivity(kappa, widths(s), s.domain, s.boundaries);
}

Problem smooth_problem(const Setting& s) { return problem_on(s, 1, std::exp(0.5 * s.dimensions)); }

double source_at(const Problem& problem, const theory::PerAxis& x, const Setting& s) {
  return theory::source(theory::solution(problem.exact, x, 0), kappa_at(x, s));
}

double error_of_variable(const Setting& s, double end) {
  const Problem problem = smooth_problem(s);
  return error_of(smooth_faces(s), s, problem, end, [&](const auto& x) { return source_at(problem, x, s); });
}

// The same in implicit steps, a quarter as many as there are cells along an axis.
double error_of_implicit(const Setting& s, double end) {
  const Problem problem = smooth_problem(s);
  const auto l = smooth_faces(s);
  const solver::FaceMultigrid<double> cycles(l);
  const solver::ConjugateGradients linear(l, s.domain.communicator(), solver::Stop{1e-12, 200}, cycles);
  const solver::ImplicitSteps implicit(l, linear);
  const solver::SeparableSource<double> source{
      sampled(s.domain, [&](const auto& x) { return source_at(problem, x, s); }),
      [decay = problem.exact.decay](double t) { return std::exp(-decay * t); }};
  const auto u = l.field("heat::u");
  solver::combine(u, {{1, exact_at(problem, s, 0)}});
  const Index steps = std::max<Index>(1, s.domain.whole().extent(2) / 4);
  const double dt = end / static_cast<double>(steps);
  for (Index n = 0; n < steps; ++n) implicit.tr_bdf2(dt, u, static_cast<double>(n) * dt, source);
  return root_mean_square_misfit(u, exact_at(problem, s, end), 1, s);
}

template <class Tensor> solver::TensorField sampled_tensor(const Setting& s, const Tensor& tensor_at) {
  std::array<std::vector<double>, 6> values;  // row-major, as sample() visits the cells
  solver::TensorField A;
  A[0] = sampled(s.domain, [&](const auto& x) {
    const auto tensor = tensor_at(x);
    for (std::size_t c = 0; c < 6; ++c) values[c].push_back(tensor[c].value);
    return tensor[0].value;
  });
  for (int c = 1; c < 6; ++c) {
    A[c] = s.domain.field<double>("heat::tensor");
    solver::assign(A[c], values[static_cast<std::size_t>(c)]);
  }
  return A;
}

double error_of_anisotropic(const Setting& s, double end) {
  const auto tensor_at = [&](const auto& x) { return theory::turning_tensor(x, s.dimensions, excess); };
  const solver::TensorField A = sampled_tensor(s, tensor_at);
  const solver::Anisotropic<double> l(A, widths(s), s.domain, s.boundaries);
  const Problem problem = problem_on(s, 1, 1 + excess);
  return error_of(l, s, problem, end, [&](const auto& x) {
    return theory::source(theory::solution(problem.exact, x, 0), tensor_at(x));
  });
}

double error_of_nonlinear(const Setting& s, double end) {
  const solver::NonlinearConductivity<solver::LinearLaw, double> l({1, beta}, widths(s), s.domain,
                                                                   s.boundaries);
  const Problem problem = problem_on(s, 0, 1 + beta * std::pow(1.5, s.dimensions));
  return error_of(l, s, problem, end, [&](const auto& x) {
    const auto u = theory::solution(problem.exact, x, 0);
    return theory::source(u, theory::linear_law(u, 1, beta));
  });
}

}  // namespace

std::vector<ManufacturedRow> manufactured_rows() {
  return {{"variable", "harmonic faces, explicit steps", 2, error_of_variable},
          {"variable_tr_bdf2", "harmonic faces, TR-BDF2 by multigrid in conjugate gradients", 2,
           error_of_implicit},
          {"anisotropic", "nonnegative weights of a turning tensor, explicit steps", 2, error_of_anisotropic},
          {"nonlinear", "kappa(u) by its transform, explicit steps", 2, error_of_nonlinear}};
}

double error_at_slanted_wall(const Domain& world, Index cells, double end) {
  constexpr double yy = 1, xx = 2, yx = -0.7, slant = yx / xx, turn = 2 * std::numbers::pi;
  constexpr double decay = turn * turn * (yy - yx * yx / xx);
  Setting s = make_setting(world, {cells, cells}, "neumann");
  s.boundaries = solver::boundaries_of({"periodic", "neumann"}, 2);
  s.domain = world.split(grid_box({cells, cells}), solver::periodic_axes(s.boundaries));
  const auto wave = [&](double t) {
    return sampled(s.domain, [&](const auto& x) {
      return std::exp(-decay * t) * std::cos(turn * (x[1] - slant * x[2]));
    });
  };
  const solver::Anisotropic<double> l(solver::constant_tensor({0, yy, xx, 0, 0, yx}, s.domain.mine()),
                                      widths(s), s.domain, s.boundaries);
  const auto u = l.field("heat::u"), du = s.domain.field<double>("heat::du");
  solver::combine(u, {{1, wave(0)}});
  const auto steps = static_cast<Index>(std::ceil(end / l.largest_step()));
  for (Index n = 0; n < steps; ++n) {
    l.apply(u, du);
    solver::combine(u, {{1, u}, {end / static_cast<double>(steps), du}});
  }
  return root_mean_square_misfit(u, wave(end), 1, s);
}

}  // namespace attune::experiments::heat::verification
