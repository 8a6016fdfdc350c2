// tests/attention/tensor_cores/emulated_block.hpp
//
// The Block of attention/tensor_cores/block.hpp on a processor: every thread of a block is a fiber, and what a
// warp or a block does together waits until the last of them has come.
//
// It is meant to be unkind. Shared memory begins as NaN. Copies arrive when they are waited for, no sooner, and
// read their source only then. Fibers run in an order that the seed decides, warps as far as they can: a kernel
// that lacks a barrier gives other numbers under another seed. Lanes that meet at different operations, and
// pieces that are not aligned, throw. What the kernel does is counted.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstring>
#include <exception>
#include <functional>
#include <limits>
#include <memory>
#include <random>
#include <set>
#include <stdexcept>
#include <vector>

#include "attention/tensor_cores/block.hpp"
#include "tests/attention/tensor_cores/emulated_lane.hpp"

namespace attune::test {

using attention::tensor_cores::Operand;
using attention::tensor_cores::Sums;
using attention::tensor_cores::warp_size;
using attention::tensor_cores::Word;

// What a launch did, over all its blocks.
struct Counts {
  double products = 0;  // mma of a warp, 16 x 8 x 16; of tf32 half of that
  double matrix_loads = 0;  // load_matrices of a warp
  double bank_conflicts = 0;  // further cycles that they took, beyond one for each of the four matrices
  double bytes_copied = 0;  // into shared memory
  double powers = 0;  // exp2 of a thread
};

class EmulatedBlock {
 public:
  EmulatedBlock(Index index, int threads, std::size_t shared_bytes, std::uint32_t seed, Counts& counts)
      : index_(index),
        lanes_(static_cast<std::size_t>(threads)),
        warps_(lanes_.size() / warp_size),
        memory_(shared_bytes / sizeof(float) + 32, std::numeric_limits<float>::quiet_NaN()),
        order_(seed),
        counts_(&counts) {}

  template <class Kernel> void run(const Kernel& kernel) {
    body_ = [&kernel, this] { kernel(*this); };
    for (auto& lane : lanes_) {
      lane.stack.resize(256 * 1024);
      getcontext(&lane.context);
      lane.context.uc_stack.ss_sp = lane.stack.data();
      lane.context.uc_stack.ss_size = lane.stack.size();
      lane.context.uc_link = &main_;
      const auto self = reinterpret_cast<std::uintptr_t>(this);
      makecontext(&lane.context, reinterpret_cast<void (*)()>(&EmulatedBlock::enter), 2,
                  static_cast<unsigned>(self >> 32), static_cast<unsigned>(self));
    }
    std::vector<int> turn(warps_.size());
    for (std::size_t w = 0; w < turn.size(); ++w) turn[w] = static_cast<int>(w);
    while (!std::all_of(lanes_.begin(), lanes_.end(), [](const auto& of) { return of.done; })) {
      std::shuffle(turn.begin(), turn.end(), order_);
      bool moved = false;
      for (const int warp : turn)
        while (advance(warp)) moved = true;
      if (!moved) throw std::logic_error("threads of a block wait for each other for ever");
    }
  }

  Index index() const { return index_; }
  int thread() const { return current_; }
  char* shared() const {
    const auto at = reinterpret_cast<std::uintptr_t>(memory_.data());
    return reinterpret_cast<char*>((at + 127) / 128 * 128);
  }
  void sync() {
    meet(block_, static_cast<int>(lanes_.size()), "sync", [] {});
  }
  void sync_warp() {
    of_warp("sync_warp", [] {});
  }

  void mma(Sums& c, const Word (&a)[4], Word b0, Word b1) {
    struct Given {
      Word a[4], b[2];
    } given{{a[0], a[1], a[2], a[3]}, {b0, b1}};
    of_warp("mma", &given, &c, [this] {
      float of_a[16][16], of_b[16][8];
      for (int l = 0; l < warp_size; ++l) {
        const auto& from = *static_cast<const Given*>(lane_of_warp(l).given);
        for (int n = 0; n < 4; ++n)
          for (int half = 0; half < 2; ++half)
            of_a[l / 4 + 8 * (n % 2)][2 * (l % 4) + half + 8 * (n / 2)] = number(from.a[n], half);
        for (int n = 0; n < 2; ++n)
          for (int half = 0; half < 2; ++half)
            of_b[2 * (l % 4) + half + 8 * n][l / 4] = number(from.b[n], half);
      }
      add_products<16>(of_a, of_b);
      counts_->products += 1;
    });
  }

