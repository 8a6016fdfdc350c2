// core/domain/transfer.hpp
//
// Moves boxes of cells from fields of some ranks into fields of others: pack on the device, send, unpack. One
// message a pair of ranks. Boxes are in local cells of the field (own cells from 0, ghosts below 0 and past
// the end), and the boxes a rank gives to another have the shapes, in order, of those the other takes from
// it.
#pragma once

#include <mpi.h>

#include <map>
#include <vector>

#include "core/domain/domain.hpp"

namespace attune {

struct Carrier {
  MPI_Comm ranks;
  int me;
  bool device_aware;  // may MPI touch device memory?
  Domain::Traffic& sent;  // where messages are counted
};

template <class Scalar>
void transfer(const Field<Scalar>& from, const std::map<int, std::vector<Box>>& give, const Field<Scalar>& to,
              const std::map<int, std::vector<Box>>& take, const Carrier& carrier);

}  // namespace attune
