// core/results/png.cpp
#include <png.h>

#include <cstdio>
#include <filesystem>

#include "core/core/require.hpp"
#include "core/results/image.hpp"

namespace attune::results {
namespace {

constexpr std::uint64_t most_pixels = std::uint64_t(1) << 31;
constexpr std::uint64_t most_inflation = 1032;  // of deflate; a file that claims more is truncated or a trap

// libpng leaves by longjmp, so what it may skip lives out here and not in the functions that call it.
struct Decoder {
  std::string path, reason = "is not a PNG picture";
  std::FILE* file = nullptr;
  png_structp png = nullptr;
  png_infop info = nullptr;
  png_uint_32 width = 0, height = 0;
  int depth = 0, channels = 0;
  std::vector<unsigned char> bytes;
  std::vector<png_bytep> rows;

  ~Decoder() {
    if (png != nullptr) png_destroy_read_struct(&png, &info, nullptr);
    if (file != nullptr) std::fclose(file);
  }
};

[[noreturn]] void leave(png_structp png, png_const_charp reason) {
  static_cast<Decoder*>(png_get_error_ptr(png))->reason =
      std::string("is not a whole PNG picture: ") + reason;
  png_longjmp(png, 1);
}
void ignore(png_structp, png_const_charp) {}

// Header: size, and one or three samples of 8 or 16 bits a pixel from whatever is stored. False on a defect.
bool read_header(Decoder& d) {
  if (setjmp(png_jmpbuf(d.png)) != 0) return false;
  png_init_io(d.png, d.file);
  png_set_user_limits(d.png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_read_info(d.png, d.info);
  int colour = 0;
  png_get_IHDR(d.png, d.info, &d.width, &d.height, &d.depth, &colour, nullptr, nullptr, nullptr);
  if (colour == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(d.png);
  if (colour == PNG_COLOR_TYPE_GRAY && d.depth < 8) png_set_expand_gray_1_2_4_to_8(d.png);
  png_set_strip_alpha(d.png);
  png_set_interlace_handling(d.png);
  png_read_update_info(d.png, d.info);
  d.depth = png_get_bit_depth(d.png, d.info);
  d.channels = png_get_channels(d.png, d.info);
  return true;
}

bool read_rows(Decoder& d) {
  if (setjmp(png_jmpbuf(d.png)) != 0) return false;
  png_read_image(d.png, d.rows.data());
  png_read_end(d.png, nullptr);
  return true;
}

double sample(const Decoder& d, std::uint64_t index) {
  if (d.depth == 8) return d.bytes[index] / 255.0;
  return (256 * d.bytes[2 * index] + d.bytes[2 * index + 1]) / 65535.0;
}

// Room for the samples, as long as the file can be long enough to hold them.
void make_room(Decoder& d) {
  const std::uint64_t pixels = std::uint64_t(d.width) * d.height;
  const auto refuse = [&](const char* why) {
    throw InputError(Exit::input, d.path + ": is " + std::to_string(d.width) + " x " +
                                      std::to_string(d.height) + " pixels, " + why);
  };
  if (pixels == 0 || pixels > most_pixels) refuse("which is none or too many");
  const std::uint64_t row = png_get_rowbytes(d.png, d.info);
  const std::uint64_t stored = std::filesystem::file_size(d.path);
  if (row * d.height / 8 / d.channels > most_inflation * stored)
    refuse("more than a file of its length can hold");
  d.bytes.resize(row * d.height);
  for (png_uint_32 r = 0; r < d.height; ++r) d.rows.push_back(d.bytes.data() + r * row);
}

}  // namespace

Picture read_png(const std::string& path) {
  Decoder d;
  d.path = path;
  d.file = std::fopen(path.c_str(), "rb");
  if (d.file == nullptr) throw InputError(Exit::input, path + ": cannot be read");
  d.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &d, leave, ignore);
  if (d.png != nullptr) d.info = png_create_info_struct(d.png);
  if (d.info == nullptr || !read_header(d)) throw InputError(Exit::input, path + ": " + d.reason);
  make_room(d);
  if (!read_rows(d)) throw InputError(Exit::input, path + ": " + d.reason);

  const std::uint64_t pixels = std::uint64_t(d.width) * d.height;
  Picture picture{{Index(d.height), Index(d.width)}, std::vector<double>(pixels)};
  for (std::uint64_t p = 0; p < pixels; ++p)
    picture.values[p] = d.channels == 1 ? sample(d, p)
                                        : 0.2126 * sample(d, 3 * p) + 0.7152 * sample(d, 3 * p + 1) +
                                              0.0722 * sample(d, 3 * p + 2);
  return picture;
}

}  // namespace attune::results
