// experiments/command/bench_child.cpp
#include "experiments/command/bench_child.hpp"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "core/core/require.hpp"

extern char** environ;

namespace attune::command {
namespace {

constexpr char variable[] = "OMP_NUM_THREADS=", binding[] = "OMP_PROC_BIND=";

std::string program() {
  std::error_code ignored;
  const auto here = std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
  return (here / "attune_bench").string();
}

// Threads that stay where they are, unless the user says otherwise.
std::vector<std::string> environment(int threads) {
  std::vector<std::string> all;
  bool bound = false;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    if (text.starts_with(variable)) continue;
    bound = bound || text.starts_with(binding);
    all.push_back(text);
  }
  all.push_back(fmt::format("{}{}", variable, threads));
  if (!bound) all.push_back(fmt::format("{}true", binding));
  return all;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (auto& text : texts) list.push_back(text.data());
  list.push_back(nullptr);
  return list;
}

int exit_code(std::vector<std::string> arguments, std::vector<std::string> surroundings) {
  pid_t process = 0;
  const int refused = posix_spawn(&process, arguments.front().c_str(), nullptr, nullptr,
                                  pointers(arguments).data(), pointers(surroundings).data());
  if (refused != 0)
    throw InputError(Exit::environment, fmt::format("attune: '{}' cannot be started: {}", arguments.front(),
                                                    std::strerror(refused)));
  int status = 0;
  while (waitpid(process, &status, 0) < 0 && errno == EINTR) {}
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

// However it ends, nothing but results is left behind.
struct Removal {
  std::string file;
  ~Removal() {
    std::error_code ignored;
    std::filesystem::remove(file, ignored);
  }
};

}  // namespace

bench::Record run_child(const BenchChild& child, int threads) {
  std::vector<std::string> arguments{program(), "--record", child.record};
  if (child.smoke) arguments.emplace_back("--smoke");
  arguments.insert(arguments.end(), child.kernels.begin(), child.kernels.end());
  const Removal removal{child.record};
  const int code = exit_code(arguments, environment(threads));
  if (code != static_cast<int>(Exit::done) && code != static_cast<int>(Exit::claim))
    throw InputError(Exit::environment, fmt::format("attune: '{}' with {} threads ended with {}",
                                                    arguments.front(), threads, code));
  const auto records = bench::read_records(child.record);
  require(records.size() == 1, "attune_bench writes one record");
  return records.front();
}

}  // namespace attune::command
