// attention/window/stencil_outbox.hpp
//
// Results on their way past the caches. A chunk of R rows is gathered here; while the tiles of the next one
// are worked off, its lines leave one by one, row after row, so that memory writes while the processor
// computes. Rows that were streamed in turn would share the few buffers in which a processor combines
// streaming stores, and where they lie a multiple of 4096 bytes apart these then run at an eighth of the
// speed.
//
// Memory   2 R (chunk + a line), of a thread
#pragma once

#include "attention/window/stencil.hpp"

namespace attune::attention::window {

template <class Scalar, int R, Index chunk> struct Outbox {
  static constexpr Index line = line_cells<Scalar>;
  struct Piece {
    const Scalar* from;
    Scalar* to;
    Index lines;
  };

  // One chunk is filled, the other is sent. Before each row there is room for what is left of the line that the
  // chunk before began.
  alignas(64) Scalar row[2][R][line + chunk];
  Index left[R] = {};
  Piece waiting[R];
  int turn = 0, next = 0, end = 0;

  Scalar* fresh(int r) { return row[turn][r] + line; }

  [[gnu::noinline]] Piece take() { return next < end ? waiting[next++] : Piece{nullptr, nullptr, 0}; }

  // Streams a line of the piece that is on its way, or of the one that follows it.
  ATTUNE_INLINE void send_line(Piece& piece) {
    if (piece.lines == 0) piece = take();
    if (piece.lines == 0) return;
#pragma GCC unroll 8
    for (Index l = 0; l < line; l += simd::width<Scalar>)
      simd::stream(piece.to + l, simd::load(piece.from + l));
    piece = {piece.from + line, piece.to + line, piece.lines - 1};
  }
  ATTUNE_INLINE void send_rest(Piece& piece) {
    while (piece.lines > 0 || next < end) send_line(piece);
  }
  void send_all() {
    Piece piece = take();
    send_rest(piece);
  }

  static void copy(const Scalar* from, Index count, Scalar* to) {
    for (Index i = 0; i < count; ++i) to[i] = from[i];
  }

  // The chunk is full: `cells` of `rows` rows, bound for to(k, j) + i. Whole lines of it will leave, all of it
  // if it is the last of its rows; the chunk before has left by now.
  void close(int rows, Index cells, const Cells3<Scalar>& to, bool last) {
    send_all();
    for (int r = 0; r < rows; ++r) {
      const Scalar* from = fresh(r) - left[r];
      Scalar* out = to.at(0, r) - left[r];
      Index count = cells + left[r];
      const Index head = std::min(count, misaligned_cells(out));
      copy(from, head, out);
      from += head, out += head, count -= head;
      const Index lines = count / line, tail = count % line;
      waiting[r] = {from, out, lines};
      left[r] = last ? 0 : tail;
      copy(from + lines * line, tail, last ? out + lines * line : row[1 - turn][r] + line - tail);
    }
    next = 0, end = rows, turn = 1 - turn;
  }
};

}  // namespace attune::attention::window
