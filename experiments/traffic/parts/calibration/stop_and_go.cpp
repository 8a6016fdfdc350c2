// experiments/traffic/parts/calibration/stop_and_go.cpp
#include "experiments/traffic/parts/calibration/stop_and_go.hpp"

#include <cmath>

namespace attune::experiments::traffic::calibration {
namespace {

// Speed that a piece of the course ramps to. It is fastest first and then stops, so that the first half of every
// record has both.
double wanted_speed(const StopAndGo& p, double top, std::uint64_t piece, double stops, double share) {
  if (piece < 2) return piece == 0 ? top : 0;
  return stops < p.stops ? 0 : top * share;
}

// Speeds of the next vehicle ahead at samples [0, count).
std::vector<double> course(const StopAndGo& p, double top, std::size_t count, Random random,
                           std::uint64_t number) {
  std::vector<double> speed;
  double v = 0.5 * top;
  for (std::uint64_t piece = 0; speed.size() < count; ++piece) {
    const auto draw = [&](std::uint32_t n) { return random.uniform((number << 32) + piece, n); };
    const double hold = piece == 0 ? p.hold_most : p.hold_least + (p.hold_most - p.hold_least) * draw(0);
    const double ramp = p.ramp_least + (p.ramp_most - p.ramp_least) * draw(1);
    const double wanted = wanted_speed(p, top, piece, draw(2), draw(3));
    for (; v != wanted; speed.push_back(v)) {
      const double change = std::copysign(ramp * p.dt, wanted - v);
      v = std::abs(wanted - v) <= std::abs(change) ? wanted : v + change;
    }
    for (double t = 0; t < hold; t += p.dt) speed.push_back(v);
  }
  speed.resize(count);
  return speed;
}

}  // namespace

Record prescribed(const StopAndGo& p, double speed_scale, int leaders, Random random, std::uint64_t number) {
  const auto samples = static_cast<std::size_t>(std::llround(p.duration / p.dt));
  const auto shift = static_cast<std::size_t>(std::llround(p.delay / p.dt));
  const auto behind = 2 * shift;
  const std::size_t count = behind + samples + shift * static_cast<std::size_t>(leaders);
  const auto speed = course(p, p.top_speed * speed_scale, count, random, number);
  std::vector<double> position(count, 0);
  for (std::size_t k = 1; k < count; ++k)
    position[k] = position[k - 1] + 0.5 * p.dt * (speed[k - 1] + speed[k]);

  const auto cut = [&](const std::vector<double>& of, std::size_t from, double by) {
    std::vector<double> part(of.begin() + static_cast<std::ptrdiff_t>(from),
                             of.begin() + static_cast<std::ptrdiff_t>(from + samples));
    for (double& x : part) x += by;
    return part;
  };
  Record record;
  record.dt = p.dt;
  for (int n = 0; n < leaders; ++n) {
    record.ahead_position.push_back(
        cut(position, behind + shift * static_cast<std::size_t>(n), n * p.distance));
    record.ahead_speed.push_back(cut(speed, behind + shift * static_cast<std::size_t>(n), 0));
  }
  record.behind_position = cut(position, 0, -2 * p.distance);
  record.behind_speed = cut(speed, 0, 0);
  record.position.assign(samples, 0);
  record.speed.assign(samples, 0);
  return record;
}

Start place_in_column(const StopAndGo& p, const Record& record) {
  const double v = record.ahead_speed[0].front();
  return {record.ahead_position[0].front() - p.distance - p.delay * v, v};
}

}  // namespace attune::experiments::traffic::calibration
