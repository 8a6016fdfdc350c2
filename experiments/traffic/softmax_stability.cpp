// experiments/traffic/softmax_stability.cpp
//
// Question   How strongly does attention answer its logits, and at which temperature most?
// Equation   a = softmax(z / tau),   da/dz = M / tau,   M = diag(a) - a a^T
// Exact      x_2 <= l_max(M) <= min(x_1, x_1 (1 - x_1 + x_2), 1/2), x_1 >= x_2 the largest weights; uniform
//            1 / n; one weight p above the others n p (1 - p) / (n - 1); two logits at distance d:
//            sech^2(x) / (2 tau), x = d / (2 tau), largest where x tanh x = 1/2; regret max z - a z at most
//            tau W0((n - 1) / e); gains of B = sum a phi above 1 and below 0
// Expect     no violation beyond round-off; the extremes where the scalar equations put them
// Source     Nair 2025 [nair2025], Yudin et al. 2025 [yudin2025], Kim et al. 2021 [kim2021], Zhai et al. 2023
//            [zhai2023]; E1
// Builds on  attention/softmax.hpp, attention/dense, solvers/traffic/theory
// Figure     analysis/traffic/softmax_stability.py
#include <algorithm>
#include <cmath>

#include "core/core/progress.hpp"
#include "core/core/random.hpp"
#include "experiments/experiment.hpp"
#include "experiments/traffic/parts/softmax_measures.hpp"
#include "experiments/traffic/parts/softmax_probe.hpp"
#include "solvers/traffic/theory/golden_section.hpp"
#include "solvers/traffic/theory/softmax_extremes.hpp"
#include "solvers/traffic/theory/softmax_jacobian.hpp"

