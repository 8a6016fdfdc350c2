// core/results/pgm.cpp
//
// Netpbm's portable grey map: "P2" (words) or "P5" (bytes), width, height, largest value, samples; '#' begins
// a comment in the header. Samples of P5 have two bytes, the higher first, if the largest value is above 255.
#include <cctype>
#include <fstream>
#include <iterator>

#include "core/core/require.hpp"
#include "core/results/image.hpp"

namespace attune::results {
namespace {

class Reader {
 public:
  explicit Reader(const std::string& path) : path_(path) {
    std::ifstream file(path, std::ios::binary);
    text_.assign(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }

  Picture read() {
    const bool words = text_.at(1) == '2';
    place_ = 2;
    const Index width = number(most_pixels), height = number(most_pixels), largest = number(65535);
    if (width == 0 || height == 0 || width > most_pixels / height)
      refuse("is " + std::to_string(width) + " x " + std::to_string(height) +
             " pixels, which is none or too many");
    if (largest == 0) refuse("has 0 as its largest value");
    const Index pixels = width * height, size = words ? 1 : (largest > 255 ? 2 : 1);
    if (!words) ++place_;  // the one blank that ends the header
    const Index left = static_cast<Index>(text_.size()) - static_cast<Index>(place_);
    if (left < (words ? 2 * pixels - 1 : pixels * size)) refuse("is truncated");

    Picture picture{{height, width}, std::vector<double>(pixels)};
    for (auto& value : picture.values) {
      const Index sample = words ? number(largest) : binary(size);
      if (sample > largest) refuse("has a sample above its largest value");
      value = static_cast<double>(sample) / static_cast<double>(largest);
    }
    return picture;
  }

 private:
  static constexpr Index most_pixels = Index(1) << 31;

  [[noreturn]] void refuse(const std::string& why) const {
    throw InputError(Exit::input, path_ + ": " + why);
  }

  bool blank() const { return std::isspace(static_cast<unsigned char>(text_[place_])) != 0; }
  bool digit() const { return std::isdigit(static_cast<unsigned char>(text_[place_])) != 0; }

  Index number(Index most) {
    while (place_ < text_.size() && (blank() || text_[place_] == '#')) {
      if (text_[place_] == '#')
        while (place_ < text_.size() && text_[place_] != '\n') ++place_;
      else
        ++place_;
    }
    if (place_ == text_.size()) refuse("is truncated");
    if (!digit()) refuse("is not a PGM picture: a number is not made of digits");
    Index value = 0;
    for (; place_ < text_.size() && digit(); ++place_) {
      value = 10 * value + (text_[place_] - '0');
      if (value > most) refuse("has a number above " + std::to_string(most));
    }
    return value;
  }

  Index binary(Index size) {
    Index value = 0;
    for (Index byte = 0; byte < size; ++byte)
      value = 256 * value + static_cast<unsigned char>(text_[place_++]);
    return value;
  }

  std::string path_, text_;
  std::size_t place_ = 0;
};

}  // namespace

Picture read_pgm(const std::string& path) { return Reader(path).read(); }

}  // namespace attune::results
