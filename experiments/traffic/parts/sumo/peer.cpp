// experiments/traffic/parts/sumo/peer.cpp
#include "experiments/traffic/parts/sumo/peer.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <fstream>
#include <optional>

#include "core/core/require.hpp"
#include "experiments/traffic/parts/sumo/child_process.hpp"

namespace attune::experiments::traffic::sumo {
namespace {

void write_text(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

// What stands in  name="..."  of a line.
std::optional<std::string_view> attribute(std::string_view line, std::string_view name) {
  const std::string key = " " + std::string(name) + "=\"";
  const auto at = line.find(key);
  if (at == std::string_view::npos) return {};
  const auto begin = at + key.size(), end = line.find('"', begin);
  if (end == std::string_view::npos) return {};
  return line.substr(begin, end - begin);
}

std::optional<double> number(std::optional<std::string_view> text) {
  double value = 0;
  if (!text) return {};
  const auto [stop, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || stop != text->data() + text->size() || !std::isfinite(value)) return {};
  return value;
}

// Absent unless the line tells of a vehicle of the ring.
struct Seen {
  std::size_t vehicle;
  double place, speed;
};
std::optional<Seen> vehicle_of(std::string_view line, const Ring& ring) {
  const auto id = number(attribute(line, "id")), at = number(attribute(line, "pos")),
             v = number(attribute(line, "speed"));
  const auto lane = attribute(line, "lane");
  if (!id || !at || !v || !lane || lane->size() < 2 || (*lane)[0] != 'e') return {};
  const int arc = (*lane)[1] - '0';
  if (arc < 0 || arc >= arcs || !(*id >= 0 && *id < static_cast<double>(ring.place.size()))) return {};
  return Seen{static_cast<std::size_t>(*id), *at + arc * ring.circumference / arcs, *v};
}

Course absent(const std::string& why) { return {{}, {}, why}; }

// Why the ring cannot be laid out in the folder; empty if it is.
std::string lay_out(const Ring& ring, double seconds, const ScratchFolder& folder) {
  for (const char* program : {"sumo", "netconvert"})
    if (!is_installed(program)) return std::string("skipped: ") + program + " is not installed";
  write_text(folder.file("ring.nod.xml"), nodes_file(ring));
  write_text(folder.file("ring.edg.xml"), edges_file(ring));
  write_text(folder.file("ring.rou.xml"), routes_file(ring, seconds));
  const int made = run_program(
      {"netconvert", "--node-files", folder.file("ring.nod.xml"), "--edge-files", folder.file("ring.edg.xml"),
       "--no-internal-links", "--no-turnarounds", "-o", folder.file("ring.net.xml")},
      folder.file("netconvert.log"));
  return made == 0 ? "" : "skipped: netconvert ended with " + std::to_string(made);
}

// Likewise why it did not run; what it prints is in sumo.log.
std::string simulate(const Run& run, double seconds, const ScratchFolder& folder,
                     const std::vector<std::string>& output) {
  std::vector<std::string> words{"sumo",
                                 "-n",
                                 folder.file("ring.net.xml"),
                                 "-r",
                                 folder.file("ring.rou.xml"),
                                 "--step-length",
                                 fmt::format("{}", run.dt),
                                 "--end",
                                 fmt::format("{}", seconds),
                                 "--time-to-teleport",
                                 "-1",
                                 "--collision.action",
                                 "warn",
                                 "--no-step-log",
                                 "--seed",
                                 "1",
                                 "--step-method.ballistic",
                                 run.ballistic ? "true" : "false"};
  words.insert(words.end(), output.begin(), output.end());
  const int done = run_program(words, folder.file("sumo.log"));
  return done == 0 ? "" : "skipped: sumo ended with " + std::to_string(done);
}

Course drive_here(const Ring& ring, const Run& run) {
  const ScratchFolder folder;
  const double seconds = static_cast<double>(run.every * run.records) * run.dt;
  std::string why = lay_out(ring, seconds, folder);
  if (why.empty())
    why = simulate(run, seconds, folder, {"--precision", "12", "--fcd-output", folder.file("fcd.xml")});
  return why.empty() ? read_fcd(folder.file("fcd.xml"), ring, run) : absent(why);
}

// What follows  UPS:  in its log.
Rate rate_here(const Ring& ring, double dt, std::size_t steps) {
  const ScratchFolder folder;
  const double seconds = static_cast<double>(steps) * dt;
  std::string why = lay_out(ring, seconds, folder);
  if (why.empty()) why = simulate({.dt = dt}, seconds, folder, {"--duration-log.statistics"});
  if (!why.empty()) return {NAN, why};
  std::ifstream file(folder.file("sumo.log"));
  for (std::string word; file >> word;) {
    double updates = 0;
    if (word == "UPS:" && file >> updates) return {updates, ""};
  }
  return {NAN, "skipped: sumo tells no updates a second"};
}

void broadcast(std::vector<double>& values, const Communicator& ranks) {
  std::uint64_t count = values.size();
  ranks.broadcast(&count, sizeof count, 0);
  values.resize(count);
  if (count > 0) ranks.broadcast(values.data(), count * sizeof(double), 0);
}
void broadcast(std::string& text, const Communicator& ranks) {
  std::uint64_t count = text.size();
  ranks.broadcast(&count, sizeof count, 0);
  text.resize(count);
  if (count > 0) ranks.broadcast(text.data(), count, 0);
}

}  // namespace

Course read_fcd(const std::string& path, const Ring& ring, const Run& run) {
  const std::size_t N = ring.place.size();
  Course course;
  std::vector<double> last = ring.place;
  std::ifstream file(path);
  std::size_t step = 0, seen = 0;
  bool wanted = false;
  for (std::string line; std::getline(file, line);) {
    if (line.find("<timestep ") != std::string::npos) {
      wanted = step % run.every == 0 && step / run.every < run.records;
      if (wanted) {
        course.place.resize(course.place.size() + N, NAN);
        course.speed.resize(course.speed.size() + N, NAN);
      }
      ++step;
    } else if (line.find("<vehicle ") != std::string::npos) {
      const auto one = vehicle_of(line, ring);
      if (!one) return absent("skipped: sumo's output cannot be read");
      const double L = ring.circumference;
      double& x = last[one->vehicle];
      x = one->place + L * std::round((x - one->place) / L);
      if (!wanted) continue;
      course.place[course.place.size() - N + one->vehicle] = x;
      course.speed[course.speed.size() - N + one->vehicle] = one->speed;
      ++seen;
    }
  }
  if (seen != N * run.records) return absent("skipped: sumo lost vehicles");
  return course;
}

// What `ask` says on the first rank, or what `failed` makes of the error that stopped it.
template <class Ask, class Failed>
auto on_first(const Communicator& ranks, const Ask& ask, const Failed& failed) {
  decltype(ask()) answer{};
  if (ranks.rank != 0) return answer;
  try {
    answer = ask();
  } catch (const InputError& error) {
    answer = failed(std::string("skipped: ") + error.what());
  }
  return answer;
}

Course drive(const Ring& ring, const Run& run, const Communicator& ranks) {
  Course course = on_first(
      ranks, [&] { return drive_here(ring, run); }, absent);
  broadcast(course.place, ranks);
  broadcast(course.speed, ranks);
  broadcast(course.absent, ranks);
  return course;
}

Rate updates_a_second(const Ring& ring, double dt, std::size_t steps, const Communicator& ranks) {
  Rate rate = on_first(
      ranks, [&] { return rate_here(ring, dt, steps); },
      [](const std::string& why) {
        return Rate{NAN, why};
      });
  ranks.broadcast(&rate.updates, sizeof rate.updates, 0);
  broadcast(rate.absent, ranks);
  return rate;
}

std::string version(const Communicator& ranks) {
  std::string line = "absent";
  if (ranks.rank == 0 && is_installed("sumo")) {
    const ScratchFolder folder;
    if (run_program({"sumo", "--version"}, folder.file("version")) == 0) {
      std::ifstream file(folder.file("version"));
      std::getline(file, line);
    }
  }
  broadcast(line, ranks);
  return line;
}

}  // namespace attune::experiments::traffic::sumo
