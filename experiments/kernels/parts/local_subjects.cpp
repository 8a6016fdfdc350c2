// experiments/kernels/parts/local_subjects.cpp
#include "experiments/kernels/parts/local_subjects.hpp"

#include "attention/graph/graph.hpp"
#include "attention/graph/reference.hpp"
#include "attention/window/content.hpp"
#include "attention/window/content_reference.hpp"
#include "attention/window/reference.hpp"

namespace attune::experiments::kernels {
namespace {

constexpr Index heads = 2, groups = 1;

Numbers numbers(const std::vector<double>& list) { return {list.begin(), list.end()}; }
Numbers numbers(const std::vector<float>& list) { return {list.begin(), list.end()}; }
Numbers numbers(const std::vector<long double>& list) { return list; }
using kernels::numbers;

// Every node has edges to up to `most_degree` nodes drawn at random, the first node to all, the last to none.
attention::graph::Neighbours random_graph(Index nodes, std::uint32_t seed) {
  constexpr Index most_degree = 48;
  const Random random{seed, 20};
  std::vector<Index> first{0}, key;
  for (Index i = 0; i < nodes; ++i) {
    const auto row = static_cast<std::uint64_t>(i);
    const Index drawn = static_cast<Index>(random.words(row, 0).first % (most_degree + 1));
    const Index degree = i == 0 ? nodes : i + 1 == nodes ? 0 : drawn;
    for (Index e = 0; e < degree; ++e)
      key.push_back(i == 0 ? e
                           : static_cast<Index>(random.words(row, static_cast<std::uint32_t>(e) + 1).first %
                                                static_cast<std::uint64_t>(nodes)));
    first.push_back(static_cast<Index>(key.size()));
  }
  return attention::graph::neighbours(first, key, nodes);
}

struct Graph {
  template <class Scalar> static Passes run(bool kernel, const Size& size, const Draw& draw) {
    namespace op = attention::graph;
    const auto neighbours = random_graph(size.tokens, draw.seed);
    const Index n = size.tokens, d = size.width, edges = neighbours.edges();
    const auto q = draw.normal<View3<Scalar>>(1, 1, heads, n, d),
               k = draw.normal<View3<Scalar>>(2, 1, groups, n, d),
               v = draw.normal<View3<Scalar>>(3, 1, groups, n, d),
               w = draw.normal<View3<Scalar>>(7, 1, heads, edges, d),
               d_o = draw.normal<View3<Scalar>>(4, 1, heads, n, d);
    const auto bias = draw.normal<View2<Scalar>>(6, 1, 1, edges),
               d_lse = draw.normal<View2<Scalar>>(5, 1, heads, n);
    const View1<Scalar> tau("kernels::temperature", 1);
    Kokkos::deep_copy(tau, Scalar(0.75));
    const op::Inputs<Scalar> in{q, k, v, bias, w, tau, {}};
    const op::Outputs<Scalar> out{View3<Scalar>("kernels::o", heads, n, d),
                                  View2<Scalar>("kernels::lse", heads, n)};
    const op::OutputGradients<Scalar> d_out{d_o, d_lse};
    const op::Gradients<Scalar> g{shaped_as(q),    shaped_as(k), shaped_as(v),
                                  shaped_as(bias), shaped_as(w), shaped_as(tau)};
    compute_passes(kernel, in, neighbours, out, d_out, g);
    return {{numbers(out.o), numbers(out.lse)},
            {numbers(g.d_q), numbers(g.d_k), numbers(g.d_v), numbers(g.d_bias), numbers(g.d_values),
             numbers(g.d_temperature)}};
  }

