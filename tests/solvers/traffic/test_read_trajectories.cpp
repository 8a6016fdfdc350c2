// tests/solvers/traffic/test_read_trajectories.cpp
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <filesystem>
#include <fstream>

#include "core/core/require.hpp"
#include "solvers/traffic/read_trajectories.hpp"

namespace attune::traffic {
namespace {

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::WithinAbs;

struct File {
  std::string path;
  explicit File(const std::string& text) {
    static int number = 0;
    std::string name = std::to_string(getpid());
    name += "_trajectories_" + std::to_string(++number) + ".csv";
    path = (std::filesystem::temp_directory_path() / name).string();
    std::ofstream(path) << text;
  }
  ~File() { std::filesystem::remove(path); }
};

Trajectories read(const std::string& text, const Layout& layout = {}) {
  return read_trajectories(File(text).path, layout);
}

std::string refusal(const std::string& text, const Layout& layout = {}) {
  const File file(text);
  try {
    read_trajectories(file.path, layout);
  } catch (const InputError& error) {
    CHECK(error.code == Exit::input);
    return std::string(error.what()).substr(file.path.size());
  }
  return "read";
}

TEST_CASE("columns are found by name and their units converted", "[traffic][trajectories]") {
  Layout layout;
  layout.time = "t";
  layout.vehicle = "car";
  layout.position = "x";
  layout.speed = "v";
  layout.length = "l";
  layout.leader = "ahead";
  layout.time_unit = 0.001;
  layout.distance_unit = 0.3048;
  layout.speed_unit = 0.3048;
  const auto all = read(
      "x,ahead,t,car,v,l\n0,b,500,a,10,15\n100,,500,b,10,12\n5,b,1000,a,10,15\n105,,1000,b,10,12\n", layout);
  REQUIRE(all.vehicles.size() == 2);
  CHECK_THAT(all.dt, WithinAbs(0.5, 1e-12));
  CHECK_THAT(all.start, WithinAbs(0.5, 1e-12));
  CHECK(all.vehicles[0].name == "a");
  CHECK(all.vehicles[0].leader == std::vector<Index>{1, 1});
  CHECK(all.vehicles[1].leader == std::vector<Index>{nobody, nobody});
  CHECK_THAT(all.vehicles[0].length, WithinAbs(15 * 0.3048, 1e-12));
  CHECK_THAT(all.vehicles[1].position[1], WithinAbs(105 * 0.3048, 1e-12));
  CHECK_THAT(all.vehicles[1].speed[0], WithinAbs(3.048, 1e-12));
}

TEST_CASE("rows between the ticks of the clock are interpolated", "[traffic][trajectories]") {
  Layout layout;
  layout.interval = 0.25;
  const auto all = read("time;vehicle;position;speed\n0;1;0;4\n0.5;1;2;6\n1;1;5;2\n", layout);
  REQUIRE(all.vehicles.size() == 1);
  REQUIRE(all.vehicles[0].samples() == 5);
  for (const auto& [k, x, v] : {std::tuple{1, 1.0, 5.0}, {2, 2.0, 6.0}, {3, 3.5, 4.0}, {4, 5.0, 2.0}}) {
    CHECK_THAT(all.vehicles[0].position[k], WithinAbs(x, 1e-12));
    CHECK_THAT(all.vehicles[0].speed[k], WithinAbs(v, 1e-12));
  }
}

TEST_CASE("without a column of leaders, it is the nearest vehicle ahead at that time",
          "[traffic][trajectories]") {
  const std::string text =
      "time vehicle position speed\n0 a 0 1\n0 b 10 1\n0 c 20 1\n1 a 12 1\n1 b 11 1\n1 c 21 1\n";
  CHECK(read(text).vehicles[0].leader == std::vector<Index>{1, 2});
  CHECK(read(text).vehicles[1].leader == std::vector<Index>{2, 0});
  CHECK(read(text).vehicles[2].leader == std::vector<Index>{nobody, nobody});
  Layout ring;
  ring.circumference = 40;
  CHECK(read(text, ring).vehicles[2].leader == std::vector<Index>{0, 1});
}

TEST_CASE("on a ring positions go on growing", "[traffic][trajectories]") {
  Layout ring;
  ring.circumference = 40;
  const auto all = read("time,vehicle,position,speed\n0,a,30,6\n1,a,36,6\n2,a,2,6\n3,a,8,6\n", ring);
  CHECK_THAT(all.vehicles[0].position[3], WithinAbs(48, 1e-12));
}

TEST_CASE("NGSIM: feet and milliseconds, with and without a header", "[traffic][trajectories]") {
  Layout layout;
  layout.preset = "ngsim";
  const std::string header =
      "Vehicle_ID,Frame_ID,Total_Frames,Global_Time,Local_X,Local_Y,Global_X,Global_Y,v_length,v_Width,v_"
      "Class,v_Vel,"
      "v_Acc,Lane_ID,Preceding,Following,Space_Headway,Time_Headway\n";
  const std::string rows =
      "2,13,437,1118846980200,16.4,35.3,6451137.6,1873344.9,14.5,4.9,2,40.0,0.0,2,7,13,0.0,0.0\n"
      "2,14,437,1118846980300,16.4,39.3,6451140.3,1873342.0,14.5,4.9,2,40.0,0.0,2,0,13,0.0,0.0\n"
      "7,13,437,1118846980200,16.4,90.3,6451137.6,1873344.9,14.5,4.9,2,40.0,0.0,2,0,2,0.0,0.0\n"
      "7,14,437,1118846980300,16.4,94.3,6451140.3,1873342.0,14.5,4.9,2,40.0,0.0,2,0,2,0.0,0.0\n";
  std::string bare = rows;
  for (char& c : bare)
    if (c == ',') c = ' ';
  for (const auto& text : {header + rows, bare}) {
    const auto all = read(text, layout);
    REQUIRE(all.vehicles.size() == 2);
    CHECK_THAT(all.dt, WithinAbs(0.1, 1e-9));
    CHECK_THAT(all.vehicles[0].position[1], WithinAbs(39.3 * 0.3048, 1e-12));
    CHECK_THAT(all.vehicles[0].length, WithinAbs(14.5 * 0.3048, 1e-12));
    CHECK_THAT(all.vehicles[0].speed[0], WithinAbs(12.192, 1e-12));
    CHECK(all.vehicles[0].leader == std::vector<Index>{1, nobody});
  }
}

TEST_CASE("OpenACC: followers keep the recorded spacing to the vehicle ahead", "[traffic][trajectories]") {
  Layout layout;
  layout.preset = "openacc";
  layout.vehicle_length = 4;
  const auto all = read(
      "Date,04,07,2019\nVehicle_order,A,B,C\nNumber_of_vehicles,3\nACC,1\nDistance_setting,shortest\n"
      "Time,Speed1,E1,Speed2,E2,Speed3,E3,IVS1,IVS2\n0.0,10,0,9,0,8,0,20,30\n0.1,12,0,9,0,8,0,21,29\n",
      layout);
  REQUIRE(all.vehicles.size() == 3);
  CHECK_THAT(all.vehicles[0].position[1], WithinAbs(1.1, 1e-12));
  CHECK_THAT(all.vehicles[1].position[1], WithinAbs(1.1 - 25, 1e-12));
  CHECK_THAT(all.vehicles[2].position[1], WithinAbs(1.1 - 25 - 33, 1e-12));
  CHECK(all.vehicles[0].leader[0] == nobody);
  CHECK(all.vehicles[2].leader[0] == 1);
}

TEST_CASE("what is wrong with a file is told with its place", "[traffic][trajectories]") {
  const std::string header = "time,vehicle,position,speed\n";
  CHECK_THAT(refusal(header + "0,a,0,1\n1,a,x1,1\n"), ContainsSubstring(":3:5: 'x1' is not a number"));
  CHECK_THAT(refusal(header + "0,a,0,nan\n"), ContainsSubstring(":2:7: 'nan' is not finite"));
  CHECK_THAT(refusal(header + "0,a,inf,1\n"), ContainsSubstring(":2:5: 'inf' is not finite"));
  CHECK_THAT(refusal(header + "0,a,,1\n"), ContainsSubstring(":2:5: '' is not a number"));
  CHECK_THAT(refusal(header + "0,a,1\n"), ContainsSubstring(":2:5: the row has 3 fields; field 4 is needed"));
  CHECK_THAT(refusal(header + "1,a,0,1\n1,a,0,1\n"),
             ContainsSubstring(":3:1: vehicle a has a row that is not later"));
  CHECK_THAT(refusal(header + "1,a,0,1\n9,a,0,1\n"), ContainsSubstring(":3:1: vehicle a has no row for 8.0"));
  CHECK_THAT(refusal("time,vehicle,x,speed\n"),
             ContainsSubstring(":1:1: no column 'position'; there are time, vehicle, x, speed"));
  CHECK_THAT(refusal(header), ContainsSubstring("has no rows"));
  CHECK_THAT(refusal(""), ContainsSubstring("is empty"));
  CHECK_THAT(refusal(header + "0,a,0,1\n"), ContainsSubstring("no vehicle with two samples"));
  CHECK_THAT(refusal(header + std::string(70000, '1')), ContainsSubstring(":2:1: a line of more than"));
  CHECK_THROWS_AS(read_trajectories("/no/such/file.csv", {}), InputError);
  CHECK_THROWS_AS(read_trajectories("/dev/zero", {}), InputError);
}

TEST_CASE("a clock too fine for the file is refused", "[traffic][trajectories]") {
  Layout layout;
  layout.interval = 1e-9;
  CHECK_THAT(refusal("time,vehicle,position,speed\n0,a,0,1\n1,a,1,1\n", layout),
             ContainsSubstring("interval"));
}

TEST_CASE("quotes, byte order marks and carriage returns are no trouble", "[traffic][trajectories]") {
  const auto all = read(
      "\xef\xbb\xbf\"time\",\"vehicle\",position,speed\r\n# a remark\r\n0,\"a, first\",0,1\r\n\r\n1,\"a, "
      "first\",1,1\r\n");
  REQUIRE(all.vehicles.size() == 1);
  CHECK(all.vehicles[0].name == "a, first");
}

}  // namespace
}  // namespace attune::traffic
