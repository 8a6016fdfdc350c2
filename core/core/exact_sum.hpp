// core/core/exact_sum.hpp
//
// The exact sum of doubles, on the host: what partial sums of threads and ranks are added up in (sum.hpp).
//
// A double is an integer multiple of 2^-1074. ExactSum keeps the whole sum as such an integer in limbs of 32
// bits, each in a signed 64-bit word with 31 bits of head room (Kulisch's long accumulator, [kulisch2013],
// carries kept lazily [collange2015]). Adding is exact, so adding and merging commute and associate; value()
// rounds once.
//
// Error   |value() - exact sum| <= ulp(exact sum) / 2, whatever the terms; a term that is not finite gives
//         NaN
// Cost    a term is about 12 integer operations and 3 read-modify-writes; 552 bytes a sum
// Limits  2^31 terms between two carries; ExactSum carries before that
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace attune::sum {

inline constexpr int limbs = 68;  // 2^-1074 up to 2^1024, and 78 bits to count terms
inline constexpr int words = limbs + 1;  // the last word counts terms that are not finite
inline constexpr std::int64_t terms_between_carries = std::int64_t(1) << 30;

// Adds x to the accumulator of `words` words at sum.
inline void add(std::int64_t* sum, double x) {
  const auto bits = std::bit_cast<std::uint64_t>(x);
  const int exponent = static_cast<int>((bits >> 52) & 0x7ff);
  std::uint64_t mantissa = bits & 0xfffffffffffffULL;
  if (exponent == 0x7ff) {
    ++sum[limbs];
    return;
  }
  int place = 0;
  if (exponent > 0) {
    mantissa |= 0x10000000000000ULL;
    place = exponent - 1;
  }
  const int limb = place >> 5, shift = place & 31;
  const std::uint64_t lowest = (mantissa & 0xffffffffULL) << shift;  // bits of limb and limb + 1
  const std::uint64_t highest = (mantissa >> 32) << shift;  // bits of limb + 1 and limb + 2
  const auto sign = static_cast<std::int64_t>(bits) >> 63;  // 0 or -1
  const auto signed_word = [sign](std::uint64_t magnitude) {
    return (static_cast<std::int64_t>(magnitude) ^ sign) - sign;
  };
  sum[limb] += signed_word(lowest & 0xffffffffULL);
  sum[limb + 1] += signed_word((lowest >> 32) + (highest & 0xffffffffULL));
  sum[limb + 2] += signed_word(highest >> 32);
}

// Moves carries upwards, so that every limb but the last lies in [0, 2^32); the sum is unchanged.
inline void carry(std::int64_t* sum) {
  for (int limb = 0; limb + 1 < limbs; ++limb) {
    sum[limb + 1] += sum[limb] >> 32;
    sum[limb] &= 0xffffffffLL;
  }
}

// The exact sum rounded once, to nearest, ties to even.
inline double rounded(const std::int64_t* sum) {
  if (sum[limbs] != 0) return std::numeric_limits<double>::quiet_NaN();
  std::int64_t digits[limbs];
  for (int limb = 0; limb < limbs; ++limb) digits[limb] = sum[limb];
  carry(digits);
  const bool negative = digits[limbs - 1] < 0;
  if (negative) {
    for (auto& digit : digits) digit = -digit;
    carry(digits);
  }
  int top = limbs - 1;
  while (top >= 0 && digits[top] == 0) --top;
  if (top < 0) return 0.0;

  const auto digit = [&](int limb) { return limb < 0 ? 0ULL : static_cast<std::uint64_t>(digits[limb]); };
  if (std::bit_width(digit(top)) > 32) return negative ? -INFINITY : INFINITY;
  const int width = std::bit_width(digit(top));  // bits in use of the highest limb
  // 64 leading bits of the magnitude; what lies below only decides ties.
  const std::uint64_t leading =
      (digit(top) << (64 - width)) | (digit(top - 1) << (32 - width)) | (digit(top - 2) >> width);
  bool below = width > 0 && (digit(top - 2) & ((1ULL << width) - 1)) != 0;
  for (int limb = top - 3; limb >= 0 && !below; --limb) below = digits[limb] != 0;

  std::uint64_t kept = leading >> 11;  // 53 bits
  const std::uint64_t rest = leading & 0x7ff;
  if (rest > 0x400 || (rest == 0x400 && (below || (kept & 1)))) ++kept;
  const int exponent = 32 * top + width - 53 - 1074;
  const double magnitude = std::ldexp(static_cast<double>(kept), exponent);
  return negative ? -magnitude : magnitude;
}

// One sum, on the host.
class ExactSum {
 public:
  void add(double x) {
    sum::add(word_, x);
    if (++terms_ == terms_between_carries) settle();
  }
  double value() const { return rounded(word_); }
  std::int64_t* settled_words() {  // carried: safe to add to those of up to 2^30 others, word by word
    settle();
    return word_;
  }

 private:
  void settle() {
    carry(word_);
    terms_ = 0;
  }
  std::int64_t word_[words] = {};
  std::int64_t terms_ = 0;
};

}  // namespace attune::sum
