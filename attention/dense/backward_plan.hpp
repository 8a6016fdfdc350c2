// attention/dense/backward_plan.hpp
//
// How backward in tiles is divided into tasks, and what memory that takes: by the shapes alone, so that a sum
// has one order on any number of threads.
//
// A task takes some heads of keys (b, g), in order, and a chunk of queries. Queries and keys are divided into
// C chunks each, and in turn t = 0 .. C - 1 the task of chunk c meets the keys of chunk (c + t) mod C: tasks
// of one turn share neither queries nor keys, so that all of them add to d_q, d_k and d_v themselves, and each
// number gets its terms in the order of the turns. Where keys are too few for that, queries are divided into
// S slices of C chunks, and what tasks of one turn would share has a part for each, added in order:
//
//   d_k, d_v             a part a slice
//   d_pairs, d_prior     a part a chunk of heads, where numbers are broadcast over b or h; a part a chunk of
//                        queries, where they are broadcast over i
//   d_table              a part a task
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
  static constexpr Index enough = 32;  // tasks of a turn
  static constexpr double budget = 256.0 * 1024 * 1024;

  Shape shape;
  tiles::Cut cut;
  Index units = 0;  // B G
  Index key_blocks = 0;
  Index head_chunks = 1, slices = 1, chunks = 1;

  // `pairs`, `prior`: the extents of d_pairs and d_prior, zeros where nobody asks; `table`: numbers of
  // d_table.
  template <class Scalar>
  static BackwardPlan of(const Shape& s, const bias::Shape4& pairs, const bias::Shape4& prior, Index table,
                         bool of_keys) {
    BackwardPlan plan{s, tiles::Cut(s.queries, simd::width<Scalar>, tiles::most_vectors)};
    plan.units = s.batches * s.groups;
    plan.key_blocks = (s.keys + tiles::most_keys - 1) / tiles::most_keys;
    const double bytes = sizeof(Scalar);
    Index heads = at_most(plan.units, enough);
    for (const auto& given : {pairs, prior})
      if (plan.shares_heads(given)) {
        const bool more_than_keys = numbers(given) > static_cast<double>(plan.numbers_of_keys());
        heads = more_than_keys ? 1 : fitting(heads, bytes * numbers(given));
      }
    plan.head_chunks = fitting(heads, 8 * static_cast<double>(table));

    // Each turn lays out the queries anew: chunks of few keys are for few keys alone.
    constexpr Index few = 8, worth = 4;
    const Index asked = fitting((enough + plan.head_chunks - 1) / plan.head_chunks,
                                8 * static_cast<double>(table * plan.head_chunks));
    const Index wanted = at_most(asked, plan.cut.blocks);
    plan.chunks = at_most(
        wanted, plan.key_blocks < few * worth ? at_most(plan.key_blocks, few) : plan.key_blocks / worth);
    plan.slices = plan.chunks < few ? at_most(wanted / plan.chunks, few) : 1;
    if (of_keys) plan.slices = fitting(plan.slices, bytes * static_cast<double>(plan.numbers_of_keys()));
    return plan;
  }

  static Index at_most(Index n, Index most) { return n < 1 || most < 1 ? 1 : n < most ? n : most; }
  static Index fitting(Index parts, double bytes) {
    const double most = bytes > 0 ? budget / bytes : static_cast<double>(parts);
    return most < static_cast<double>(parts) ? at_most(parts, static_cast<Index>(most))
                                             : at_most(parts, parts);
  }
  static double numbers(const bias::Shape4& x) {
    return static_cast<double>(x[0]) * static_cast<double>(x[1]) * static_cast<double>(x[2]) *
           static_cast<double>(x[3]);
  }
  bool shares_heads(const bias::Shape4& x) const {
    return numbers(x) > 0 && (x[0] < shape.batches || x[1] < shape.heads);
  }
  bool shares_queries(const bias::Shape4& x) const { return numbers(x) > 0 && x[2] < shape.queries; }

  Index query_chunks() const { return slices * chunks; }
  Index tasks() const { return head_chunks * query_chunks(); }
  Index first_unit(Index head_chunk) const { return head_chunk * units / head_chunks; }
  Index first_block(Index query_chunk) const { return query_chunk * cut.blocks / query_chunks(); }
  Index first_key(Index chunk) const {
    const Index key = chunk * key_blocks / chunks * tiles::most_keys;
    return key < shape.keys ? key : shape.keys;
  }

  // Parts of d_pairs or d_prior.
  Index parts(const bias::Shape4& x) const {
    return (shares_heads(x) ? head_chunks : 1) * (shares_queries(x) ? query_chunks() : 1);
  }
  Index part(const bias::Shape4& x, Index head_chunk, Index query_chunk) const {
    return (shares_heads(x) ? head_chunk : 0) * (shares_queries(x) ? query_chunks() : 1) +
           (shares_queries(x) ? query_chunk : 0);
  }
  // Whether the tasks can clear the one part of x: each pair of a query and a key belongs to one of them.
  bool tasks_clear(const bias::Shape4& x) const {
    return parts(x) == 1 && x[2] == shape.queries && x[3] == shape.keys;
  }

  // Bytes of the parts, at most; those of a table, 8 bytes a task and number, beside.
  template <class Scalar> double bytes(const bias::Shape4& pairs, const bias::Shape4& prior) const {
    using Block = tiles::BackwardBlock<Scalar>;
    const Index row = Block::padded(shape.width) + Block::padded(shape.value_width);
    const double of_pairs = static_cast<double>(parts(pairs)) * numbers(pairs) +
                            static_cast<double>(parts(prior)) * numbers(prior);
    return sizeof(Scalar) * (static_cast<double>(slices * units * shape.keys * row) + of_pairs);
  }
  // Bytes of what rows add to d_temperature and d_gain, where one of them is asked for.
  double bytes_of_moments() const {
    return 4 * sizeof(double) * static_cast<double>(shape.batches * shape.heads * shape.queries);
  }
  Index numbers_of_keys() const { return units * shape.keys * (shape.width + shape.value_width); }
};

}  // namespace attune::attention::dense
