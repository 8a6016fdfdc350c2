// experiments/traffic/parts/calibration/stop_and_go.hpp
//
// Vehicles that drive as prescribed, for a follower to be put among. The next one ahead ramps from one random speed
// to another, stops among them, and holds each for a while; the others do the same a little before and behind, as a
// wave that runs through a column does:
//
//   x_k(t) = x_1(t + (k - 1) delay) + (k - 1) distance
//
// Source  the translation of Newell 2002 [newell2002]
// Units   [m], [m/s], [s]; speeds in parts of a scale, that of the law to be excited
#pragma once

#include "core/core/random.hpp"
#include "core/deck/describe.hpp"
#include "experiments/traffic/parts/calibration/record.hpp"

namespace attune::experiments::traffic::calibration {

struct StopAndGo {
  double duration = 300, dt = 0.1;
  double top_speed = 1.1;  // of the scale; above 1 some followers fall behind, and show their desired speed
  double stops = 0.3;  // share of the speeds that are 0
  double hold_least = 3, hold_most = 20;
  double ramp_least = 0.5, ramp_most = 3;  // accelerations
  double delay = 1.2, distance = 8;
};

void describe_stop_and_go(auto& field, StopAndGo& p) {
  field("duration", p.duration, "s", "length of a record", between(20, 36000));
  field("dt", p.dt, "s", "between its samples", between(0.001, 1));
  field("top_speed", p.top_speed, "1", "fastest leader, over the speed scale of the law that follows",
        above(0));
  field("stops", p.stops, "1", "share of stops among the speeds of the leader", between(0, 1));
  field("hold_least", p.hold_least, "s", "a speed is held for at least", at_least(0));
  field("hold_most", p.hold_most, "s", "and at most", above(0));
  field("ramp_least", p.ramp_least, "m/s^2", "from speed to speed at an acceleration of at least", above(0));
  field("ramp_most", p.ramp_most, "m/s^2", "and at most", above(0));
  field("delay", p.delay, "s", "by which a vehicle repeats what the one ahead of it does", at_least(0));
  field("distance", p.distance, "m", "and the distance behind it", above(0));
}

// Everyone but the follower, whose own columns are empty; `number` sets the course.
Record prescribed(const StopAndGo& p, double speed_scale, int leaders, Random random, std::uint64_t number);

// Where the follower begins: in its place in the column, at the speed of the vehicle ahead.
Start place_in_column(const StopAndGo& p, const Record& record);

}  // namespace attune::experiments::traffic::calibration
