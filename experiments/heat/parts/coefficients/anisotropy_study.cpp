// experiments/heat/parts/coefficients/anisotropy_study.cpp
#include "experiments/heat/parts/coefficients/anisotropy_study.hpp"

#include <algorithm>
#include <cmath>

#include "experiments/heat/parts/coefficients/conductivity_contest.hpp"
#include "experiments/heat/parts/coefficients/tensor_head.hpp"
#include "experiments/heat/parts/sweep.hpp"
#include "solvers/heat/anisotropic.hpp"
#include "solvers/heat/initial.hpp"
#include "solvers/heat/theory/anisotropy.hpp"

namespace attune::experiments::heat::coefficients {
namespace {

namespace solver = attune::heat;
namespace theory = attune::heat::theory;
namespace window = attention::window;

constexpr Dataset reach_axis{"reach", "cells", "reach", "half-width W of a window"};
constexpr Dataset angle_axis{"angle", "rad", "angle", "angle phi of the long axis to x"};
constexpr Dataset by_head{
    "threshold_head",
    "1",
    "reach angle",
    "largest lambda for which a trained softmax head is consistent; NaN beyond the scale",
    "",
    true};
constexpr Dataset by_fit{"threshold_fit",
                         "1",
                         "reach angle",
                         "largest lambda for which nonnegative least squares are; NaN beyond the scale",
                         "",
                         true};
constexpr Dataset by_theory{
    "threshold_theory", "1", "reach angle", "the same by a linear programme; NaN beyond the scale", "", true};
constexpr Dataset worst_measured{"worst_threshold", "1", "reach", "threshold of the head at the worst angle"};
constexpr Dataset worst_expected{"worst_threshold_expected", "1", "reach", "its closed form",
                                 "(W + sqrt(1 + W^2))^2"};
constexpr Dataset worst_weights{"worst_weights",
                                "1",
                                "reach window_y window_x",
                                "weights of the head at 0.99 of its threshold; NaN outside the window",
                                "",
                                true};
constexpr Dataset ratio_axis{"ratio", "1", "ratio", "lambda, the ratio of the eigenvalues of a tensor"};
constexpr Dataset selling_reach{"selling_reach", "cells", "ratio",
                                "largest |e_a| of the offsets of Selling's decomposition over the angles"};
constexpr Dataset needed_reach{"needed_reach", "cells", "ratio",
                               "half-width of the smallest window that serves all angles",
                               "(lambda - 1) / (2 sqrt lambda), rounded up"};
constexpr Dataset space_fit{
    "space_threshold_fit", "1", "reach direction",
    "largest lambda of a tensor long along one direction in space, nonnegative least squares"};
constexpr Dataset gauss_cells{"gauss_cells", "1", "gauss_level", "cells along each axis"};
constexpr Dataset gauss_error{"gauss_error", "1", "gauss_method gauss_level",
                              "root mean square error of a Gaussian that spreads and stretches"};
constexpr Dataset gauss_method{"gauss_method", "1", "gauss_method", "head of a window, or Selling's offsets"};

double closed_form(Index W) {
  const auto w = static_cast<double>(W);
  return std::pow(w + std::sqrt(1 + w * w), 2);
}
double worst_phi(Index W) { return std::atan(1 / static_cast<double>(W)) / 2; }

constexpr double beyond = 4;  // thresholds up to so many times the closed form are looked for

training::Options options_of(const AnisotropyParams& p) {
  training::Options options;
  options.iterations = static_cast<int>(p.stretch_iterations);
  options.relative_decrease = 1e-3;
  options.patience = 20;
  return options;
}

struct Thresholds {
  double head, fit, theory;
};

Thresholds thresholds(const AnisotropyParams& p, Index W, double phi) {
  const TensorCase at = planar_case(W, phi);
  const double most = beyond * closed_form(W);
  const auto head = [&](double lambda) {
    return train_tensor_head(at, lambda, p.consistency, options_of(p)).misfit;
  };
  const auto fit = [&](double lambda) { return nonnegative_misfit(at, lambda); };
  const Thresholds found{largest_consistent(head, p.consistency, most, p.resolution),
                         largest_consistent(fit, 1e-10, most, 1e-8),
                         theory::largest_ratio(window::box_offsets(2, W), phi)};
  const auto shown = [most](double lambda) { return lambda < 0.999 * most ? lambda : std::nan(""); };
  return {shown(found.head), shown(found.fit), shown(found.theory)};
}

double relative(double a, double b) { return std::abs(a / b - 1); }

void study_thresholds(const AnisotropyParams& p, Results& results) {
  const std::size_t R = p.windows.size();
  std::vector<double> angles;
  for (Index n = 0; n < p.angles; ++n)
    angles.push_back(std::numbers::pi / 4 * static_cast<double>(n) / static_cast<double>(p.angles - 1));
  for (const Index W : p.windows) angles.push_back(worst_phi(W));
  std::sort(angles.begin(), angles.end());
  angles.erase(std::unique(angles.begin(), angles.end()), angles.end());
  results.axis(reach_axis, {p.windows.begin(), p.windows.end()});
  results.axis(angle_axis, angles);
  Array head = tabulated({R, angles.size()}), fit = head, lp = head;
  std::vector<double> worst, expected;
  for (std::size_t w = 0; w < R; ++w) {
    const Index W = p.windows[w];
    double fits_apart = 0, heads_apart = 0, least = INFINITY;
    for (std::size_t n = 0; n < angles.size(); ++n) {
      const auto found = thresholds(p, W, angles[n]);
      entry(head, {w, n}) = found.head;
      entry(fit, {w, n}) = found.fit;
      entry(lp, {w, n}) = found.theory;
      if (!std::isnan(found.theory)) {
        fits_apart = std::max(fits_apart, relative(found.fit, found.theory));
        heads_apart = std::max(heads_apart, relative(found.head, found.theory));
      }
      if (angles[n] == worst_phi(W)) worst.push_back(found.head);
      if (!(found.head >= least)) least = std::isnan(found.head) ? least : found.head;
    }
    expected.push_back(closed_form(W));
    const std::string in = "_window_" + std::to_string(W);
    results.claim({"stretch" + in, "At the worst angle a trained head gives out at (W + sqrt(1 + W^2))^2",
                   worst.back(), Kind::equal_rel, expected.back(), 0.01, "1", "T11", Role::convergence});
    results.claim({"stretch_least" + in, "No other angle of the scan is worse", least, Kind::at_least,
                   expected.back(), 0.01 * expected.back(), "1", "T11", Role::convergence});
    results.claim(
        {"stretch_angles" + in,
         "At every angle the head gives out where the linear programme does; largest relative distance",
         heads_apart, Kind::at_most, 0, 0.01, "1", "T11", Role::convergence});
    results.claim({"stretch_fit" + in, "So does nonnegative least squares", fits_apart, Kind::at_most, 0,
                   1e-6, "1", "T11", Role::convergence});
  }
  results.write(by_head, head);
  results.write(by_fit, fit);
  results.write(by_theory, lp);
  results.write(worst_measured, worst);
  results.write(worst_expected, expected);
}

void store_worst_weights(const AnisotropyParams& p, Results& results) {
  const Index most = *std::max_element(p.windows.begin(), p.windows.end());
  const auto side = static_cast<std::size_t>(2 * most + 1);
  Array weights = tabulated({p.windows.size(), side, side});
  for (std::size_t w = 0; w < p.windows.size(); ++w) {
    const Index W = p.windows[w];
    const auto head =
        train_tensor_head(planar_case(W, worst_phi(W)), 0.99 * closed_form(W), p.consistency, options_of(p));
    for (std::size_t o = 0; o < head.offsets.size(); ++o)
      entry(weights, {w, static_cast<std::size_t>(head.offsets[o][1] + most),
                      static_cast<std::size_t>(head.offsets[o][2] + most)}) = head.weights[o];
  }
  results.write(worst_weights, weights);
}

Index reach_by_selling(double lambda, double phi) {
  const auto K = stretched(planar_case(1, phi), lambda);
  Index reach = 0;
  for (const auto& [e, rho] : solver::selling({0, K[1][1], K[2][2], 0, 0, K[1][2]}, 2))
    if (rho > 1e-12)
      for (int a = 1; a < 3; ++a) reach = std::max(reach, std::abs(e[a]));
  return reach;
}

void study_selling(Results& results) {
  constexpr int scan = 360;
  std::vector<double> ratios, reaches, needed;
  double short_of = 0;
  for (double lambda = 2; lambda < 1100; lambda *= std::numbers::sqrt2) {
    Index reach = 0;
    for (int n = 0; n < scan; ++n)
      reach = std::max(reach, reach_by_selling(lambda, std::numbers::pi * (n + 0.5) / scan));
    const double least = (lambda - 1) / (2 * std::sqrt(lambda));
    for (Index W = 1; W <= static_cast<Index>(std::ceil(least)); ++W)
      reach = std::max(reach, reach_by_selling(lambda, worst_phi(W)));
    ratios.push_back(lambda);
    reaches.push_back(static_cast<double>(reach));
    needed.push_back(std::ceil(least));
    short_of = std::max(short_of, needed.back() - reaches.back());
  }
  results.axis(ratio_axis, ratios);
  results.write(selling_reach, reaches);
  results.write(needed_reach, needed);
  results.claim({"selling_reach",
                 "Selling's offsets nowhere need less than the window that theory asks for; most short",
                 short_of, Kind::at_most, 0, 0, "cells", "T11", Role::identity});
}

// In space there is no closed form: each threshold comes with the proof that it is one.
void study_space(const AnisotropyParams& p, const Random& random, Results& results) {
  const auto N = static_cast<std::size_t>(p.random_directions);
  Array fit = tabulated({p.windows.size(), N});
  double below = 0, least = 0, decides = INFINITY;
  for (std::size_t w = 0; w < p.windows.size(); ++w)
    for (std::size_t n = 0; n < N; ++n) {
      TensorCase at{3, p.windows[w], {0, 0, 0}};
      double size = 0;
      for (std::uint32_t a = 0; a < 3; ++a) {
        at.direction[a] = random.normal(n, a);
        size += at.direction[a] * at.direction[a];
      }
      for (double& x : at.direction) x /= std::sqrt(size);
      const auto misfit = [&](double lambda) { return nonnegative_misfit(at, lambda); };
      const double lambda = entry(fit, {w, n}) = largest_consistent(misfit, 1e-12, 1e6, 1e-5);
      const Certificate beyond_it = certificate(at, lambda * 1.001);
      below = std::max(below, misfit(lambda / 1.001));
      least = std::max(least, -beyond_it.least_on_window);
      decides = std::min(decides, beyond_it.at_tensor);
    }
  results.write(space_fit, fit);
  results.claim({"space_below",
                 "In space too there are weights up to the threshold; largest misfit just below it", below,
                 Kind::at_most, 0, 1e-12, "1", "T11", Role::convergence});
  results.claim(
      {"space_beyond",
       "and beyond it a quadratic, nowhere negative on the window, forbids them: the lowest it gets", least,
       Kind::at_most, 0, 1e-10, "1", "T11", Role::convergence});
  results.claim({"space_decides", "though the operator of the tensor is negative on it", decides,
                 Kind::at_least, 0, 0, "1", "T11", Role::convergence});
}

// A Gaussian of covariance (zero-flux of images: periodic box) S = s^2 + 2 K t in the box.
struct Gaussian {
  double yy, xx, yx, peak;
  double at(double y, double x) const {
    const double det = yy * xx - yx * yx;
    double sum = 0;
    for (int m = -1; m <= 1; ++m)
      for (int n = -1; n <= 1; ++n) {
        const double dy = y - 0.5 + m, dx = x - 0.5 + n;
        sum += std::exp(-(xx * dy * dy - 2 * yx * dy * dx + yy * dx * dx) / (2 * det));
      }
    return peak * sum;
  }
};
Gaussian gaussian_after(double width, const theory::Tensor& K, double twice_time) {
  const double s = width * width;
  const Gaussian g{s + twice_time * K[1][1], s + twice_time * K[2][2], twice_time * K[1][2], 0};
  return {g.yy, g.xx, g.yx, s / std::sqrt(g.yy * g.xx - g.yx * g.yx)};
}

template <class Scalar> Field<Scalar> sampled(const Gaussian& g, const Setting& s) {
  const auto u = s.domain.field<Scalar>("heat::gauss");
  const Box &mine = u.box, &whole = s.domain.whole();
  std::vector<double> values;
  for (Index j = mine.lower[1]; j < mine.upper[1]; ++j)
    for (Index i = mine.lower[2]; i < mine.upper[2]; ++i)
      values.push_back(
          g.at((double(j) + 0.5) / double(whole.extent(1)), (double(i) + 0.5) / double(whole.extent(2))));
  solver::assign(u, values);
  return u;
}

template <class Scalar>
double root_mean_square(const Field<Scalar>& u, const Field<Scalar>& exact, const Setting& s) {
  const auto miss = s.domain.field<Scalar>("heat::gauss::miss");
  solver::combine(miss, {{1, u}, {-1, exact}});
  return std::sqrt(solver::inner(miss, miss, s.domain.communicator()) / static_cast<double>(s.cells()));
}

struct Spread {
  double head, selling, excess;  // excess over its bound
};

template <class Scalar>
Spread spread(const AnisotropyParams& p, double moment, const TensorHead& head, const theory::Tensor& K,
              const Setting& s, Index steps) {
  const double h = 1 / static_cast<double>(s.domain.whole().extent(2));
  const Gaussian start = gaussian_after(p.gauss_width, K, 0);
  const auto exact = sampled<Scalar>(gaussian_after(p.gauss_width, K, double(steps) * moment * h * h), s);
  window::Window seen{head.offsets, {}, s.domain.whole()};
  window::Table table{{}};
  for (const double w : head.weights) table.bias.push_back(std::log(w));
  const auto u = s.domain.field<Scalar>("heat::gauss::u", s.halo(p.gauss_window));
  const auto next = s.domain.field<Scalar>("heat::gauss::next");
  solver::combine(next, {{1, sampled<Scalar>(start, s)}});
  const double least = -largest_of(next, -1, s.domain), most = largest_of(next, 1, s.domain);
  double out = 0;
  for (Index n = 0; n < steps; ++n) {
    solver::combine(u, {{1, next}});
    s.domain.exchange_halo(u);
    window::forward(u, seen, table, next);
    out = std::max(out, largest_leave(next, least, most));
  }
  const double bound = double(steps) * (double(head.weights.size()) + 2) *
                       double(std::numeric_limits<Scalar>::epsilon()) * (most - least);
  const solver::Anisotropic<Scalar> L(
      solver::constant_tensor({0, K[1][1], K[2][2], 0, 0, K[1][2]}, s.domain.mine()), {h, h, h}, s.domain,
      s.boundaries);
  const auto v = L.field("heat::gauss::v"), dv = L.field("heat::gauss::dv");
  solver::combine(v, {{1, sampled<Scalar>(start, s)}});
  const double dt = moment / 2 * h * h;
  for (Index n = 0; n < steps; ++n) {
    L.apply(v, dv);
    solver::combine(v, {{1, v}, {dt, dv}});
  }
  return {root_mean_square(next, exact, s), root_mean_square(v, exact, s), s.domain.max(out) / bound};
}

template <class Scalar>
void study_gaussian(const AnisotropyParams& p, const Domain& world, Results& results) {
  const Index W = p.gauss_window;
  const TensorCase at = planar_case(W, worst_phi(W));
  const double lambda = std::max(1.0, p.gauss_share * closed_form(W));
  const auto head = train_tensor_head(at, lambda, 1e-12, options_of(p));
  const auto L = static_cast<std::size_t>(p.gauss_doublings) + 1;
  Array errors = tabulated({2, L});
  std::vector<double> ladder;
  double excess = 0;
  for (std::size_t l = 0; l < L; ++l) {
    const Index cells = p.gauss_coarsest << l, steps = p.gauss_steps << (2 * l);
    const auto seen = spread<Scalar>(p, at.second_moment(), head, stretched(at, lambda),
                                     make_setting(world, {cells, cells}, "periodic"), steps);
    ladder.push_back(static_cast<double>(cells));
    entry(errors, {0, l}) = seen.head;
    entry(errors, {1, l}) = seen.selling;
    excess = std::max(excess, seen.excess);
  }
  results.labels(gauss_method, {"head", "selling"});
  results.write(gauss_cells, ladder);
  results.write(gauss_error, errors);
  results.claim({"gauss_order", "Below its limit a trained head diffuses by the tensor at second order in h",
                 std::log2(entry(errors, {0, L - 2}) / entry(errors, {0, L - 1})), Kind::equal_abs, 2, 0.1,
                 "1", "T11", Role::convergence});
  results.claim({"gauss_maximum",
                 "and never leaves the range of its start; largest leave over its round-off bound", excess,
                 Kind::at_most, 1, 0, "1", "T8", Role::identity});
}

}  // namespace

void check_anisotropy(const AnisotropyParams& p, const Deck& deck) {
  for (std::size_t w = 1; w < p.windows.size(); ++w)
    if (p.windows[w] <= p.windows[w - 1]) deck.refuse("params.windows", "must rise");
}

template <class Scalar>
void study_anisotropy(const AnisotropyParams& p, const Random& random, const Domain& world,
                      Results& results) {
  study_thresholds(p, results);
  store_worst_weights(p, results);
  study_selling(results);
  study_space(p, random, results);
  study_gaussian<Scalar>(p, world, results);
}

template void study_anisotropy<float>(const AnisotropyParams&, const Random&, const Domain&, Results&);
template void study_anisotropy<double>(const AnisotropyParams&, const Random&, const Domain&, Results&);

}  // namespace attune::experiments::heat::coefficients
