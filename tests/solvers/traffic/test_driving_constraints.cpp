// tests/solvers/traffic/test_driving_constraints.cpp
#include "solvers/traffic/driving_constraints.hpp"

#include <catch2/catch_test_macros.hpp>

#include "tests/solvers/traffic/sights.hpp"

using namespace attune;
using namespace attune::traffic;

TEST_CASE("signs of partials are counted against rational driving") {
  Partials<8> f;
  CHECK(wrong_signs(f, 8) == 0);
  f.speed = 1;
  f.distance[0] = f.leader_speed[2] = -1e-300;
  f.distance[7] = -1;
  CHECK(wrong_signs(f, 8) == 4);
  CHECK(wrong_signs(f, 7) == 3);
  CHECK(wrong_signs(f, 1) == 2);
}

TEST_CASE("who drives forward by any law here drives rationally, save Gipps whose engine gains from speed") {
  for_each_law([](const auto& law) {
    INFO(law.name);
    int wrong = 0;
    for (int sight = 0; sight < 2000; ++sight)
      wrong += wrong_signs(
          law, test::random_sight<std::decay_t<decltype(law)>::capacity>(sight, law.vehicle_length(), true));
    if (std::string(law.name) != "gipps") CHECK(wrong == 0);
  });
  CHECK(wrong_signs(Gipps{}, uniform_sight(Gipps{}, 1000, 1)) == 1);
  CHECK(wrong_signs(Gipps{}, uniform_sight(Gipps{}, 1000, 20)) == 0);
}
