// experiments/heat/parts/rollout_benchmark/rollout_benchmark.cpp
#include "experiments/heat/parts/rollout_benchmark/rollout_benchmark.hpp"

#include <algorithm>
#include <cmath>

#include "experiments/dealt_numbers.hpp"

namespace attune::experiments::heat::rollout_benchmark {

namespace theory = attune::heat::theory;

namespace {

// What is trained in one go: a head and its unrolled continuations, or one learner of another kind.
struct Lesson {
  std::string method, teacher;
  std::vector<Index> unroll;
  std::size_t first;  // contestant
};

std::vector<Lesson> lessons_of(const Lineup& lineup) {
  const auto all = lineup.contestants();
  std::vector<Lesson> lessons;
  for (std::size_t c = 0; c < all.size(); ++c) {
    if (!all[c].learned) continue;
    if (all[c].unroll == 1)
      lessons.push_back({all[c].method, all[c].teacher, {}, c});
    else
      lessons.back().unroll.push_back(all[c].unroll);
  }
  return lessons;
}

// Where the numbers of (row, seed) lie: the weights, then the loss.
struct Shelf {
  std::size_t seeds, points, first;
  std::size_t place(std::size_t row, std::size_t seed) const {
    return first + (row * seeds + seed) * (points + 1);
  }
  void put(DealtNumbers& numbers, std::size_t row, std::size_t seed, const Learned& learned) const {
    for (std::size_t o = 0; o < points; ++o) numbers.set(place(row, seed) + o, learned.weights[o]);
    numbers.set(place(row, seed) + points, learned.loss);
  }
  Learned get(const DealtNumbers& numbers, std::size_t row, std::size_t seed) const {
    Learned learned;
    for (std::size_t o = 0; o < points; ++o) learned.weights.push_back(numbers.get(place(row, seed) + o));
    learned.loss = numbers.get(place(row, seed) + points);
    return learned;
  }
};

// The numbers of one (contestant, seed, start), and of one (source, seed, start) behind them all.
struct Ledger {
  std::size_t contestants, seeds, starts, steps, records;  // steps counts step 0
  std::size_t width() const { return curves * steps + record_count * records + 3; }
  std::size_t place(std::size_t c, std::size_t k, std::size_t s) const {
    return ((c * seeds + k) * starts + s) * width();
  }
  std::size_t foretold(std::size_t source, std::size_t k, std::size_t s) const {
    return contestants * seeds * starts * width() + ((source * seeds + k) * starts + s) * steps;
  }
};

double of_point(const PointMetrics& m, std::size_t which) {
  const double all[] = {m.rmse, m.nmse, m.nmae, m.largest, m.mean_error, m.boundary};
  return all[which];
}
double of_spectrum(const SpectralMetrics& m, std::size_t which) {
  const double all[] = {m.low, m.middle, m.high, m.h1};
  return all[which - low];
}

void enter(DealtNumbers& numbers, const Ledger& ledger, std::size_t c, std::size_t k, std::size_t s,
           std::size_t in_block, const Course& course, const std::vector<Index>& records) {
  std::size_t at = ledger.place(c, k, s);
  const auto& metrics = course.metrics[in_block];
  for (const auto& m : metrics) numbers.set(at++, m.nrmse);
  for (const auto& m : metrics) numbers.set(at++, m.vrmse);
  for (const auto& m : metrics) numbers.set(at++, m.correlation);
  for (const double value : course.predicted[in_block]) numbers.set(at++, value);
  for (std::size_t which = 0; which < record_count; ++which)
    for (std::size_t r = 0; r < records.size(); ++r)
      numbers.set(at++, which < low ? of_point(metrics[static_cast<std::size_t>(records[r])], which)
                                    : of_spectrum(course.spectra[r][in_block], which));
  numbers.set(at++, course.disagreement[in_block]);
  numbers.set(at++, course.drift[in_block]);
  numbers.set(at++, course.excess[in_block]);
}

double mean_over(const DealtNumbers& numbers, const Ledger& ledger, std::size_t c, std::size_t k,
                 std::size_t slot) {
  std::vector<double> values;
  for (std::size_t s = 0; s < ledger.starts; ++s) values.push_back(numbers.get(ledger.place(c, k, s) + slot));
  return mean(values);
}
double most_over(const DealtNumbers& numbers, const Ledger& ledger, std::size_t c, std::size_t k,
                 std::size_t slot) {
  double most = -INFINITY;
  for (std::size_t s = 0; s < ledger.starts; ++s) {
    const double value = numbers.get(ledger.place(c, k, s) + slot);
    if (!(value <= most)) most = value;
  }
  return most;
}
double root_mean_square_over(const DealtNumbers& numbers, const Ledger& ledger, std::size_t c, std::size_t k,
                             std::size_t slot) {
  double sum = 0;
  for (std::size_t s = 0; s < ledger.starts; ++s)
    sum += std::pow(numbers.get(ledger.place(c, k, s) + slot), 2);
  return std::sqrt(sum / static_cast<double>(ledger.starts));
}

Standing standing_of(const DealtNumbers& numbers, const Ledger& ledger, std::size_t c, std::size_t k) {
  Standing standing;
  std::size_t slot = 0;
  for (auto& curve : standing.curve)
    for (std::size_t n = 0; n < ledger.steps; ++n) curve.push_back(mean_over(numbers, ledger, c, k, slot++));
  for (std::size_t which = 0; which < record_count; ++which)
    for (std::size_t r = 0; r < ledger.records; ++r, ++slot)
      standing.record[which].push_back(which == largest ? most_over(numbers, ledger, c, k, slot)
                                       : which == mean_error
                                           ? root_mean_square_over(numbers, ledger, c, k, slot)
                                           : mean_over(numbers, ledger, c, k, slot));
  standing.disagreement = most_over(numbers, ledger, c, k, slot++);
  standing.drift = most_over(numbers, ledger, c, k, slot++);
  standing.excess = most_over(numbers, ledger, c, k, slot++);
  return standing;
}

}  // namespace

std::vector<std::string> Lineup::sources() const {
  std::vector<std::string> all{"exact"};
  all.insert(all.end(), teachers.begin(), teachers.end());
  return all;
}

Samples test_starts(const Contest& c, const TestPlan& plan, std::size_t first, std::size_t count) {
  const auto stream = 8 * c.deck_seed + 4 + static_cast<std::uint32_t>(c.scenario.dimensions());
  return start_samples(c.scenario, c.start, plan.seed, stream, first, count);
}

Training train_all(const Contest& contest, const Lineup& lineup, const Communicator& ranks) {
  const auto lessons = lessons_of(lineup);
  const auto sources = lineup.sources();
  const std::size_t contestants = lineup.contestants().size(), seeds = lineup.seeds.size();
  const Shelf shelf{seeds, contest.offsets.size(), 0};
  const Shelf optima{seeds, contest.offsets.size(), shelf.place(contestants, 0)};
  DealtNumbers numbers(optima.place(sources.size(), 0));
  deal((lessons.size() + sources.size()) * seeds, ranks, [&](std::size_t task) {
    const std::size_t k = task / (lessons.size() + sources.size()),
                      n = task % (lessons.size() + sources.size());
    if (n >= lessons.size()) {
      const auto best = predicted_optimum(contest, sources[n - lessons.size()], lineup.seeds[k]);
      return optima.put(numbers, n - lessons.size(), k, best);
    }
    const auto& [method, teacher, unroll, first] = lessons[n];
    const auto all = train(contest, method, teacher, lineup.seeds[k], unroll);
    for (std::size_t more = 0; more < all.size(); ++more) shelf.put(numbers, first + more, k, all[more]);
  });
  numbers.share(ranks);

  Training training;
  for (std::size_t c = 0; c < contestants; ++c) {
    training.learned.emplace_back();
    for (std::size_t k = 0; k < seeds; ++k) training.learned.back().push_back(shelf.get(numbers, c, k));
  }
  for (std::size_t n = 0; n < sources.size(); ++n) {
    training.optimum.emplace_back();
    for (std::size_t k = 0; k < seeds; ++k) training.optimum.back().push_back(optima.get(numbers, n, k));
  }
  return training;
}

template <class Scalar>
Outcome roll_all_out(const Contest& contest, const Lineup& lineup, const TestPlan& plan,
                     const Training& training, const Communicator& ranks) {
  const auto all = lineup.contestants();
  const std::size_t seeds = lineup.seeds.size(), sources = training.optimum.size();
  const Ledger ledger{all.size(), seeds, plan.trajectories, static_cast<std::size_t>(plan.steps) + 1,
                      plan.records.size()};
  DealtNumbers numbers(ledger.foretold(sources, 0, 0));
  const std::size_t blocks = (plan.trajectories + plan.block - 1) / plan.block;
  deal(blocks, ranks, [&](std::size_t b) {
    const std::size_t first = b * plan.block, count = std::min(plan.block, plan.trajectories - first);
    const auto block = test_block(contest, test_starts(contest, plan, first, count), plan.steps);
    for (std::size_t c = 0; c < all.size(); ++c)
      for (std::size_t k = 0; k < (all[c].learned ? seeds : 1); ++k) {
        const auto course = roll_out<Scalar>(contest, all[c], training.learned[c][k].weights, block,
                                             plan.records, plan.hopeless);
        for (std::size_t same = k; same < (all[c].learned ? k + 1 : seeds); ++same)
          for (std::size_t s = 0; s < count; ++s)
            enter(numbers, ledger, c, same, first + s, s, course, plan.records);
      }
    for (std::size_t n = 0; n < sources; ++n)
      for (std::size_t k = 0; k < seeds; ++k) {
        const auto foretold = predicted_curves(
            block, theory::stencil_symbol({contest.offsets, training.optimum[n][k].weights}));
        for (std::size_t s = 0; s < count; ++s)
          for (std::size_t step = 0; step < ledger.steps; ++step)
            numbers.set(ledger.foretold(n, k, first + s) + step, foretold[s][step]);
      }
  });
  numbers.share(ranks);

  Outcome outcome;
  for (std::size_t c = 0; c < all.size(); ++c) {
    outcome.standing.emplace_back();
    for (std::size_t k = 0; k < seeds; ++k)
      outcome.standing.back().push_back(standing_of(numbers, ledger, c, k));
  }
  for (std::size_t n = 0; n < sources; ++n) {
    outcome.foretold.emplace_back();
    for (std::size_t k = 0; k < seeds; ++k) {
      std::vector<double> curve;
      for (std::size_t step = 0; step < ledger.steps; ++step) {
        std::vector<double> values;
        for (std::size_t s = 0; s < ledger.starts; ++s)
          values.push_back(numbers.get(ledger.foretold(n, k, s) + step));
        curve.push_back(mean(values));
      }
      outcome.foretold.back().push_back(curve);
    }
  }
  return outcome;
}

template Outcome roll_all_out<float>(const Contest&, const Lineup&, const TestPlan&, const Training&,
                                     const Communicator&);
template Outcome roll_all_out<double>(const Contest&, const Lineup&, const TestPlan&, const Training&,
                                      const Communicator&);

}  // namespace attune::experiments::heat::rollout_benchmark
