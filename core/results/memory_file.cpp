// core/results/memory_file.cpp
#include "core/results/memory_file.hpp"

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>

namespace attune::results {
namespace {

constexpr std::size_t growth = std::size_t(1) << 20;
constexpr std::size_t place_of_end = 28;  // of the end-of-file address in superblocks 2 and 3

// The length of a file that stands at `image`, from its superblock.
std::size_t length_of(const char* image) {
  std::uint64_t length = 0;
  for (int byte = 7; byte >= 0; --byte)
    length = length << 8 | static_cast<unsigned char>(image[place_of_end + static_cast<std::size_t>(byte)]);
  return length;
}

void* take(std::size_t size, H5FD_file_image_op_t, void*) { return std::malloc(size); }
void* copy(void* to, const void* from, std::size_t size, H5FD_file_image_op_t, void*) {
  return std::memcpy(to, from, size);
}
void* resize(void* image, std::size_t size, H5FD_file_image_op_t, void*) { return std::realloc(image, size); }

herr_t keep_and_free(void* image, H5FD_file_image_op_t moment, void* bytes) {
  if (moment == H5FD_FILE_IMAGE_OP_FILE_CLOSE && image != nullptr) {
    const char* const begin = static_cast<const char*>(image);
    try {
      static_cast<std::vector<char>*>(bytes)->assign(begin, begin + length_of(begin));
    } catch (
        const std::bad_alloc&) {  // close() finds no bytes; an exception must not pass through the library
    }
  }
  std::free(image);
  return 0;
}

void* share(void* bytes) { return bytes; }
herr_t leave(void*) { return 0; }

}  // namespace

MemoryFile::MemoryFile() : bytes_(std::make_unique<std::vector<char>>()) {
  const Handle access = properties(H5P_FILE_ACCESS);
  checked(H5Pset_fapl_core(access, growth, false), "build a file in memory");
  H5FD_file_image_callbacks_t callbacks{take, copy, resize, keep_and_free, share, leave, bytes_.get()};
  checked(H5Pset_file_image_callbacks(access, &callbacks), "build a file in memory");
  // Format 1.10: every block of metadata carries a checksum, as in earlier ones they do not.
  checked(H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110), "choose a file format");
  const Handle root = creation(H5P_FILE_CREATE);
  checked(H5Pset_link_creation_order(root, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED), "order links");
  file_ = Handle(H5Fcreate("in memory", H5F_ACC_TRUNC, root, access), H5Fclose, "build a file in memory");
}

std::vector<char> MemoryFile::close() {
  file_.close("build a file in memory");
  if (bytes_->empty()) throw Fault("cannot take a file from memory");
  return std::move(*bytes_);
}

}  // namespace attune::results
