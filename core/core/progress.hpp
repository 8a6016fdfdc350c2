// core/core/progress.hpp
//
// How far a long loop is, on stderr: a bar that moves on a terminal, else a line every tenth of the way, at
// most one a second and at least one every ten. A loop shorter than a second says nothing there; ranks that
// do not speak never do.
#pragma once

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <string>

#include "core/core/views.hpp"

namespace attune {

class Progress {
 public:
  Progress(std::string name, Index steps, bool speaks)
      : label(std::move(name)),
        total(steps > 0 ? steps : 1),
        speaking(speaks),
        terminal(isatty(STDERR_FILENO) == 1) {}

  void advance(Index steps = 1) {
    done += steps;
    if (!speaking) return;
    if (terminal)
      draw();
    else
      report();
  }

  // A bar that is left before its end, by an exception say, must not share its line with what follows.
  ~Progress() {
    if (drawn && done < total) std::fputc('\n', stderr);
  }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

 private:
  static constexpr double between_bars = 0.1, between_lines = 1, longest_silence = 10;  // [s]
  static constexpr int bar_width = 30;
  using Clock = std::chrono::steady_clock;

  std::string label;
  Index total, done = 0;
  bool speaking, terminal, drawn = false;
  int tenths = 0;
  Clock::time_point start = Clock::now(), last = start;

  static double seconds(Clock::duration span) { return std::chrono::duration<double>(span).count(); }
  double fraction() const {
    return done < total ? static_cast<double>(done) / static_cast<double>(total) : 1;
  }
  double spent() const { return seconds(Clock::now() - start); }
  double left() const { return spent() * (1 - fraction()) / fraction(); }
  bool waited(double least) const { return seconds(Clock::now() - last) >= least; }

  void draw() {
    const bool last_bar = done >= total;
    if (drawn && !last_bar && !waited(between_bars)) return;
    const int filled = static_cast<int>(fraction() * bar_width);
    const std::string bar = std::string(filled, '#') + std::string(bar_width - filled, '.');
    std::fprintf(stderr, "\r%s [%s] %3.0f %% %8.1f s %s", label.c_str(), bar.c_str(), 100 * fraction(),
                 last_bar ? spent() : left(), last_bar ? "    \n" : "left");
    std::fflush(stderr);
    drawn = true;
    last = Clock::now();
  }

  void report() {
    const int reached = static_cast<int>(10 * fraction());
    if (!waited(reached > tenths ? between_lines : longest_silence)) return;
    tenths = reached;
    last = Clock::now();
    std::fprintf(stderr, "%s: %.0f %%, %.0f s, %.0f s left\n", label.c_str(), 100 * fraction(), spent(),
                 left());
  }
};

}  // namespace attune
