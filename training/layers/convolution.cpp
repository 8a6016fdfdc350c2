// training/layers/convolution.cpp
#include "training/layers/convolution.hpp"

namespace attune::training::layers::convolution {

namespace {

constexpr Index cells_at_a_time = 4096;

// Row i, offset o of `gathered`: x_{i + sign o}, or zeros.
template <class Scalar> struct Gather {
  Grid grid;
  int sign;
  Index first;  // row of x that the first of gathered belongs to
  View2<const Scalar> x;
  View2<Scalar> gathered;

  KOKKOS_FUNCTION bool find(int axis, Index at, Index& cell) const {
    const Index n = grid.cells[axis];
    cell = grid.edges[axis] == Edge::circular ? (at % n + n) % n : at;
    return cell >= 0 && cell < n;
  }
  // The row of x that row i sees through offset o; -1 if none.
  KOKKOS_FUNCTION Index neighbour(Index i, Index o) const {
    Index row = 0, whole = 1;
    for (int axis = 2; axis >= 0; --axis) {
      const Index at = i % grid.cells[axis], offset = o % grid.box[axis] - grid.box[axis] / 2;
      Index cell;
      if (!find(axis, at + sign * offset, cell)) return -1;
      row += cell * whole;
      whole *= grid.cells[axis];
      i /= grid.cells[axis];
      o /= grid.box[axis];
    }
    return row + i * whole;  // what is left of i is the sample
  }
  KOKKOS_FUNCTION void operator()(Index i, Index o) const {
    const auto channels = static_cast<Index>(x.extent(1));
    const Index from = neighbour(first + i, o);
    for (Index c = 0; c < channels; ++c) gathered(i, o * channels + c) = from >= 0 ? x(from, c) : Scalar(0);
  }
};

// turned((o, c_out), c_in) = weight((o, c_in), c_out)
template <class Scalar> struct Turn {
  View2<const Scalar> weight;
  View2<Scalar> turned;
  KOKKOS_FUNCTION void operator()(Index row, Index c_in) const {
    const auto in = static_cast<Index>(turned.extent(1)), out = static_cast<Index>(weight.extent(1));
    turned(row, c_in) = weight(row / out * in + c_in, row % out);
  }
};

template <class View> View rows_of(const View& x, Index first, Index count) {
  return Kokkos::subview(x, std::pair<Index, Index>(first, first + count), Kokkos::ALL);
}

// visit(first, count, gathered) for one stretch of cells after the other.
template <class Scalar, class Visit>
void over_gathered(const Grid& grid, int sign, const View2<const Scalar>& x, const Visit& visit) {
  const Index rows = grid.rows(), most = rows < cells_at_a_time ? rows : cells_at_a_time;
  const View2<Scalar> buffer(
      Kokkos::view_alloc("training::layers::convolution::gathered", Kokkos::WithoutInitializing), most,
      grid.offsets() * static_cast<Index>(x.extent(1)));
  for (Index first = 0; first < rows; first += most) {
    const Index count = rows - first < most ? rows - first : most;
    const auto gathered = rows_of(buffer, 0, count);
    Kokkos::parallel_for("training::layers::convolution::gather", every_entry(count, grid.offsets()),
                         Gather<Scalar>{grid, sign, first, x, gathered});
    visit(first, count, gathered);
  }
}

template <class Scalar>
void require_shapes(const Weights<Scalar>& w, const Grid& grid, const View2<const Scalar>& in,
                    const View2<const Scalar>& out) {
  for (int axis = 0; axis < 3; ++axis) require(grid.box[axis] % 2 == 1, "the box has odd extents");
  require(static_cast<Index>(in.extent(0)) == grid.rows() && static_cast<Index>(out.extent(0)) == grid.rows(),
          "there is a row for each cell of each sample");
  require(w.weight.extent(0) == static_cast<std::size_t>(grid.offsets()) * in.extent(1) &&
              w.weight.extent(1) == out.extent(1),
          "the weight is (offsets in, out)");
}

}  // namespace

template <class Scalar>
void forward(const Weights<Scalar>& w, const Grid& grid, const Input<Scalar>& x, const View2<Scalar>& y) {
  require_shapes<Scalar>(w, grid, x, y);
  over_gathered<Scalar>(grid, 1, x, [&](Index first, Index count, const View2<Scalar>& gathered) {
    linear::forward(w, gathered, rows_of(y, first, count));
  });
}

template <class Scalar>
void backward_weights(const Grid& grid, const Input<Scalar>& x, const Input<Scalar>& d_y,
                      const Weights<Scalar>& d_w) {
  require_shapes<Scalar>(d_w, grid, x, d_y);
  over_gathered<Scalar>(grid, 1, x, [&](Index first, Index count, const View2<Scalar>& gathered) {
    linear::backward(d_w, gathered, rows_of(d_y, first, count), View2<Scalar>(), d_w);
  });
}

template <class Scalar>
void backward_input(const Weights<Scalar>& w, const Grid& grid, const Input<Scalar>& d_y,
                    const View2<Scalar>& d_x) {
  require_shapes<Scalar>(w, grid, d_x, d_y);
  const View2<Scalar> turned("training::layers::convolution::turned",
                             static_cast<std::size_t>(grid.offsets()) * d_y.extent(1), d_x.extent(1));
  Kokkos::parallel_for("training::layers::convolution::turn", every_entry(turned.extent(0), turned.extent(1)),
                       Turn<Scalar>{w.weight, turned});
  over_gathered<Scalar>(grid, -1, d_y, [&](Index first, Index count, const View2<Scalar>& gathered) {
    matmul(gathered, turned, rows_of(d_x, first, count));
  });
}

template void forward(const Weights<float>&, const Grid&, const Input<float>&, const View2<float>&);
template void forward(const Weights<double>&, const Grid&, const Input<double>&, const View2<double>&);
template void backward_weights(const Grid&, const Input<float>&, const Input<float>&, const Weights<float>&);
template void backward_weights(const Grid&, const Input<double>&, const Input<double>&,
                               const Weights<double>&);
template void backward_input(const Weights<float>&, const Grid&, const Input<float>&, const View2<float>&);
template void backward_input(const Weights<double>&, const Grid&, const Input<double>&, const View2<double>&);

}  // namespace attune::training::layers::convolution
