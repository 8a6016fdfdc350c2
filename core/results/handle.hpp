// core/results/handle.hpp
//
// An HDF5 identifier that closes itself, and HDF5's error stack as one line of text.
#pragma once

#include <hdf5.h>

#include <stdexcept>
#include <string>
#include <utility>

#include "core/core/views.hpp"

namespace attune::results {

// What HDF5 or the system refused, in one line. It never leaves core/results: the verb at the border turns it
// into an InputError of its own kind.
class Fault : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Throws Fault "cannot WHAT: REASON" with the innermost reason on HDF5's error stack.
[[noreturn]] void fail(const std::string& what);

// Stops HDF5 from printing its error stack.
void silence();

class Handle {
 public:
  using Close = herr_t (*)(hid_t);

  Handle() = default;
  Handle(hid_t id, Close close, const std::string& what) : id_(id), close_(close) {
    if (id < 0) fail(what);
  }
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(close_, other.close_);
    return *this;
  }
  ~Handle() {
    if (id_ >= 0) close_(id_);
  }

  operator hid_t() const { return id_; }

  // Closes now; throws Fault where closing fails, as it may for a file whose last blocks cannot be written.
  void close(const std::string& what) {
    if (id_ >= 0 && close_(std::exchange(id_, -1)) < 0) fail(what);
  }

 private:
  hid_t id_ = -1;
  Close close_ = nullptr;
};

// Throws Fault unless HDF5 says that it worked.
template <class Status> Status checked(Status status, const std::string& what) {
  if (status < 0) fail(what);
  return status;
}

std::vector<hsize_t> to_extents(const std::vector<Index>& shape);

// Opens a file of the system's; where the file system knows no locks, opens it once more without and says so.
Handle open_file(const std::string& path, unsigned flags, const Handle& access);

// Access and creation properties. `creation` leaves times out, so that the same data give the same bytes.
Handle properties(hid_t of_class);
Handle creation(hid_t of_class);

}  // namespace attune::results
