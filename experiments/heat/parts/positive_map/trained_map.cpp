// experiments/heat/parts/positive_map/trained_map.cpp
#include "experiments/heat/parts/positive_map/trained_map.hpp"

#include <algorithm>
#include <cmath>

#include "experiments/heat/parts/positive_map/dealt.hpp"
#include "solvers/heat/theory/moment_problem.hpp"

namespace attune::experiments::heat::positive_map {

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

constexpr double map_tolerance = 1e-3;
constexpr double least_logit = -30;

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
  const auto& ranks = world.communicator();
  // Many small lessons: a rank does each by itself.
  const auto answers = dealt(C * B * R * S, 2, ranks, [&](std::size_t n) -> std::vector<double> {
    const auto& [dimensions, reach] = windows[n / (B * R * S)];
    const double r = p.rates[n / S % R];
    const Setting s = make_setting(Domain::alone(), p.cells.in(dimensions), boundaries[n / (R * S) % B]);
    const auto lesson = heat_lesson<Scalar>(s, reach, r, [&](const Triple& halo) {
      return training_field<Scalar>(p.fields, s, p.fields.seeds[n % S], halo);
    });
    StencilWeights weights = lesson.learned.gaussian_weights(r, least_logit);
    const auto found = trained_loss(lesson, s, r, p.training, weights);
    progress.advance(ranks.size);
    return {found.loss / found.field, found.least / found.field};
  });

  Array loss = tabulated({C, B, R, S}), least = loss, order = tabulated({C, R});
  for (std::size_t c = 0; c < C; ++c) {
    double worst = 0;
    for (std::size_t n = c * B * R * S; n < (c + 1) * B * R * S; ++n) {
      loss.values[n] = answers[n][0];
      least.values[n] = answers[n][1];
      worst = std::max(worst, std::abs(answers[n][0] - answers[n][1]) /
                                  (answers[n][1] + rounding_loss<Scalar>() / map_tolerance));
    }
    for (std::size_t r = 0; r < R; ++r)
      entry(order, {c, r}) = static_cast<double>(highest_order(windows[c].reach, p.rates[r]));
    results.claim({"map_loss_" + windows[c].name(),
                   "A head trained on the heat equation has the least loss of the simplex; farthest time, "
                   "boundary and seed, relative",
                   worst, Kind::at_most, 0, map_tolerance, "1", "T6", Role::convergence});
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

namespace {

// Losses and least losses of one band on every grid, each head going on from the weights of the grid before.
std::vector<double> band(const MapParams& p, std::size_t n) {
  const double r = p.band_rates[n];
  training::Options to_the_end = p.training;
  to_the_end.iterations = p.band_iterations;
  to_the_end.patience = 0;  // losses of 1e-20 fall slowly for long before they fall on
  std::vector<double> numbers;
  StencilWeights weights;
  for (const Index cells : p.band_cells) {
    const Setting s = make_setting(Domain::alone(), {cells}, "periodic");
    const auto lesson =
        heat_lesson<double>(s, p.band_reaches[n], r, [&](const Triple& halo) { return waves(s, p, halo); });
    if (weights.logit.empty()) weights = lesson.learned.gaussian_weights(r, least_logit);
    const auto found = trained_loss(lesson, s, r, to_the_end, weights);
    numbers.push_back(found.loss / found.field);
    numbers.push_back(found.least / found.field);
  }
  return numbers;
}

double order_of(double coarse, double fine) { return std::log2(coarse / fine) / 2 - 2; }

// The claims of one band; returns the order that the last two resolved losses show.
double claim_band(const MapParams& p, std::size_t n, const std::vector<double>& numbers, Results& results) {
  double worst = 0;
  std::size_t levels = 0;
  while (2 * levels < numbers.size() && numbers[2 * levels + 1] >= p.resolved_loss) {
    worst = std::max(worst, std::abs(numbers[2 * levels] / numbers[2 * levels + 1] - 1));
    ++levels;
  }
  const auto order = static_cast<double>(highest_order(p.band_reaches[n], p.band_rates[n]));
  const std::string name = std::to_string(n) + "_w" + std::to_string(p.band_reaches[n]);
  results.claim({"band_loss_" + name,
                 "On every grid the trained head has the least loss of the simplex, where that is not below "
                 "resolved_loss; relative",
                 worst, Kind::at_most, 0, 1e-2, "1", "T6", Role::convergence, Scale::smoke,
                 levels > 0 ? "" : "every loss is below resolved_loss"});
  const double *fine = &numbers[2 * std::max<std::size_t>(levels, 2) - 2], *coarse = fine - 2;
  const double seen = order_of(coarse[0], fine[0]);
  const bool asymptotic = levels >= 2 && std::abs(order_of(coarse[1], fine[1]) - order) <= 0.28;
  results.claim({"band_order_" + name,
                 "Its loss falls as h^(2 (p + 2)) with p the largest order that has positive weights", seen,
                 Kind::equal_abs, order, 0.3, "1", "T6", Role::convergence, Scale::smoke,
                 asymptotic ? "" : "the waves are too short on the grids whose losses are resolved"});
  return seen;
}

}  // namespace

void study_bands(const MapParams& p, const Domain& world, Results& results, Progress& progress) {
  const std::size_t N = p.band_rates.size(), L = p.band_cells.size();
  const auto& ranks = world.communicator();
  const auto answers = dealt(N, 2 * L, ranks, [&](std::size_t n) {
    const auto numbers = band(p, n);
    progress.advance(ranks.size);
    return numbers;
  });
  Array loss = tabulated({N, L}), least = loss;
  std::vector<double> orders, seen;
  for (std::size_t n = 0; n < N; ++n) {
    for (std::size_t l = 0; l < L; ++l) {
      entry(loss, {n, l}) = answers[n][2 * l];
      entry(least, {n, l}) = answers[n][2 * l + 1];
    }
    orders.push_back(static_cast<double>(highest_order(p.band_reaches[n], p.band_rates[n])));
    seen.push_back(claim_band(p, n, answers[n], results));
  }
  results.write(band_rate, p.band_rates);
  results.write(band_reach, std::vector<double>(p.band_reaches.begin(), p.band_reaches.end()));
  results.write(band_order, orders);
  results.write(band_cells, std::vector<double>(p.band_cells.begin(), p.band_cells.end()));
  results.write(band_loss, loss);
  results.write(band_least, least);
  results.write(band_seen, seen);
}

}  // namespace attune::experiments::heat::positive_map
