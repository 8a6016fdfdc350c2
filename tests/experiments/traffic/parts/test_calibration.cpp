// tests/experiments/traffic/parts/test_calibration.cpp
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include "core/core/require.hpp"
#include "core/domain/domain.hpp"
#include "experiments/traffic/parts/calibration/cast.hpp"
#include "experiments/traffic/parts/calibration/outcome.hpp"
#include "experiments/traffic/parts/calibration/recordings.hpp"
#include "experiments/traffic/parts/calibration/truth.hpp"
#include "solvers/traffic/idm.hpp"

namespace attune::experiments::traffic::calibration {
namespace {

using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

const Contender& law_called(const std::vector<Contender>& all, const std::string& name) {
  for (const auto& one : all)
    if (one.name == name) return one;
  throw BrokenPromise("no such law");
}

TEST_CASE("any z is a parameter that a deck could have asked for, and back", "[traffic][calibration]") {
  for (const auto& law : cast())
    for (const auto& p : law.parameters)
      for (const double z : {-3.0, 0.1, 2.0}) {
        INFO(law.name << "." << p.name);
        const double value = from_free(p, z);
        CHECK((value > p.least && value < p.most));
        CHECK_THAT(to_free(p, value), WithinAbs(z, 1e-9));
      }
}

TEST_CASE("least squares finds the least of Rosenbrock's valley", "[traffic][calibration]") {
  const Problem problem{2, [](const std::vector<double>& z, double* r) {
                          r[0] = 10 * (z[1] - z[0] * z[0]);
                          r[1] = 1 - z[0];
                          return true;
                        }};
  const auto end = minimum_near(problem, {-1.2, 1}, {});
  CHECK_THAT(end.z[0], WithinAbs(1, 1e-8));
  CHECK_THAT(end.z[1], WithinAbs(1, 1e-8));
  Search search;
  search.centre = {-1.2, 1};
  search.reach = 0.5;
  CHECK(minimum_near(problem, {-1.2, 1}, search).z[0] <= -0.7);
}

TEST_CASE("a follower behind a steady leader comes to the equilibrium of its law", "[traffic][calibration]") {
  const attune::traffic::Idm law;
  Record record;
  const std::size_t samples = 6000;
  record.position.assign(samples, 0);
  record.ahead_position.resize(1);
  for (std::size_t k = 0; k < samples; ++k)
    record.ahead_position[0].push_back(50 + 10 * record.dt * double(k));
  record.ahead_speed.assign(1, std::vector<double>(samples, 10));
  std::vector<double> x(samples), v(samples);
  REQUIRE(follow(law, record, {0, samples}, {0, 0}, x.data(), v.data()));
  CHECK_THAT(v.back(), WithinRel(10, 1e-6));
  const double expected = attune::traffic::equilibrium_headway(law, 10);
  CHECK_THAT(record.ahead_position[0].back() - x.back(), WithinRel(expected, 1e-6));
}

TEST_CASE("every law has its parameters back from its own trajectory", "[traffic][calibration]") {
  StopAndGo course;
  course.duration = 300;
  for (const auto& law : cast()) {
    INFO(law.name);
    const auto truth = make_truth(law, course, 0.1, 8, {3, 1}, 7);
    const auto fit = calibrate(law, truth.record, {}, {3, 2}, 7);
    REQUIRE(fit.found);
    CHECK(fit.rms < 1e-8);
    for (std::size_t n = 0; n < law.parameters.size(); ++n)
      if (truth.told[n]) CHECK_THAT(fit.values[n], WithinRel(truth.values[n], 1e-6));
  }
}

TEST_CASE("a law that contains another one follows it", "[traffic][calibration]") {
  const auto all = cast();
  StopAndGo course;
  course.duration = 200;
  const auto truth = make_truth(law_called(all, "acc"), course, 0.1, 8, {3, 1}, 1);
  const auto fit = calibrate(law_called(all, "cacc"), truth.record, {}, {3, 2}, 1);
  CHECK(fit.held_out_rms < 0.05);
}

TEST_CASE("intervals are as wide as errors of measurement say", "[traffic][calibration]") {
  const auto all = cast();
  const auto& law = law_called(all, "fvdm");
  const auto truth = make_truth(law, {}, 0.1, 8, {5, 1}, 2);
  double width[2];
  for (int n = 0; n < 2; ++n) {
    const auto record = measured(truth.record, n == 0 ? 0.1 : 0.2, {5, 3}, 2);
    Plan plan;
    plan.free_start = true;
    const auto fit = calibrate(law, record, plan, {5, 2}, 2);
    const auto found = intervals(law, record, fit, true, {}, {5, 4}, 2);
    REQUIRE(found.front().known);
    width[n] = found.front().high - found.front().low;
  }
  CHECK_THAT(width[1] / width[0], WithinRel(2, 0.2));
}

TEST_CASE("outcomes are the same on any number of ranks", "[traffic][calibration][ranks]") {
  const auto outcome = [](std::size_t n) {
    Outcome one;
    one.rms = 1.0 / (3.0 + static_cast<double>(n));
    one.values = {static_cast<double>(n), -0.5};
    one.intervals = {{1, 2, true}, {3, 4, false}};
    return one;
  };
  const auto all = dealt_outcomes(7, {2, 1}, Domain::world().communicator(), outcome);
  for (std::size_t n = 0; n < all.size(); ++n) {
    CHECK(all[n].rms == outcome(n).rms);
    CHECK(all[n].values == outcome(n).values);
    CHECK(all[n].intervals[0].known);
    CHECK_FALSE(all[n].intervals[1].known);
    CHECK(std::isnan(all[n].stability.gain));
  }
}

TEST_CASE("followers are cut where the vehicle ahead stays the same", "[traffic][calibration]") {
  attune::traffic::Trajectories all;
  all.dt = 1;
  all.circumference = 100;
  for (int n = 0; n < 3; ++n) {
    attune::traffic::Trajectory one{std::to_string(n), 0, 4.0 + n, {}, {}, {}};
    for (int k = 0; k < 10; ++k) {
      one.position.push_back(30.0 * n + 5 * k);
      one.speed.push_back(5);
      one.leader.push_back(n == 0 && k < 3 ? 2 : (n + 1) % 3);
    }
    all.vehicles.push_back(one);
  }
  const auto found = followers(all, 5, 10, 8);
  REQUIRE(found.size() == 3);
  CHECK(found[0].name == "1");
  CHECK(found[2].name == "0");
  CHECK(found[2].record.samples() == 7);
  // Vehicle 1 is behind 2, of length 6, that one behind 0, of length 4: gaps of 24 and 36.
  const Record& one = found[0].record;
  CHECK(one.length == 6);
  REQUIRE(one.leaders() == 2);
  CHECK_THAT(one.ahead_position[0][0] - one.position[0], WithinAbs(24 + 6, 1e-12));
  CHECK_THAT(one.ahead_position[1][0] - one.position[0], WithinAbs(24 + 36 + 2 * 6, 1e-12));
  CHECK_FALSE(one.has_behind());
  // Vehicle 2 is behind 0, whose own leader changes. Vehicle 0 has 2 behind it, at a gap of 36.
  CHECK(found[1].record.leaders() == 1);
  REQUIRE(found[2].record.has_behind());
  CHECK(found[2].record.length == 5);
  CHECK_THAT(found[2].record.position[0] - found[2].record.behind_position[0], WithinAbs(36 + 5, 1e-12));
}

}  // namespace
}  // namespace attune::experiments::traffic::calibration
