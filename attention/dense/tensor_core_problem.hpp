// attention/dense/tensor_core_problem.hpp
//
// Dense attention as a Problem of attention/tensor_cores/forward.hpp: a block takes queries that follow one
// another, of one batch and head. Those of one head that differ in their batch alone follow one another among the
// blocks, so that a bias they share is read from the cache.
#pragma once

#include "attention/dense/score.hpp"
#include "attention/tensor_cores/forward.hpp"
#include "attention/tensor_cores/lines.hpp"

namespace attune::attention::dense {

// `Prior` is bias::Tensor<float> or bias::None<float>, so that a kernel without one does not ask for it.
template <class Number_, class Source, class Prior, class Mask> struct TensorCoreProblem {
  using Number = Number_;
  static constexpr bool has_prior = !std::is_same_v<Prior, bias::None<float>>;
  static constexpr bool adds = has_prior || !std::is_same_v<Source, bias::None<float>>;
  static constexpr bool has_ranges = HasRanges<Mask>;

  Score<Number, Source, Mask> score;
  Prior prior;
  View4<const Number> values;
  PerHead<float> gain, sink;
  Outputs<Number> out;

  struct Task {
    Index b, h, g;
    int first;  // query
  };

  KOKKOS_FUNCTION int queries() const { return static_cast<int>(score.shape.queries); }
  KOKKOS_FUNCTION int keys(const Task&) const { return static_cast<int>(score.shape.keys); }
  KOKKOS_FUNCTION int width() const { return static_cast<int>(score.shape.width); }
  KOKKOS_FUNCTION int value_width() const { return static_cast<int>(score.shape.value_width); }
  KOKKOS_FUNCTION int pieces() const { return width() / tensor_cores::numbers_of_piece<Number>; }
  KOKKOS_FUNCTION int value_pieces() const { return value_width() / tensor_cores::numbers_of_piece<Number>; }

  KOKKOS_FUNCTION Index blocks(int rows) const {
    return score.shape.batches * score.shape.heads * ((score.shape.queries + rows - 1) / rows);
  }
  KOKKOS_FUNCTION Task task(Index block, int rows) const {
    const Index b = block % score.shape.batches, above = block / score.shape.batches;
    const Index blocks_of_a_head = (score.shape.queries + rows - 1) / rows;
    const Index h = above / blocks_of_a_head;
    return {b, h, score.group(h), static_cast<int>(above % blocks_of_a_head) * rows};
  }
  template <class Block>
  KOKKOS_FUNCTION tensor_cores::Seen seen(Block& block, const Task& task,
                                          const tensor_cores::Span& rows) const {
    const int begin = task.first + rows.begin, end = task.first + rows.end;
    return tensor_cores::seen(block, tensor_cores::KeysOf<Mask>{score.mask, task.b},
                              {begin < queries() ? begin : queries(), end < queries() ? end : queries()},
                              keys(task));
  }
  KOKKOS_FUNCTION tensor_cores::Scale scale(const Task& task) const {
    const float tau = score.temperature.at(task.h);
    return {score.scale / tau * log2_e<float>, tau, 1 / score.scale, gain.at(task.h), sink.at(task.h)};
  }

  KOKKOS_FUNCTION tensor_cores::RowsAt<const Number> q(const Task& task) const {
    return {row(score.q, task.b, task.h, task.first), static_cast<std::uint32_t>(width()),
            queries() - task.first};
  }
  KOKKOS_FUNCTION tensor_cores::RowsAt<const Number> k(const Task& task) const {
    return {row(score.k, task.b, task.g, 0), static_cast<std::uint32_t>(width()), keys(task)};
  }
  KOKKOS_FUNCTION tensor_cores::RowsAt<const Number> v(const Task& task) const {
    return {row(values, task.b, task.g, 0), static_cast<std::uint32_t>(value_width()), keys(task)};
  }
  KOKKOS_FUNCTION tensor_cores::RowsAt<Number> o(const Task& task) const {
    return {row(out.o, task.b, task.h, task.first), static_cast<std::uint32_t>(value_width()),
            queries() - task.first};
  }
  KOKKOS_FUNCTION float* lse(const Task& task, int r) const {
    return task.first + r < queries() ? &out.lse(task.b, task.h, task.first + r) : nullptr;
  }

  template <class Line, class PriorLine> struct Added {
    Line bias;
    PriorLine prior;
    float tau;
    KOKKOS_FUNCTION float one(int j) const {
      return has_prior ? bias.one(j) + tau * prior.one(j) : bias.one(j);
    }
    KOKKOS_FUNCTION tensor_cores::Two two(int j) const {
      const auto a = bias.two(j);
      if constexpr (!has_prior) return a;
      const auto b = prior.two(j);
      return {a.first + tau * b.first, a.second + tau * b.second};
    }
    KOKKOS_FUNCTION Added from(int j) const { return {bias.from(j), prior.from(j), tau}; }
  };
  // bias + tau prior of one query.
  KOKKOS_FUNCTION auto added(const Task& task, int r, float tau) const {
    const Index i = task.first + r < queries() ? task.first + r : queries() - 1;
    const auto of_bias = tensor_cores::line_of(score.bias, task.b, task.h, i);
    const auto of_prior = tensor_cores::line_of(prior, task.b, task.h, i);
    return Added<decltype(of_bias), decltype(of_prior)>{of_bias, of_prior, tau};
  }
  KOKKOS_FUNCTION bool allows(const Task& task, int r, int j) const {
    return j < keys(task) && task.first + r < queries() && score.mask.allows(task.b, task.first + r, j);
  }
};

}  // namespace attune::attention::dense
