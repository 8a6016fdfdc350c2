// attention/window/keys.hpp
//
// Where the key of a cell lies in memory, and whether it takes part; and which cell has a key there.
#pragma once

#include "attention/window/window.hpp"

namespace attune::attention::window {

struct Keys {
  Kokkos::Array<Edge, 3> edges;
  Triple shape;  // own cells
  Triple first, last;  // local indices of the whole grid: first cell, one past the last
  bool masks;  // may a key take no part?

  Keys(const Window& window, const Box& own) : edges(window.edges), shape(own.shape()), masks(false) {
    for (int a = 0; a < 3; ++a) {
      first[a] = window.whole.lower[a] - own.lower[a];
      last[a] = window.whole.upper[a] - own.lower[a];
      masks = masks || edges[a] == Edge::open;
    }
  }

  // The stored local index of the key at local index `at` along an axis; false if it takes no part.
  KOKKOS_FUNCTION bool find(int axis, Index at, Index& key) const {
    key = at;
    if (edges[axis] == Edge::open) return at >= first[axis] && at < last[axis];
    if (edges[axis] == Edge::periodic && (at < 0 || at >= shape[axis]))
      key = (at % shape[axis] + shape[axis]) % shape[axis];
    return true;
  }
  KOKKOS_FUNCTION bool find(const Triple& at, Triple& key) const {
    return find(0, at[0], key[0]) && find(1, at[1], key[1]) && find(2, at[2], key[2]);
  }

  // The own cell whose key at `offset` is stored at local index `at`, ghosts included; false if there is none
  // on this rank. There is one at most: on a periodic axis offsets that wrap to one key are told apart.
  KOKKOS_FUNCTION bool find_query(int axis, Index at, Index offset, Index& i) const {
    const Index n = shape[axis];
    i = at - offset;
    if (edges[axis] == Edge::open && (at < first[axis] || at >= last[axis])) return false;
    if (edges[axis] == Edge::periodic) {
      if (at < 0 || at >= n) return false;
      i = (i % n + n) % n;
    }
    return i >= 0 && i < n;
  }
  KOKKOS_FUNCTION bool find_query(const Triple& at, const Triple& offset, Triple& i) const {
    return find_query(0, at[0], offset[0], i[0]) && find_query(1, at[1], offset[1], i[1]) &&
           find_query(2, at[2], offset[2], i[2]);
  }

  // Do `cells` keys from `at` along x all take part, one after the other in memory?
  KOKKOS_FUNCTION bool contiguous(Index at, int cells) const {
    if (edges[2] == Edge::open) return at >= first[2] && at + cells <= last[2];
    return edges[2] == Edge::ghost || (at >= 0 && at + cells <= shape[2]);
  }
};

// Throws BrokenPromise unless every key that `find` returns is stored in a field with these own cells and
// ghosts.
void require_keys_stored(const Window& window, const Box& own, const Triple& halo);

View1<const Triple> device_offsets(const Window& window);

template <class Scalar> View1<const Scalar> device_weights(const Table& table) {
  const auto p = weights(table);
  return to_device("attention::window::p", std::vector<Scalar>(p.begin(), p.end()));
}

}  // namespace attune::attention::window
