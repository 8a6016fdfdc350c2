// attention/window/tensor_core_problem.hpp
//
// Window attention with content as a Problem of attention/tensor_cores/forward.hpp: a block takes a box of
// queries, and the places of its keys (query_boxes.hpp) in row-major order, sixteen along x at a time, so that a
// tile of 64 keys is four such pieces. Which keys a query sees is looked up by the piece (offset_table.hpp).
//
// What of it changes from block to block is in shared memory, and so costs no registers.
//
// Cost     4 D flops a query and place, those in the window are of use: of a window of 18 x 24 x 24 and boxes of
//          4 x 4 x 8 0.57, and 0.67 of what the warps do, which leave out what none of their queries sees
#pragma once

#include "attention/score_scale.hpp"
#include "attention/tensor_cores/forward.hpp"
#include "attention/window/offset_table.hpp"

namespace attune::attention::window::content {

// Of the places of a piece, the first; and which are keys.
struct alignas(16) KeyPiece {
  int z, y, x;
  tensor_cores::Word keys;
};

struct alignas(16) Places {
  int of_piece[tensor_cores::tile_keys / QueryBoxes::piece];
};

struct BlockNotes {
  static constexpr int tile = tensor_cores::tile_keys, pieces_of_tile = tile / QueryBoxes::piece;
  tensor_cores::Marks marks[box_queries];
  Places places[box_queries];  // of the biases of each query and piece
  KeyPiece pieces[2][pieces_of_tile];  // of tile n in n % 2
  int cells[2][tile];  // where keys are stored, -1: no key
  BoxSpan box[3];
  int head, group, tiles;
  unsigned pieces_of_row, rows_of_plane;
};

// Functions from numbers of rows to memory.
template <class Scalar> struct QueryRows {
  Scalar* begin;
  std::uint32_t width;
  const QueryBoxes& boxes;
  const BoxSpan* box;
  KOKKOS_FUNCTION Scalar* operator()(int r) const {
    const auto at = boxes.of_box(r);
    int cell = 0;
    for (int a = 0; a < 3; ++a) {
      if (at[a] >= box[a].queries) return nullptr;
      cell = cell * boxes.axes[a].cells + box[a].query + boxes.axes[a].stride * at[a];
    }
    return begin + std::uint64_t(static_cast<std::uint32_t>(cell)) * width;
  }
};
struct KeyRows {
  const Bfloat16* begin;
  std::uint32_t width;
  const int* cells;
  KOKKOS_FUNCTION const Bfloat16* operator()(int j) const {
    const int cell = cells[j % (2 * BlockNotes::tile)];
    return cell < 0 ? nullptr : begin + std::uint64_t(static_cast<std::uint32_t>(cell)) * width;
  }
};

template <bool biased> struct TensorCoreProblem {
  using Number = Bfloat16;
  using Marked = void;
  using Notes = BlockNotes;
  static constexpr bool has_ranges = false, adds = biased;

  struct Task {
    Notes* notes;
  };

  Inputs<Bfloat16> in;
  Outputs<Bfloat16> out;
  QueryBoxes boxes;
  OffsetTable table;
  View2<const float> biases;
  float factor;  // scale

  KOKKOS_FUNCTION int width() const { return static_cast<int>(in.q.extent(2)); }
  KOKKOS_FUNCTION int value_width() const { return static_cast<int>(in.v.extent(2)); }
  KOKKOS_FUNCTION int pieces() const { return width() / tensor_cores::piece; }
  KOKKOS_FUNCTION int value_pieces() const { return value_width() / tensor_cores::piece; }
  KOKKOS_FUNCTION int keys(const Task& task) const { return task.notes->tiles * Notes::tile; }
  KOKKOS_FUNCTION Index heads() const { return static_cast<Index>(in.q.extent(0)); }
  KOKKOS_FUNCTION Index blocks(int) const { return heads() * boxes.boxes(); }

  template <class Block> KOKKOS_FUNCTION Task task(Block& block, int, char* at) const {
    Notes& notes = *reinterpret_cast<Notes*>(at);
    if (block.thread() == 0) describe(block.index(), notes);
    block.sync();
    if (notes.tiles > 0) note(block, {&notes}, 0);
    block.sync();
    return {&notes};
  }
  KOKKOS_FUNCTION void describe(Index block, Notes& notes) const {
    notes.head = static_cast<int>(block / boxes.boxes());
    notes.group = notes.head / static_cast<int>(heads() / static_cast<Index>(in.k.extent(0)));
    auto n = static_cast<int>(block % boxes.boxes());
    int extent[3];
    for (int a = 2; a >= 0; --a) {
      notes.box[a] = boxes.axes[a].box(n % boxes.axes[a].boxes());
      n /= boxes.axes[a].boxes();
      const int places = notes.box[a].end - notes.box[a].begin;
      extent[a] = places > 0 ? places : 0;
    }
    const int of_row = (extent[2] + QueryBoxes::piece - 1) / QueryBoxes::piece;
    notes.pieces_of_row = static_cast<unsigned>(of_row);
    notes.rows_of_plane = static_cast<unsigned>(extent[1]);
    const int pieces = extent[0] * extent[1] * of_row;
    notes.tiles = (pieces + Notes::pieces_of_tile - 1) / Notes::pieces_of_tile;
  }

  template <class Block> KOKKOS_FUNCTION void note(Block& block, const Task& task, int n) const {
    Notes& notes = *task.notes;
    const int key = block.thread(), of_piece = key % QueryBoxes::piece;
    if (key >= Notes::tile) return;
    const auto piece = static_cast<unsigned>(n * Notes::pieces_of_tile + key / QueryBoxes::piece);
    const unsigned row = piece / notes.pieces_of_row, plane = row / notes.rows_of_plane;
    const int z = notes.box[0].begin + static_cast<int>(plane),
              y = notes.box[1].begin + static_cast<int>(row - plane * notes.rows_of_plane),
              x = notes.box[2].begin +
                  static_cast<int>(piece - row * notes.pieces_of_row) * QueryBoxes::piece;
    const bool there = z < notes.box[0].end;
    const int left = notes.box[2].end - x, most = left < QueryBoxes::piece ? left : QueryBoxes::piece;
    if (of_piece == 0)
      notes.pieces[n % 2][key / QueryBoxes::piece] = {z, y, x, there ? tensor_cores::first_bits(most) : 0};
    int cell = -1;
    if (there && of_piece < left) {
      const auto& axes = boxes.axes;
      cell = axes[0].stored_at(notes.box[0], z) * axes[1].stored() + axes[1].stored_at(notes.box[1], y);
      cell = cell * axes[2].stored() + axes[2].stored_at(notes.box[2], x + of_piece);
    }
    notes.cells[n % 2][key] = cell;
  }

  template <class Block>
  KOKKOS_FUNCTION tensor_cores::Marks mark(Block& block, const Task& task, int mine, int n) const {
    Notes& notes = *task.notes;
    const int r = mine + tensor_cores::lane_of(block);
    const auto at = boxes.of_box(r);
    const auto difference = [&](int p) {
      const KeyPiece& piece = notes.pieces[n % 2][p];
      return Difference{piece.z - at[0], piece.y - at[1], piece.x - at[2]};
    };
    tensor_cores::Word sixteen[Notes::pieces_of_tile];
    ATTUNE_UNROLL
    for (int p = 0; p < Notes::pieces_of_tile; ++p)
      sixteen[p] = notes.pieces[n % 2][p].keys & table.bits(difference(p));
    if (biased)
      for (int p = 0; p < Notes::pieces_of_tile; ++p)
        notes.places[r].of_piece[p] = table.of_biases(difference(p));
    const bool is_query =
        at[0] < notes.box[0].queries && at[1] < notes.box[1].queries && at[2] < notes.box[2].queries;
    tensor_cores::Marks marks;
    if (is_query) marks = {sixteen[0] | sixteen[1] << 16, sixteen[2] | sixteen[3] << 16};
    notes.marks[r] = marks;
    block.sync_warp();
    return marks;
  }
  KOKKOS_FUNCTION tensor_cores::Marks recall(const Task& task, int r, const tensor_cores::Marks&) const {
    return task.notes->marks[r];
  }

  KOKKOS_FUNCTION tensor_cores::Scale scale(const Task& task) const {
    const Index rows = static_cast<Index>(in.temperature.extent(0));
    const float tau = rows == 0 ? 1.0f : in.temperature(rows == 1 ? 0 : task.notes->head);
    return {factor / tau * log2_e<float>, tau, 1 / factor, 1, minus_infinity<float>};
  }

  template <class View>
  KOKKOS_FUNCTION auto queries(const View& view, const Task& task, std::uint32_t width) const {
    using Scalar = typename View::value_type;
    return QueryRows<Scalar>{view.data() + task.notes->head * static_cast<Index>(in.q.extent(1)) * width,
                             width, boxes, task.notes->box};
  }
  KOKKOS_FUNCTION auto q(const Task& task) const { return queries(in.q, task, std::uint32_t(width())); }
  KOKKOS_FUNCTION auto o(const Task& task) const {
    return queries(out.o, task, std::uint32_t(value_width()));
  }
  KOKKOS_FUNCTION float* lse(const Task& task, int r) const { return queries(out.lse, task, 1)(r); }
  template <class View>
  KOKKOS_FUNCTION KeyRows stored(const View& view, const Task& task, std::uint32_t width) const {
    const Index group = task.notes->group * static_cast<Index>(in.k.extent(1));
    return {view.data() + group * width, width, task.notes->cells[0]};
  }
  KOKKOS_FUNCTION KeyRows k(const Task& task) const { return stored(in.k, task, std::uint32_t(width())); }
  KOKKOS_FUNCTION KeyRows v(const Task& task) const {
    return stored(in.v, task, std::uint32_t(value_width()));
  }

  KOKKOS_FUNCTION tensor_cores::AddedPieces added_pieces(const Task& task, int r) const {
    const Index head = biases.extent(0) == 1 ? 0 : task.notes->head;
    const Places places = task.notes->places[r];
    const float* const begin = biases.data() + head * table.biases();
    return {{begin + places.of_piece[0], begin + places.of_piece[1], begin + places.of_piece[2],
             begin + places.of_piece[3]}};
  }
};

}  // namespace attune::attention::window::content
