// experiments/heat/parts/verification/solvers.cpp
#include "experiments/heat/parts/verification/solvers.hpp"

#include <cctype>
#include <limits>
#include <memory>

#include "solvers/heat/adi.hpp"
#include "solvers/heat/conjugate_gradients.hpp"
#include "solvers/heat/ftcs_blocked.hpp"
#include "solvers/heat/implicit_steps.hpp"
#include "solvers/heat/laplacian.hpp"
#include "solvers/heat/multigrid.hpp"
#include "solvers/heat/positive_map.hpp"
#include "solvers/heat/runge_kutta.hpp"
#include "solvers/heat/spectral.hpp"
#include "solvers/heat/super_time_stepping.hpp"
#include "solvers/heat/theory/decay.hpp"
#include "solvers/heat/theory/integrator_decay.hpp"
#include "solvers/heat/theory/stability_polynomial.hpp"

namespace attune::experiments::heat::verification {
namespace {

constexpr double unlimited = std::numeric_limits<double>::infinity();

template <class Scalar> using Star = solver::Laplacian<Scalar>;
using Rate = std::function<double(int)>;
using Polynomial = std::function<double(double)>;

Rate below_limit(const Choice& c, double largest) {
  return [stability = c.stability, largest](int dimensions) { return stability * largest / dimensions; };
}
Rate fixed(double r) {
  return [r](int) { return r; };
}

// Steps that read u and write next: step(u, next, most) makes at most so many at once and returns how many.
template <class Scalar, class Step>
Stepper<Scalar> two_fields(const Setting& s, Index ghosts, const Step& step) {
  auto next = s.domain.field<Scalar>("heat::next", s.halo(ghosts));
  return {s.domain.field<Scalar>("heat::u", s.halo(ghosts)),
          [s, step, next](Field<Scalar>& u, Index steps) mutable {
            for (Index done = 0; done < steps;) {
              solver::fill_ghosts(u, s.domain, s.boundaries);
              done += step(u, next, steps - done);
              std::swap(u, next);
            }
          }};
}

// Steps of an integrator in place, over the star of an order.
template <class Scalar, template <class> class Integrator>
Stepper<Scalar> over_star(const Setting& s, const solver::Rates& r, int order) {
  const auto l = std::make_shared<Star<Scalar>>(s.domain, s.boundaries, r, order);
  const auto integrator = std::make_shared<Integrator<Star<Scalar>>>(*l);
  return {l->field("heat::u"), [l, integrator](Field<Scalar>& u, Index steps) {
            for (Index n = 0; n < steps; ++n) integrator->step(u, 1);
          }};
}

template <class Scalar>
Stepper<Scalar> super_steps(const Setting& s, const solver::Rates& r, solver::SuperMethod method,
                            int stages) {
  const auto l = std::make_shared<Star<Scalar>>(s.domain, s.boundaries, r, 2);
  const auto integrator = std::make_shared<solver::SuperTimeStepping<Star<Scalar>>>(*l, method);
  return {l->field("heat::u"), [l, integrator, stages](Field<Scalar>& u, Index steps) {
            for (Index n = 0; n < steps; ++n) integrator->step(u, 1, stages);
          }};
}

template <class Scalar>
Stepper<Scalar> by_symbol(const Setting& s, const solver::Rates& r,
                          solver::Symbol (*propagator)(const solver::Rates&)) {
  return {s.domain.field<Scalar>("heat::u", s.halo(1)), [s, r, propagator](Field<Scalar>& u, Index steps) {
            solver::Rates whole = r;
            for (int a = 0; a < 3; ++a) whole[a] *= static_cast<double>(steps);
            solver::apply_symbol(u, s.domain, s.boundaries, propagator(whole));
          }};
}

// lambda(pi) of the star: its spectral radius is this times the sum of r_a.
double largest_symbol(int order) {
  const theory::Grid pair{{1, 1, 2}, {}};
  return -theory::star_eigenvalue(pair, {0, 0, 1}, {0, 0, 1}, order);
}

Decay of_polynomial(const Polynomial& polynomial, int order) {
  return [polynomial, order](const theory::Grid& grid, const Triple& mode, const theory::PerAxis& r,
                             Index steps) {
    return theory::explicit_decay(polynomial, theory::star_eigenvalue(grid, mode, r, order), steps);
  };
}

template <class Scalar> void add_explicit(const Choice& c, std::vector<Solver<Scalar>>& rows) {
  const Index pass = c.pass;
  rows.push_back({"ftcs", "explicit steps", 1, 0.5, below_limit(c, 0.5),
                  [](const Setting& s, const solver::Rates& r) {
                    return two_fields<Scalar>(s, 1, [r](const auto& u, const auto& next, Index) {
                      solver::ftcs_step(u, r, next);
                      return Index(1);
                    });
                  },
                  theory::ftcs_decay});
  rows.push_back({"ftcs_blocked", "explicit steps, several in a pass", 0, 0.5, below_limit(c, 0.5),
                  [pass](const Setting& s, const solver::Rates& r) {
                    return two_fields<Scalar>(s, pass,
                                              [r, pass](const auto& u, const auto& next, Index most) {
                                                const Index steps = std::min(pass, most);
                                                solver::ftcs_steps(u, r, static_cast<int>(steps), next);
                                                return steps;
                                              });
                  },
                  theory::ftcs_decay});
  rows.push_back({"positive_map", "the positive fourth-order map", 0, unlimited,
                  fixed(1.0 / 6 + c.stability / 2),  // positive from 1/6 to 2/3
                  [](const Setting& s, const solver::Rates& r) {
                    return two_fields<Scalar>(s, 2, [r](const auto& u, const auto& next, Index) {
                      solver::positive_step(u, r, next);
                      return Index(1);
                    });
                  },
                  theory::positive_map_decay});
}

template <class Scalar, template <class> class Integrator>
void add_runge_kutta(const std::string& name, const std::string& words, int order, const Choice& c,
                     std::vector<Solver<Scalar>>& rows) {
  const Polynomial polynomial = [order](double z) { return theory::taylor_polynomial(order, z); };
  const double limit = theory::first_growth(polynomial, 0.01);
  for (const int star : {2, 4, 6, 8})
    rows.push_back({name + "_star" + std::to_string(star), words + ", star of order " + std::to_string(star),
                    star == 2 ? order : 0, limit / largest_symbol(star),
                    below_limit(c, limit / largest_symbol(star)),
                    [star](const Setting& s, const solver::Rates& r) {
                      return over_star<Scalar, Integrator>(s, r, star);
                    },
                    of_polynomial(polynomial, star)});
}

template <class Scalar>
void add_super(const std::string& name, solver::SuperMethod method, int order,
               double (*polynomial)(int, double), const Choice& c, std::vector<Solver<Scalar>>& rows) {
  std::string words = name;
  for (char& letter : words) letter = static_cast<char>(std::toupper(letter));
  const int stages = static_cast<int>(c.stages);
  const double largest = solver::real_limit(method, stages) / largest_symbol(2);
  rows.push_back({name, words, order, largest, below_limit(c, largest),
                  [method, stages](const Setting& s, const solver::Rates& r) {
                    return super_steps<Scalar>(s, r, method, stages);
                  },
                  of_polynomial([polynomial, stages](double z) { return polynomial(stages, z); }, 2)});
}

// An implicit step of the star of second order over one kind of linear solver.
enum class Implicit { backward_euler, crank_nicolson, tr_bdf2 };

template <class Scalar, class Linear>
Stepper<Scalar> implicit_steps(const Star<Scalar>& l, const Linear& linear, Implicit method) {
  const solver::ImplicitSteps<Star<Scalar>, Linear> implicit(l, linear);
  return {l.field("heat::u"), [implicit, method](Field<Scalar>& u, Index steps) {
            for (Index n = 0; n < steps; ++n) {
              if (method == Implicit::backward_euler) implicit.backward_euler(1, u);
              if (method == Implicit::crank_nicolson) implicit.crank_nicolson(1, u);
              if (method == Implicit::tr_bdf2) implicit.tr_bdf2(1, u);
            }
          }};
}

template <class Scalar>
void add_implicit(const std::string& name, const std::string& words, Implicit method, int order,
                  const Decay& decay, double (*sensitivity)(double), const Choice& c,
                  std::vector<Solver<Scalar>>& rows) {
  const double tolerance = c.tolerance * round_off_scale<Scalar>();
  rows.push_back({name + "_cg", words + ", conjugate gradients", order, unlimited, fixed(c.implicit_rate),
                  [method, tolerance](const Setting& s, const solver::Rates& r) {
                    const Star<Scalar> l(s.domain, s.boundaries, r, 2);
                    const solver::ConjugateGradients<Star<Scalar>> linear(l, s.domain.communicator(),
                                                                          {tolerance, 10000});
                    return implicit_steps<Scalar>(l, linear, method);
                  },
                  decay, sensitivity});
  rows.push_back({name + "_multigrid", words + ", multigrid", 0, unlimited, fixed(c.implicit_rate),
                  [method, tolerance](const Setting& s, const solver::Rates& r) {
                    const Star<Scalar> l(s.domain, s.boundaries, r, 2);
                    const solver::Multigrid<Scalar> linear(s.domain, s.boundaries, r, {{tolerance, 100}});
                    return implicit_steps<Scalar>(l, linear, method);
                  },
                  decay, sensitivity});
}

template <class Scalar> void add_direct(const Choice& c, std::vector<Solver<Scalar>>& rows) {
  rows.push_back({"adi", "alternating directions", 2, unlimited, fixed(c.implicit_rate),
                  [](const Setting& s, const solver::Rates& r) {
                    const auto adi = std::make_shared<solver::Adi<Scalar>>(s.domain, s.boundaries, r);
                    return Stepper<Scalar>{s.domain.field<Scalar>("heat::u", s.halo(1)),
                                           [s, adi](Field<Scalar>& u, Index steps) {
                                             for (Index n = 0; n < steps; ++n) adi->step(u);
                                           }};
                  },
                  theory::douglas_gunn_decay});
  rows.push_back({"lattice", "the lattice propagator", 0, unlimited, below_limit(c, 0.5),
                  [](const Setting& s, const solver::Rates& r) {
                    return by_symbol<Scalar>(s, r, solver::lattice_propagator);
                  },
                  theory::lattice_decay});
  rows.push_back({"band_limited", "the band-limited propagator", 0, unlimited, below_limit(c, 0.5),
                  [](const Setting& s, const solver::Rates& r) {
                    return by_symbol<Scalar>(s, r, solver::band_limited_propagator);
                  },
                  static_cast<double (*)(const theory::Grid&, const Triple&, const theory::PerAxis&, Index)>(
                      theory::heat_decay)});
}

}  // namespace

theory::PerAxis per_axis(double r, int dimensions) {
  theory::PerAxis rates{0, 0, 0};
  for (int a = 3 - dimensions; a < 3; ++a) rates[static_cast<std::size_t>(a)] = r;
  return rates;
}

template <class Scalar> std::vector<Solver<Scalar>> solvers_to_verify(const Choice& c) {
  std::vector<Solver<Scalar>> rows;
  add_explicit(c, rows);
  add_runge_kutta<Scalar, solver::ForwardEuler>("euler", "Euler", 1, c, rows);
  add_runge_kutta<Scalar, solver::Heun>("heun", "Heun", 2, c, rows);
  add_runge_kutta<Scalar, solver::ClassicalRungeKutta>("rk4", "classical Runge-Kutta", 4, c, rows);
  add_super("rkl1", solver::SuperMethod::rkl1, 1, theory::rkl1_polynomial, c, rows);
  add_super("rkl2", solver::SuperMethod::rkl2, 2, theory::rkl2_polynomial, c, rows);
  add_super("rkc2", solver::SuperMethod::rkc2, 2, theory::rkc2_polynomial, c, rows);
  add_implicit("backward_euler", "backward Euler", Implicit::backward_euler, 1, theory::backward_euler_decay,
               theory::backward_euler_sensitivity, c, rows);
  add_implicit("crank_nicolson", "Crank-Nicolson", Implicit::crank_nicolson, 2, theory::crank_nicolson_decay,
               theory::crank_nicolson_sensitivity, c, rows);
  add_implicit("tr_bdf2", "TR-BDF2", Implicit::tr_bdf2, 2, theory::tr_bdf2_decay, theory::tr_bdf2_sensitivity,
               c, rows);
  add_direct(c, rows);
  return rows;
}

template std::vector<Solver<float>> solvers_to_verify(const Choice&);
template std::vector<Solver<double>> solvers_to_verify(const Choice&);

}  // namespace attune::experiments::heat::verification
