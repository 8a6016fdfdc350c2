// solvers/heat/super_time_stepping.hpp
//
// Super-time-stepping: one explicit step of s stages, stable over as many as (s^2 + s) / 2 Euler steps. With
// Y_0 = u,
//
//   Y_1 = Y_0 + ~mu_1 dt L Y_0
//   Y_j = mu_j Y_{j-1} + nu_j Y_{j-2} + (1 - mu_j - nu_j) Y_0 + ~mu_j dt L Y_{j-1} + ~gamma_j dt L Y_0
//
// and u' = Y_s: the three-term recursion of the polynomials a_j + b_j P_j(w0 + w1 z), z = dt l, by which
// stage j multiplies a mode of eigenvalue l; a_j = 1 - b_j P_j(w0), so that z = 0 gives 1:
//
//                                                                               order   stable for rho dt <=
//   RKL1   Legendre, b_j = 1, w0 = 1, w1 = 2 / (s^2 + s)                          1     s^2 + s
//   RKL2   Legendre, b_j = (j^2 + j - 2) / (2 j (j + 1)), b_0 = b_1 = b_2 = 1/3,
//          w0 = 1, w1 = 4 / (s^2 + s - 2)                                         2     (s^2 + s - 2) / 2
//   RKC2   Chebyshev, b_j = T''_j(w0) / T'_j(w0)^2, b_0 = b_1 = b_2, w0 = 1 + eps / s^2,
//          w1 = T'_s(w0) / T''_s(w0), eps = 2 / 13                                2     (w0 + 1) / w1
//
// with rho the spectral radius of -L. An Euler step has 2 / rho; (w0 + 1) / w1 is about
// (2/3) (s^2 - 1) (1 - 2 eps / 15). At the limit RKL1 multiplies the fastest mode by (-1)^s; RKL2 by 1 for
// even s, by 2 / (s^2 + s) for odd s, so stages_for takes odd s; RKC2 damps it for every s.
//
// Source   [meyer2014] for RKL1 and RKL2, [sommeijer1998] for RKC2; b_0, b_1 have no part in the last stage
// Cost     s applications of L and s combinations of 2 to 5 fields; 2 work fields for RKL1, 4 for the others
// Limits   s of at least 1 for RKL1, 2 for the others; L must outlive the integrator; its time does not enter
#pragma once

#include <utility>

#include "solvers/heat/combine.hpp"
#include "solvers/heat/operator.hpp"

namespace attune::heat {

enum class SuperMethod { rkl1, rkl2, rkc2 };

struct Stage {
  double mu = 0, nu = 0, mu_dt = 0, gamma_dt = 0;  // mu_j, nu_j, ~mu_j, ~gamma_j
};

// The stages 1 .. s, at places 0 .. s - 1; mu, nu and gamma_dt of the first are not used.
std::vector<Stage> recursion(SuperMethod method, int stages);

// The largest rho dt for which s stages are stable.
double real_limit(SuperMethod method, int stages);

// The fewest stages that are stable for dt, odd for RKL2; a few units in the last place of dt are forgiven.
int stages_for(SuperMethod method, double dt, double rho);

template <Operator L> class SuperTimeStepping {
 public:
  using Number = typename L::Number;

  SuperTimeStepping(const L& right_hand_side, SuperMethod kind)
      : l(right_hand_side),
        method(kind),
        k(l.field("heat::super_time_stepping::k")),
        y(l.field("heat::super_time_stepping::y")) {
    if (method == SuperMethod::rkl1) return;
    k_first = l.field("heat::super_time_stepping::k_first");
    y_other = l.field("heat::super_time_stepping::y_other");
  }
  SuperTimeStepping(const L&&, SuperMethod) = delete;

  // u <- the field at t + dt, in as few stages as are stable. Collective.
  void step(const Field<Number>& u, double dt) const {
    step(u, dt, stages_for(method, dt, l.spectral_radius()));
  }

  // The same with a given number of stages, stable or not.
  void step(const Field<Number>& u, double dt, int stages) const {
    if (method == SuperMethod::rkl1)
      first_order(u, dt, recursion(method, stages));
    else
      second_order(u, dt, recursion(method, stages));
  }

 private:
  // a_j = 0: neither Y_0 nor L Y_0 is asked for again, and u takes its turn among the stages.
  void first_order(const Field<Number>& u, double dt, const std::vector<Stage>& stages) const {
    const std::size_t last = stages.size() - 1;
    Field<Number> newest = last == 0 ? u : y, older = u;
    l.apply(u, k);
    combine<Number>(newest, {{1, u}, {stages[0].mu_dt * dt, k}});
    for (std::size_t j = 1; j <= last; ++j) {
      const Field<Number> next = j == last ? u : older;
      l.apply(newest, k);
      combine<Number>(next, {{stages[j].mu, newest}, {stages[j].nu, older}, {stages[j].mu_dt * dt, k}});
      older = std::exchange(newest, next);
    }
  }

  void second_order(const Field<Number>& u, double dt, const std::vector<Stage>& stages) const {
    const std::size_t last = stages.size() - 1;
    Field<Number> newest = y, older = u;
    l.apply(u, k_first);
    combine<Number>(newest, {{1, u}, {stages[0].mu_dt * dt, k_first}});
    for (std::size_t j = 1; j <= last; ++j) {
      const Stage& c = stages[j];
      const Field<Number> next = j == last ? u : j == 1 ? y_other : older;
      l.apply(newest, k);
      combine<Number>(next, {{c.mu, newest},
                             {c.nu, older},
                             {1 - c.mu - c.nu, u},
                             {c.mu_dt * dt, k},
                             {c.gamma_dt * dt, k_first}});
      older = std::exchange(newest, next);
    }
  }

  const L& l;
  SuperMethod method;
  Field<Number> k, y, k_first, y_other;
};

}  // namespace attune::heat
