// core/domain/transfer.cpp
#include "core/domain/transfer.hpp"

#include <limits>

#include "core/core/blocks.hpp"
#include "core/core/require.hpp"

namespace attune {
namespace {

template <class Scalar> using HostMessage = Kokkos::View<Scalar*, Kokkos::LayoutRight, Kokkos::HostSpace>;

// Rows of a box to and from a message, in order.
template <class Scalar> struct Rows {
  Field<Scalar> field;
  View1<Scalar> message;
  Box box;
  Index start;
  Blocks blocks;

  Rows(const Field<Scalar>& of, const View1<Scalar>& in, const Box& part, Index first)
      : field(of), message(in), box(part), start(first), blocks(part) {}
  KOKKOS_FUNCTION Scalar* of_message(const Block& at) const {
    return &message(start + (at.k * box.extent(1) + at.j) * box.extent(2) + at.i);
  }
  KOKKOS_FUNCTION Scalar* of_field(const Block& at) const {
    return &field(box.lower[0] + at.k, box.lower[1] + at.j, box.lower[2] + at.i);
  }
};

template <class Scalar> struct Pack {
  Rows<Scalar> rows;
  KOKKOS_FUNCTION void operator()(Index n) const {
    const Block at = rows.blocks.at(n);
    Scalar* const to = rows.of_message(at);
    const Scalar* const from = rows.of_field(at);
    for (int c = 0; c < at.cells; ++c) to[c] = from[c];
  }
};

template <class Scalar> struct Unpack {
  Rows<Scalar> rows;
  KOKKOS_FUNCTION void operator()(Index n) const {
    const Block at = rows.blocks.at(n);
    Scalar* const to = rows.of_field(at);
    const Scalar* const from = rows.of_message(at);
    for (int c = 0; c < at.cells; ++c) to[c] = from[c];
  }
};

Index cells(const std::vector<Box>& boxes) {
  Index all = 0;
  for (const Box& box : boxes) all += box.cells();
  return all;
}

template <class Scalar> View1<Scalar> packed(const Field<Scalar>& from, const std::vector<Box>& boxes) {
  const View1<Scalar> message(Kokkos::view_alloc("attune::domain::message", Kokkos::WithoutInitializing),
                              cells(boxes));
  Index start = 0;
  for (const Box& box : boxes) {
    const Rows<Scalar> rows(from, message, box, start);
    Kokkos::parallel_for("attune::domain::pack", rows.blocks.policy(), Pack<Scalar>{rows});
    start += box.cells();
  }
  return message;
}

template <class Scalar>
void unpack(const View1<Scalar>& message, const Field<Scalar>& to, const std::vector<Box>& boxes) {
  Index start = 0;
  for (const Box& box : boxes) {
    const Rows<Scalar> rows(to, message, box, start);
    Kokkos::parallel_for("attune::domain::unpack", rows.blocks.policy(), Unpack<Scalar>{rows});
    start += box.cells();
  }
}

template <class Scalar> int bytes(const View1<Scalar>& message) {
  const std::size_t size = message.size() * sizeof(Scalar);
  require(size <= std::size_t(std::numeric_limits<int>::max()), "a message between two ranks is below 2 GiB");
  return static_cast<int>(size);
}

// A message under way: the device copy, and the host copy that travels where MPI cannot read the device.
template <class Scalar> struct Parcel {
  int peer;
  View1<Scalar> message;
  HostMessage<Scalar> staged;
  void* travelling(bool device_aware) const {
    return device_aware ? static_cast<void*>(message.data()) : static_cast<void*>(staged.data());
  }
};

}  // namespace

template <class Scalar>
void transfer(const Field<Scalar>& from, const std::map<int, std::vector<Box>>& give, const Field<Scalar>& to,
              const std::map<int, std::vector<Box>>& take, const Carrier& carrier) {
  constexpr int tag = 7;
  std::vector<Parcel<Scalar>> arriving, leaving;
  std::vector<MPI_Request> requests;

  for (const auto& [peer, boxes] : take) {
    if (peer == carrier.me || cells(boxes) == 0) continue;
    Parcel<Scalar> parcel{peer, View1<Scalar>("attune::domain::message", cells(boxes)), {}};
    if (!carrier.device_aware) parcel.staged = HostMessage<Scalar>("attune::domain::staged", cells(boxes));
    MPI_Irecv(parcel.travelling(carrier.device_aware), bytes(parcel.message), MPI_BYTE, peer, tag,
              carrier.ranks, &requests.emplace_back());
    arriving.push_back(parcel);
  }
  for (const auto& [peer, boxes] : give) {
    if (cells(boxes) == 0) continue;
    Parcel<Scalar> parcel{peer, packed(from, boxes), {}};
    if (peer != carrier.me && !carrier.device_aware)
      parcel.staged = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), parcel.message);
    leaving.push_back(parcel);
  }
  Kokkos::fence("attune::domain::transfer: packed");
  for (const auto& parcel : leaving) {
    if (parcel.peer == carrier.me) {
      unpack(parcel.message, to, take.at(parcel.peer));
      continue;
    }
    MPI_Isend(parcel.travelling(carrier.device_aware), bytes(parcel.message), MPI_BYTE, parcel.peer, tag,
              carrier.ranks, &requests.emplace_back());
    ++carrier.sent.messages;
    carrier.sent.bytes += bytes(parcel.message);
  }
  MPI_Waitall(static_cast<int>(requests.size()), requests.data(), MPI_STATUSES_IGNORE);
  for (const auto& parcel : arriving) {
    if (!carrier.device_aware) Kokkos::deep_copy(parcel.message, parcel.staged);
    unpack(parcel.message, to, take.at(parcel.peer));
  }
  Kokkos::fence("attune::domain::transfer: unpacked");
}

template void transfer(const Field<float>&, const std::map<int, std::vector<Box>>&, const Field<float>&,
                       const std::map<int, std::vector<Box>>&, const Carrier&);
template void transfer(const Field<double>&, const std::map<int, std::vector<Box>>&, const Field<double>&,
                       const std::map<int, std::vector<Box>>&, const Carrier&);

}  // namespace attune
