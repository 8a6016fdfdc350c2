// tests/experiments/traffic/parts/test_sumo.cpp
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "core/domain/domain.hpp"
#include "experiments/traffic/parts/sumo/child_process.hpp"
#include "experiments/traffic/parts/sumo/peer.hpp"

namespace attune::experiments::traffic::sumo {
namespace {

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::WithinAbs;

Ring two_vehicles() {
  Ring ring;
  ring.circumference = 100;
  ring.place = {1, 60};
  ring.speed = 5;
  return ring;
}

std::string step(const std::string& time, const std::string& first, const std::string& second) {
  return "<timestep time=\"" + time + "\">\n<vehicle id=\"0\" x=\"1\" type=\"idm\" speed=\"5\" " + first +
         "/>\n<vehicle id=\"1\" x=\"1\" type=\"idm\" speed=\"6\" " + second + "/>\n</timestep>\n";
}

TEST_CASE("programs are found on PATH alone, and their exit code is told", "[traffic][sumo]") {
  CHECK(is_installed("true"));
  CHECK_FALSE(is_installed("no_such_program_anywhere"));
  const ScratchFolder folder;
  CHECK(run_program({"true"}, folder.file("log")) == 0);
  CHECK(run_program({"false"}, folder.file("log")) == 1);
  CHECK(run_program({"no_such_program_anywhere"}, folder.file("log")) != 0);
  // No shell reads arguments.
  CHECK(run_program({"echo", "a; touch b", "$HOME"}, folder.file("log")) == 0);
  std::ifstream log(folder.file("log"));
  std::string line;
  std::getline(log, line);
  CHECK(line == "a; touch b $HOME");
}

TEST_CASE("a scratch folder leaves nothing behind", "[traffic][sumo]") {
  std::string file;
  {
    const ScratchFolder folder;
    file = folder.file("a");
    std::ofstream(file) << "a";
    CHECK(std::filesystem::exists(file));
  }
  CHECK_FALSE(std::filesystem::exists(std::filesystem::path(file).parent_path()));
}

TEST_CASE("vehicles begin on the arc where they are", "[traffic][sumo]") {
  const auto routes = routes_file(two_vehicles(), 100);
  CHECK_THAT(routes, ContainsSubstring("id=\"0\" type=\"idm\" depart=\"0\" departPos=\"1\""));
  CHECK_THAT(routes, ContainsSubstring("id=\"1\" type=\"idm\" depart=\"0\" departPos=\"10\""));
  CHECK_THAT(routes, ContainsSubstring("edges=\"e2 e3 e0 e1\""));
  CHECK_THAT(edges_file(two_vehicles()), ContainsSubstring("length=\"25\""));
}

TEST_CASE("places in SUMO's output go on growing, and every so many steps are kept", "[traffic][sumo]") {
  const ScratchFolder folder;
  std::ofstream(folder.file("fcd")) << "<fcd-export>\n"
                                    << step("0.00", "pos=\"1.0\" lane=\"e0_0\"", "pos=\"10.0\" lane=\"e2_0\"")
                                    << step("0.10", "pos=\"24.0\" lane=\"e0_0\"",
                                            "pos=\"24.0\" lane=\"e3_0\"")
                                    << step("0.20", "pos=\"2.0\" lane=\"e1_0\"", "pos=\"3.0\" lane=\"e0_0\"")
                                    << "</fcd-export>\n";
  const auto all = read_fcd(folder.file("fcd"), two_vehicles(), {0.1, false, 2, 2});
  REQUIRE(all.absent.empty());
  REQUIRE(all.place.size() == 4);
  CHECK_THAT(all.place[1], WithinAbs(60, 1e-12));
  CHECK_THAT(all.place[2], WithinAbs(27, 1e-12));
  CHECK_THAT(all.place[3], WithinAbs(103, 1e-12));
  CHECK_THAT(all.speed[3], WithinAbs(6, 1e-12));
}

TEST_CASE("what cannot be read is absent and says why", "[traffic][sumo]") {
  const ScratchFolder folder;
  const Run run{0.1, false, 1, 1};
  CHECK_THAT(read_fcd(folder.file("nothing"), two_vehicles(), run).absent,
             ContainsSubstring("lost vehicles"));
  for (const char* bad :
       {"pos=\"x\" lane=\"e0_0\"", "pos=\"1\" lane=\"q0_0\"", "pos=\"1\"", "pos=\"1\" lane=\"e9_0\""}) {
    std::ofstream(folder.file("fcd")) << step("0.00", bad, "pos=\"10.0\" lane=\"e2_0\"");
    CHECK_THAT(read_fcd(folder.file("fcd"), two_vehicles(), run).absent, ContainsSubstring("cannot be read"));
  }
}

TEST_CASE("without SUMO on PATH the course is empty on every rank", "[traffic][sumo][ranks]") {
  const char* path = std::getenv("PATH");
  const std::string before = path != nullptr ? path : "";
  setenv("PATH", "/nowhere", 1);
  const auto all = drive(two_vehicles(), {0.1, false, 1, 2}, Domain::world().communicator());
  setenv("PATH", before.c_str(), 1);
  CHECK(all.place.empty());
  CHECK(all.absent == "skipped: sumo is not installed");
}

}  // namespace
}  // namespace attune::experiments::traffic::sumo
