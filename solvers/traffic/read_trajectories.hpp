// solvers/traffic/read_trajectories.hpp
//
// Trajectories from delimited text, in three layouts:
//
//   columns   a row a vehicle and time; columns named by the caller, units too
//   ngsim     Vehicle_ID, Global_Time [ms], Local_Y [ft], v_Length [ft], v_Vel [ft/s], Preceding (0: none) [ngsim2006];
//             with a header in either spelling of its editions, or without one, in blanks, as first published
//   openacc   rows of meta data, then a row a time: Time [s], Speed1 .. n [m/s], IVS1 .. n-1 [m], vehicle 1 ahead
//             [makridis2021]. Vehicle 1 is where its speed, by the trapezoidal rule, has taken it; each other keeps
//             the recorded spacing, bumper to bumper, to the one ahead
//
// Rows of one vehicle come in order of time; vehicles may mix. Samples between rows are interpolated linearly. Where
// the file names no leader it is the nearest vehicle ahead at that time.
//
// Limits  those of delimited_text.hpp; a number that is not finite is refused, and whatever a row lacks; at most
//         50 million samples and a million vehicles
#pragma once

#include "core/deck/describe.hpp"
#include "solvers/traffic/trajectories.hpp"

namespace attune::traffic {

struct Layout {
  std::string preset = "columns";
  std::string time = "time", vehicle = "vehicle", position = "position", speed = "speed";
  std::string length = "", leader = "";  // "": the file has none
  double time_unit = 1, distance_unit = 1, speed_unit = 1;  // of the file, in [s], [m], [m/s]
  double vehicle_length = 5;  // where the file tells none
  double circumference = 0;  // of a ring; positions may be counted round by round or go on growing
  double interval = 0;  // dt; 0: the least time between two rows of a vehicle
  double largest_gap = 1;  // between two rows of a vehicle
};

void describe(auto& field, Layout& p) {
  field("layout", p.preset, "1", "how the recording is laid out", one_of({"columns", "ngsim", "openacc"}));
  field("time_column", p.time, "1", "its column of times (layout columns)");
  field("vehicle_column", p.vehicle, "1", "of the names of vehicles");
  field("position_column", p.position, "1", "of positions of the front along the road");
  field("speed_column", p.speed, "1", "of speeds");
  field("length_column", p.length, "1", "of lengths of vehicles; empty: none");
  field("leader_column", p.leader, "1", "of the names of leaders; empty: the nearest vehicle ahead");
  field("time_unit", p.time_unit, "s", "unit of its times", above(0.0));
  field("distance_unit", p.distance_unit, "m", "unit of its positions and lengths", above(0.0));
  field("speed_unit", p.speed_unit, "m/s", "unit of its speeds", above(0.0));
  field("vehicle_length", p.vehicle_length, "m", "length of vehicles where it tells none", at_least(0.0));
  field("circumference", p.circumference, "m", "of the ring that it was made on; 0: an open road",
        at_least(0.0));
  field("interval", p.interval, "s", "between samples; 0: the least between two of its rows", at_least(0.0));
  field("largest_gap", p.largest_gap, "s", "between two of its rows of a vehicle", above(0.0));
}

// Throws InputError(input), "PATH:LINE:COLUMN: REASON" where a place is to blame. Every rank that asks reads the file.
Trajectories read_trajectories(const std::string& path, const Layout& layout);

}  // namespace attune::traffic
