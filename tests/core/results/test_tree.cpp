// tests/core/results/test_tree.cpp
#include "core/results/tree.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "core/results/attribute.hpp"
#include "core/results/slabs.hpp"
#include "core/results/stored.hpp"
#include "scratch.hpp"

using namespace attune;

namespace {

Tree sample() {
  Tree tree;
  tree.attribute("/", "name", "diffusion");
  tree.attribute("/", "parameters", std::vector<std::string>{"kappa", "r"});
  tree.data("t0_fields/temperature", {2, 3}, std::vector<float>{1, 2, 3, 4, 5, 6});
  tree.data("dimensions/time", {}, std::vector<double>{0.5});
  tree.data("boundary/x/mask", {3}, std::vector<bool>{true, false, true});
  tree.data("count", {2}, std::vector<Index>{7, 8});
  tree.attribute("t0_fields/temperature", "varying", std::vector<bool>{true, false});
  tree.attribute("t0_fields", "rate", 0.25);
  tree.attribute("boundary/x", "fields", std::vector<std::string>{});
  tree.attribute("boundary/x", "steps", Index(12));
  tree.attribute("boundary/x", "fixed", false);
  return tree;
}

}  // namespace

TEST_CASE("a tree is read back: groups, values of every kind, attributes", "[tree]") {
  const std::string folder = scratch("tree");
  const Domain world = Domain::world();
  write_tree(folder + "/deep/a.hdf5", sample(), world);
  const auto foreign = results::open_checked(folder + "/deep/a.hdf5");
  CHECK(foreign.data.size() == 4);
  const auto field = results::open_data(foreign.file, "t0_fields/temperature");
  CHECK(results::shape_of(field) == std::vector<Index>{2, 3});
  std::vector<float> values(6);
  results::read_range(field, H5T_NATIVE_FLOAT, {0, 0}, {2, 3}, values.data());
  CHECK(values == std::vector<float>{1, 2, 3, 4, 5, 6});
  CHECK(results::read_scalar(results::open_data(foreign.file, "dimensions/time")) == 0.5);
  CHECK(results::read_number_attribute(results::open_group(foreign.file, "t0_fields"), "rate") == 0.25);
  CHECK(results::read_integer_attribute(results::open_group(foreign.file, "boundary/x"), "steps") == 12);
  CHECK(results::has_attribute(results::open_group(foreign.file, "boundary/x"), "fields"));
}

TEST_CASE("a tree has the same bytes every time, and leaves no temporary file", "[tree]") {
  const std::string folder = scratch("trees");
  const Domain world = Domain::world();
  write_tree(folder + "/a.hdf5", sample(), world);
  write_tree(folder + "/b.hdf5", sample(), world);
  CHECK(read_bytes(folder + "/a.hdf5") == read_bytes(folder + "/b.hdf5"));
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files += entry.is_regular_file();
  CHECK(files == 2);
}

TEST_CASE("a tree that cannot be written is an error on every rank", "[tree]") {
  const std::string folder = scratch("no_tree");
  const Domain world = Domain::world();
  if (world.speaks()) write_bytes(folder + "/file", "");
  world.any(false);
  CHECK(input_error([&] { write_tree(folder + "/file/a.hdf5", sample(), world); }).starts_with("5 "));
  Tree wrong;
  CHECK_THROWS_AS(wrong.data("x", {3}, std::vector<double>{1, 2}), BrokenPromise);
}
