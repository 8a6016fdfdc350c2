// bench/graph.cpp
//
// Attention along the edges of a graph of 16 neighbours a node on average. Nodes lie on a periodic square and
// are numbered row by row; each of the 24 others within two steps is a neighbour with probability 2/3, in
// ascending order: what a radius graph of sorted particles looks like.
#include "attention/graph/graph.hpp"
#include "bench/arrays.hpp"
#include "bench/cases.hpp"
#include "bench/sampled.hpp"

namespace attune::bench {
namespace {

namespace graph = attention::graph;
using attention::on_host_copy;

constexpr Index width = 32;

graph::Neighbours random_graph(Index side) {
  constexpr Index reach = 2;
  std::vector<Index> first{0}, key;
  for (Index node = 0; node < side * side; ++node) {
    const auto begin = key.size();
    for (Index dy = -reach; dy <= reach; ++dy)
      for (Index dx = -reach; dx <= reach; ++dx) {
        const Index y = (node / side + dy + side) % side, x = (node % side + dx + side) % side;
        const auto draw = static_cast<std::uint32_t>((dy + reach) * 5 + dx + reach);
        if ((dy != 0 || dx != 0) && Random{11, 1}.uniform(static_cast<std::uint64_t>(node), draw) < 2.0 / 3)
          key.push_back(y * side + x);
      }
    std::sort(key.begin() + static_cast<std::ptrdiff_t>(begin), key.end());
    first.push_back(static_cast<Index>(key.size()));
  }
  return graph::neighbours(first, key, side * side);
}

template <class Scalar> struct Pass {
  graph::Neighbours neighbours;
  View3<Scalar> q, k, v, o, d_o, d_q, d_k, d_v;
  View2<Scalar> lse;

  Pass(Index side, bool backwards)
      : neighbours(random_graph(side)),
        q(random_array<View3<Scalar>>(1, 1, side * side, width)),
        k(random_array<View3<Scalar>>(2, 1, side * side, width)),
        v(random_array<View3<Scalar>>(3, 1, side * side, width)),
        o(shaped_as(q)),
        lse("bench::lse", 1, side * side) {
    if (!backwards) return;  // the memory of forward is its own
    d_o = random_array<View3<Scalar>>(5, 1, side * side, width);
    d_q = shaped_as(q);
    d_k = shaped_as(q);
    d_v = shaped_as(q);
  }
  graph::Inputs<Scalar> inputs() const { return {q, k, v, {}, {}, {}, {}}; }
  void forward() const { graph::forward<Scalar>(inputs(), neighbours, {o, lse}); }
  void backward() const {
    graph::backward<Scalar>(inputs(), neighbours, {o, lse}, {d_o, {}}, {d_q, d_k, d_v, {}, {}, {}});
  }
  Compared compare(bool backwards) const;
};

template <class Scalar> Compared Pass<Scalar>::compare(bool backwards) const {
  const auto hq = on_host_copy(q), hk = on_host_copy(k), hv = on_host_copy(v), ho = on_host_copy(o);
  const auto up = on_host_copy(d_o), left_q = on_host_copy(d_q), left_k = on_host_copy(d_k),
             left_v = on_host_copy(d_v);
  const auto hl = on_host_copy(lse);
  const auto listed = [](const View1<const Index>& first, const View1<const Index>& other) {
    return [first = on_host_copy(first), other = on_host_copy(other)](Index row) {
      std::vector<Link<Scalar>> links;
      for (Index e = first(row); e < first(row + 1); ++e) links.push_back({other(e), 0});
      return links;
    };
  };
  const Attention<Scalar> rows{hq.data(),
                               hk.data(),
                               hv.data(),
                               width,
                               width,
                               listed(neighbours.first, neighbours.key),
                               listed(neighbours.transpose.first, neighbours.transpose.query)};
  const Saved<Scalar> saved{ho.data(), hl.data(), up.data()};
  const auto count = static_cast<Index>(hl.size());
  Compared compared;
  if (!backwards) compare_outputs(rows, saved, sample(count, 1000, 1), compared);
  if (backwards)
    compare_gradients(rows, saved, {left_q.data(), left_k.data(), left_v.data()},
                      {sample(count, 1000, 2), sample(count, 1000, 3)}, compared);
  return compared;
}

// What the operator says of itself, asked with extents alone.
template <class Scalar> Cost cost_of(Index side) {
  const auto nodes = static_cast<std::size_t>(side * side), edges = 16 * nodes;
  const View3<const Scalar> rows(nullptr, 1, nodes, width);
  const View1<const Index> first(nullptr, nodes + 1), key(nullptr, edges);
  return graph::forward_cost<Scalar>({rows, rows, rows, {}, {}, {}, {}}, {first, key, {first, key, key}});
}

template <class Scalar> void add_cases(Index side, std::vector<Case>& cases) {
  const Cost forward = cost_of<Scalar>(side);
  const std::string precision = precision_of<Scalar>();
  cases.push_back({"graph_forward",
                   precision,
                   "mean degree 16, d = 32, sorted",
                   forward,
                   Roof::bandwidth,
                   {.fraction = 0.5},
                   {},
                   {}});
  cases.back().prepare = [side]() -> Prepared {
    const Pass<Scalar> pass(side, false);
    return {[pass] { pass.forward(); }, [pass] { return pass.compare(false); }};
  };
  cases.push_back({"graph_backward",
                   precision,
                   "gradients of q, k, v",
                   {2.5 * forward.flops, 2 * forward.bytes},
                   Roof::bandwidth,
                   {},
                   {},
                   {}});
  cases.back().prepare = [side]() -> Prepared {
    const Pass<Scalar> pass(side, true);
    pass.forward();
    return {[pass] { pass.backward(); }, [pass] { return pass.compare(true); }};
  };
}

}  // namespace

Family graph_family(const Sizes& sizes) {
  Family family{"graph", {}};
  add_cases<float>(sizes.graph_side, family.cases);
  add_cases<double>(sizes.graph_side, family.cases);
  return family;
}

}  // namespace attune::bench
