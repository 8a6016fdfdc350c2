// attention/dense/backward_plan.hpp
//
// How backward in tiles is divided into tasks, and what memory that takes: by the shapes alone, so that a sum
// has one order on any number of threads.
//
// A task takes some heads of keys (b, g), in order, and some blocks of queries. What several tasks add to has
// a part a task, and the parts are added in order:
//
//   d_k, d_v      shared by the chunks of queries
//   d_pairs, d_prior      shared by the chunks of heads, where numbers are broadcast over b or h; by the
//                 chunks of queries, where they are broadcast over i
//   d_table       shared by all
//
// Limits   no kind of part takes more than `budget` bytes, where dividing less can avoid it
#pragma once

#include "attention/dense/dense.hpp"
#include "attention/tiles/backward_block.hpp"
#include "attention/tiles/tasks.hpp"

namespace attune::attention::dense {

template <class Scalar> bias::Shape4 extents_of(const View4<Scalar>& view) {
  bias::Shape4 extents{0, 0, 0, 0};
  for (int a = 0; a < 4 && view.size() > 0; ++a) extents[a] = static_cast<Index>(view.extent(a));
  return extents;
}

struct BackwardPlan {
  static constexpr Index enough = 32, most_blocks = 4;  // tasks; blocks of queries that share a block of keys
  static constexpr double budget = 256.0 * 1024 * 1024;

  Shape shape;
  tiles::Cut cut;
  Index units = 0;  // B G
  Index head_chunks = 1, query_chunks = 1;

  // `pairs`, `prior`: the extents of d_pairs and d_prior, zeros where nobody asks; `table`: numbers of
  // d_table.
  template <class Scalar>
  static BackwardPlan of(const Shape& s, const bias::Shape4& pairs, const bias::Shape4& prior, Index table,
                         bool of_keys) {
    BackwardPlan plan{s, tiles::Cut(s.queries, simd::width<Scalar>, tiles::most_vectors)};
    plan.units = s.batches * s.groups;
    const double bytes = sizeof(Scalar);
    double heads = static_cast<double>(plan.units < enough ? plan.units : enough);
    for (const auto& given : {pairs, prior})
      if (plan.shares_heads(given)) {
        const bool more_than_keys = numbers(given) > static_cast<double>(plan.numbers_of_keys());
        heads = more_than_keys ? 1 : fitting(heads, bytes * numbers(given));
      }
    heads = fitting(heads, 8 * static_cast<double>(table));
    plan.head_chunks = heads < 1 ? 1 : static_cast<Index>(heads);

    // Parts of d_k and d_v grow as N, what they are worth as M N: 8 chunks, and more of more than 128 blocks.
    const Index by_blocks = plan.cut.blocks / 16, most = by_blocks < 8 ? 8 : by_blocks;
    const Index wanted = (enough + plan.head_chunks - 1) / plan.head_chunks;
    double queries = static_cast<double>(wanted < most ? wanted : most);
    if (of_keys) queries = fitting(queries, bytes * static_cast<double>(plan.numbers_of_keys()));
    queries = fitting(queries, 8 * static_cast<double>(table * plan.head_chunks));
    plan.query_chunks = static_cast<Index>(queries);
    if (plan.query_chunks > plan.cut.blocks) plan.query_chunks = plan.cut.blocks;
    if (plan.query_chunks < 1) plan.query_chunks = 1;
    return plan;
  }

  static double fitting(double parts, double bytes) {
    const double most = bytes > 0 ? budget / bytes : parts;
    return parts <= most ? parts : most < 1 ? 1 : most;
  }
  static double numbers(const bias::Shape4& x) {
    return static_cast<double>(x[0]) * static_cast<double>(x[1]) * static_cast<double>(x[2]) *
           static_cast<double>(x[3]);
  }
  bool shares_heads(const bias::Shape4& x) const {
    return numbers(x) > 0 && (x[0] < shape.batches || x[1] < shape.heads);
  }
  bool shares_queries(const bias::Shape4& x) const { return numbers(x) > 0 && x[2] < shape.queries; }

  Index tasks() const { return head_chunks * query_chunks; }
  Index first_unit(Index chunk) const { return chunk * units / head_chunks; }
  Index first_block(Index chunk) const { return chunk * cut.blocks / query_chunks; }

  // Parts of d_pairs or d_prior.
  Index parts(const bias::Shape4& x) const {
    return (shares_heads(x) ? head_chunks : 1) * (shares_queries(x) ? query_chunks : 1);
  }
  Index part(const bias::Shape4& x, Index head_chunk, Index query_chunk) const {
    return (shares_heads(x) ? head_chunk : 0) * (shares_queries(x) ? query_chunks : 1) +
           (shares_queries(x) ? query_chunk : 0);
  }

  // Bytes of the parts, at most; those of a table, 8 bytes a task and number, beside.
  template <class Scalar> double bytes(const bias::Shape4& pairs, const bias::Shape4& prior) const {
    using Block = tiles::BackwardBlock<Scalar>;
    const Index row = Block::padded(shape.width) + Block::padded(shape.value_width);
    const double of_pairs = static_cast<double>(parts(pairs)) * numbers(pairs) +
                            static_cast<double>(parts(prior)) * numbers(prior);
    return sizeof(Scalar) * (static_cast<double>(query_chunks * units * shape.keys * row) + of_pairs);
  }
  Index numbers_of_keys() const { return units * shape.keys * (shape.width + shape.value_width); }
};

}  // namespace attune::attention::dense
