// tests/core/results/test_results.cpp
#include "core/results/results.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "core/core/require.hpp"
#include "core/results/inspect.hpp"
#include "core/results/read_field.hpp"
#include "core/results/run_record.hpp"
#include "sample.hpp"
#include "scratch.hpp"

using namespace attune;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;

namespace {

constexpr Dataset loss{"loss", "1", "epoch net", "training loss"};
constexpr Dataset curve{"curve", "1", "epoch", "a curve"};

std::vector<double> values_of(const std::string& file, const std::string& name, const Box& box,
                              int dimensions) {
  return read_box(file + ":/" + name, box, dimensions, Domain::world().communicator());
}

void wait_for_all() { Domain::world().any(false); }

}  // namespace

TEST_CASE("a closed result holds what was written and nothing is left over", "[results]") {
  const std::string out = scratch("closed");
  const std::string path = sample::write(out);
  CHECK(path == out + "/family/sample.h5");
  CHECK(verify_files({out}).text == "3 files, 0 faults\n");

  CHECK(values_of(path, "table", grid_box({2, 3}), 2) == std::vector<double>{1, 2, 3, 4, 5, 6});
  CHECK(values_of(path, "gap", grid_box({3}), 1) == std::vector<double>{0.5, 0.25, 0.125});
  const Domain flat = Domain::world().split(grid_box({517, 1031}), {true, true, true});
  const auto mine = values_of(path, "plane", flat.mine(), 2);
  CHECK(mine.front() == static_cast<double>(flat.mine().lower[1] * 1031 + flat.mine().lower[2]));
  CHECK(mine.back() == static_cast<double>((flat.mine().upper[1] - 1) * 1031 + flat.mine().upper[2] - 1));

  const auto numbers = values_of(path, "snapshot_step", grid_box({2}), 1);
  CHECK(numbers == std::vector<double>{3, 12});
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(out + "/family"))
    files += entry.is_regular_file();
  CHECK(files == 3);
}

TEST_CASE("writing again gives the same bytes", "[results]") {
  const std::string first = scratch("again1"), second = scratch("again2");
  sample::write(first);
  sample::write(second);
  for (const char* name :
       {"/family/sample.h5", "/family/sample.step00000003.h5", "/family/sample.step00000012.h5"})
    CHECK(read_bytes(first + name) == read_bytes(second + name));
}

TEST_CASE("results that are never closed leave no file and keep the last good one", "[results]") {
  const std::string out = scratch("unclosed");
  const std::string path = sample::write(out), before = read_bytes(path);
  wait_for_all();
  {
    Results results(out, sample::provenance(), Domain::world());
    results.append(curve, 1);
  }
  CHECK(read_bytes(path) == before);
  CHECK_FALSE(std::filesystem::exists(out + "/family/.sample.h5.tmp"));
}

TEST_CASE("a value that is not finite is refused by name and place, on every rank", "[results]") {
  const Domain world = Domain::world();
  Results results(scratch("nan"), sample::provenance(), world);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(input_error([&] {
          results.write(loss, Array{{4, 3}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, nan}});
        }) == "6 data set 'loss' has a value that is not finite at (3, 2)");
  CHECK(input_error([&] { results.write(sample::total, INFINITY); }) == "6 data set 'total' is not finite");
  CHECK(input_error([&] {
          results.append(curve, 1);
          results.append(curve, nan);
        }) == "6 data set 'curve' has a value that is not finite at (1)");

  const Domain flat = world.split(grid_box({5, 7}), {true, true, true});
  const auto u = sample::field_on<double>(flat, 1);
  const Box mine = flat.mine();
  if (mine.lower[1] <= 4 && 4 < mine.upper[1] && mine.lower[2] <= 5 && 5 < mine.upper[2]) {
    const Field<double> hole = u;
    const Index row = 4 - mine.lower[1], column = 5 - mine.lower[2];
    Kokkos::parallel_for(
        "hole", 1, KOKKOS_LAMBDA(int) { hole(0, row, column) = nan; });
  }
  CHECK(input_error([&] { results.write(sample::plane, u, flat); }) ==
        "6 data set 'plane' has a value that is not finite at (4, 5)");
}

TEST_CASE("what the caller gets wrong is a broken promise", "[results]") {
  Results results(scratch("promises"), sample::provenance(), Domain::world());
  results.write(curve, {1, 2, 3});
  CHECK_THROWS_WITH(results.write(curve, {1, 2, 3}), ContainsSubstring("data set 'curve' is written once"));
  CHECK_THROWS_WITH(results.write(loss, Array{{2, 2}, {1, 2, 3, 4}}),
                    ContainsSubstring("axis 'epoch' has one length: 3, not 2 as in data set 'loss'"));
  CHECK_THROWS_WITH(results.write(loss, Array{{3, 2}, {1, 2}}),
                    ContainsSubstring("as many values as its shape"));
  CHECK_THROWS_AS(results.write(loss, {1, 2, 3}), BrokenPromise);
  results.claim(sample::claim("once", 1));
  CHECK_THROWS_WITH(results.claim(sample::claim("once", 1)), ContainsSubstring("claim 'once' is made once"));
  CHECK_THROWS_AS(results.claim(sample::claim("two words", 1)), BrokenPromise);
  constexpr Dataset group{"claims", "1", "", "the name of a group"};
  CHECK_THROWS_AS(results.write(group, 1), BrokenPromise);
}

