// solvers/heat/lines.cpp
//
// Lines are solved in bundles: neighbours in memory, which the vector unit takes together, or, along x, a few
// rows at once, whose independent recurrences hide one another's latency.
#include "solvers/heat/lines.hpp"

#include "core/core/blocks.hpp"
#include "core/core/require.hpp"

namespace attune::heat {
namespace {

struct Bundle {
  Index first;  // where the first cell of the first line lies
  int lines;
};

// Lines whose cells j lie side by side: those along y and z.
struct Adjacent {
  static constexpr int most = lanes;
  Index inner, length, blocks;  // lines side by side, cells of a line, bundles of `inner` lines

  KOKKOS_FUNCTION Bundle at(Index n) const {
    const Index outer = n / blocks, i = (n - outer * blocks) * most;
    return {outer * length * inner + i, static_cast<int>(inner - i < most ? inner - i : most)};
  }
  KOKKOS_FUNCTION Index across() const { return 1; }
  KOKKOS_FUNCTION Index along() const { return inner; }
};

// Lines one after the other: those along x.
struct Apart {
  static constexpr int most = on_host ? 8 : 1;
  Index lines, length;

  KOKKOS_FUNCTION Bundle at(Index n) const {
    const Index first = n * most;
    return {first * length, static_cast<int>(lines - first < most ? lines - first : most)};
  }
  KOKKOS_FUNCTION Index across() const { return length; }
  KOKKOS_FUNCTION Index along() const { return 1; }
};

template <class Scalar, class Bundles> struct Solve {
  View3<Scalar> values;
  Bundles bundles;
  Index cells;
  typename LineSolver<Scalar>::Factors factors;

  KOKKOS_FUNCTION void operator()(Index n) const {
    const Bundle bundle = bundles.at(n);
    Scalar* const first = values.data() + bundle.first;
    const Index along = bundles.along(), across = bundles.across();
    Scalar d[Bundles::most] = {};
    for (Index j = 0; j < cells; ++j) {
      Scalar* const here = first + j * along;
      const Scalar m = factors.pivot(j);
      for (int l = 0; l < bundle.lines; ++l)
        here[l * across] = d[l] = (here[l * across] + factors.s * d[l]) * m;
    }
    for (Index j = cells - 2; j >= 0; --j) {
      Scalar* const here = first + j * along;
      const Scalar back = factors.s * factors.pivot(j);
      for (int l = 0; l < bundle.lines; ++l) here[l * across] = d[l] = here[l * across] + back * d[l];
    }
    if (factors.spike.extent(0) > 0) close(bundle, first, d);
  }

  // From T y = f to A d = f; y holds the first cells of the lines.
  KOKKOS_FUNCTION void close(const Bundle& bundle, Scalar* first, const Scalar* y) const {
    const Index along = bundles.along(), across = bundles.across();
    const Scalar* const last = first + (cells - 1) * along;
    Scalar part[Bundles::most] = {};
    for (int l = 0; l < bundle.lines; ++l)
      part[l] = (y[l] + factors.corner * last[l * across]) * factors.share;
    for (Index j = 0; j < cells; ++j) {
      Scalar* const here = first + j * along;
      const Scalar z = factors.spike(j);
      for (int l = 0; l < bundle.lines; ++l) here[l * across] -= part[l] * z;
    }
  }
};

template <class Scalar, class Bundles>
void launch(const Field<Scalar>& f, const Bundles& bundles, Index count,
            const typename LineSolver<Scalar>::Factors& factors) {
  const Solve<Scalar, Bundles> solve{f.values, bundles, bundles.length, factors};
  Kokkos::parallel_for("heat::lines", Kokkos::RangePolicy<Device, Kokkos::IndexType<Index>>(0, count), solve);
}

using Row = std::vector<long double>;

// 1 / (b_j - s^2 m_{j-1}) of a diagonal b.
Row pivots(const Row& diagonal, long double s) {
  Row m;
  for (const long double b : diagonal) m.push_back(1 / (m.empty() ? b : b - s * s * m.back()));
  return m;
}

Row diagonal_of(Boundary boundary, Index cells, long double s) {
  Row b(static_cast<std::size_t>(cells), 1 + 2 * s);
  const long double wall = boundary == Boundary::neumann ? -s : s;
  b.front() += wall;
  b.back() += wall;
  return b;
}

// T z = w.
Row spike_of(const Row& m, long double s) {
  const std::size_t last = m.size() - 1;
  Row z(m.size(), 0);
  z.front() = -(1 + 2 * s);
  z.back() -= s;
  for (std::size_t j = 0; j <= last; ++j) z[j] = (z[j] + (j > 0 ? s * z[j - 1] : 0)) * m[j];
  for (std::size_t j = last; j-- > 0;) z[j] += s * m[j] * z[j + 1];
  return z;
}

template <class Scalar> View1<const Scalar> table(const Row& numbers) {
  return to_device("heat::lines::table", std::vector<Scalar>(numbers.begin(), numbers.end()));
}

template <class Scalar>
typename LineSolver<Scalar>::Factors factors_of(Boundary boundary, Index cells, long double s) {
  if (boundary != Boundary::periodic)
    return {table<Scalar>(pivots(diagonal_of(boundary, cells, s), s)), {}, Scalar(s), 0, 0};
  if (cells == 1) return {table<Scalar>({1}), {}, Scalar(s), 0, 0};  // a cell that is its own neighbour
  const long double b = 1 + 2 * s;
  Row diagonal(static_cast<std::size_t>(cells), b);
  diagonal.front() = 2 * b;
  diagonal.back() = b + s * s / b;
  const Row m = pivots(diagonal, s), z = spike_of(m, s);
  const long double share = 1 / (1 + z.front() + s / b * z.back());
  return {table<Scalar>(m), table<Scalar>(z), Scalar(s), Scalar(s / b), Scalar(share)};
}

}  // namespace

template <class Scalar>
LineSolver<Scalar>::LineSolver(int axis, Boundary boundary, Index cells, double s)
    : axis_(axis), cells_(cells), factors_(factors_of<Scalar>(boundary, cells, s)) {
  require(s >= 0 && cells > 0, "s >= 0 and at least one cell a line");
}

template <class Scalar> void LineSolver<Scalar>::solve(const Field<Scalar>& f) const {
  if (f.box.empty()) return;
  require(f.halo[0] + f.halo[1] + f.halo[2] == 0, "lines are solved in a field without ghosts");
  require(f.box.extent(axis_) == cells_, "lines are solved whole");
  Index inner = 1;
  for (int a = axis_ + 1; a < 3; ++a) inner *= f.box.extent(a);
  const Index outer = f.box.cells() / (inner * cells_);
  if (inner == 1) {
    launch(f, Apart{outer, cells_}, (outer + Apart::most - 1) / Apart::most, factors_);
  } else {
    const Index blocks = (inner + Adjacent::most - 1) / Adjacent::most;
    launch(f, Adjacent{inner, cells_, blocks}, outer * blocks, factors_);
  }
}

template class LineSolver<float>;
template class LineSolver<double>;

}  // namespace attune::heat
