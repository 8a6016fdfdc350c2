// core/domain/redistribute.cpp
//
// One division of a box into another, and the whole box to everyone.
#include "core/core/require.hpp"
#include "core/domain/division_state.hpp"
#include "core/domain/transfer.hpp"

namespace attune {
namespace {

Box local(const Box& part, const Box& own) {
  Box shifted = part;
  for (int a = 0; a < 3; ++a) {
    shifted.lower[a] -= own.lower[a];
    shifted.upper[a] -= own.lower[a];
  }
  return shifted;
}

}  // namespace

template <class Scalar>
void Domain::redistribute(const Field<Scalar>& from, const std::vector<Box>& from_boxes,
                          const Field<Scalar>& to, const std::vector<Box>& to_boxes) const {
  const int me = communicator().rank;
  require(from.box == from_boxes[me] && to.box == to_boxes[me],
          "fields match the divisions they are moved between");
  std::map<int, std::vector<Box>> give, take;
  for (int peer = 0; peer < communicator().size; ++peer) {
    const Box given = intersection(from_boxes[me], to_boxes[peer]);
    const Box taken = intersection(from_boxes[peer], to_boxes[me]);
    if (!given.empty()) give[peer].push_back(local(given, from.box));
    if (!taken.empty()) take[peer].push_back(local(taken, to.box));
  }
  transfer(from, give, to, take, {division->ranks, me, division->device_aware, *division->sent});
}

template <class Scalar> std::vector<Scalar> Domain::gather(const Field<Scalar>& u) const {
  const int me = communicator().rank;
  Field<Scalar> everything("attune::domain::gather", whole());
  std::map<int, std::vector<Box>> give, take;
  for (int peer = 0; peer < communicator().size; ++peer) {
    give[peer].push_back(local(mine(), mine()));
    take[peer].push_back(local(owned_by(peer), whole()));
  }
  transfer(u, give, everything, take, {division->ranks, me, division->device_aware, *division->sent});
  return to_host(View1<Scalar>(everything.values.data(), everything.values.size()));
}

template void Domain::redistribute(const Field<float>&, const std::vector<Box>&, const Field<float>&,
                                   const std::vector<Box>&) const;
template void Domain::redistribute(const Field<double>&, const std::vector<Box>&, const Field<double>&,
                                   const std::vector<Box>&) const;
template std::vector<float> Domain::gather(const Field<float>&) const;
template std::vector<double> Domain::gather(const Field<double>&) const;

}  // namespace attune
