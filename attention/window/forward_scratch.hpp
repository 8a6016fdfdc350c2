// attention/window/forward_scratch.hpp
//
// Any window whose reach leaves room: a team keeps a block of cells and all that they see in scratch, a thread
// `chains` cells of it, so that an offset and its weight are read once for all of them. The bits are those of
// forward_blocks.hpp.
//
// Cells of a thread lie a `chains`-th of the block apart along its slowest axis: neighbouring threads read
// neighbouring numbers.
//
// Cost     a cell: (1 + 2 / chains) W reads of scratch and caches, 2 W flops
// Memory   a block: (size + reach) numbers along each axis, 32 KiB at most
#pragma once

#include "attention/window/kept.hpp"
#include "core/core/scratch_tile.hpp"

namespace attune::attention::window {

// How a window is cut into blocks; their slowest axis is the first with more than one cell.
struct ScratchBlock {
  static constexpr int chains = 4;
  static constexpr Index most_bytes = 32 * 1024 - 16;  // what every backend gives without asking for more
  scratch::Cells size, below, held, starts, apart;

  // `size` cells, held with the `below` before and others after them; a thread takes a cell of the first
  // `starts` along each axis and those that lie `apart` from it.
  ScratchBlock(const Extent& reach, const scratch::Cells& cells)
      : size(cells), starts(cells), apart{0, 0, 0} {
    const int slow = size[0] > 1 ? 0 : size[1] > 1 ? 1 : 2;
    starts[slow] = apart[slow] = size[slow] / chains;
    for (int a = 0; a < 3; ++a) {
      below[a] = static_cast<int>(reach.below[a]);
      held[a] = size[a] + below[a] + static_cast<int>(reach.above[a]);
    }
  }
  KOKKOS_FUNCTION int cells() const { return held[0] * held[1] * held[2]; }
  KOKKOS_FUNCTION int place(int z, int y, int x) const { return (z * held[1] + y) * held[2] + x; }
};

// The largest block that fits; none has cells if none does.
template <class Scalar> ScratchBlock block_of(const Box& own, const Extent& reach) {
  constexpr int lanes = 128 / static_cast<int>(sizeof(Scalar));
  const bool deep = own.extent(0) > 1, flat = own.extent(1) > 1;
  for (int a = 0; a < 3; ++a)
    if (reach.below[a] + reach.above[a] > ScratchBlock::most_bytes) return {{}, {0, 0, 0}};
  std::vector<scratch::Cells> sizes;
  if (deep) sizes = {{8, 8, 2 * lanes}, {8, 8, lanes}, {8, 4, lanes}, {4, 4, lanes}, {4, 2, lanes}};
  if (flat)
    sizes.insert(sizes.end(), {{1, 32, 4 * lanes}, {1, 16, 2 * lanes}, {1, 16, lanes}, {1, 4, lanes}});
  sizes.insert(sizes.end(), {{1, 1, 64 * lanes}, {1, 1, 16 * lanes}, {1, 1, 4 * lanes}});
  for (const scratch::Cells& size : sizes) {
    const ScratchBlock block(reach, size);
    const Index rows = static_cast<Index>(block.held[0]) * block.held[1];
    if (rows * block.held[2] * static_cast<Index>(sizeof(Scalar)) <= ScratchBlock::most_bytes) return block;
  }
  return {{}, {0, 0, 0}};
}

template <class Scalar> struct ForwardScratch {
  using Policy = Kokkos::TeamPolicy<Device, Kokkos::IndexType<int>, Kokkos::LaunchBounds<256>>;
  using Member = typename Policy::member_type;
  static constexpr int chains = ScratchBlock::chains;

  Field<Scalar> u, o;
  Kept<Scalar> kept;
  scratch::Spans spans;
  scratch::Cut cut;
  ScratchBlock block;
  View1<const Triple> offsets;
  View1<const int> shifts;  // of each offset in scratch
  View1<const Scalar> p;

  KOKKOS_FUNCTION void operator()(const Member& team) const {
    const std::size_t size = static_cast<std::size_t>(block.cells()) * sizeof(Scalar);
    auto* const held = static_cast<Scalar*>(team.team_scratch(0).get_shmem_aligned(size, 16));
    const scratch::Block tile = cut.at(team.league_rank());
    const int rows = block.held[0] * block.held[1], starts = block.starts[0] * block.starts[1];
    Kokkos::parallel_for(Kokkos::TeamThreadRange(team, rows), [&](int row) { fill(team, tile, row, held); });
    team.team_barrier();
    Kokkos::parallel_for(Kokkos::TeamThreadRange(team, starts),
                         [&](int row) { absorb(team, tile, row, held); });
  }

  // A row of scratch: of the cells that exist, and 0 for the others.
  KOKKOS_FUNCTION void fill(const Member& team, const scratch::Block& tile, int row, Scalar* held) const {
    const int plane = row / block.held[1], line = row - plane * block.held[1], width = block.held[2];
    const int x = tile.lower[2] - block.below[2];
    Scalar* const to = held + row * width;
    int k, j;
    const bool exists = spans[0].find(tile.lower[0] + plane - block.below[0], k) &&
                        spans[1].find(tile.lower[1] + line - block.below[1], j);
    if (exists && spans[2].straight(x, x + width)) {
      const Scalar* const from = &u(k, j, x);
      Kokkos::parallel_for(Kokkos::ThreadVectorRange(team, width), [&](int n) { to[n] = from[n]; });
    } else {
      Kokkos::parallel_for(Kokkos::ThreadVectorRange(team, width), [&](int n) {
        int i;
        to[n] = exists && spans[2].find(x + n, i) ? u(k, j, i) : Scalar(0);
      });
    }
  }

  KOKKOS_FUNCTION void absorb(const Member& team, const scratch::Block& tile, int row,
                              const Scalar* held) const {
    const int plane = row / block.starts[1], line = row - plane * block.starts[1];
    const Scalar* const first =
        held + block.place(plane + block.below[0], line + block.below[1], block.below[2]);
    Kokkos::parallel_for(Kokkos::ThreadVectorRange(team, block.starts[2]), [&](int column) {
      Scalar sum[chains] = {};
      add_keys(first + column, sum);
      ATTUNE_UNROLL
      for (int c = 0; c < chains; ++c)
        write(sum[c], tile, tile.lower[0] + plane + c * block.apart[0],
              tile.lower[1] + line + c * block.apart[1], tile.lower[2] + column + c * block.apart[2]);
    });
  }
  KOKKOS_FUNCTION void add_keys(const Scalar* cell, Scalar (&sum)[chains]) const {
    const int apart = block.place(block.apart[0], block.apart[1], block.apart[2]);
    const int offsets = static_cast<int>(p.extent(0));
    for (int w = 0; w < offsets; ++w) {
      const Scalar weight = p(w);
      const Scalar* const key = cell + shifts(w);
      ATTUNE_UNROLL
      for (int c = 0; c < chains; ++c) sum[c] = Kokkos::fma(weight, key[c * apart], sum[c]);
    }
  }
  KOKKOS_FUNCTION void write(Scalar sum, const scratch::Block& tile, int k, int j, int i) const {
    if (k >= tile.upper[0] || j >= tile.upper[1] || i >= tile.upper[2]) return;
    if (kept.keys.masks) sum = kept.mean(sum, kept.keep_all(k, j, i, 1) ? kept.all : weight_of(k, j, i));
    o(k, j, i) = sum;
  }
  KOKKOS_FUNCTION Scalar weight_of(int k, int j, int i) const {
    Scalar sum = 0;
    for (std::size_t w = 0; w < p.extent(0); ++w)
      if (kept.keeps(k + offsets(w)[0], j + offsets(w)[1], i + offsets(w)[2])) sum += p(w);
    return sum;
  }
};

// False, with nothing done, if no block fits into scratch.
template <class Scalar>
bool forward_in_scratch(const Field<Scalar>& u, const Window& window, const Table& table,
                        const Field<Scalar>& o, int threads = on_host ? 1 : 8) {
  require_keys_stored(window, u.box, u.halo);
  if (u.box.empty()) return true;
  const ScratchBlock block = block_of<Scalar>(u.box, Extent(window.offsets));
  if (block.size[2] == 0 || !scratch::fits(u.values)) return false;
  std::vector<int> shifts;
  for (const Triple& offset : window.offsets)
    shifts.push_back(
        block.place(static_cast<int>(offset[0]), static_cast<int>(offset[1]), static_cast<int>(offset[2])));
  const scratch::Cut cut(u.box.shape(), {block.size[0], block.size[1], block.size[2]});
  const int bytes = block.cells() * static_cast<int>(sizeof(Scalar)) + 16;
  const ForwardScratch<Scalar> kernel{u,
                                      o,
                                      Kept<Scalar>(window, weights(table), u.box),
                                      key_spans(window, u.box),
                                      cut,
                                      block,
                                      device_offsets(window),
                                      to_device("attention::window::shifts", shifts),
                                      device_weights<Scalar>(table)};
  using Policy = typename ForwardScratch<Scalar>::Policy;
  auto policy = Policy(cut.all(), threads, on_host ? 1 : 32).set_scratch_size(0, Kokkos::PerTeam(bytes));
  if (threads > policy.team_size_max(kernel, Kokkos::ParallelForTag())) return false;
  using Kokkos::Experimental::WorkItemProperty;
  Kokkos::parallel_for("attention::window::forward",
                       Kokkos::Experimental::require(policy, WorkItemProperty::HintLightWeight), kernel);
  return true;
}

}  // namespace attune::attention::window
