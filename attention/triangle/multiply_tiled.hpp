// attention/triangle/multiply_tiled.hpp
//
// The triangle multiplication of a processor, on blocks of rows and columns that are packed a cache line of
// channels at a time (multiply_panels.hpp):
//
//   for a block of columns y
//     for a block of steps s
//       pack left(x, s)
//       for a group of columns: pack right(y, s), add the products to sum(x, y)
//     copy sum(x, y) to out
//
// An item is one line of channels and one block of rows. In an array the lines of neighbouring places lie a
// page or so apart, and fetching them is what the kernel spends beside its arithmetic: those of `left` are
// fetched once for each block of columns, those of `right` once for each block of rows.
//
// Every sum is added up in the order of s, in a register or by way of memory: its bits depend neither on
// blocks, nor on threads, nor on which channels are computed together. So the blocks of rows may follow the
// number of threads.
#pragma once

#include <algorithm>

#include "attention/triangle/multiply_grid.hpp"
#include "attention/triangle/multiply_panels.hpp"

namespace attune::attention::triangle::multiply {

inline constexpr Index most_rows = 128 / tile_rows * tile_rows, least_rows = 16 / tile_rows * tile_rows;
inline constexpr Index most_columns = 256 / tile_columns * tile_columns + tile_columns;
inline constexpr Index group_columns = 3 * tile_columns;  // packed at a time

template <class Scalar> struct ContractTiled {
  using Member = Kokkos::TeamPolicy<Device>::member_type;
  static constexpr Index line = line_channels<Scalar>;
  Contract<Scalar> work;
  Index rows;  // of a block

  struct Item {
    Index b, x, rows, c, channels;  // batch; first row, first channel, and how many
    Scalar *left, *right, *sum;
  };
  struct Range {
    Index first, count;
  };

  static Index up_to(Index count, Index multiple) { return panels(count, multiple) * multiple; }

  // Blocks of columns are as wide as one another.
  Index columns() const {
    const Index all = work.out.columns, blocks = std::max<Index>(panels(all, most_columns), 1);
    return up_to(panels(all, blocks), tile_columns);
  }
  Index down() const { return panels(work.out.rows, rows); }
  Index items() const { return work.out.batches * panels(work.channels, line) * down(); }

  Index steps() const { return std::min(work.left.columns, most_steps); }
  Index left_numbers() const { return up_to(rows, tile_rows) * steps() * line; }
  Index right_numbers() const { return std::min(columns(), group_columns) * steps() * line; }
  Index sum_pitch() const { return up_to(rows, tile_rows) * columns() * simd::width<Scalar>; }
  std::size_t bytes() const {
    return (left_numbers() + right_numbers() + line_registers * sum_pitch()) * sizeof(Scalar);
  }

  void operator()(const Member& member) const {
    const Index n = member.league_rank(), above = n / down(), lines = panels(work.channels, line);
    const Index x = n % down() * rows, c = above % lines * line;
    auto* const space = static_cast<Scalar*>(member.team_scratch(1).get_shmem_aligned(bytes(), simd::bytes));
    const Item item{above / lines,
                    x,
                    std::min(rows, work.out.rows - x),
                    c,
                    std::min(line, work.channels - c),
                    space,
                    space + left_numbers(),
                    space + left_numbers() + right_numbers()};
    for (Index y = 0; y < work.out.columns; y += columns())
      block(item, {y, std::min(columns(), work.out.columns - y)});
  }

  // A sum over nothing takes one turn, and is 0.
  void block(const Item& item, const Range& y) const {
    Range s{0, 0};
    do {
      s.count = std::min(most_steps, work.left.columns - s.first);
      pack<tile_rows>(item.left, strip(work.left, item, {item.x, item.rows}, s));
      for (Index from = 0; from < y.count; from += group_columns)
        add_group(item, {y.first + from, std::min(group_columns, y.count - from)}, s, from);
      s.first += s.count;
    } while (s.first < work.left.columns);
    write(item, y);
  }

  void add_group(const Item& item, const Range& y, const Range& s, Index from) const {
    pack<tile_columns>(item.right, strip(work.right, item, y, s));
    const Index row_panels = panels(item.rows, tile_rows);
    add_products(Panels<Scalar>{item.left, item.right,
                                item.sum + from * row_panels * tile_rows * simd::width<Scalar>, sum_pitch(),
                                panels(item.channels, simd::width<Scalar>), row_panels,
                                panels(y.count, tile_columns), s.count, s.first == 0});
  }

  static Strip<Scalar> strip(const Grid<const Scalar>& grid, const Item& item, const Range& places,
                             const Range& steps) {
    return {grid.at(item.b, places.first, steps.first) + item.c,
            places.count,
            steps.count,
            grid.of_row,
            grid.of_column,
            item.channels};
  }

  void write(const Item& item, const Range& y) const {
    const Index row_panels = panels(item.rows, tile_rows);
    for (Index x = 0; x < item.rows; ++x)
      for (Index n = 0; n < y.count; ++n)
        unpack(work.out.at(item.b, item.x + x, y.first + n) + item.c, item.channels,
               item.sum + place_of_sum<Scalar>(x, n, row_panels), sum_pitch());
  }
};

// Enough items for the threads, as long as the blocks of rows are not too thin.
template <class Scalar> ContractTiled<Scalar> tiled(const Contract<Scalar>& work) {
  ContractTiled<Scalar> kernel{work, std::max<Index>(std::min(work.out.rows, most_rows), 1)};
  while (kernel.items() < 2 * Device().concurrency() && kernel.rows / 2 >= least_rows) kernel.rows /= 2;
  return kernel;
}

template <class Scalar> void contract_tiled(const std::string& label, const Contract<Scalar>& work) {
  const ContractTiled<Scalar> kernel = tiled(work);
  if (kernel.items() == 0 || work.out.columns == 0) return;
  Kokkos::TeamPolicy<Device> policy(static_cast<int>(kernel.items()), 1);
  policy.set_scratch_size(1, Kokkos::PerTeam(kernel.bytes() + simd::bytes));
  Kokkos::parallel_for(label, policy, kernel);
}

}  // namespace attune::attention::triangle::multiply
