// tests/core/results/test_image.cpp
#include "core/results/image.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <catch2/matchers/catch_matchers_vector.hpp>

#include "core/core/require.hpp"
#include "core/results/read_field.hpp"
#include "png_writer.hpp"
#include "scratch.hpp"

using namespace attune;
using Catch::Matchers::ContainsSubstring;
using png_writer::picture;

namespace {

// A string with every byte of the literal, NULs too.
template <std::size_t size> std::string bytes(const char (&literal)[size]) { return {literal, size - 1}; }

std::string stored(const std::string& data) {
  static const std::string folder = scratch("pictures");
  const std::string path = folder + "/" + std::to_string(Domain::world().communicator().rank) + ".picture";
  write_bytes(path, data);
  return path;
}

void check(const Picture& got, const std::vector<Index>& shape, const std::vector<double>& values) {
  CHECK(got.shape == shape);
  CHECK_THAT(got.values, Catch::Matchers::Approx(values).margin(1e-12));
}

std::string refusal(const std::string& data) {
  const std::string said = input_error([&] { read_picture(stored(data)); });
  CHECK(said.starts_with("4 "));
  return said;
}

}  // namespace

TEST_CASE("grey PNG of 1, 8 and 16 bits becomes numbers between 0 and 1", "[image]") {
  check(read_picture(stored(picture({3, 2, 8, 0}, bytes("\0\x00\x33\x66\0\x99\xcc\xff")))), {2, 3},
        {0, 0.2, 0.4, 0.6, 0.8, 1});
  check(read_picture(stored(picture({2, 1, 16, 0}, bytes("\0\x80\x00\xff\xff")))), {1, 2},
        {32768 / 65535.0, 1});
  check(read_picture(stored(picture({4, 1, 1, 0}, bytes("\0\xa0")))), {1, 4}, {1, 0, 1, 0});
  check(read_picture(stored(picture({2, 1, 8, 4}, bytes("\0\xff\x10\x00\xff")))), {1, 2}, {1, 0});
}

TEST_CASE("coloured PNG becomes its luma", "[image]") {
  const std::vector<double> luma{0.2126, 0.7152, 0.0722};
  check(read_picture(stored(picture({3, 1, 8, 2}, bytes("\0\xff\0\0\0\xff\0\0\0\xff")))), {1, 3}, luma);
  check(read_picture(stored(picture({1, 1, 8, 6}, bytes("\0\xff\xff\0\x7f")))), {1, 1}, {0.9278});
  check(
      read_picture(stored(picture({3, 1, 8, 3}, bytes("\0\x02\x01\x00"), bytes("\0\0\xff\0\xff\0\xff\0\0")))),
      {1, 3}, luma);
}

TEST_CASE("PGM of words and of bytes becomes numbers between 0 and 1", "[image]") {
  check(read_picture(stored("P2 # a comment\n3 2\n# another\n10\n0 1 2\n5 9 10")), {2, 3},
        {0, 0.1, 0.2, 0.5, 0.9, 1});
  check(read_picture(stored(bytes("P5\n2 2\n255\n\x00\x33\xff\x66"))), {2, 2}, {0, 0.2, 1, 0.4});
  check(read_picture(stored(bytes("P5 2 1 65535\n\x80\x00\xff\xff"))), {1, 2}, {32768 / 65535.0, 1});
}

TEST_CASE("what is no whole picture is refused in one line", "[image]") {
  CHECK_THAT(refusal(""), ContainsSubstring("is empty"));
  CHECK_THAT(refusal("GIF89a"), ContainsSubstring("is neither a PNG nor a PGM picture"));
  CHECK_THAT(refusal("P2 2 2 10 0 1 2"), ContainsSubstring("is truncated"));
  CHECK_THAT(refusal("P2 2 1 10 0 11"), ContainsSubstring("above 10"));
  CHECK_THAT(refusal("P2 2 1 10 0 -1"), ContainsSubstring("not made of digits"));
  CHECK_THAT(refusal("P5 2 2 255 abc"), ContainsSubstring("is truncated"));
  CHECK_THAT(refusal("P5 2 2 0 abcd"), ContainsSubstring("0 as its largest value"));
  CHECK_THAT(refusal("P5 0 2 255 abcd"), ContainsSubstring("none or too many"));
  CHECK_THAT(refusal("P5 60000 60000 255 abcd"), ContainsSubstring("none or too many"));
  CHECK_THAT(refusal("P5 99999999999999999999 1 255 a"), ContainsSubstring("above 2147483648"));
  CHECK_THAT(refusal("P5 40000 40000 255 abcd"), ContainsSubstring("is truncated"));

  const std::string whole = picture({3, 2, 8, 0}, bytes("\0\x00\x33\x66\0\x99\xcc\xff"));
  for (std::size_t length = 2; length < whole.size() - 12; ++length)
    CHECK_THAT(refusal(whole.substr(0, length)), ContainsSubstring("is not a whole PNG picture"));
  std::string spoilt = whole;
  spoilt[45] = static_cast<char>(spoilt[45] ^ 4);
  CHECK_THAT(refusal(spoilt), ContainsSubstring("is not a whole PNG picture"));
  CHECK_THAT(refusal(picture({40000, 40000, 8, 0}, "\0")),
             ContainsSubstring("more than a file of its length"));
  CHECK_THAT(refusal(picture({60000, 60000, 8, 0}, "\0")), ContainsSubstring("none or too many"));
  CHECK_THAT(refusal(picture({0, 1, 8, 0}, "\0")), ContainsSubstring("is not a whole PNG picture"));
  CHECK_THAT(input_error([] { read_picture("/nowhere.png"); }), ContainsSubstring("there is no such file"));
}

TEST_CASE("a picture is a map of two axes", "[image]") {
  const Domain world = Domain::world();
  const std::string path = stored("P2 3 2 10 0 1 2 5 9 10");
  CHECK(shape_of(path) == std::vector<Index>{2, 3});
  Box box = grid_box({2, 3});
  box.lower[2] = 1;
  CHECK_THAT(read_box(path, box, 2, world.communicator()),
             Catch::Matchers::Approx(std::vector<double>{0.1, 0.2, 0.9, 1}));
  CHECK_THAT(input_error([&] { read_box(path, grid_box({6}), 1, world.communicator()); }),
             ContainsSubstring("has 2 axes, not 1"));
}
