// experiments/traffic/parts/sumo/child_process.hpp
//
// Other programs, started without a shell, and a folder that they may write to.
#pragma once

#include <string>
#include <vector>

namespace attune::experiments::traffic::sumo {

// Is there an executable of this name in a folder of PATH?
bool is_installed(const std::string& program);

// Waits for its end, its output into a file; its exit code, or -1 if it could not be started or was killed.
int run_program(const std::vector<std::string>& arguments, const std::string& output_file);

// A folder for this process alone, removed with all that is in it.
class ScratchFolder {
 public:
  ScratchFolder();  // throws InputError(io)
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace attune::experiments::traffic::sumo
