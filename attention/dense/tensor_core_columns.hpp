// attention/dense/tensor_core_columns.hpp
//
// Dense attention as a Problem of attention/tensor_cores/backward_columns.hpp: a block takes keys that follow one
// another, of one batch and group of heads, of a slab (score_gradients.hpp).
#pragma once

#include "attention/dense/score.hpp"
#include "attention/dense/tensor_core_problem.hpp"
#include "attention/tensor_cores/backward_columns.hpp"

namespace attune::attention::dense {

template <class Source, class Prior, class Mask> struct TensorCoreColumns {
  static constexpr bool has_ranges = HasRanges<Mask>;

  Score<Bfloat16, Source, Mask> score;
  Prior
      prior;  // that of the score, or bias::None where it has none: a kernel without it needs fewer registers
  View4<const Bfloat16> values, d_out;
  PerHead<float> gain;
  View4<Bfloat16> d_keys, d_values;  // empty if nobody asks
  const tensor_cores::QueryNumbers* of_queries;  // (B, H, M in whole steps)
  tensor_cores::ScoreGradients slab;

  struct Task {
    Index b, g, unit;  // unit: the group, from the first of the slab
    int first;  // key, from the first of the slab
  };

  KOKKOS_FUNCTION int queries() const { return static_cast<int>(score.shape.queries); }
  KOKKOS_FUNCTION int heads() const { return static_cast<int>(slab.heads_of_a_group); }
  KOKKOS_FUNCTION int width() const { return static_cast<int>(score.shape.width); }
  KOKKOS_FUNCTION int value_width() const { return static_cast<int>(score.shape.value_width); }
  KOKKOS_FUNCTION int pieces() const { return width() / tensor_cores::piece; }
  KOKKOS_FUNCTION int value_pieces() const { return value_width() / tensor_cores::piece; }
  KOKKOS_FUNCTION float factor() const { return score.scale; }

  // Groups that differ in their batch alone are apart in a slab; a bias they share is read from the cache if
  // their blocks follow one another. So blocks of one place in the keys follow one another.
  KOKKOS_FUNCTION Index blocks() const { return slab.groups() * slab.blocks_of_keys(); }
  KOKKOS_FUNCTION Task task(Index block) const {
    const Index unit = block % slab.groups(), group = slab.first_group() + unit;
    return {group / score.shape.groups, group % score.shape.groups, unit,
            static_cast<int>(block / slab.groups()) * tensor_cores::keys_of_a_block};
  }
  KOKKOS_FUNCTION Index head(const Task& task, int n) const { return task.g * slab.heads_of_a_group + n; }
  KOKKOS_FUNCTION int key(const Task& task, int r) const { return slab.first_key + task.first + r; }
  KOKKOS_FUNCTION int keys_left(const Task& task) const { return slab.keys - task.first; }

  template <class Block>
  KOKKOS_FUNCTION tensor_cores::Seen seen(Block& block, const Task& task,
                                          const tensor_cores::Span& rows) const {
    const int left = keys_left(task), begin = rows.begin < left ? rows.begin : left,
              end = rows.end < left ? rows.end : left;
    // A warp beyond the keys sees nothing; without ranges it goes along with the others all the same.
    if (begin == end) return {{has_ranges ? queries() : 0, has_ranges ? 0 : queries()}, {0, 0}};
    const auto seen = tensor_cores::seen(block, tensor_cores::QueriesOf<Mask>{score.mask, task.b},
                                         {key(task, begin), key(task, end)}, queries());
    return end == rows.end ? seen : tensor_cores::Seen{seen.some, {0, 0}};
  }
  KOKKOS_FUNCTION tensor_cores::Scale scale(const Task& task, int n) const {
    const Index h = head(task, n);
    const float tau = score.temperature.at(h);
    return {score.scale / tau * log2_e<float>, tau, 1 / score.scale, gain.at(h), 0};
  }

  KOKKOS_FUNCTION tensor_cores::RowsAt<const Bfloat16> q(const Task& task, int n) const {
    return {row(score.q, task.b, head(task, n), 0), static_cast<std::uint32_t>(width()), queries()};
  }
  KOKKOS_FUNCTION tensor_cores::RowsAt<const Bfloat16> d_o(const Task& task, int n) const {
    return {row(d_out, task.b, head(task, n), 0), static_cast<std::uint32_t>(value_width()), queries()};
  }
  KOKKOS_FUNCTION tensor_cores::RowsAt<const Bfloat16> k(const Task& task) const {
    return {row(score.k, task.b, task.g, key(task, 0)), static_cast<std::uint32_t>(width()), keys_left(task)};
  }
  KOKKOS_FUNCTION tensor_cores::RowsAt<const Bfloat16> v(const Task& task) const {
    return {row(values, task.b, task.g, key(task, 0)), static_cast<std::uint32_t>(value_width()),
            keys_left(task)};
  }
  KOKKOS_FUNCTION tensor_cores::RowsAt<Bfloat16> d_k(const Task& task) const {
    return {row(d_keys, task.b, task.g, key(task, 0)), static_cast<std::uint32_t>(width()),
            d_keys.size() > 0 ? keys_left(task) : 0};
  }
  KOKKOS_FUNCTION tensor_cores::RowsAt<Bfloat16> d_v(const Task& task) const {
    return {row(d_values, task.b, task.g, key(task, 0)), static_cast<std::uint32_t>(value_width()),
            d_values.size() > 0 ? keys_left(task) : 0};
  }
  KOKKOS_FUNCTION const tensor_cores::QueryNumbers* numbers(const Task& task, int n) const {
    return of_queries + (task.b * score.shape.heads + head(task, n)) * slab.queries;
  }

  KOKKOS_FUNCTION auto d_s(const Task& task, int n, int query) const {
    return slab.rows(task.unit * slab.heads_of_a_group + n, task.first, query);
  }
  KOKKOS_FUNCTION void note(const Task& task, const tensor_cores::Span& queries) const {
    slab.seen(task.unit, task.first) = queries;
  }

  static constexpr bool adds =
      !std::is_same_v<Source, bias::None<float>> || !std::is_same_v<Prior, bias::None<float>>;
  template <class Line, class PriorLine> struct Added {
    Line bias;
    PriorLine prior;
    float tau;
    int first, last;  // key
    KOKKOS_FUNCTION float one(int r) const {
      const int j = first + r < last ? first + r : last;
      return bias.one(j) + tau * prior.one(j);
    }
  };
  // bias + tau prior of one query.
  KOKKOS_FUNCTION auto added(const Task& task, int n, int query, float tau) const {
    const Index i = query < queries() ? query : queries() - 1, h = head(task, n);
    const auto of_bias = tensor_cores::line_of(score.bias, task.b, h, i);
    const auto of_prior = tensor_cores::line_of(prior, task.b, h, i);
    return Added<decltype(of_bias), decltype(of_prior)>{of_bias, of_prior, tau, key(task, 0),
                                                        slab.first_key + slab.keys - 1};
  }
  KOKKOS_FUNCTION bool allows(const Task& task, int r, int i) const {
    return r < keys_left(task) && i < queries() && score.mask.allows(task.b, i, key(task, r));
  }
};

}  // namespace attune::attention::dense