namespace attune::experiments::traffic {
namespace softmax_stability_parts {

namespace theory = attune::traffic::theory;
using Numbers = std::vector<double>;

struct Params {
  std::vector<Index> lengths{2, 3, 8, 64, 256, 1024};
  Index samples = 60000, shown = 300;
  double least_spread = 0.01, largest_spread = 30;
  std::vector<Index> jacobian_lengths{2, 3, 8, 64};
  Index jacobians = 8;
  double distance = 1;
  Index temperatures = 61;
  double coldest = 0.02, hottest = 20;
  std::vector<Index> regret_lengths{2, 4, 8, 32, 128, 1024};
  double tau = 0.5;
  Index gaps = 81;
  double widest_gap = 8;
};

void describe(auto& field, Params& p) {
  field("lengths", p.lengths, "1", "logits n of a softmax; the samples are dealt out among them",
        between(2, 4096), length(1, 16));
  field("samples", p.samples, "1", "random softmaxes whose Jacobian is held against its bounds",
        between(16, 1e9));
  field("shown", p.shown, "1", "of each length, how many are stored", between(1, 10000));
  field("least_spread", p.least_spread, "1", "standard deviation of logits over tau, drawn log-uniformly",
        above(0.0));
  field("largest_spread", p.largest_spread, "1", "the largest of it", above(0.0));
  field("jacobian_lengths", p.jacobian_lengths, "1", "logits of whole Jacobians", between(2, 512),
        length(1, 16));
  field("jacobians", p.jacobians, "1", "Jacobians of each of these lengths", between(1, 10000));
  field("distance", p.distance, "1", "d between two logits whose temperature varies", above(0.0));
  field("temperatures", p.temperatures, "1", "temperatures stored", between(2, 10000));
  field("coldest", p.coldest, "1", "least of tau / d stored", above(0.0));
  field("hottest", p.hottest, "1", "largest of tau / d stored", above(0.0));
  field("regret_lengths", p.regret_lengths, "1", "logits n whose regret is driven up", between(2, 1 << 20),
        length(1, 32));
  field("tau", p.tau, "1", "temperature of regret, gains and entropy", above(0.0));
  field("gaps", p.gaps, "1", "gaps of two values whose gains are stored", between(2, 10000));
  field("widest_gap", p.widest_gap, "1", "the widest gap over tau", above(2.5));
}

constexpr Dataset lengths{"length", "1", "length", "logits n of a softmax"};
constexpr Dataset first_weight{"first_weight", "1", "length sample", "x_1, the largest weight"};
constexpr Dataset second_weight{"second_weight", "1", "length sample", "x_2, the second largest weight"};
constexpr Dataset eigenvalue{"eigenvalue", "1", "length sample", "largest eigenvalue of M",
                             "sum a_i / (a_i - x) = 0"};
constexpr Dataset below_second{"below_second_weight", "1", "length",
                               "the largest x_2 - l_max of all samples"};
constexpr Dataset above_bound{"above_bound", "1", "length",
                              "the largest l_max - min(x_1, x_1 (1 - x_1 + x_2), 1/2)"};
constexpr Dataset residual{"residual", "1", "length", "the largest |M v - l_max v|, |v| = 1"};
constexpr Dataset largest_seen{"largest_eigenvalue", "1", "length", "the largest l_max of all samples"};
constexpr Dataset temperature{"temperature", "1", "temperature", "tau / d"};
constexpr Dataset norm_at{"norm_at_temperature", "1", "temperature", "d ||J||_2 of two logits d apart"};
constexpr Dataset norm_expected{"norm_expected", "1", "temperature", "the same by theory",
                                "d sech^2(d / 2 tau) / (2 tau)"};
constexpr Dataset crowd_norm{"crowd_norm", "1", "length temperature",
                             "d ||J||_2 of n normal logits of standard deviation d"};
constexpr Dataset regret_lengths{"regret_length", "1", "regret_length", "logits n"};
constexpr Dataset regret_found{"regret", "1", "regret_length", "largest max z - a z over tau"};
constexpr Dataset regret_expected{"regret_expected", "1", "regret_length", "the same by theory",
                                  "W0((n - 1) / e)"};
constexpr Dataset gap{"gap", "1", "gap", "gap of two values over tau"};
constexpr Dataset gain_leading{"gain_leading", "1", "gap", "dB / d phi of the larger value"};
constexpr Dataset gain_trailing{"gain_trailing", "1", "gap", "dB / d phi of the smaller value"};

void check(const Params& p, const Deck& deck) {
  if (p.least_spread > p.largest_spread)
    deck.refuse("params.least_spread", "must not exceed 'largest_spread'");
  if (p.coldest >= p.hottest) deck.refuse("params.coldest", "must be below 'hottest'");
  if (p.samples < p.shown * static_cast<Index>(p.lengths.size()))
    deck.refuse("params.shown", "must be at most 'samples' over the number of 'lengths'");
}

// The logits of a sample, over tau; the same on every rank.
Numbers sample_logits(const Params& p, const Random& random, Index sample) {
  const auto s = static_cast<std::uint64_t>(sample);
  const auto n = static_cast<std::uint32_t>(p.lengths[sample % static_cast<Index>(p.lengths.size())]);
  const double spread = p.least_spread * std::pow(p.largest_spread / p.least_spread, random.uniform(s));
  Numbers z(n);
  for (std::uint32_t i = 0; i < n; ++i) z[i] = spread * random.normal(s, i + 1);
  return z;
}

void study_bounds(const Params& p, const Random& random, const Domain& world, Results& results,
                  Progress& progress) {
  const auto L = static_cast<Index>(p.lengths.size());
  const auto& ranks = world.communicator();
  Numbers under(L, -1), over(L, -1), rest(L, 0), most(L, 0);
  for (Index s = ranks.rank; s < p.samples; s += ranks.size) {
    const Eigenpair e = largest_of(attention_weights(sample_logits(p, random, s), 1));
    const Index l = s % L;
    under[l] = std::max(under[l], e.top.second - e.value);
    over[l] = std::max(over[l], e.value - theory::eigenvalue_bound(e.top));
    rest[l] = std::max(rest[l], e.residual);
    most[l] = std::max(most[l], e.value);
    progress.advance(ranks.size);
  }
  for (Numbers* of_all : {&under, &over, &rest, &most}) ranks.maximum(of_all->data(), of_all->size());
  results.write(below_second, under);
  results.write(above_bound, over);
  results.write(residual, rest);
  results.write(largest_seen, most);
  const auto claim = [&](const char* id, const char* statement, const Numbers& values, double bound,
                         double slack) {
    results.claim({id, statement, *std::max_element(values.begin(), values.end()), Kind::at_most, bound,
                   slack, "1", "E1", Role::identity});
  };
  claim("not_below_second_weight", "l_max is at least the second largest weight, all samples", under, 0,
        1e-14);
  claim("not_above_bound", "l_max is at most min(x_1, x_1 (1 - x_1 + x_2), 1/2), all samples", over, 0,
        1e-14);
  claim("eigenpair", "The secular root and its vector are an eigenpair of M, all samples", rest, 0, 1e-14);
  Numbers many;
  for (Index l = 0; l < L; ++l)
    if (p.lengths[l] > 2) many.push_back(most[l]);
  if (!many.empty()) claim("half_is_not_passed", "l_max <= 1/2 for n >= 3, all samples", many, 0.5, 1e-15);
}

void store_some(const Params& p, const Random& random, Results& results) {
  const std::size_t L = p.lengths.size(), shown = static_cast<std::size_t>(p.shown);
  Array first{{L, shown}, {}}, second = first, value = first;
  for (std::size_t l = 0; l < L; ++l)
    for (std::size_t s = 0; s < shown; ++s) {
      const Eigenpair e =
          largest_of(attention_weights(sample_logits(p, random, static_cast<Index>(s * L + l)), 1));
      first.values.push_back(e.top.first);
      second.values.push_back(e.top.second);
      value.values.push_back(e.value);
    }
  results.write(first_weight, first);
  results.write(second_weight, second);
  results.write(eigenvalue, value);
}

// Logits alike, and one above the others.
void study_closed_forms(const Params& p, Results& results) {
  double uniform = 0, spike = 0;
  for (const Index n : p.lengths) {
    const auto size = static_cast<double>(n);
    uniform = std::max(uniform, std::abs(largest_of(attention_weights(Numbers(n, 0.3), 1)).value - 1 / size));
    for (const double height : {0.1, 1.0, 3.0, 10.0}) {
      Numbers z(n, 0.0);
      z[n / 2] = height;
      const double weight = 1 / (1 + (size - 1) * std::exp(-height));
      spike = std::max(spike, std::abs(largest_of(attention_weights(z, 1)).value -
                                       theory::spike_eigenvalue(weight, static_cast<int>(n))));
    }
  }
  results.claim({"uniform", "Of n equal logits l_max is 1 / n", uniform, Kind::at_most, 0, 1e-12, "1", "E1",
                 Role::identity});
  results.claim({"spike", "Of one logit above n - 1 others l_max is n p (1 - p) / (n - 1)", spike,
                 Kind::at_most, 0, 1e-12, "1", "E1", Role::identity});
  results.claim({"half_is_reached", "Two equal logits reach l_max = 1/2",
                 largest_of(attention_weights({1.7, 1.7}, 1)).value, Kind::equal_abs, 0.5, 1e-15, "1", "E1",
                 Role::identity});
}

void study_jacobians(const Params& p, const Random& random, Results& results) {
  double misfit = 0, norm_misfit = 0;
  for (const Index n : p.jacobian_lengths)
    for (Index k = 0; k < p.jacobians; ++k) {
      const auto key = static_cast<std::uint64_t>(n * p.jacobians + k);
      const double tau = std::pow(10.0, 2 * random.uniform(key) - 1);
      Numbers z(n);
      for (Index i = 0; i < n; ++i) z[i] = random.normal(key, static_cast<std::uint32_t>(i + 1));
      const Numbers backward = attention_jacobian(z, tau),
                    step = theory::softmax_jacobian_by_complex_step(z, tau);
      double norm = 0;
      for (Index i = 0; i < n; ++i) {
        double row = 0;
        for (Index j = 0; j < n; ++j) {
          misfit = std::max(misfit, tau * std::abs(backward[i * n + j] - step[i * n + j]));
          row += tau * std::abs(backward[i * n + j]);
        }
        norm = std::max(norm, row);
      }
      norm_misfit =
          std::max(norm_misfit, std::abs(norm - theory::one_to_one_norm(attention_weights(z, tau))));
    }
  results.claim({"jacobian", "The backward kernel gives the Jacobian of a complex step, times tau", misfit,
                 Kind::at_most, 0, 1e-12, "1", "E1", Role::identity});
  results.claim({"one_norm", "The inf -> inf norm is 2 max a (1 - a) / tau, times tau", norm_misfit,
                 Kind::at_most, 0, 1e-12, "1", "E1", Role::identity});
}

void study_temperature(const Params& p, const Random& random, Results& results) {
  const double d = p.distance;
  const Numbers two{0, d};
  Numbers taus, found, expected;
  for (Index t = 0; t < p.temperatures; ++t) {
    const double share = static_cast<double>(t) / static_cast<double>(p.temperatures - 1);
    taus.push_back(p.coldest * std::pow(p.hottest / p.coldest, share));
    found.push_back(d * norm_of(two, d * taus.back()));
    expected.push_back(d * theory::two_logit_norm(d, d * taus.back()));
  }
  Array crowd{{p.lengths.size(), taus.size()}, {}};
  for (std::size_t l = 0; l < p.lengths.size(); ++l) {
    Numbers z(p.lengths[l]);
    for (std::size_t i = 0; i < z.size(); ++i) z[i] = random.normal(l, static_cast<std::uint32_t>(i));
    for (const double tau : taus) crowd.values.push_back(norm_of(z, tau));
  }
  results.axis(temperature, taus);
  results.write(norm_at, found);
  results.write(norm_expected, expected);
  results.write(crowd_norm, crowd);

  const theory::TemperaturePeak peak = theory::temperature_peak();
  const auto norm = [&](double tau) { return norm_of(two, tau); };
  const double tau = place_of_peak(norm, 0.3 * d, 2 * d);
  results.claim({"temperature_of_peak", "Two logits d apart are most sensitive at d / (2 x), x tanh x = 1/2",
                 tau / d, Kind::equal_abs, peak.tau, 1e-8, "1", "E1", Role::convergence});
  results.claim({"norm_at_peak", "There d ||J||_2 is x sech^2 x", d * norm(tau), Kind::equal_abs, peak.norm,
                 1e-8, "1", "E1", Role::convergence});
}

void study_regret(const Params& p, const Random& random, Results& results) {
  Numbers found, expected;
  double farthest = 0, beaten = -1;
  for (const Index n : p.regret_lengths) {
    const auto below = [&](double fall) {
      Numbers z(n, -fall);
      z[0] = 0;
      return regret_of(z, p.tau) / p.tau;
    };
    found.push_back(theory::golden_maximum(below, 0, 30 * p.tau).value);
    expected.push_back(theory::largest_regret(static_cast<int>(n), p.tau) / p.tau);
    farthest = std::max(farthest, std::abs(found.back() / expected.back() - 1));
  }
  for (Index s = 0; s < std::min<Index>(p.samples, 2000); ++s) {
    const Numbers z = sample_logits(p, random, s);
    beaten = std::max(beaten, regret_of(z, 1) / theory::largest_regret(static_cast<int>(z.size()), 1) - 1);
  }
  results.write(regret_found, found);
  results.write(regret_expected, expected);
  results.claim({"regret",
                 "The regret of attention is driven up to tau W0((n - 1) / e), farthest n, relative",
                 farthest, Kind::at_most, 0, 1e-8, "1", "E1", Role::convergence});
  results.claim({"regret_is_a_bound", "No random logits regret more, relative", beaten, Kind::at_most, 0,
                 1e-13, "1", "E1", Role::identity});
}

void study_gains(const Params& p, Results& results) {
  const auto gains = [&](double y) { return attention_gains({0, -y * p.tau}, p.tau); };
  Numbers gaps, leading, trailing;
  for (Index g = 0; g < p.gaps; ++g) {
    gaps.push_back(p.widest_gap * static_cast<double>(g) / static_cast<double>(p.gaps - 1));
    const Numbers both = gains(gaps.back());
    leading.push_back(both[0]);
    trailing.push_back(both[1]);
  }
  results.axis(gap, gaps);
  results.write(gain_leading, leading);
  results.write(gain_trailing, trailing);

  const theory::BoltzmannExtremes expected = theory::boltzmann_extremes();
  const auto most = theory::golden_maximum([&](double y) { return gains(y)[0]; }, 0, p.widest_gap);
  const auto least = theory::golden_maximum([&](double y) { return -gains(y)[1]; }, 0, p.widest_gap);
  double low = 0, high = 2.3;  // the trailing gain falls between
  while (high - low > 1e-13) (gains(0.5 * (low + high))[1] > 0 ? low : high) = 0.5 * (low + high);
  const auto claim = [&](const char* id, const char* statement, double value, double theory) {
    results.claim({id, statement, value, Kind::equal_abs, theory, 1e-8, "1", "E1", Role::convergence});
  };
  claim("largest_gain", "Of two attended values the larger is followed too much, at most by this gain",
        most.value, expected.largest);
  claim("smallest_gain", "The smaller is followed against its sense, at most by this gain", -least.value,
        expected.smallest);
  claim("gap_of_sign_change", "The smaller is followed against its sense from this gap over tau on",
        0.5 * (low + high), expected.sign_change);
}

void study_entropy(const Params& p, const Random& random, Results& results) {
  double beaten = -1, missed = 0;
  for (Index s = 0; s < std::min<Index>(p.samples, 2000); ++s) {
    const Numbers z = sample_logits(p, random, s);
    double square = 0;
    for (const double x : z) square += x * x;
    const int n = static_cast<int>(z.size());
    const double bound = theory::least_entropy(std::sqrt(square), n);
    beaten = std::max(beaten, bound - entropy_of(attention_weights(z, 1)));
    if (square > 400) continue;  // round-off of an entropy near zero
    Numbers worst(z.size(), -std::sqrt(square / (n * (n - 1.0))));
    worst[0] = std::sqrt(square * (n - 1.0) / n);
    missed = std::max(missed, std::abs(entropy_of(attention_weights(worst, 1)) - bound));
  }
  results.claim({"entropy_is_bounded", "No random logits have less entropy than their norm allows", beaten,
                 Kind::at_most, 0, 1e-13, "1", "E1", Role::identity});
  results.claim({"entropy_bound_is_reached", "One logit above n - 1 others has this entropy", missed,
                 Kind::at_most, 0, 1e-12, "1", "E1", Role::identity});
}

void run(const Params& p, const Deck& deck, const Domain& world, Results& results) {
  const auto random = [&deck](std::uint32_t stream) { return Random{deck.seed(), stream}; };
  Progress progress("traffic/softmax_stability", p.samples, world.speaks());
  results.axis(lengths, {p.lengths.begin(), p.lengths.end()});
  results.axis(regret_lengths, {p.regret_lengths.begin(), p.regret_lengths.end()});
  study_bounds(p, random(1), world, results, progress);
  store_some(p, random(1), results);
  study_closed_forms(p, results);
  study_jacobians(p, random(2), results);
  study_temperature(p, random(3), results);
  study_regret(p, random(1), results);
  study_gains(p, results);
  study_entropy(p, random(1), results);
}

}  // namespace softmax_stability_parts

extern const Verbs softmax_stability =
    verbs<softmax_stability_parts::Params, softmax_stability_parts::check, softmax_stability_parts::run>();

}  // namespace attune::experiments::traffic
