// tests/training/test_schedule.cpp
#include "training/schedule.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cmath>

#include "core/core/require.hpp"
#include "training/train_options.hpp"

using namespace attune;
using training::Schedule;

TEST_CASE("warm-up grows linearly to the largest rate, from which every course begins", "[training]") {
  const std::string shape = GENERATE("constant", "linear", "cosine", "inverse_sqrt");
  const Schedule schedule{shape, 0.5, 4, 20, 10};
  CHECK(schedule.rate(0) == 0.125);
  CHECK(schedule.rate(1) == 0.25);
  CHECK(schedule.rate(3) == 0.5);
  CHECK(schedule.rate(4) == 0.5);
  for (Index step = 4; step < 30; ++step) CHECK(schedule.rate(step + 1) <= schedule.rate(step));
}

TEST_CASE("constant stays, linear and cosine end at zero and stay there", "[training]") {
  const Schedule constant{"constant", 0.5, 2, 10, 1}, linear{"linear", 0.5, 2, 10, 1},
      cosine{"cosine", 0.5, 2, 10, 1};
  CHECK(constant.rate(1000) == 0.5);
  CHECK(linear.rate(6) == 0.25);
  CHECK(linear.rate(8) == 0.125);
  CHECK(std::abs(cosine.rate(6) - 0.25) < 1e-16);
  CHECK(std::abs(cosine.rate(4) - 0.25 * (1 + std::sqrt(0.5))) < 1e-15);
  for (const Index step : {10, 11, 1000}) {
    CHECK(linear.rate(step) == 0);
    CHECK(cosine.rate(step) == 0);
  }
}

TEST_CASE("inverse_sqrt falls to half at three horizons", "[training]") {
  const Schedule schedule{"inverse_sqrt", 0.5, 2, 0, 100};
  CHECK(schedule.rate(2) == 0.5);
  CHECK(schedule.rate(302) == 0.25);
  CHECK(schedule.rate(1502) == 0.125);
}

TEST_CASE("no warm-up, and no steps at all, are allowed", "[training]") {
  CHECK(Schedule{"linear", 0.5, 0, 1, 1}.rate(0) == 0.5);
  CHECK(Schedule{"linear", 0.5, 0, 0, 1}.rate(0) == 0.5);
  CHECK(Schedule{"cosine", 0.5, 5, 5, 1}.rate(4) == 0.5);
}

TEST_CASE("an unknown course is refused with the words that are known", "[training]") {
  try {
    Schedule{"exponential", 0.5, 0, 1, 1}.rate(0);
    FAIL("accepted");
  } catch (const InputError& error) {
    CHECK(error.code == Exit::deck);
    CHECK(std::string(error.what()).find("cosine") != std::string::npos);
  }
}

TEST_CASE("describe_training names every option once, and the defaults lie in the ranges", "[training]") {
  std::vector<std::string> names;
  const auto field = [&]<class Member>(const std::string& name, const Member& member, const std::string&,
                                       const std::string&, const auto&... said) {
    CHECK(std::find(names.begin(), names.end(), name) == names.end());
    names.push_back(name);
    Limits limits;
    (limits.set(said), ...);
    const auto& words = limits.choice.words;
    if constexpr (std::is_same_v<Member, std::string>)
      CHECK(std::find(words.begin(), words.end(), member) != words.end());
    else
      CHECK((member >= limits.range.least && member <= limits.range.most));
  };
  training::TrainOptions options;
  describe_training(field, options);
  CHECK(names.size() == 16);
}
