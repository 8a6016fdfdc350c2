// tests/solvers/heat/theory/test_band_fit.cpp
#include "solvers/heat/theory/band_fit.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <numeric>

#include "solvers/heat/theory/simplex_projection.hpp"
#include "solvers/heat/theory/symbol_maximum.hpp"

using namespace attune;
using namespace attune::heat::theory;

namespace {

RealSymbol heat_symbol(double r) {
  return [r](const PerAxis& theta) {
    return std::exp(-r * (theta[0] * theta[0] + theta[1] * theta[1] + theta[2] * theta[2]));
  };
}

double total(const Stencil& stencil) {
  return std::accumulate(stencil.weights.begin(), stencil.weights.end(), 0.0);
}

double rms(const Stencil& stencil, const Spectrum& spectrum, const RealSymbol& target) {
  double sum = 0, shares = 0;
  for (std::size_t q = 0; q < spectrum.angles.size(); ++q) {
    const double error = symbol(stencil, spectrum.angles[q]).real() - target(spectrum.angles[q]);
    sum += spectrum.shares[q] * error * error;
    shares += spectrum.shares[q];
  }
  return std::sqrt(sum / shares);
}

}  // namespace

TEST_CASE("T8: a signed stencil fits a smooth band better and blows up beyond it, a positive one never",
          "[heat][theory]") {
  struct Row {
    double r;
    Index W;
    double signed_rms, growth, positive_rms;
  };
  const Spectrum band = uniform_band(std::numbers::pi / 4, 1);
  for (const auto& row : {Row{2, 4, 7.0e-6, 28.6, 7.0e-4}, Row{1, 2, 3.7e-4, 2.67, 3.9e-3}}) {
    const auto window = box_offsets({0, 0, row.W});
    const BandFit free = fit_signed(window, band, heat_symbol(row.r));
    const BandFit head = fit_positive(window, band, heat_symbol(row.r));
    CHECK(std::abs(free.rms / row.signed_rms - 1) < 0.01);
    CHECK(std::abs(largest_symbol(free.stencil).size / row.growth - 1) < 2e-3);
    CHECK(std::abs(head.rms / row.positive_rms - 1) < 0.015);
    CHECK(std::abs(largest_symbol(head.stencil).size - 1) < 1e-14);
    CHECK(std::abs(rms(free.stencil, band, heat_symbol(row.r)) / free.rms - 1) < 1e-6);
    CHECK(std::abs(rms(head.stencil, band, heat_symbol(row.r)) / head.rms - 1) < 1e-10);
    CHECK(std::abs(total(free.stencil) - 1) < 1e-13);
    CHECK(std::abs(total(head.stencil) - 1) < 1e-15);
  }
  for (const Index W : {1, 2}) {
    const BandFit free = fit_signed(box_offsets({0, 0, W}), band, heat_symbol(0.25));
    CHECK(std::abs(largest_symbol(free.stencil).size - 1) < 1e-14);
  }
}

TEST_CASE("a positive fit is the minimum of the quadratic of its window in 1, 2 and 3 dimensions",
          "[heat][theory]") {
  for (const int D : {1, 2, 3}) {
    const Spectrum band = uniform_band(std::numbers::pi, D, 8);
    Triple reach{0, 0, 0};
    for (int a = 3 - D; a < 3; ++a) reach[a] = D == 3 ? 1 : 2;
    const auto window = box_offsets(reach);
    const auto n = static_cast<Eigen::Index>(window.size());
    Quadratic quadratic{Eigen::MatrixXd::Zero(n, n), Eigen::VectorXd::Zero(n), 0};
    for (std::size_t q = 0; q < band.angles.size(); ++q) {
      Eigen::VectorXd cosines(n);
      for (Eigen::Index o = 0; o < n; ++o) cosines[o] = symbol({{window[o]}, {1}}, band.angles[q]).real();
      const double target = heat_symbol(0.6)(band.angles[q]), share = band.shares[q];
      quadratic.C += share * cosines * cosines.transpose();
      quadratic.b += share * target * cosines;
      quadratic.c0 += share * target * target;
    }
    const BandFit head = fit_positive(window, band, heat_symbol(0.6));
    const BandFit free = fit_signed(window, band, heat_symbol(0.6));
    CHECK(std::abs(head.rms * head.rms - minimise_on_simplex(quadratic).value) < 1e-12);
    CHECK(free.rms <= head.rms * (1 + 1e-12));
    for (const double weight : head.stencil.weights) CHECK(weight >= 0);
    for (const int axis : {0, 1, 2}) CHECK(asymmetry(head.stencil, axis) < 1e-6);
  }
}

TEST_CASE("a stencil of the window is recovered exactly, and any spectrum will do", "[heat][theory]") {
  const Stencil step = ftcs(2, 0.2);
  const RealSymbol target = [&](const PerAxis& theta) { return symbol(step, theta).real(); };
  Spectrum lines;
  for (int i = 0; i < 30; ++i) {
    lines.angles.push_back({0, 0.3 * i, 1.0 + 0.17 * i * i});
    lines.shares.push_back(1.0 / (1 + i));
  }
  for (const BandFit& fit : {fit_positive(box_offsets({0, 1, 1}), lines, target),
                             fit_signed(box_offsets({0, 1, 1}), lines, target)}) {
    CHECK(fit.rms < 1e-15);
    CHECK(std::abs(weight_at(fit.stencil, {0, 0, 0}) - 0.2) < 1e-14);
    CHECK(std::abs(weight_at(fit.stencil, {0, 1, 0}) - 0.2) < 1e-14);
    CHECK(std::abs(weight_at(fit.stencil, {0, 1, 1})) < 1e-14);
  }
}

TEST_CASE("the nodes of a band integrate even powers", "[heat][theory]") {
  const Spectrum band = uniform_band(1.5, 2, 6);
  double sum = 0;
  for (std::size_t q = 0; q < band.angles.size(); ++q)
    sum += band.shares[q] * std::pow(band.angles[q][1], 4) * std::pow(band.angles[q][2], 10);
  CHECK(std::abs(sum / (std::pow(1.5, 14) / 55) - 1) < 1e-14);
}