  void mma_tf32(Sums& c, const Word (&a)[4], Word b0, Word b1) {
    struct Given {
      Word a[4], b[2];
    } given{{a[0], a[1], a[2], a[3]}, {b0, b1}};
    of_warp("mma_tf32", &given, &c, [this] {
      float of_a[16][8], of_b[8][8];
      for (int l = 0; l < warp_size; ++l) {
        const auto& from = *static_cast<const Given*>(lane_of_warp(l).given);
        for (int n = 0; n < 4; ++n) of_a[l / 4 + 8 * (n % 2)][l % 4 + 4 * (n / 2)] = truncated(from.a[n]);
        for (int n = 0; n < 2; ++n) of_b[l % 4 + 4 * n][l / 4] = truncated(from.b[n]);
      }
      add_products<8>(of_a, of_b);
      counts_->products += 0.5;
    });
  }
  // A float whose last 13 bits nobody reads, rounded half away from zero.
  Word to_tf32(float x) const { return (Kokkos::bit_cast<Word>(x) + 0x1000u) & ~0x1fffu; }

  void load_matrices(Operand& o, const void* at) { load(o, at, false); }
  void load_matrices_transposed(Operand& o, const void* at) { load(o, at, true); }

  void copy(void* to, const void* from, int bytes) {
    require_aligned(to, "copy");
    if (bytes > 0) require_aligned(from, "copy");
    std::memset(to, 0xff, 16);
    lane().groups.back().push_back({to, from, bytes});
    counts_->bytes_copied += bytes;
  }
  void commit() { lane().groups.emplace_back(); }
  template <int left> void wait() {
    auto& groups = lane().groups;
    const int arriving = static_cast<int>(groups.size()) - 1 - left;
    for (int n = 0; n < arriving; ++n)
      for (const auto& copy : groups[static_cast<std::size_t>(n)]) {
        std::memset(copy.to, 0, 16);
        std::memcpy(copy.to, copy.from, static_cast<std::size_t>(copy.bytes));
      }
    if (arriving > 0) groups.erase(groups.begin(), groups.begin() + arriving);
  }

  float add_over_quad(float x) {
    return over_quad("add_over_quad", x, [](const float* of) { return (of[0] + of[1]) + (of[2] + of[3]); });
  }
  float largest_of_quad(float x) {
    return over_quad("largest_of_quad", x, [](const float* of) { return *std::max_element(of, of + 4); });
  }
  int hidden(int n) const { return n; }
  bool any(bool yes) {
    bool answer = false;
    of_warp("any", &yes, &answer, [this] {
      bool any = false;
      for (int l = 0; l < warp_size; ++l) any = any || *static_cast<const bool*>(lane_of_warp(l).given);
      for (int l = 0; l < warp_size; ++l) *static_cast<bool*>(lane_of_warp(l).taken) = any;
    });
    return answer;
  }
  Word which(bool yes) {
    Word answer = 0;
    of_warp("which", &yes, &answer, [this] {
      Word lanes = 0;
      for (int l = 0; l < warp_size; ++l)
        lanes |= Word(*static_cast<const bool*>(lane_of_warp(l).given)) << l;
      for (int l = 0; l < warp_size; ++l) *static_cast<Word*>(lane_of_warp(l).taken) = lanes;
    });
    return answer;
  }
  int largest_of_warp(int n) {
    int answer = n;
    of_warp("largest_of_warp", &n, &answer, [this] {
      int most = *static_cast<const int*>(lane_of_warp(0).given);
      for (int l = 1; l < warp_size; ++l)
        most = std::max(most, *static_cast<const int*>(lane_of_warp(l).given));
      for (int l = 0; l < warp_size; ++l) *static_cast<int*>(lane_of_warp(l).taken) = most;
    });
    return answer;
  }
  float exp2(float x) {
    counts_->powers += 1;
    return std::exp2(x);
  }
  Word pack(float low, float high) const {
    return Word(Bfloat16(low).bits) | Word(Bfloat16(high).bits) << 16;
  }

 private:
  // What every lane takes of c += a b.
  template <int depth> void add_products(const float (&a)[16][depth], const float (&b)[depth][8]) {
    for (int l = 0; l < warp_size; ++l) {
      auto& sums = *static_cast<Sums*>(lane_of_warp(l).taken);
      for (int e = 0; e < 4; ++e) {
        const int row = attention::tensor_cores::row_of(l, e),
                  column = attention::tensor_cores::column_of(l, e);
        double sum = sums.c[e];
        for (int k = 0; k < depth; ++k) sum += double(a[row][k]) * double(b[k][column]);
        sums.c[e] = static_cast<float>(sum);
      }
    }
  }
  static float truncated(Word word) { return Kokkos::bit_cast<float>(word & ~0x1fffu); }
  static float number(Word both, int half) {
    Bfloat16 x;
    x.bits = static_cast<std::uint16_t>(half == 0 ? both & 0xffffu : both >> 16);
    return x;
  }
  static void require_aligned(const void* at, const char* what) {
    if (reinterpret_cast<std::uintptr_t>(at) % 16 != 0)
      throw std::logic_error(std::string(what) + " of 16 bytes that are not aligned");
  }

