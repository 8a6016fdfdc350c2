// attention/triangle/node.hpp
//
// Which pairs of a triangle (i, j, k) meet. Triangle attention around a node is self-attention within a row
// of pairs,
//
//   s_rmn = scale q_rm . k_rn + bias_mn        o_rm = sum_n softmax_n(s_rmn) v_rn
//
// where a row r holds the pairs that share a node, and a token m or n is the other node. The two forms differ
// only in where (r, m) lies in an array of pairs (i, j), and where (m, n) lies in the bias, which the rows
// share:
//
//   Starting   (i, j) and (i, k) start from one node:  row i, query j, key k;  bias of (j, k)
//   Ending     (i, j) and (k, j) end at one node:      row j, query i, key k;  bias of (k, i), or of (i, k)
//
// The kernels walk rows and tokens and ask for the place, so that no array is transposed.
//
// Source   [jumper2021], algorithms 13 and 14. For the ending node they, [ahdritz2024] and [wohlwend2024]
//          project the bias from the transposed pair array, b_ki; the released code of [abramson2024]
//          projects it before it swaps the axes, b_ik. Weights of one convention are wrong in the other
#pragma once

#include "core/core/views.hpp"

namespace attune::attention::triangle {

struct Pair {
  Index i, j;
};

// pair(row, token) is its own inverse: pair(i, j) is the row and the token of (i, j).
struct Starting {
  KOKKOS_FUNCTION Pair pair(Index row, Index token) const { return {row, token}; }
  KOKKOS_FUNCTION Pair bias(Index query, Index key) const { return {query, key}; }
};

enum class BiasFrom { transposed, untransposed };

struct Ending {
  BiasFrom bias_from = BiasFrom::transposed;
  KOKKOS_FUNCTION Pair pair(Index row, Index token) const { return {token, row}; }
  KOKKOS_FUNCTION Pair bias(Index query, Index key) const {
    return bias_from == BiasFrom::transposed ? Pair{key, query} : Pair{query, key};
  }
};

// Either of them, known when a call is made: for kernels that ask where a line begins and how long its stride is, and
// need not be compiled twice.
struct AnyNode {
  bool starts, bias_is_turned;
  KOKKOS_FUNCTION Pair pair(Index row, Index token) const {
    return starts ? Pair{row, token} : Pair{token, row};
  }
  KOKKOS_FUNCTION Pair bias(Index query, Index key) const {
    return bias_is_turned ? Pair{key, query} : Pair{query, key};
  }
  // Queries and keys change places in the bias.
  AnyNode turned() const { return {starts, !bias_is_turned}; }
};
template <class Node> AnyNode any_node(const Node& node) {
  return {node.pair(0, 1).j == 1, node.bias(0, 1).i == 1};
}

}  // namespace attune::attention::triangle
