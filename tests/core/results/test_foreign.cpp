// tests/core/results/test_foreign.cpp
//
// files/ holds what make_foreign_files.py made.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "core/core/require.hpp"
#include "core/results/array_file.hpp"
#include "core/results/inspect.hpp"
#include "core/results/read_field.hpp"
#include "scratch.hpp"

using namespace attune;
using Catch::Matchers::ContainsSubstring;

namespace {

std::string given(const std::string& name) {
  return (std::filesystem::path(ATTUNE_FOREIGN_FILES) / name).string();
}

const Communicator& ranks() {
  static const Domain world = Domain::world();
  return world.communicator();
}

}  // namespace

TEST_CASE("a file that leads elsewhere, runs plugins or claims too much is refused", "[foreign]") {
  const auto [name, reason] = GENERATE(table<std::string, std::string>({
      {"external_link", "/map is a link to another file"},
      {"nested_external_link", "/a/b/c/d is a link to another file"},
      {"soft_link_through_external_link", "/door is a link to another file"},
      {"user_defined_link", "/map is a link of an unknown kind"},
      {"external_storage", "/map keeps its values in another file"},
      {"virtual", "/map is a virtual data set"},
      {"dangling_soft_link", "/map is a link that leads nowhere"},
      {"soft_link_loop", "is a link that leads nowhere"},
      {"plugin_filter", "/map is packed by filter 32000"},
      {"scale_offset", "/map is packed by filter 6"},
      {"overflowing_shape", "with /map its data sets have more than"},
      {"too_large", "its data sets have more than 17179869184 bytes"},
      {"long_words", "with /map its data sets have more than"},
      {"huge_chunks", "/map has chunks of more than 1 GiB"},
      {"nine_dimensions", "/map has more than 8 dimensions"},
      {"compound", "/map holds neither numbers nor words"},
      {"references", "/ref holds neither numbers nor words"},
      {"ragged", "/map holds neither numbers nor words"},
      {"opaque", "/map holds neither numbers nor words"},
  }));
  CAPTURE(name);
  const std::string path = given(name + ".h5");
  const std::string said = input_error([&] { read_box(path + ":/map", grid_box({1}), 1, ranks()); });
  CHECK_THAT(said, Catch::Matchers::StartsWith("4 " + path + ": "));
  CHECK_THAT(said, ContainsSubstring(reason));
  CHECK(said.find('\n') == std::string::npos);
}

TEST_CASE("an honest file is read, a rank its box", "[foreign]") {
  const std::string path = given("good.h5");
  CHECK(shape_of(path + ":/map") == std::vector<Index>{5, 7});
  CHECK(shape_of(path + ":/soft") == std::vector<Index>{1, 2, 3});
  Box box = grid_box({5, 7});
  box.lower[1] = 2, box.upper[1] = 4, box.lower[2] = 5;
  CHECK(read_box(path + ":/map", box, 2, ranks()) == std::vector<double>{19, 20, 26, 27});
  CHECK(read_box(path + ":/group/whole", grid_box({1, 2, 3}), 3, ranks()) ==
        std::vector<double>{0, 1, 2, 3, 4, 5});
}

TEST_CASE("named arrays are written and read back", "[foreign]") {
  constexpr Dataset weight{"weight", "1", "out in", "weights of a layer"}, bias{"bias", "1", "", "its bias"};
  const std::string path = scratch("weights") + "/net.weights.h5";
  Provenance run;
  run.experiment = "family/training";
  write_arrays(path, run, {{weight, {{2, 3}, {1, 2, 3, 4, 5, 6}}}, {bias, {{}, {0.5}}}}, Domain::world());

  const ArrayFile file(path);
  CHECK(file.names().size() == 4);  // and the scales of two axes
  CHECK(file.has("weight"));
  CHECK(file.read("weight").shape == std::vector<std::size_t>{2, 3});
  CHECK(file.read("weight").values == std::vector<double>{1, 2, 3, 4, 5, 6});
  CHECK(file.read("bias").values == std::vector<double>{0.5});
  CHECK(file.fact("experiment") == "family/training");
  CHECK(input_error([&] { file.read("none"); }) == "4 " + path + ": has no data set none");
  CHECK_THAT(input_error([] { ArrayFile(given("good.h5")).read("holes"); }),
             ContainsSubstring("not finite at (3, 4)"));
  CHECK(ArrayFile(given("good.h5")).fact("git").empty());
}

TEST_CASE("what a map cannot give is said in one line", "[foreign]") {
  const std::string path = given("good.h5");
  const auto said = [&](const std::string& data, const Box& box, int dimensions) {
    return input_error([&] { read_box(path + data, box, dimensions, ranks()); });
  };
  CHECK_THAT(said(":/map", grid_box({5, 7, 1}), 3), ContainsSubstring("has 2 axes, not 3"));
  CHECK_THAT(said(":/map", grid_box({5, 8}), 2), ContainsSubstring("has 7 cells along axis 1, fewer than"));
  CHECK_THAT(said(":/nothing", grid_box({1}), 1), ContainsSubstring("has no data set /nothing"));
  CHECK_THAT(said(":/group", grid_box({1}), 1), ContainsSubstring("has no data set /group"));
  CHECK_THAT(said(":/words", grid_box({2}), 1), ContainsSubstring("/words holds no numbers"));
  CHECK_THAT(said(":/holes", grid_box({5, 7}), 2), ContainsSubstring("is not finite at (3, 4)"));
  CHECK_THAT(input_error([] { shape_of("/nowhere.h5:/map"); }), ContainsSubstring("there is no such file"));
  CHECK_THAT(input_error([] { shape_of("/dev/zero:/map"); }), ContainsSubstring("is not a file"));
  CHECK_THAT(input_error([] { shape_of("/tmp:/map"); }), ContainsSubstring("is not a file"));
}

TEST_CASE("a value that is not finite on one rank is the same error on all", "[foreign]") {
  Box box = grid_box({5, 7});
  if (ranks().rank != 0) box.upper[1] = 1;  // only the first rank sees the hole
  CHECK_THAT(input_error([&] { read_box(given("good.h5") + ":/holes", box, 2, ranks()); }),
             ContainsSubstring("is not finite at (3, 4)"));
}

TEST_CASE("no truncation and no flipped byte of a file does harm", "[foreign]") {
  const std::string folder = scratch("damaged") + "/" + std::to_string(ranks().rank);
  std::filesystem::create_directories(folder);
  const std::string whole = read_bytes(given("good.h5")), path = folder + "/damaged.h5";
  const Communicator alone = Communicator::alone();
  const std::vector<double> truth = read_box(given("good.h5") + ":/map", grid_box({5, 7}), 2, alone);

  for (std::size_t length = 0; length < whole.size(); length += 61) {
    write_bytes(path, whole.substr(0, length));
    CHECK_THAT(input_error([&] {
                 read_box(path + ":/map", grid_box({5, 7}), 2, alone);
               }),
               Catch::Matchers::StartsWith("4 "));
  }
  int refused = 0, wrong = 0;
  for (std::size_t place = 0; place < whole.size(); place += 3) {
    std::string flipped = whole;
    flipped[place] = static_cast<char>(flipped[place] ^ (1 << (place % 8)));
    write_bytes(path, flipped);
    try {
      wrong += read_box(path + ":/map", grid_box({5, 7}), 2, alone) != truth;
    } catch (const InputError&) {
      ++refused;
    }
  }
  CHECK(wrong == 0);
  CHECK(refused > 100);
}