  static void enter(unsigned high, unsigned low) {
    auto* const self = reinterpret_cast<EmulatedBlock*>(std::uintptr_t(high) << 32 | low);
    try {
      self->body_();
    } catch (...) {
      self->fault_ = std::current_exception();
    }
    self->lane().done = true;
  }

  emulated::Lane& lane() { return lanes_[static_cast<std::size_t>(current_)]; }
  emulated::Lane& lane_of_warp(int l) {
    return lanes_[static_cast<std::size_t>(current_ / warp_size * warp_size + l)];
  }
  // Each lane of a warp goes on to where it must wait. False if none could.
  bool advance(int warp) {
    bool moved = false;
    const int first = static_cast<int>(order_() % warp_size);
    for (int l = 0; l < warp_size; ++l) {
      const int n = warp * warp_size + (first + l) % warp_size;
      auto& of = lanes_[static_cast<std::size_t>(n)];
      if (of.done || (of.waits_for != nullptr && of.waits_for->round == of.round)) continue;
      of.waits_for = nullptr;
      moved = true;
      current_ = n;
      swapcontext(&main_, &of.context);
      if (fault_) std::rethrow_exception(fault_);
    }
    return moved;
  }

  template <class Work> void meet(emulated::Meeting& meeting, int all, const char* what, const Work& work) {
    if (meeting.arrived > 0 && std::strcmp(meeting.what, what) != 0)
      throw std::logic_error(std::string("lanes meet at ") + meeting.what + " and at " + what);
    meeting.what = what;
    if (++meeting.arrived == all) {
      work();
      meeting.arrived = 0;
      ++meeting.round;
      return;
    }
    auto& self = lane();
    self.waits_for = &meeting;
    self.round = meeting.round;
    swapcontext(&self.context, &main_);
  }
  template <class Work> void of_warp(const char* what, const Work& work) {
    meet(warps_[static_cast<std::size_t>(current_ / warp_size)], warp_size, what, work);
  }
  template <class Work> void of_warp(const char* what, const void* given, void* taken, const Work& work) {
    lane().given = given;
    lane().taken = taken;
    of_warp(what, work);
  }

  template <class Function> float over_quad(const char* what, float x, const Function& function) {
    float result = 0;
    of_warp(what, &x, &result, [this, &function] {
      for (int quad = 0; quad < warp_size; quad += 4) {
        float of[4];
        for (int l = 0; l < 4; ++l) of[l] = *static_cast<const float*>(lane_of_warp(quad + l).given);
        for (int l = 0; l < 4; ++l) *static_cast<float*>(lane_of_warp(quad + l).taken) = function(of);
      }
    });
    return result;
  }

  void load(Operand& o, const void* at, bool transposed) {
    require_aligned(at, "load_matrices");
    of_warp(transposed ? "load_matrices_transposed" : "load_matrices", at, &o, [this, transposed] {
      for (int m = 0; m < 4; ++m) {
        std::uint16_t matrix[8][8];
        std::set<std::uintptr_t> pieces;
        std::vector<int> of_bank(8, 0);
        for (int r = 0; r < 8; ++r) {
          const void* const from = lane_of_warp(8 * m + r).given;
          std::memcpy(matrix[r], from, 16);
          pieces.insert(reinterpret_cast<std::uintptr_t>(from) / 16);
        }
        for (const auto place : pieces) ++of_bank[place % 8];
        counts_->bank_conflicts += *std::max_element(of_bank.begin(), of_bank.end()) - 1;
        for (int l = 0; l < warp_size; ++l) {
          const int row = l / 4, column = 2 * (l % 4);
          const auto low = transposed ? matrix[column][row] : matrix[row][column];
          const auto high = transposed ? matrix[column + 1][row] : matrix[row][column + 1];
          static_cast<Operand*>(lane_of_warp(l).taken)->r[m] = Word(low) | Word(high) << 16;
        }
      }
      counts_->matrix_loads += 1;
    });
  }

  Index index_;
  std::vector<emulated::Lane> lanes_;
  std::vector<emulated::Meeting> warps_;
  emulated::Meeting block_;
  std::vector<float> memory_;
  std::mt19937 order_;
  Counts* counts_;
  std::function<void()> body_;
  std::exception_ptr fault_;
  ucontext_t main_;
  int current_ = 0;
};

}  // namespace attune::test
