// tests/core/results/png_writer.hpp
//
// PNG files made by hand, stored and not packed, so that a test decides about every byte. PNG 1.2 and RFC
// 1950, 1951.
#pragma once

#include <cstdint>
#include <string>

namespace png_writer {

inline std::string big_endian(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift & 255);
  return bytes;
}

inline std::uint32_t crc(const std::string& bytes) {
  std::uint32_t sum = 0xffffffffu;
  for (const unsigned char byte : bytes) {
    sum ^= byte;
    for (int bit = 0; bit < 8; ++bit) sum = (sum & 1u) != 0 ? 0xedb88320u ^ (sum >> 1) : sum >> 1;
  }
  return sum ^ 0xffffffffu;
}

inline std::string chunk(const std::string& type, const std::string& data) {
  return big_endian(static_cast<std::uint32_t>(data.size())) + type + data + big_endian(crc(type + data));
}

inline std::string deflated(const std::string& raw) {
  std::uint32_t a = 1, b = 0;
  for (const unsigned char byte : raw) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  const auto size = static_cast<std::uint16_t>(raw.size());  // one stored block
  const auto low = [](unsigned word) {
    return std::string{static_cast<char>(word & 255), static_cast<char>(word >> 8 & 255)};
  };
  return std::string("\x78\x01\x01") + low(size) + low(~size) + raw + big_endian(b << 16 | a);
}

struct Header {
  std::uint32_t width, height;
  int depth, colour;  // 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha
};

inline std::string header(const Header& h) {
  const std::string rest{static_cast<char>(h.depth), static_cast<char>(h.colour), '\0', '\0', '\0'};
  return "\x89PNG\r\n\x1a\n" + chunk("IHDR", big_endian(h.width) + big_endian(h.height) + rest);
}

// rows: for each row a filter byte (0) and its samples.
inline std::string picture(const Header& h, const std::string& rows, const std::string& palette = "") {
  const std::string colours = palette.empty() ? "" : chunk("PLTE", palette);
  return header(h) + colours + chunk("IDAT", deflated(rows)) + chunk("IEND", "");
}

}  // namespace png_writer