TEST_CASE("a claim is judged by its kind, and only at its scale", "[results]") {
  CHECK(verdict(Kind::equal_abs, 1.5, 1, 0.5));
  CHECK_FALSE(verdict(Kind::equal_abs, 1.6, 1, 0.5));
  CHECK(verdict(Kind::equal_rel, -110, -100, 0.1));
  CHECK_FALSE(verdict(Kind::equal_rel, -111, -100, 0.1));
  CHECK(verdict(Kind::at_most, 1.5, 1, 0.5));
  CHECK_FALSE(verdict(Kind::at_most, 1.6, 1, 0.5));
  CHECK(verdict(Kind::at_least, 0.5, 1, 0.5));
  CHECK_FALSE(verdict(Kind::at_least, 0.4, 1, 0.5));
  CHECK_FALSE(verdict(Kind::at_least, INFINITY, 1, 0.5));
  CHECK_FALSE(verdict(Kind::equal_abs, std::nan(""), 1, INFINITY));

  Results results(scratch("verdicts"), sample::provenance(), Domain::world());
  CHECK(results.claim(sample::claim("green", 1)) == 1);
  CHECK(results.claim(sample::claim("red", 9)) == 0);
  Claim claim = sample::claim("later", 9);
  claim.min_scale = Scale::quick;
  CHECK(results.claim(claim) == -1);
  claim = sample::claim("absent", 9);
  claim.absent = "no OpenBLAS";
  CHECK(results.claim(claim) == -1);
}

TEST_CASE("a place that cannot be written is an I/O error on every rank", "[results]") {
  const std::string out = scratch("places");
  const Domain world = Domain::world();
  if (world.speaks()) {
    write_bytes(out + "/file", "not a directory");
    std::filesystem::create_directories(out + "/taken/family/sample.h5");
  }
  wait_for_all();
  CHECK_THAT(input_error([&] { Results(out + "/file", sample::provenance(), world); }),
             StartsWith("5 " + out + "/file/family/sample.h5: cannot make directory"));
  CHECK_THAT(input_error([&] { Results(out + "/taken", sample::provenance(), world); }),
             ContainsSubstring("is a directory"));

  Results results(out, sample::provenance(), world);
  results.append(curve, 1);
  if (world.speaks()) std::filesystem::remove_all(out + "/family");
  wait_for_all();
  CHECK_THAT(input_error([&] { results.close(); }), ContainsSubstring("No such file or directory"));
}

TEST_CASE("a measurement is written to a file of its own", "[results]") {
  Provenance run = sample::provenance();
  run.measurement = true;
  const std::string out = scratch("timing");
  Results results(out, run, Domain::world());
  results.append(curve, 1);
  results.claim(sample::claim("fast", 1));
  results.close();
  CHECK(results.path() == out + "/family/sample.timing.h5");
  CHECK(verify_files({out}).sound);
}

TEST_CASE("fields of one axis, flat fields and ranks without cells make snapshots", "[results]") {
  const std::string out = scratch("flat");
  const Domain world = Domain::world();
  Results results(out, sample::provenance(), world);
  constexpr Dataset line{"line", "K", "x", "temperature"}, row{"row", "K", "y x", "temperature"},
      sheet{"sheet", "K", "z y x", "temperature"};
  const Domain one = world.split(grid_box({11}), {true, true, true});
  const Domain two = world.split(grid_box({1, 12}), {true, true, true});
  const Domain three = world.split(grid_box({4, 1, 5}), {true, true, true});
  results.snapshot(1, 0, {{"x"}, {0}, {1}}, {{line, sample::field_on<float>(one, 1)}}, one);
  results.snapshot(2, 0, {{"y", "x"}, {0, 0}, {1, 1}}, {{row, sample::field_on<double>(two, 0)}}, two);
  results.snapshot(3, 0, {{"z", "y", "x"}, {0, 0, 0}, {1, 1, 1}},
                   {{sheet, sample::field_on<double>(three, 0)}}, three);

  auto first = Field<double>("first", world.speaks() ? grid_box({11}) : Box{{0, 0, 0}, {0, 0, 0}});
  Kokkos::deep_copy(first.values, 5.0);
  results.write(line, first, one);
  results.claim(sample::claim("made", 1));
  results.close();
  CHECK(verify_files({out}).text == "4 files, 0 faults\n");
  CHECK(values_of(out + "/family/sample.h5", "line", grid_box({11}), 1) == std::vector<double>(11, 5.0));
  const std::string flat = out + "/family/sample.step00000003.h5";
  std::vector<double> twice;
  for (int z = 0; z < 4; ++z)
    for (int i = 0; i < 10; ++i) twice.push_back(5 * z + i % 5);
  CHECK(values_of(flat, "VTKHDF/PointData/sheet", grid_box({4, 2, 5}), 3) == twice);
}

TEST_CASE("the record of a run is JSON, whatever stands on the command line", "[results]") {
  CHECK(json_string("a\"b\\c\n\x01") == "\"a\\\"b\\\\c\\u000a\\u0001\"");
  CHECK(json_string("gr\xc3\xbc\xc3\x9f \xff\xc3") == "\"gr\xc3\xbc\xc3\x9f \\ufffd\\ufffd\"");
  const std::string out = scratch("record");
  write_run_record(out, {"family/sample", {"attune", "run"}, utc_now(), 1.5}, Domain::world());
  const std::string text = read_bytes(out + "/family/sample.run.json");
  CHECK_THAT(text, ContainsSubstring("\"command\": [\"attune\", \"run\"]"));
  CHECK_THAT(text, ContainsSubstring("\"ranks\": " + std::to_string(Domain::world().communicator().size)));
  CHECK_THAT(text, ContainsSubstring("\"wall_seconds\": 1.500"));
}
