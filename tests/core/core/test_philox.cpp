// tests/core/core/test_philox.cpp
#include <Random123/philox.h>

#include <catch2/catch_test_macros.hpp>

#include "core/core/random.hpp"

using namespace attune;

namespace {

using Theirs = r123::Philox4x32;

bool has_their_bits(const philox::Counter& counter, const philox::Key& key) {
  const auto& c = counter.word;
  const Theirs::ctr_type their_counter = {{c[0], c[1], c[2], c[3]}};
  const Theirs::key_type their_key = {{key.word[0], key.word[1]}};
  const auto theirs = Theirs()(their_counter, their_key);
  const auto ours = philox::words(counter, key);
  for (int w = 0; w < 4; ++w)
    if (ours.word[w] != theirs[w]) return false;
  return true;
}

}  // namespace

TEST_CASE("the words of a counter and a key are those of Random123, bit for bit", "[philox]") {
  constexpr std::uint32_t edges[] = {0, 1, 0x7fffffff, 0x80000000, 0xffffffff};
  for (const std::uint32_t a : edges)
    for (const std::uint32_t b : edges)
      for (const std::uint32_t c : edges) CHECK(has_their_bits({{a, b, c, a ^ b}}, {{b, c}}));

  std::uint32_t word =
      20260131;  // the constants of a linear congruence, another generator than the one under test
  const auto next = [&word] { return word = word * 1664525u + 1013904223u; };
  int same = 0;
  constexpr int tries = 100000;
  for (int n = 0; n < tries; ++n) {
    const philox::Counter counter = {{next(), next(), next(), next()}};
    same += has_their_bits(counter, {{next(), next()}});
  }
  CHECK(same == tries);
}
