// tests/core/results/test_inspect.cpp
#include "core/results/inspect.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "core/core/require.hpp"
#include "sample.hpp"
#include "scratch.hpp"

using namespace attune;
using Catch::Matchers::ContainsSubstring;

namespace {

constexpr Dataset curve{"curve", "m", "x", "height"};
constexpr Dataset total{"total", "m", "", "sum"};

// A result of one curve and one claim.
std::string write(const std::string& name, const std::vector<double>& values, Role role, double measured) {
  Results results(scratch(name), sample::provenance(), Domain::world());
  results.write(curve, values);
  Claim claim = sample::claim("height", measured);
  claim.role = role;
  results.claim(claim);
  results.close();
  return results.path();
}

std::string rows(const std::string& path) { return inspect_claims({path}).text.substr(path.size()); }

}  // namespace

TEST_CASE("a claims table has a row a claim, and only a claim that counts makes it red", "[inspect]") {
  const std::string identity = write("identity", {1}, Role::identity, 5);
  const std::string empirical = write("empirical", {1}, Role::empirical, 5);
  const auto table = inspect_claims({identity});
  CHECK_FALSE(table.sound);
  CHECK_THAT(table.text, ContainsSubstring("RED  height"));
  CHECK_THAT(table.text,
             ContainsSubstring("equal_abs  1         0.5        1     identity  the value is one\n"));
  CHECK_THAT(table.text, ContainsSubstring("1 claims: 0 hold, 1 red (1 that count), 0 not evaluated"));
  CHECK(inspect_claims({empirical}).sound);
  CHECK_FALSE(inspect_claims({empirical, identity}).sound);

  const std::string out = scratch("table");
  sample::write(out);
  CHECK_THAT(inspect_claims({out}).text,
             ContainsSubstring("3 claims: 1 hold, 1 red (1 that count), 1 not evaluated"));
}

TEST_CASE("every flipped bit of a result is found, or changes nothing", "[inspect]") {
  const std::string path = write("flipped", {1, 2, 3, 4}, Role::identity, 1), whole = read_bytes(path);
  const std::string damaged = scratch("damaged") + "/sample.h5";
  REQUIRE(verify_files({path}).sound);
  if (!Domain::world().speaks()) return;

  int found = 0, unseen = 0, silent = 0;
  for (std::size_t place = 0; place < whole.size(); place += 19) {
    std::string bytes = whole;
    bytes[place] = static_cast<char>(bytes[place] ^ (1 << (place / 19 % 8)));
    write_bytes(damaged, bytes);
    if (!verify_files({damaged}).sound) {
      ++found;
      continue;
    }
    const bool same = diff_files(path, damaged, 0).sound && rows(path) == rows(damaged) &&
                      describe_file(path).text == describe_file(damaged).text;
    same ? ++unseen : ++silent;
  }
  CAPTURE(found, unseen);
  CHECK(silent == 0);
  CHECK(found > unseen / 4);
}

TEST_CASE("faults of a file are told one a line", "[inspect]") {
  const std::string folder = scratch("faults");
  write_bytes(folder + "/text.h5", "this is text");
  Domain::world().any(false);
  const auto said = verify_files({folder});
  CHECK_FALSE(said.sound);
  CHECK(said.text == folder + "/text.h5: is not an HDF5 file that can be read\n1 files, 1 faults\n");
  CHECK_THAT(input_error([&] { inspect_claims({scratch("empty")}); }), ContainsSubstring("no result files"));
  CHECK_THAT(input_error([&] { describe_file("/nowhere.h5"); }), ContainsSubstring("there is no such file"));
}

TEST_CASE("a comparison of two files tells what differs and by how much", "[inspect]") {
  const std::string a = write("a", {1, 2, 4}, Role::identity, 1),
                    b = write("b", {1, 2, 5}, Role::identity, 1);
  const std::string c = write("c", {1, 2}, Role::identity, 1);
  CHECK(diff_files(a, a, 0).text == "2 data sets, the same\n");
  const auto said = diff_files(a, b, 0.1);
  CHECK_FALSE(said.sound);
  CHECK_THAT(said.text, ContainsSubstring("curve: largest difference 1, relative 0.2\n"));
  CHECK(diff_files(a, b, 0.2).sound);
  CHECK_THAT(diff_files(a, c, 1).text, ContainsSubstring("curve: shapes (3) and (2)"));

  Results results(scratch("d"), sample::provenance(), Domain::world());
  results.write(total, 7);
  results.close();
  CHECK_THAT(diff_files(a, results.path(), 0).text, ContainsSubstring("curve: only in " + a));
}

TEST_CASE("info gives the provenance and the deck", "[inspect]") {
  const auto said = describe_file(write("info", {1}, Role::identity, 1)).text;
  for (const char* part : {"experiment  family/sample\n", "scale       smoke\n", "seed        7\n",
                           "git         ", "curve (1)  [m]  height\n", "cells = [5, 7]  # [1]\n"})
    CHECK_THAT(said, ContainsSubstring(part));
}
