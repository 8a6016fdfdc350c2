// training/layers/embedding.hpp
//
//   y_i = t_{c_i}            y_i = 0 where c_i = -1
//
//   d_t_v += sum over the i with c_i = v of d_y_i
//
// The sum of a table row is gathered: its occurrences, in ascending i, are cut into pieces of 256, each piece
// is summed in order, and the pieces are added in order. So the bits depend on the indices alone.
//
// Shapes   table t (V, D); indices c (n), -1 <= c_i < V; y (n, D)
// Cost     bytes: n D scalars read, n D written. backward sorts the indices once on the host, O(n + V); its
//          memory is n + O(V + n / 256) integers and a row of D scalars a piece
// Limits   float, double; an index out of range is a broken promise, found by forward and backward
#pragma once

#include "training/layers/arrays.hpp"
#include "training/parameters.hpp"

namespace attune::training::layers::embedding {

template <class Scalar> struct Weights {
  View2<Scalar> table;  // (V, D)
  Initial rule;
};

template <class Scalar> void describe(auto& tensor, Weights<Scalar>& w) {
  tensor("table", w.table, "(entries, width)", w.rule);
}

template <class Scalar> Weights<Scalar> make(Index entries, Index width) {
  return {View2<Scalar>("table", entries, width), Initial::normal(1)};
}

template <class Scalar>
void forward(const Weights<Scalar>& w, const View1<const int>& indices, const View2<Scalar>& y);

// Adds to d_w.
template <class Scalar>
void backward(const View1<const int>& indices, const Input<Scalar>& d_y, const Weights<Scalar>& d_w);

}  // namespace attune::training::layers::embedding
