// bench/small.cpp
//
// A few tokens, batch 1: the fused kernel beside the form in three passes, which then fits into the caches.
#include "attention/dense/dense.hpp"
#include "bench/arrays.hpp"
#include "bench/cases.hpp"
#include "bench/sampled.hpp"
#include "bench/unfused.hpp"

namespace attune::bench {
namespace {

namespace dense = attention::dense;
using attention::on_host_copy;

constexpr Index width = 32;

// Of one batch; key and query i of head h have row h N + i.
struct Problem {
  View4<float> q, k, v, o;
  View3<float> lse;

  Problem(Index heads, Index n)
      : q(random_array<View4<float>>(1, 1, heads, n, width)),
        k(random_array<View4<float>>(2, 1, heads, n, width)),
        v(random_array<View4<float>>(3, 1, heads, n, width)),
        o("bench::o", 1, heads, n, width),
        lse("bench::lse", 1, heads, n) {}

  Compared compare(bool with_lse) const {
    const auto hq = on_host_copy(q), hk = on_host_copy(k), hv = on_host_copy(v), ho = on_host_copy(o);
    const auto hl = on_host_copy(lse);
    const auto n = static_cast<Index>(q.extent(2));
    const auto keys_of = [n](Index row) {
      std::vector<Link<float>> links;
      for (Index j = 0; j < n; ++j) links.push_back({row / n * n + j, 0});
      return links;
    };
    const Attention<float> rows{hq.data(), hk.data(), hv.data(), width, width, keys_of, keys_of};
    Compared compared;
    if (with_lse) {
      compare_outputs(rows, {ho.data(), hl.data(), nullptr}, sample(hl.size(), 64, 1), compared);
      return compared;
    }
    Entries<float> entries;
    for (const Index i : sample(static_cast<Index>(hl.size()), 64, 1))
      entries.absorb(ho.data() + i * width, output_row<float>(rows, i).o, output_row<double>(rows, i).o);
    entries.put_into(compared);
    return compared;
  }
};

struct Shape {
  Index heads, tokens;
  std::string name() const { return "small_n" + std::to_string(tokens) + "_h" + std::to_string(heads); }
  Cost cost() const {
    return dense::forward_cost({1, heads, heads, tokens, tokens, width, width}, sizeof(float));
  }
};

Case fused_case(const Shape& shape) {
  Case one{shape.name(), "float", "fused forward, d = 32", shape.cost(), Roof::arithmetic, {}, {}, {}};
  if constexpr (on_host) one.bars.against = shape.name() + "_unfused";
  one.prepare = [shape]() -> Prepared {
    const Problem x(shape.heads, shape.tokens);
    const auto run = [x] {
      dense::forward<float>({x.q, x.k, x.v}, attention::bias::None<float>{}, attention::Full{}, {x.o, x.lse});
    };
    return {run, [x] { return x.compare(true); }};
  };
  return one;
}

Case unfused_case(const Shape& shape) {
  Case one{
      shape.name() + "_unfused", "float", "three passes, d = 32", shape.cost(), Roof::arithmetic, {}, {}, {}};
  one.prepare = [shape]() -> Prepared {
    const Problem x(shape.heads, shape.tokens);
    const View3<float> transposed("bench::transposed", shape.heads, width, shape.tokens);
    const View3<float> scores("bench::scores", shape.heads, shape.tokens, shape.tokens);
    const auto run = [=] {
      Unfused<float>{x.q.data(),    x.k.data(),  x.v.data(),   x.o.data(), transposed.data(),
                     scores.data(), shape.heads, shape.tokens, width}
          .run();
    };
    return {run, [x] { return x.compare(false); }};
  };
  return one;
}

}  // namespace

Family small_family(const Sizes& sizes) {
  Family family{"small", {}};
  for (const Index heads : {1, 4})
    for (const Index tokens : sizes.few_tokens) {
      family.cases.push_back(fused_case({heads, tokens}));
      if constexpr (on_host) family.cases.push_back(unfused_case({heads, tokens}));
    }
  return family;
}

}  // namespace attune::bench
