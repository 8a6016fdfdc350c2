// experiments/heat/parts/verification/spreading.cpp
#include "experiments/heat/parts/verification/spreading.hpp"

#include <cmath>

#include "solvers/heat/implicit_steps.hpp"
#include "solvers/heat/initial.hpp"
#include "solvers/heat/newton.hpp"
#include "solvers/heat/nonlinear.hpp"
#include "solvers/heat/theory/barenblatt.hpp"

namespace attune::experiments::heat::verification {

namespace solver = attune::heat;
namespace theory = attune::heat::theory;

namespace {

constexpr double diffusivity = 0.7;  // kappa0
constexpr double threshold = 1e-3;  // of the height, at the edge
constexpr double margin = 2.2;  // width of the cube over R at the end

struct Distance {
  Field<double> u, exact;
  KOKKOS_FUNCTION void operator()(const Block& at, double* x) const {
    for (int c = 0; c < at.cells; ++c)
      x[c] = Kokkos::abs(u(at.k, at.j, at.i + c) - exact(at.k, at.j, at.i + c));
  }
};

// The radius of a cell where u exceeds a level, 0 elsewhere.
struct Edge {
  Field<double> u, radius;
  double level;
  KOKKOS_FUNCTION void operator()(const Block& at, double* x) const {
    for (int c = 0; c < at.cells; ++c)
      x[c] = u(at.k, at.j, at.i + c) > level ? radius(at.k, at.j, at.i + c) : 0;
  }
};

// A cube round the origin with fields of the radius and its square.
class Cube {
 public:
  Cube(const Domain& world, const Spread& spread, const theory::Barenblatt& exact, double width)
      : exact_(exact),
        width_(width),
        setting_(make_setting(
            world, std::vector<Index>(static_cast<std::size_t>(spread.dimensions), spread.cells), "neumann")),
        radius_(of_radius([](double r) { return r; })),
        square_(of_radius([](double r) { return r * r; })),
        one_(of_radius([](double) { return 1.0; })) {}

  const Setting& setting() const { return setting_; }
  double h() const { return width_ / static_cast<double>(setting_.domain.whole().extent(2)); }
  Field<double> profile(double t) const {
    return of_radius([&](double r) { return exact_.value(r, t); });
  }
  double mass(const Field<double>& u) const { return integral(u, one_); }
  double front(const Field<double>& u) const {
    const double square = integral(u, square_) / mass(u);
    return exact_.front(1) * std::sqrt(square / exact_.mean_square_radius(1));
  }
  double edge(const Field<double>& u, double height) const {
    const Blocks blocks(u.box);
    const Edge edge{u, radius_, threshold * height};
    return sum::largest("heat::edge", blocks.count(), sum::Cells<Edge>{edge, blocks},
                        setting_.domain.communicator());
  }
  double distance(const Field<double>& u, double t) const {
    const double sum =
        sum::over_cells("heat::distance", u.box, Distance{u, profile(t)}, setting_.domain.communicator());
    return sum * volume() / exact_.mass;
  }

 private:
  Field<double> of_radius(const std::function<double(double)>& f) const {
    const auto field = setting_.domain.field<double>("heat::radius");
    solver::sample(field, setting_.domain.whole(), [&](const auto& x) {
      double square = 0;
      for (const double coordinate : x) square += std::pow((coordinate - 0.5) * width_, 2);
      return f(std::sqrt(square));
    });
    return field;
  }
  double volume() const { return std::pow(h(), setting_.dimensions); }
  double integral(const Field<double>& u, const Field<double>& weight) const {
    return solver::inner(u, weight, setting_.domain.communicator()) * volume();
  }

  theory::Barenblatt exact_;
  double width_;
  Setting setting_;
  Field<double> radius_, square_, one_;
};

// Steps from t = 1 to end: explicit ones of the largest length, or implicit ones so many times as long.
template <class L> void advance(const L& operation, const Field<double>& u, double end, double newton_step) {
  const solver::ImplicitSteps implicit(operation, solver::Newton(operation, {{1e-11, 60}}));
  const auto du = operation.field("heat::du");
  for (double t = 1; t < end * (1 - 1e-12);) {
    operation.apply(u, du);
    const double length = (newton_step > 0 ? newton_step : 1) * operation.largest_step();
    const double dt = std::min(length, end - t);
    if (newton_step > 0)
      implicit.backward_euler(dt, u);
    else
      solver::combine(u, {{1, u}, {dt, du}});
    t += dt;
  }
}

}  // namespace

Spreading spread_heat(const Domain& world, const Spread& spread) {
  const theory::Barenblatt exact{diffusivity, spread.power, 1, spread.dimensions};
  const double end = std::pow(spread.stretch, 1 / exact.exponent());
  const Cube cube(world, spread, exact, margin * exact.front(end));
  const Setting& s = cube.setting();
  const solver::Widths h{cube.h(), cube.h(), cube.h()};
  const solver::NonlinearConductivity<solver::PowerLaw, double> l({diffusivity, spread.power}, h, s.domain,
                                                                  s.boundaries);
  const auto u = l.field("heat::u");
  solver::combine(u, {{1, cube.profile(1)}});
  const double mass = cube.mass(u), front = cube.front(u);
  advance(l, u, end, spread.newton_step);
  const double edge = exact.front(end) * std::sqrt(1 - std::pow(threshold, spread.power));
  return {std::log(cube.front(u) / front) / std::log(end), exact.exponent(),
          std::abs(cube.edge(u, exact.height(end)) - edge) / cube.h(), std::abs(cube.mass(u) / mass - 1),
          cube.distance(u, end)};
}

}  // namespace attune::experiments::heat::verification
