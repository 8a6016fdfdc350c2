// solvers/traffic/read_trajectories.cpp
#include "solvers/traffic/read_trajectories.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>

#include "solvers/traffic/delimited_text.hpp"
#include "solvers/traffic/resample.hpp"

namespace attune::traffic {
namespace {

constexpr double foot = 0.3048;
constexpr std::size_t most_vehicles = 1000000, most_rows = 50000000;

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

// The field of the header that has one of these names.
std::size_t column_of(const DelimitedText& header, const std::vector<std::string>& names, bool any_case) {
  std::string present;
  for (std::size_t f = 0; f < header.size(); ++f)
    for (const auto& name : names) {
      const std::string& word = header.word(f);
      if (word == name || (any_case && lower(word) == lower(name))) return f;
    }
  for (std::size_t f = 0; f < header.size() && f < 32; ++f) present += (f > 0 ? ", " : "") + header.word(f);
  header.refuse(0, "no column '" + names.front() + "'; there are " + present);
}

struct Fields {
  std::size_t time, vehicle, position, speed;
  std::optional<std::size_t> length, leader;
};

class Recorder {
 public:
  Recorder(const Layout& layout) : layout_(layout) {}

  // Throws where the row of this vehicle does not follow its last one.
  RawTrajectory& row(const DelimitedText& text, const std::string& vehicle, double time, std::size_t field) {
    const auto [at, is_new] = index_.try_emplace(vehicle, raws_.size());
    if (is_new) {
      if (raws_.size() == most_vehicles) text.refuse(field, "more than a million vehicles");
      raws_.push_back({vehicle, layout_.vehicle_length});
    }
    if (++rows_ > most_rows) text.refuse(field, "more than 50 million rows");
    if (rows_ == 1) origin_ = time;
    RawTrajectory& raw = raws_[at->second];
    const double now = (time - origin_) * layout_.time_unit;
    if (!raw.time.empty() && !(now > raw.time.back()))
      text.refuse(field, "vehicle " + vehicle + " has a row that is not later than the one before");
    if (!raw.time.empty() && now - raw.time.back() > layout_.largest_gap * (1 + 1e-9))
      text.refuse(field, "vehicle " + vehicle + " has no row for " + std::to_string(now - raw.time.back()) +
                             " s; at most " + std::to_string(layout_.largest_gap) + " (largest_gap)");
    raw.time.push_back(now);
    return raw;
  }

  Trajectories finish(const DelimitedText& text) {
    if (raws_.empty()) text.refuse("has no rows");
    auto all = resampled(raws_, index_, layout_.interval, layout_.circumference);
    if (all.vehicles.empty())
      text.refuse(
          "has no vehicle with two samples, or needs more than 50 million of them; 'interval' sets the "
          "time between two");
    all.start += origin_ * layout_.time_unit;
    return all;
  }

