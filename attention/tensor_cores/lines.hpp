// attention/tensor_cores/lines.hpp
//
// What a bias adds to the scores of one query: line_of(source, b, h, i) has one(j), of key j, two(j), of keys j and
// j + 1, j even, and from(first), the same line with its keys counted from `first`. Any bias is asked pair by pair. Faster, for sources that tiles/source.hpp makes once a
// call: numbers in memory, read in twos where they lie so; a table of differences; a table looked up by bytes;
// sums of these.
#pragma once

#include "attention/tensor_cores/block.hpp"
#include "attention/tiles/source.hpp"

namespace attune::attention::tensor_cores {

struct Two {
  float first, second;
};

template <class Source> struct AnyLine {
  const Source& source;
  Index b, h, i;
  int first = 0;
  KOKKOS_FUNCTION float one(int j) const { return static_cast<float>(source.at(b, h, i, first + j)); }
  KOKKOS_FUNCTION Two two(int j) const { return {one(j), one(j + 1)}; }
  KOKKOS_FUNCTION AnyLine from(int j) const { return {source, b, h, i, first + j}; }
};
template <class Source>
KOKKOS_FUNCTION AnyLine<Source> line_of(const Source& source, Index b, Index h, Index i) {
  return {source, b, h, i};
}

struct NoLine {
  KOKKOS_FUNCTION float one(int) const { return 0; }
  KOKKOS_FUNCTION Two two(int) const { return {0, 0}; }
  KOKKOS_FUNCTION NoLine from(int) const { return {}; }
};
template <class Scalar> KOKKOS_FUNCTION NoLine line_of(const bias::None<Scalar>&, Index, Index, Index) {
  return {};
}

template <class Scalar> struct TensorLine {
  const Scalar* begin;
  Index stride;
  KOKKOS_FUNCTION float one(int j) const { return static_cast<float>(begin[j * stride]); }
  KOKKOS_FUNCTION Two two(int j) const { return {one(j), one(j + 1)}; }
  KOKKOS_FUNCTION TensorLine from(int j) const { return {begin + j * stride, stride}; }
};
template <class Scalar>
KOKKOS_FUNCTION const Scalar* row_of(const bias::Tensor<Scalar>& bias, Index b, Index h, Index i) {
  return bias.values.data() + b * bias.strides[0] + h * bias.strides[1] + i * bias.strides[2];
}
template <class Scalar>
KOKKOS_FUNCTION TensorLine<Scalar> line_of(const bias::Tensor<Scalar>& bias, Index b, Index h, Index i) {
  return {row_of(bias, b, h, i), bias.strides[3]};
}

// A Tensor whose keys j and j + 1, j even, are one aligned load.
template <class Scalar> struct InTwos { bias::Tensor<Scalar> bias; };
template <class Scalar> bool lies_in_twos(const bias::Tensor<Scalar>& bias) {
  return bias.strides[3] == 1 && bias.values.extent(3) % 2 == 0 &&
         reinterpret_cast<std::uintptr_t>(bias.values.data()) % (2 * sizeof(Scalar)) == 0;
}
template <class Scalar> struct LineInTwos {
  struct alignas(2 * sizeof(Scalar)) Both {
    Scalar first, second;
  };
  const Scalar* begin;
  KOKKOS_FUNCTION float one(int j) const { return static_cast<float>(begin[j]); }
  KOKKOS_FUNCTION Two two(int j) const {
    const Both both = *reinterpret_cast<const Both*>(begin + j);
    return {static_cast<float>(both.first), static_cast<float>(both.second)};
  }
  KOKKOS_FUNCTION LineInTwos from(int j) const { return {begin + j}; }
};
template <class Scalar>
KOKKOS_FUNCTION LineInTwos<Scalar> line_of(const InTwos<Scalar>& source, Index b, Index h, Index i) {
  return {row_of(source.bias, b, h, i)};
}

template <class Scalar> struct DifferenceLine {
  const Scalar* begin;
  const Index* of_key;
  KOKKOS_FUNCTION float one(int j) const { return static_cast<float>(begin[-of_key[j]]); }
  KOKKOS_FUNCTION Two two(int j) const { return {one(j), one(j + 1)}; }
  KOKKOS_FUNCTION DifferenceLine from(int j) const { return {begin, of_key + j}; }
};
template <class Scalar>
KOKKOS_FUNCTION DifferenceLine<Scalar> line_of(const tiles::DifferenceTable<Scalar>& bias, Index, Index h,
                                               Index i) {
  return {&bias.table(bias.table.extent(0) == 1 ? 0 : h, bias.places.of_query(i)), bias.places.of_key.data()};
}

template <class Scalar> struct BucketLine {
  const Scalar* theta;
  const std::uint8_t* index;
  KOKKOS_FUNCTION float one(int j) const { return static_cast<float>(theta[index[j]]); }
  KOKKOS_FUNCTION Two two(int j) const { return {one(j), one(j + 1)}; }
  KOKKOS_FUNCTION BucketLine from(int j) const { return {theta, index + j}; }
};
template <class Scalar>
KOKKOS_FUNCTION BucketLine<Scalar> line_of(const bias::Bucket<Scalar>& bias, Index b, Index h, Index i) {
  return {&bias.theta(bias.theta.extent(0) == 1 ? 0 : h, 0),
          &bias.index(bias.index.extent(0) == 1 ? 0 : b, i, 0)};
}

template <class First, class Second> struct SumLine {
  First first;
  Second second;
  KOKKOS_FUNCTION float one(int j) const { return first.one(j) + second.one(j); }
  KOKKOS_FUNCTION Two two(int j) const {
    const Two a = first.two(j), b = second.two(j);
    return {a.first + b.first, a.second + b.second};
  }
  KOKKOS_FUNCTION SumLine from(int j) const { return {first.from(j), second.from(j)}; }
};
template <class Scalar, class First, class Second>
KOKKOS_FUNCTION auto line_of(const tiles::SumSource<Scalar, First, Second>& sum, Index b, Index h, Index i) {
  return SumLine<decltype(line_of(sum.first, b, h, i)), decltype(line_of(sum.second, b, h, i))>{
      line_of(sum.first, b, h, i), line_of(sum.second, b, h, i)};
}

}  // namespace attune::attention::tensor_cores
