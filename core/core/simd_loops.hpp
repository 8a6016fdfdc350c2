// core/core/simd_loops.hpp
//
// The verbs of simd.hpp as plain loops, for compilers without vector types.
#pragma once

#include "core/core/simd_machine.hpp"

namespace attune::simd {

template <class Scalar> struct Vector {
  Scalar lane[width<Scalar>] = {};
  Scalar& operator[](int l) { return lane[l]; }
  const Scalar& operator[](int l) const { return lane[l]; }
};
template <class Scalar, class Each> Vector<Scalar> lane_by_lane(const Each& each) {
  Vector<Scalar> x;
  for (int l = 0; l < width<Scalar>; ++l) x[l] = each(l);
  return x;
}
template <class S> Vector<S> operator+(Vector<S> a, Vector<S> b) {
  return lane_by_lane<S>([&](int l) { return a[l] + b[l]; });
}
template <class S> Vector<S> operator-(Vector<S> a, Vector<S> b) {
  return lane_by_lane<S>([&](int l) { return a[l] - b[l]; });
}
template <class S> Vector<S> operator*(Vector<S> a, Vector<S> b) {
  return lane_by_lane<S>([&](int l) { return a[l] * b[l]; });
}
template <class S> Vector<S> operator/(Vector<S> a, Vector<S> b) {
  return lane_by_lane<S>([&](int l) { return a[l] / b[l]; });
}
template <class S> Vector<S> operator-(Vector<S> a) {
  return lane_by_lane<S>([&](int l) { return -a[l]; });
}
template <class S> Vector<S>& operator+=(Vector<S>& a, Vector<S> b) { return a = a + b; }
template <class S> Vector<S>& operator*=(Vector<S>& a, Vector<S> b) { return a = a * b; }
template <class S> Vector<S> load(const S* from) {
  return lane_by_lane<S>([&](int l) { return from[l]; });
}
template <class S> void store(S* to, Vector<S> x) {
  for (int l = 0; l < width<S>; ++l) to[l] = x[l];
}
template <class S> void stream(S* to, Vector<S> x) { store(to, x); }
inline void end_stream() {}
template <class S> Vector<S> splat(S x) {
  return lane_by_lane<S>([&](int) { return x; });
}
template <class S> Vector<S> multiply_add(Vector<S> a, Vector<S> b, Vector<S> c) { return a * b + c; }
template <class V> V hold(V x) { return x; }
template <class S> Vector<S> max(Vector<S> a, Vector<S> b) {
  return lane_by_lane<S>([&](int l) { return a[l] > b[l] ? a[l] : b[l]; });
}
template <class S> Vector<S> select_less(Vector<S> a, Vector<S> b, Vector<S> yes, Vector<S> no) {
  return lane_by_lane<S>([&](int l) { return a[l] < b[l] ? yes[l] : no[l]; });
}
template <class S> Vector<S> first_lanes(int count, Vector<S> a, Vector<S> b) {
  return lane_by_lane<S>([&](int l) { return l < count ? a[l] : b[l]; });
}
template <int count, class S> bool any_greater(const Vector<S> (&a)[count], const Vector<S> (&b)[count]) {
  bool any = false;
  for (int v = 0; v < count; ++v)
    for (int l = 0; l < width<S>; ++l) any = any || a[v][l] > b[v][l];
  return any;
}
template <class S> Vector<S> exp2(Vector<S> x) {
  return lane_by_lane<S>([&](int l) { return x[l] < Exponential<S>::least ? S(0) : std::exp2(x[l]); });
}
template <class S> Vector<S> log(Vector<S> x) {
  return lane_by_lane<S>([&](int l) { return std::log(x[l]); });
}
template <int half, int group, class S, std::size_t... l>
Vector<S> interleave_groups(Vector<S> a, Vector<S> b, std::index_sequence<l...>) {
  return lane_by_lane<S>([&](int k) {
    const int lane = lane_of_groups<S, half, group>(k);
    return lane < width<S> ? a[lane] : b[lane - width<S>];
  });
}

inline void transpose_bytes(const std::uint8_t* from, std::int64_t from_pitch, std::uint8_t* to,
                            std::int64_t to_pitch) {
  for (int r = 0; r < 8; ++r)
    for (int c = 0; c < 8; ++c) to[c * to_pitch + r] = from[r * from_pitch + c];
}
template <int count> Vector<float> look_up(const Vector<float> (&table)[count], const std::uint8_t* index) {
  return lane_by_lane<float>([&](int l) { return table[index[l] / width<float>][index[l] % width<float>]; });
}

}  // namespace attune::simd
