// core/domain/mpi_communicator.cpp
#include "core/domain/mpi_communicator.hpp"

#include <cstdlib>
#include <string_view>

#include "core/core/require.hpp"
#include "core/core/views.hpp"

namespace attune {
namespace {

// MPI counts are ints; longer messages go in pieces.
constexpr std::size_t longest_message = std::size_t(1) << 30;

template <class Pass> void in_pieces(std::size_t count, const Pass& pass) {
  for (std::size_t begin = 0; begin < count; begin += longest_message)
    pass(begin, static_cast<int>(count - begin < longest_message ? count - begin : longest_message));
}

}  // namespace

Communicator mpi_communicator(MPI_Comm ranks) {
  Communicator all;
  MPI_Comm_rank(ranks, &all.rank);
  MPI_Comm_size(ranks, &all.size);
  all.add = [ranks](std::int64_t* values, std::size_t count) {
    in_pieces(count, [&](std::size_t begin, int here) {
      MPI_Allreduce(MPI_IN_PLACE, values + begin, here, MPI_INT64_T, MPI_SUM,
                    ranks);  // integers: exact in any order
    });
  };
  all.maximum = [ranks](double* values, std::size_t count) {
    in_pieces(count, [&](std::size_t begin, int here) {
      MPI_Allreduce(MPI_IN_PLACE, values + begin, here, MPI_DOUBLE, MPI_MAX, ranks);
    });
  };
  all.broadcast = [ranks](void* bytes, std::size_t count, int root) {
    in_pieces(count, [&](std::size_t begin, int here) {
      MPI_Bcast(static_cast<char*>(bytes) + begin, here, MPI_BYTE, root, ranks);
    });
  };
  all.gather = [ranks](const void* mine, std::size_t count, void* everything) {
    require(count < longest_message, "a gathered message is below 1 GiB a rank");
    MPI_Allgather(mine, static_cast<int>(count), MPI_BYTE, everything, static_cast<int>(count), MPI_BYTE,
                  ranks);
  };
  all.shift = [ranks, rank = all.rank, size = all.size](const void* give, void* take, std::size_t count) {
    in_pieces(count, [&](std::size_t begin, int here) {
      MPI_Sendrecv(static_cast<const char*>(give) + begin, here, MPI_BYTE, (rank + 1) % size, 0,
                   static_cast<char*>(take) + begin, here, MPI_BYTE, (rank + size - 1) % size, 0, ranks,
                   MPI_STATUS_IGNORE);
    });
  };
  return all;
}

bool mpi_reads_device_memory(MPI_Comm ranks) {
  if (on_host) return true;
  // A library that is not device-aware may crash on the probe instead of failing it: the user may say no
  // beforehand.
  const char* said = std::getenv("ATTUNE_DEVICE_AWARE_MPI");
  if (said != nullptr && std::string_view(said) == "0") return false;

  constexpr int count = 1024;
  std::vector<double> sent(count);
  for (int i = 0; i < count; ++i) sent[i] = 1 + i;
  const auto from = to_device("attune::domain::probe", sent);
  const auto to = to_device("attune::domain::probe", std::vector<double>(count, 0.0));
  Kokkos::fence("attune::domain::probe");
  int rank = 0;
  MPI_Comm_rank(ranks, &rank);
  MPI_Errhandler before;
  MPI_Comm_get_errhandler(ranks, &before);
  MPI_Comm_set_errhandler(ranks, MPI_ERRORS_RETURN);
  const int status = MPI_Sendrecv(from.data(), count, MPI_DOUBLE, rank, 1, to.data(), count, MPI_DOUBLE, rank,
                                  1, ranks, MPI_STATUS_IGNORE);
  MPI_Comm_set_errhandler(ranks, before);
  int works = status == MPI_SUCCESS && to_host(to) == sent ? 1 : 0;
  MPI_Allreduce(MPI_IN_PLACE, &works, 1, MPI_INT, MPI_MIN, ranks);
  return works == 1;
}

}  // namespace attune
