// experiments/traffic/parts/sumo/ring_files.cpp
#include "experiments/traffic/parts/sumo/ring_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace attune::experiments::traffic::sumo {
namespace {

std::string point(const Ring& ring, double quarter_turns) {
  const double radius = ring.circumference / (2 * std::numbers::pi),
               angle = quarter_turns * std::numbers::pi / 2;
  return fmt::format("{:.6f},{:.6f}", radius * std::cos(angle), radius * std::sin(angle));
}

std::string arc_shape(const Ring& ring, int arc) {
  constexpr int chords = 10;
  std::string shape;
  for (int c = 0; c <= chords; ++c)
    shape += (c > 0 ? " " : "") + point(ring, arc + static_cast<double>(c) / chords);
  return shape;
}

std::string vehicle_type(const attune::traffic::Idm& law) {
  constexpr double hardest = 9;  // [m/s^2], SUMO's own bound of emergencies
  return fmt::format(
      "  <vType id=\"idm\" carFollowModel=\"IDM\" accel=\"{}\" decel=\"{}\" emergencyDecel=\"{}\" tau=\"{}\" "
      "minGap=\"{}\" "
      "delta=\"{}\" stepping=\"1000\" length=\"{}\" maxSpeed=\"{}\" speedFactor=\"1\" speedDev=\"0\"/>\n",
      law.acceleration_scale, law.deceleration, std::max(hardest, law.deceleration), law.time_gap,
      law.standstill_gap, law.exponent, law.length, law.desired_speed);
}

}  // namespace

std::string nodes_file(const Ring& ring) {
  std::string text = "<nodes>\n";
  for (int n = 0; n < arcs; ++n) {
    const std::string at = point(ring, n);
    const auto comma = at.find(',');
    text += fmt::format("  <node id=\"n{}\" x=\"{}\" y=\"{}\" type=\"priority\"/>\n", n, at.substr(0, comma),
                        at.substr(comma + 1));
  }
  return text + "</nodes>\n";
}

std::string edges_file(const Ring& ring) {
  std::string text = "<edges>\n";
  for (int n = 0; n < arcs; ++n)
    text += fmt::format(
        "  <edge id=\"e{}\" from=\"n{}\" to=\"n{}\" numLanes=\"1\" speed=\"{}\" length=\"{}\" "
        "shape=\"{}\"/>\n",
        n, n, (n + 1) % arcs, ring.law.desired_speed, ring.circumference / arcs, arc_shape(ring, n));
  return text + "</edges>\n";
}

std::string routes_file(const Ring& ring, double seconds) {
  const int rounds = 2 + static_cast<int>(seconds * ring.law.desired_speed / ring.circumference);
  const double arc = ring.circumference / arcs;
  std::string text = "<routes>\n" + vehicle_type(ring.law);
  for (std::size_t n = 0; n < ring.place.size(); ++n) {
    const int edge = std::min(arcs - 1, static_cast<int>(ring.place[n] / arc));
    std::string edges;
    for (int k = 0; k < arcs; ++k) edges += fmt::format("{}e{}", k > 0 ? " " : "", (edge + k) % arcs);
    text += fmt::format(
        "  <vehicle id=\"{}\" type=\"idm\" depart=\"0\" departPos=\"{}\" departSpeed=\"{}\" "
        "insertionChecks=\"none\"><route edges=\"{}\" repeat=\"{}\"/></vehicle>\n",
        n, ring.place[n] - edge * arc, ring.speed, edges, rounds);
  }
  return text + "</routes>\n";
}

}  // namespace attune::experiments::traffic::sumo
