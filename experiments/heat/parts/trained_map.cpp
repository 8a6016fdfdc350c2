// experiments/heat/parts/trained_map.cpp
#include "experiments/heat/parts/trained_map.hpp"

#include <algorithm>
#include <cmath>

#include "solvers/heat/theory/moment_problem.hpp"

namespace attune::experiments::heat {

namespace solver = attune::heat;
namespace theory = attune::heat::theory;

namespace {

constexpr Dataset map_rate{"map_rate", "1", "map_rate", "r = kappa dt / h^2 of the trained heads"};
constexpr Dataset map_seed{"seed", "1", "seed", "seed of the training field"};
constexpr Dataset map_loss{
    "map_loss", "1", "case boundary map_rate seed",
    "mean square error of the head trained on the heat equation, over that of the field"};
constexpr Dataset map_least{"map_least", "1", "case boundary map_rate seed",
                            "the least on the simplex for this very field"};
constexpr Dataset map_order{
    "map_order", "1", "case map_rate",
    "the largest order up to 16 with positive weights, by linear programmes; 0: none"};
constexpr Dataset band_rate{"band_rate", "1", "band",
                            "r of the heads trained on the same waves on finer grids"};
constexpr Dataset band_reach{"band_reach", "cells", "band", "half-width W of their windows"};
constexpr Dataset band_order{"band_order", "1", "band", "the largest order with positive weights"};
constexpr Dataset band_cells{"band_cells", "1", "band_level", "cells of the grid"};
constexpr Dataset band_loss{"band_loss", "1", "band band_level", "mean square error of the trained head"};
constexpr Dataset band_least{"band_least", "1", "band band_level", "the least on the simplex"};
constexpr Dataset band_seen{"band_seen_order", "1", "band", "order seen in the last two losses",
                            "log2(loss ratio) / 2 - 2"};

// What the roundings of a field leave of a loss, over the mean square of the field.
template <class Scalar> double rounding_loss() {
  const double ulp = 8 * static_cast<double>(std::numeric_limits<Scalar>::epsilon());
  return ulp * ulp;
}

Field<double> waves(const Setting& s, const MapParams& p, const Triple& halo) {
  const auto u = s.domain.field<double>("heat::lesson::u", halo);
  solver::fourier(u, s.domain.whole(), s.boundaries,
                  field_noise(p.fields.seeds.front(), p.fields.deck_seed, s.dimensions), p.band_waves);
  solver::fill_ghosts(u, s.domain, s.boundaries);
  return u;
}

}  // namespace

void check_map(const MapParams& p, const std::vector<WindowCase>& windows, const Deck& deck) {
  for (const WindowCase& window : windows) {
    const int D = window.dimensions;
    check_cells(p.cells.in(D), D, window.reach, "params.cells_" + std::to_string(D) + "d", deck);
  }
  if (p.band_reaches.size() != p.band_rates.size())
    deck.refuse("params.band_reaches", "must have as many entries as 'band_rates'");
  for (std::size_t n = 0; n < p.band_cells.size(); ++n) {
    if (n > 0 && p.band_cells[n] != 2 * p.band_cells[n - 1])
      deck.refuse("params.band_cells", "must double from entry to entry");
    if (p.band_cells[n] < 2 * p.band_waves)
      deck.refuse("params.band_waves", "must be at most half of 'band_cells'");
  }
  for (std::size_t n = 0; n < p.band_rates.size(); ++n)
    if (p.band_waves <= highest_order(p.band_reaches[n], p.band_rates[n]) / 2 + 2 ||
        p.band_waves <= p.band_reaches[n])
      deck.refuse("params.band_waves",
                  "must be more than a half-width in 'band_reaches' and half the order + 2");
}

Index highest_order(Index reach, double r) {
  Index order = 0;
  while (order < 16 && theory::feasible({static_cast<int>(order) + 2, static_cast<int>(reach), r}).feasible)
    order += 2;
  return order;
}

template <class Scalar>
void study_map(const MapParams& p, const std::vector<std::string>& boundaries,
               const std::vector<WindowCase>& windows, const Domain& world, Results& results,
               Progress& progress) {
  const std::size_t C = windows.size(), B = boundaries.size(), R = p.rates.size(), S = p.fields.seeds.size();
  Array loss = tabulated({C, B, R, S}), least = loss, order = tabulated({C, R});
  for (std::size_t c = 0; c < C; ++c) {
    const auto& [dimensions, reach] = windows[c];
    double worst = 0;
    for (std::size_t b = 0; b < B; ++b) {
      const Setting s = make_setting(world, p.cells.in(dimensions), boundaries[b]);
      for (std::size_t r = 0; r < R; ++r)
        for (std::size_t k = 0; k < S; ++k) {
          const auto lesson = heat_lesson<Scalar>(s, reach, p.rates[r], [&](const Triple& halo) {
            return training_field<Scalar>(p.fields, s, p.fields.seeds[k], halo);
          });
          StencilWeights weights = lesson.learned.gaussian_weights(p.rates[r], -30);
          const auto found = trained_loss(lesson, s, p.rates[r], p.training, weights);
          entry(loss, {c, b, r, k}) = found.loss / found.field;
          entry(least, {c, b, r, k}) = found.least / found.field;
          worst = std::max(worst, std::abs(found.loss - found.least) /
                                      (found.least + rounding_loss<Scalar>() * found.field / 1e-3));
        }
      progress.advance();
    }
    for (std::size_t r = 0; r < R; ++r)
      entry(order, {c, r}) = static_cast<double>(highest_order(reach, p.rates[r]));
    results.claim({"map_loss_" + windows[c].name(),
                   "A head trained on the heat equation has the least loss of the simplex; farthest time, "
                   "boundary and seed, relative",
                   worst, Kind::at_most, 0, 1e-3, "1", "T6", Role::convergence});
  }
  results.axis(map_rate, p.rates);
  results.axis(map_seed, {p.fields.seeds.begin(), p.fields.seeds.end()});
  results.write(map_loss, loss);
  results.write(map_least, least);
  results.write(map_order, order);
}

template void study_map<float>(const MapParams&, const std::vector<std::string>&,
                               const std::vector<WindowCase>&, const Domain&, Results&, Progress&);
template void study_map<double>(const MapParams&, const std::vector<std::string>&,
                                const std::vector<WindowCase>&, const Domain&, Results&, Progress&);

void study_bands(const MapParams& p, const Domain& world, Results& results, Progress& progress) {
  const std::size_t N = p.band_rates.size(), L = p.band_cells.size();
  Array loss = tabulated({N, L}), least = loss;
  std::vector<double> orders, seen, reaches(p.band_reaches.begin(), p.band_reaches.end());
  for (std::size_t n = 0; n < N; ++n) {
    const double r = p.band_rates[n];
    const Index reach = p.band_reaches[n];
    StencilWeights weights;
    double worst = 0;
    for (std::size_t l = 0; l < L; ++l) {
      const Setting s = make_setting(world, {p.band_cells[l]}, "periodic");
      const auto lesson =
          heat_lesson<double>(s, reach, r, [&](const Triple& halo) { return waves(s, p, halo); });
      if (l == 0) weights = lesson.learned.gaussian_weights(r, -30);
      const auto found = trained_loss(lesson, s, r, p.training, weights);
      entry(loss, {n, l}) = found.loss / found.field;
      entry(least, {n, l}) = found.least / found.field;
      worst = std::max(worst, std::abs(found.loss / found.least - 1));
      progress.advance();
    }
    orders.push_back(static_cast<double>(highest_order(reach, r)));
    seen.push_back(std::log2(entry(loss, {n, L - 2}) / entry(loss, {n, L - 1})) / 2 - 2);
    const std::string name = std::to_string(n) + "_w" + std::to_string(reach);
    results.claim({"band_loss_" + name,
                   "On every grid the trained head has the least loss of the simplex, relative", worst,
                   Kind::at_most, 0, 1e-2, "1", "T6", Role::convergence});
    results.claim({"band_order_" + name,
                   "Its loss falls as h^(2 (p + 2)) with p the largest order that has positive weights",
                   seen.back(), Kind::equal_abs, orders.back(), 0.3, "1", "T6", Role::convergence});
  }
  results.write(band_rate, p.band_rates);
  results.write(band_reach, reaches);
  results.write(band_order, orders);
  results.write(band_cells, std::vector<double>(p.band_cells.begin(), p.band_cells.end()));
  results.write(band_loss, loss);
  results.write(band_least, least);
  results.write(band_seen, seen);
}

}  // namespace attune::experiments::heat
