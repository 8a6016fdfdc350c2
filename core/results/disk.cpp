// core/results/disk.cpp
#include "core/results/disk.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "core/results/handle.hpp"

namespace attune::results {
namespace {

[[noreturn]] void refuse(const std::string& what) {
  throw Fault("cannot " + what + ": " + std::strerror(errno));
}

class Descriptor {
 public:
  Descriptor(const std::string& path, int flags, const std::string& what)
      : id_(::open(path.c_str(), flags, 0666)) {
    if (id_ < 0) refuse(what);
  }
  Descriptor(const Descriptor&) = delete;
  ~Descriptor() { ::close(id_); }
  operator int() const { return id_; }

 private:
  int id_;
};

void write_all(int file, const std::vector<char>& bytes) {
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t written = ::write(file, bytes.data() + done, bytes.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) refuse("write");
    done += static_cast<std::size_t>(written);
  }
}

// A file system that cannot reserve is asked how much is free.
void reserve(int file, std::size_t begin, std::size_t bytes) {
  if (bytes == 0) return;
  struct rlimit allowed {};
  if (::getrlimit(RLIMIT_FSIZE, &allowed) == 0 && allowed.rlim_cur < begin + bytes) {
    errno = EFBIG;
    refuse("write");
  }
#ifdef FALLOC_FL_KEEP_SIZE
  if (::fallocate(file, FALLOC_FL_KEEP_SIZE, static_cast<off_t>(begin), static_cast<off_t>(bytes)) == 0)
    return;
  if (errno != EOPNOTSUPP && errno != ENOSYS) refuse("write");
#endif
  struct statvfs system {};
  if (::fstatvfs(file, &system) != 0 || system.f_blocks == 0) return;
  const double available = static_cast<double>(system.f_bavail) * static_cast<double>(system.f_frsize);
  if (available >= static_cast<double>(bytes)) return;
  errno = ENOSPC;
  refuse("write");
}

void sync(int file, const std::string& what) {
  if (::fsync(file) != 0 && errno != EINVAL && errno != EROFS)
    refuse(what);  // some file systems have no fsync
}

}  // namespace

void make_directory(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) throw Fault("cannot make directory " + path + ": " + error.message());
  if (!std::filesystem::is_directory(path, error)) throw Fault(path + " is not a directory");
}

void place_file(const std::string& path, const std::vector<char>& bytes, std::size_t further) {
  const Descriptor file(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, "write");
  write_all(file, bytes);
  reserve(file, bytes.size(), further);
}

void settle_file(const std::string& path) {
  const Descriptor file(path, O_RDWR | O_CLOEXEC, "write");
  sync(file, "write to the end");
}

void rename_file(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) refuse("give the file its name");
  const std::string directory = std::filesystem::path(to).parent_path().string();
  const Descriptor folder(directory.empty() ? "." : directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC,
                          "open its directory");
  sync(folder, "write the directory to the end");
}

void remove_file(const std::string& path) noexcept { ::unlink(path.c_str()); }

}  // namespace attune::results
