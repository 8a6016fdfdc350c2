// experiments/traffic/parts/jam_film.cpp
#include "experiments/traffic/parts/jam_film.hpp"

#include <algorithm>
#include <cmath>

namespace attune::experiments::traffic {
namespace {

struct Event {
  bool found = false;
  double time = 0, place = 0;
};

// The first rise of a vehicle's speed through `middle` after `from`.
Event rise_after(const RingFilm& film, std::size_t vehicle, double middle, double from) {
  const auto after = std::upper_bound(film.time.begin(), film.time.end(), from);
  auto n = static_cast<std::size_t>(std::max<std::ptrdiff_t>(1, after - film.time.begin()));
  for (; n < film.records(); ++n) {
    const std::size_t now = n * film.vehicles + vehicle, before = now - film.vehicles;
    if (!(film.speed[before] < middle && film.speed[now] >= middle)) continue;
    const double part = (middle - film.speed[before]) / (film.speed[now] - film.speed[before]);
    const double time = film.time[n - 1] + part * (film.time[n] - film.time[n - 1]);
    if (time > from) return {true, time, film.place[before] + part * (film.place[now] - film.place[before])};
  }
  return {};
}

}  // namespace

void RingFilm::absorb(const RingState& state, const RingShape& shape, Index road) {
  vehicles = static_cast<std::size_t>(shape.vehicles);
  length = 0;
  time.push_back(state.time);
  double x = state.place[road];
  for (Index i = road * shape.vehicles; i < (road + 1) * shape.vehicles; ++i) {
    place.push_back(x);
    headway.push_back(state.headway[i]);
    speed.push_back(state.speed[i]);
    x += state.headway[i];
    length += state.headway[i];
  }
}

RingFilm film_of(LoneRing& ring, Index records, Index every) {
  RingFilm film;
  for (Index n = 0; n < records; ++n) {
    if (n > 0) ring.advance(every);
    film.absorb(ring.see(), ring.shape);
  }
  return film;
}

JamPassage jam_passage(const RingFilm& film, double still) {
  if (film.records() < 2) return {};
  const auto [least, most] = std::minmax_element(film.speed.begin(), film.speed.end());
  if (!(*most - *least > still)) return {};
  const double middle = 0.5 * (*least + *most);
  std::size_t vehicle = film.vehicles - 1;
  const Event first = rise_after(film, vehicle, middle, film.time.front());
  if (!first.found) return {};
  JamPassage passage;
  Event last = first;
  std::vector<double> times{first.time};
  double behind = 0;  // ring lengths by which places are those of a lap before
  for (;;) {
    if (vehicle == 0) behind += film.length;
    vehicle = (vehicle + film.vehicles - 1) % film.vehicles;
    Event next = rise_after(film, vehicle, middle, last.time);
    if (!next.found) break;
    next.place -= behind;
    last = next;
    times.push_back(next.time);
    ++passage.links;
  }
  if (passage.links == 0) return {};
  const double elapsed = last.time - first.time;
  passage.delay = elapsed / static_cast<double>(passage.links);
  const std::size_t half = times.size() / 2;
  const double early = (times[half] - times.front()) / static_cast<double>(half);
  const double late = (times.back() - times[half]) / static_cast<double>(times.size() - 1 - half);
  if (passage.links >= 2) passage.unsteadiness = std::abs(late / early - 1);
  passage.jam_speed = (last.place - first.place) / elapsed;
  return passage;
}

}  // namespace attune::experiments::traffic
