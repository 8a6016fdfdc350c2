// experiments/heat/parts/scaling/scaling_methods.cpp
#include "experiments/heat/parts/scaling/scaling_methods.hpp"

#include <bit>

#include "attention/window/window.hpp"
#include "core/core/random.hpp"
#include "solvers/heat/conjugate_gradients.hpp"
#include "solvers/heat/ftcs_blocked.hpp"
#include "solvers/heat/implicit_steps.hpp"
#include "solvers/heat/laplacian.hpp"
#include "solvers/heat/multigrid.hpp"
#include "solvers/heat/runge_kutta.hpp"
#include "solvers/heat/spectral.hpp"

namespace attune::experiments::heat::scaling {
namespace {

namespace solver = attune::heat;
namespace window = attention::window;

template <class Scalar> struct Noise {
  Field<Scalar> u;
  Box whole;
  Random random;
  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const {
    u(k, j, i) = static_cast<Scalar>(random.uniform(global_cell(u.box, whole, k, j, i)));
  }
};

// A march with the field it starts from, and no pass yet.
template <class Scalar> March<Scalar> begun(const Setting& s, const Field<Scalar>& u, std::uint32_t seed) {
  Kokkos::parallel_for("heat::march::noise", every_cell(u.box),
                       Noise<Scalar>{u, s.domain.whole(), {seed, 1}});
  return {{}, 1, std::make_shared<Field<Scalar>>(u), std::make_shared<Done>()};
}

// A march whose pass is  next <- step(u), ghosts of u filled;  u <-> next.
template <class Scalar, class Step>
March<Scalar> stepping(const Setting& s, Index halo, std::uint32_t seed, const Step& step) {
  auto m = begun(s, s.domain.field<Scalar>("heat::march::u", s.halo(halo)), seed);
  const auto next = std::make_shared<Field<Scalar>>(s.domain.field<Scalar>("heat::march::u", s.halo(halo)));
  m.pass = [s, step, next, u = m.u, done = m.done] {
    solver::fill_ghosts(*u, s.domain, s.boundaries);
    step(*u, *next);
    std::swap(*u, *next);
    ++done->steps;
  };
  return m;
}

// The ranks, with their all-reduces counted.
Communicator counted(const Communicator& ranks, const std::shared_ptr<Done>& done) {
  Communicator counting = ranks;
  counting.add = [ranks, done](std::int64_t* values, std::size_t count) {
    ++done->reductions;
    ranks.add(values, count);
  };
  counting.maximum = [ranks, done](double* values, std::size_t count) {
    ++done->reductions;
    ranks.maximum(values, count);
  };
  return counting;
}

template <class Scalar>
March<Scalar> runge_kutta(const Setting& s, const solver::Rates& rates, std::uint32_t seed) {
  struct Scheme {
    solver::Laplacian<Scalar> laplacian;
    solver::ClassicalRungeKutta<solver::Laplacian<Scalar>> steps;
    Scheme(const Setting& on, const solver::Rates& r)
        : laplacian(on.domain, on.boundaries, r, 4), steps(laplacian) {}
  };
  const auto scheme = std::make_shared<Scheme>(s, rates);
  auto m = begun(s, scheme->laplacian.field("heat::march::u"), seed);
  m.pass = [scheme, u = m.u, done = m.done] {
    scheme->steps.step(*u, 1);
    ++done->steps;
  };
  return m;
}

template <class Scalar>
March<Scalar> multigrid(const MarchChoice& choice, const Setting& s, std::uint32_t seed) {
  using Laplacian = solver::Laplacian<Scalar>;
  using Grids = solver::Multigrid<Scalar>;
  using Solver = solver::ConjugateGradients<Laplacian, Grids>;
  const auto rates = solver::rates_of(1, s.dimensions);
  const Laplacian laplacian(s.domain, s.boundaries, rates, 2);
  auto m = begun(s, laplacian.field("heat::march::u"), seed);
  const Grids grids(s.domain, s.boundaries, rates, {{}, MarchChoice::gathered});
  const Solver gradients(laplacian, counted(s.domain.communicator(), m.done), {choice.tolerance, 100}, grids);
  const auto steps = std::make_shared<solver::ImplicitSteps<Laplacian, Solver>>(laplacian, gradients);
  m.pass = [steps, a = choice.implicit_rate, u = m.u, done = m.done] {
    const auto solved = steps->backward_euler(a, *u);
    done->solved.iterations += solved.iterations;
    done->solved.work += solved.work;
    ++done->steps;
  };
  return m;
}

template <class Scalar>
March<Scalar> spectral(const MarchChoice& choice, const Setting& s, std::uint32_t seed) {
  auto m = begun(s, s.domain.field<Scalar>("heat::march::u"), seed);
  const auto symbol = solver::lattice_propagator(solver::rates_of(choice.implicit_rate, s.dimensions));
  m.pass = [s, symbol, u = m.u, done = m.done] {
    solver::apply_symbol(*u, s.domain, s.boundaries, symbol);
    ++done->steps;
  };
  return m;
}

template <class Scalar>
March<Scalar> attention_stencil(const Setting& s, double r, Index reach, std::uint32_t seed) {
  window::Window keys;
  keys.offsets = window::box_offsets(s.dimensions, reach);
  keys.whole = s.domain.whole();
  window::Table table;
  for (const Triple& o : keys.offsets)
    table.bias.push_back(-static_cast<double>(o[0] * o[0] + o[1] * o[1] + o[2] * o[2]) / (4 * r));
  return stepping<Scalar>(s, reach, seed, [keys, table](const Field<Scalar>& u, const Field<Scalar>& next) {
    window::forward(u, keys, table, next);
  });
}

template <class Scalar>
March<Scalar> blocked(const Setting& s, const solver::Rates& rates, Index steps, std::uint32_t seed) {
  auto m =
      stepping<Scalar>(s, steps, seed, [rates, steps](const Field<Scalar>& u, const Field<Scalar>& next) {
        solver::ftcs_steps(u, rates, static_cast<int>(steps), next);
      });
  m.steps_of_pass = steps;
  m.pass = [pass = m.pass, steps, done = m.done] {
    pass();
    done->steps += steps - 1;
  };
  return m;
}

std::uint64_t mix64(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

}  // namespace

template <class Scalar>
March<Scalar> march(Method method, const MarchChoice& choice, const Setting& s, std::uint32_t seed) {
  const double r = choice.stability / (2 * s.dimensions);
  const auto rates = solver::rates_of(r, s.dimensions);
  switch (method) {
    case Method::blocked:
      return blocked<Scalar>(s, rates, choice.block_steps, seed);
    case Method::runge_kutta:
      return runge_kutta<Scalar>(s, rates, seed);
    case Method::window:
      return attention_stencil<Scalar>(s, r, choice.window_reach, seed);
    case Method::multigrid:
      return multigrid<Scalar>(choice, s, seed);
    case Method::spectral:
      return spectral<Scalar>(choice, s, seed);
    case Method::ftcs:
      break;
  }
  return stepping<Scalar>(s, 1, seed, [rates](const Field<Scalar>& u, const Field<Scalar>& next) {
    solver::ftcs_step(u, rates, next);
  });
}

template <class Scalar> std::int64_t fingerprint(const Field<Scalar>& u, const Box& whole) {
  using Bits = std::conditional_t<sizeof(Scalar) == 8, std::uint64_t, std::uint32_t>;
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), u.values);
  std::uint64_t sum = 0;
  for (Index k = 0; k < u.box.extent(0); ++k)
    for (Index j = 0; j < u.box.extent(1); ++j) {
      const Scalar* const row = &host(k + u.halo[0], j + u.halo[1], u.halo[2]);
      const std::uint64_t first = global_cell(u.box, whole, k, j, 0) + 1;
      for (Index i = 0; i < u.box.extent(2); ++i)
        sum += mix64(std::bit_cast<Bits>(row[i]) +
                     0x9e3779b97f4a7c15ULL * (first + static_cast<std::uint64_t>(i)));
    }
  return static_cast<std::int64_t>(sum);
}

template March<float> march(Method, const MarchChoice&, const Setting&, std::uint32_t);
template March<double> march(Method, const MarchChoice&, const Setting&, std::uint32_t);
template std::int64_t fingerprint(const Field<float>&, const Box&);
template std::int64_t fingerprint(const Field<double>&, const Box&);

}  // namespace attune::experiments::heat::scaling