 private:
  const Layout& layout_;
  std::vector<RawTrajectory> raws_;
  std::map<std::string, std::size_t> index_;
  std::size_t rows_ = 0;
  double origin_ = 0;
};

Trajectories read_long(DelimitedText& text, const Layout& layout, const Fields& fields, bool has_row) {
  Recorder recorder(layout);
  while (has_row || text.next()) {
    has_row = false;
    auto& raw = recorder.row(text, text.word(fields.vehicle), text.number(fields.time), fields.time);
    raw.position.push_back(text.number(fields.position) * layout.distance_unit);
    raw.speed.push_back(text.number(fields.speed) * layout.speed_unit);
    if (fields.leader) raw.leader.push_back(text.word(*fields.leader));
    if (fields.length && raw.time.size() == 1)
      raw.length = text.number(*fields.length) * layout.distance_unit;
    if (raw.length < 0) text.refuse(*fields.length, "a vehicle must have a length of at least 0");
  }
  return recorder.finish(text);
}

Trajectories read_columns(DelimitedText& text, const Layout& layout) {
  if (!text.next()) text.refuse("is empty");
  const auto at = [&](const std::string& name) { return column_of(text, {name}, false); };
  Fields fields{at(layout.time), at(layout.vehicle), at(layout.position), at(layout.speed), {}, {}};
  if (!layout.length.empty()) fields.length = at(layout.length);
  if (!layout.leader.empty()) fields.leader = at(layout.leader);
  return read_long(text, layout, fields, false);
}

Trajectories read_ngsim(DelimitedText& text, Layout layout) {
  layout.time_unit = 0.001;
  layout.distance_unit = layout.speed_unit = foot;
  if (!text.next()) text.refuse("is empty");
  const std::string first = text.word(0);
  const bool bare = !first.empty() && first.find_first_not_of("0123456789") == std::string::npos;
  if (bare) return read_long(text, layout, {3, 0, 5, 11, 8, 14}, true);
  const auto at = [&](const std::vector<std::string>& names) { return column_of(text, names, true); };
  const Fields fields{at({"Global_Time"}), at({"Vehicle_ID"}), at({"Local_Y"}),
                      at({"v_Vel"}),       at({"v_Length"}),   at({"Preceding", "Preceeding"})};
  return read_long(text, layout, fields, false);
}

// Fields of Time, Speed1 .. n, IVS1 .. n-1; rows above the header are meta data.
struct Wide {
  std::size_t time;
  std::vector<std::size_t> speed, spacing;
};

std::optional<std::size_t> find(const DelimitedText& row, const std::string& name) {
  for (std::size_t f = 0; f < row.size(); ++f)
    if (row.word(f) == name) return f;
  return {};
}

Wide find_header(DelimitedText& text) {
  constexpr int most_meta_data = 64;
  for (int n = 0; n < most_meta_data && text.next(); ++n) {
    const auto time = find(text, "Time");
    if (!time) continue;
    Wide wide{*time, {}, {}};
    while (const auto speed = find(text, "Speed" + std::to_string(wide.speed.size() + 1)))
      wide.speed.push_back(*speed);
    while (const auto spacing = find(text, "IVS" + std::to_string(wide.spacing.size() + 1)))
      wide.spacing.push_back(*spacing);
    if (wide.speed.size() < 2 || wide.spacing.size() + 1 < wide.speed.size())
      text.refuse(0, "needs columns Speed1 .. Speedn and IVS1 .. IVSn-1, n at least 2");
    return wide;
  }
  text.refuse("has no header with a column 'Time'");
}

Trajectories read_openacc(DelimitedText& text, Layout layout) {
  layout.time_unit = layout.distance_unit = layout.speed_unit = 1;
  const Wide wide = find_header(text);
  Recorder recorder(layout);
  double head = 0, time_before = 0, speed_before = 0;
  for (bool first = true; text.next(); first = false) {
    const double time = text.number(wide.time), speed = text.number(wide.speed.front());
    if (!first) head += (time - time_before) * 0.5 * (speed + speed_before);
    time_before = time;
    speed_before = speed;
    double place = head;
    for (std::size_t n = 0; n < wide.speed.size(); ++n) {
      if (n > 0) place -= text.number(wide.spacing[n - 1]) + layout.vehicle_length;
      auto& raw = recorder.row(text, std::to_string(n + 1), time, wide.time);
      raw.position.push_back(place);
      raw.speed.push_back(text.number(wide.speed[n]));
      raw.leader.push_back(std::to_string(n));  // "0": nobody
    }
  }
  return recorder.finish(text);
}

}  // namespace

Trajectories read_trajectories(const std::string& path, const Layout& layout) {
  DelimitedText text(path);
  if (layout.preset == "ngsim") return read_ngsim(text, layout);
  if (layout.preset == "openacc") return read_openacc(text, layout);
  require(layout.preset == "columns", "a layout that is known");
  return read_columns(text, layout);
}

}  // namespace attune::traffic