  template <class Scalar>
  static void compute_passes(bool kernel, const attention::graph::Inputs<Scalar>& in,
                             const attention::graph::Neighbours& neighbours,
                             const attention::graph::Outputs<Scalar>& out,
                             const attention::graph::OutputGradients<Scalar>& d_out,
                             const attention::graph::Gradients<Scalar>& g) {
    namespace op = attention::graph;
    if constexpr (has_kernel<Scalar>)
      if (kernel) {
        op::forward(in, neighbours, out);
        return op::backward(in, neighbours, out, d_out, g);
      }
    op::reference::forward(in, neighbours, out);
    op::reference::backward(in, neighbours, d_out, g);
  }
};

// A row of N cells along x, 3 cells deep, periodic in y, open along x: 3 N tokens, 21 offsets.
attention::window::Window small_window(Index tokens) {
  using attention::window::Edge;
  std::vector<Triple> offsets;
  for (Index dy = -1; dy <= 1; ++dy)
    for (Index dx = -3; dx <= 3; ++dx) offsets.push_back({0, dy, dx});
  return {offsets, {Edge::periodic, Edge::periodic, Edge::open}, grid_box({3, tokens})};
}

struct Content {
  template <class Scalar> static Passes run(bool kernel, const Size& size, const Draw& draw) {
    namespace op = attention::window::content;
    const auto window = small_window(size.tokens);
    const op::Grid grid{window, window.whole, {0, 0, 0}};
    const Index n = grid.cells(), d = size.width, offsets = static_cast<Index>(window.offsets.size());
    const auto q = draw.normal<View3<Scalar>>(1, 1, heads, n, d),
               k = draw.normal<View3<Scalar>>(2, 1, groups, n, d),
               v = draw.normal<View3<Scalar>>(3, 1, groups, n, d),
               d_o = draw.normal<View3<Scalar>>(4, 1, heads, n, d);
    const auto bias = draw.normal<View2<Scalar>>(6, 1, heads, offsets),
               d_lse = draw.normal<View2<Scalar>>(5, 1, heads, n);
    const View1<Scalar> tau("kernels::temperature", 1);
    Kokkos::deep_copy(tau, Scalar(0.75));
    const op::Inputs<Scalar> in{q, k, v, bias, tau, {}};
    const op::Outputs<Scalar> out{View3<Scalar>("kernels::o", heads, n, d),
                                  View2<Scalar>("kernels::lse", heads, n)};
    const op::OutputGradients<Scalar> d_out{d_o, d_lse};
    const op::Gradients<Scalar> g{shaped_as(q), shaped_as(k), shaped_as(v)};
    const auto table = table_after_passes(kernel, in, grid, out, d_out, g);
    return {{numbers(out.o), numbers(out.lse)},
            {numbers(g.d_q), numbers(g.d_k), numbers(g.d_v), numbers(table.d_bias),
             numbers(table.d_temperature)}};
  }

  template <class Scalar>
  static attention::window::content::TableGradient table_after_passes(
      bool kernel, const attention::window::content::Inputs<Scalar>& in,
      const attention::window::content::Grid& grid, const attention::window::content::Outputs<Scalar>& out,
      const attention::window::content::OutputGradients<Scalar>& d_out,
      const attention::window::content::Gradients<Scalar>& g) {
    namespace op = attention::window::content;
    if constexpr (has_kernel<Scalar>)
      if (kernel) {
        op::forward(in, grid, out);
        op::backward(in, grid, out, d_out, g);
        return op::backward_table(in, grid, out, d_out, Communicator::alone());
      }
    op::reference::forward(in, grid, out);
    return op::reference::backward(in, grid, d_out, g);
  }
};

// The learned stencil: no content, no width; the numbers of a field are its values.
struct Position {
  template <class Scalar> static Passes run(bool kernel, const Size& size, const Draw& draw) {
    namespace op = attention::window;
    const auto window = small_window(size.tokens);
    op::Table table{std::vector<double>(window.offsets.size()), 0.75};
    for (std::size_t o = 0; o < table.bias.size(); ++o)
      table.bias[o] = static_cast<float>(Random{draw.seed, 6}.normal(o));
    const auto field = [&](std::uint32_t stream) {
      const Field<Scalar> u("kernels::field", window.whole, {0, 0, 0});
      Kokkos::deep_copy(u.values, draw.normal<View3<Scalar>>(stream, 1, 1, 3, size.tokens));
      return u;
    };
    const Field<Scalar> u = field(1), d_o = field(4), o("kernels::o", window.whole, {0, 0, 0}),
                        d_u("kernels::d_u", window.whole, {0, 0, 0});
    if constexpr (has_kernel<Scalar>)
      if (kernel) {
        op::forward(u, window, table, o);
        const auto g = op::backward_table(u, window, table, o, d_o, Communicator::alone());
        op::backward_input(d_o, window, table, d_u);
        return {{numbers(o.values)}, {numbers(d_u.values), numbers(g.d_bias), {g.d_temperature}}};
      }
    op::reference::forward(u, window, table, o);
    const auto g = op::reference::backward(u, window, table, d_o, d_u);
    return {{numbers(o.values)}, {numbers(d_u.values), numbers(g.d_bias), {g.d_temperature}}};
  }
};

}  // namespace

Passes graph(Computation which, const Size& size, const Draw& draw) {
  return compute<Graph>(which, size, draw);
}
Passes window_content(Computation which, const Size& size, const Draw& draw) {
  return compute<Content>(which, size, draw);
}
Passes window_position(Computation which, const Size& size, const Draw& draw) {
  return compute<Position>(which, size, draw);
}

}  // namespace attune::experiments::kernels
