// core/results/divided.cpp
#include "core/results/divided.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "core/core/require.hpp"
#include "core/domain/mpi_handle.hpp"
#include "core/results/disk.hpp"
#include "core/results/parts.hpp"

namespace attune::results {
namespace {

std::string unfinished;  // the file being written: MPI gives its error handlers no data of ours

// Space was reserved before. A write that fails all the same (a disk that died, a file system without
// reservation that filled up) would leave other ranks inside a collective call of HDF5 for ever, and HDF5
// with a file that it can neither keep nor close. So the job ends here, with its code.
void end_job(MPI_File*, int* code, ...) {
  char reason[MPI_MAX_ERROR_STRING] = "";
  int length = 0;
  MPI_Error_string(*code, reason, &length);
  fmt::print(stderr, "attune: {}: cannot write: {}\n", unfinished, reason);
  std::fflush(stderr);
  remove_file(unfinished);
  MPI_Abort(MPI_COMM_WORLD, static_cast<int>(Exit::io));
}

void end_job_on_error(hid_t file, const Handle& access, const std::string& path) {
  unfinished = path;
  void* mpi_file = nullptr;
  checked(H5Fget_vfd_handle(file, access, &mpi_file), "find the MPI file");
  MPI_Errhandler handler;
  MPI_File_create_errhandler(end_job, &handler);
  MPI_File_set_errhandler(*static_cast<MPI_File*>(mpi_file), handler);
  MPI_Errhandler_free(&handler);
}

Handle select_box(hid_t data, const std::vector<Index>& start, const std::vector<Index>& count) {
  Handle space(H5Dget_space(data), H5Sclose, "select a box");
  const auto from = to_extents(start), extent = to_extents(count);
  checked(cells(count) == 0
              ? H5Sselect_none(space)
              : H5Sselect_hyperslab(space, H5S_SELECT_SET, from.data(), nullptr, extent.data(), nullptr),
          "select a box");
  return space;
}

// One collective write of this rank's box, which may be empty.
void write_box(hid_t data, const Item& item, const std::vector<Index>& start, const std::vector<Index>& count,
               const char* values) {
  const hsize_t own = cells(count);
  const Handle file_space = select_box(data, start, count);
  const Handle memory_space(H5Screate_simple(1, &own, nullptr), H5Sclose, "select a box");
  if (own == 0) checked(H5Sselect_none(memory_space), "select a box");
  const Handle transfer = properties(H5P_DATASET_XFER);
  checked(H5Pset_dxpl_mpio(transfer, H5FD_MPIO_COLLECTIVE), "write collectively");
  checked(H5Dwrite(data, memory_type(item), memory_space, file_space, transfer, values),
          "write " + item.name);
}

void write_item(hid_t file, const Item& item) {
  const Handle data(H5Dopen2(file, item.name.c_str(), H5P_DEFAULT), H5Dclose, "open " + item.name);
  if (!item.layered) return write_box(data, item, item.start, item.count, item.bytes.data());
  auto start = item.start, count = item.count;  // of a layer; every rank has a part of every layer
  count[0] = std::min<Index>(count[0], 1);
  for (Index layer = 0; layer < item.shape[0]; ++layer) {
    start[0] = layer;
    write_box(data, item, start, count,
              item.bytes.data() + layer * cells(count) * static_cast<Index>(item.width));
  }
}

}  // namespace

void write_divided(const std::string& path, const Contents& contents, const Domain& world) {
  silence();
  const Handle access = properties(H5P_FILE_ACCESS);
  checked(H5Pset_fapl_mpio(access, mpi_handle(world), MPI_INFO_NULL), "write in parallel");
  checked(H5Pset_all_coll_metadata_ops(access, true), "write in parallel");
  checked(H5Pset_coll_metadata_write(access, true), "write in parallel");
  checked(H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110), "choose a file format");
  Handle file = open_file(path, H5F_ACC_RDWR, access);
  end_job_on_error(file, access, path);
  for (const auto& item : contents.items)
    if (item.divided) write_item(file, item);
  checked(H5Fflush(file, H5F_SCOPE_GLOBAL), "write");  // each rank's file system client writes to the end
  file.close("write");
}

std::size_t divided_bytes(const Contents& contents) {
  std::size_t bytes = 0;
  for (const auto& item : contents.items) {
    if (!item.divided) continue;
    const auto chunk = chunk_shape(item);
    std::size_t chunks = 1;
    for (std::size_t d = 0; d < chunk.size(); ++d) chunks *= (item.shape[d] + chunk[d] - 1) / chunk[d];
    bytes +=
        chunks * (cells(chunk) * item.width + 64) + (1 << 16);  // 64: checksum and entry in the chunk index
  }
  return bytes;
}

}  // namespace attune::results
