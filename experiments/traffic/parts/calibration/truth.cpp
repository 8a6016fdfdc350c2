// experiments/traffic/parts/calibration/truth.cpp
#include "experiments/traffic/parts/calibration/truth.hpp"

#include "core/core/require.hpp"
#include "experiments/traffic/parts/calibration/calibrate.hpp"

namespace attune::experiments::traffic::calibration {
namespace {

constexpr int most_sets = 200;
constexpr std::uint32_t draws_of_course = 8;  // of the random numbers of an index, the first are the course's

double least_distance(const Record& record) {
  double least = record.ahead_position[0][0] - record.position[0];
  for (std::size_t k = 0; k < record.samples(); ++k)
    least = std::min(least, record.ahead_position[0][k] - record.position[k]);
  return least;
}

// rms over the first half of dx/dz above a tenth of a millimetre.
std::vector<bool> told_by(const Contender& one, const std::vector<double>& values, const Record& record) {
  constexpr double least = 1e-4;
  std::vector<double> z;
  for (std::size_t n = 0; n < values.size(); ++n) z.push_back(to_free(one.parameters[n], values[n]));
  const auto J = jacobian(problem_of(one, record, false), z);
  std::vector<bool> told;
  for (Eigen::Index n = 0; n < J.cols(); ++n)
    told.push_back(J.col(n).norm() > least * std::sqrt(static_cast<double>(J.rows())));
  return told;
}

}  // namespace

Truth make_truth(const Contender& one, const StopAndGo& course, double spread, int leaders, Random random,
                 std::uint64_t number) {
  Truth best;
  for (int set = 0; set < most_sets; ++set) {
    auto z = published(one);
    const std::uint64_t index = (number << 32) + static_cast<std::uint64_t>(set);
    for (std::size_t n = 0; n < z.size(); ++n)
      z[n] += spread * random.normal(index, draws_of_course + static_cast<std::uint32_t>(n));
    Truth truth;
    truth.values = values_of(one, z);
    truth.record = prescribed(course, one.speed_scale(truth.values), leaders, random, number);
    Record& record = truth.record;
    const Stretch whole{0, record.samples()};
    if (!one.follow(truth.values, record, whole, place_in_column(course, record), record.position.data(),
                    record.speed.data()))
      continue;
    truth.least_distance = least_distance(record);
    if (best.values.empty() || truth.least_distance > best.least_distance) best = truth;
    if (best.least_distance > record.length) break;
  }
  require(!best.values.empty(), "a law can be driven with parameters near the published ones");
  for (const double v : best.record.speed) best.mean_speed += v / static_cast<double>(best.record.samples());
  best.told = told_by(one, best.values, best.record);
  return best;
}

Record measured(Record record, double error, Random random, std::uint64_t number) {
  for (std::size_t k = 0; k < record.samples(); ++k)
    record.position[k] += error * random.normal((number << 32) + k);
  return record;
}

}  // namespace attune::experiments::traffic::calibration
