// experiments/main.cpp
//
// The command `attune`: reads the command line, starts MPI and Kokkos for what computes, and turns errors
// into one line and an exit code.
#include <fmt/format.h>

#include <Kokkos_Core.hpp>
#include <new>

#include "core/domain/domain.hpp"
#include "core/domain/mpi_session.hpp"
#include "core/results/inspect.hpp"
#include "experiments/command/assignment.hpp"
#include "experiments/command/bench.hpp"
#include "experiments/command/launch.hpp"
#include "experiments/command/options.hpp"
#include "experiments/command/reproduce.hpp"
#include "experiments/command/show.hpp"
#include "experiments/data_path.hpp"

namespace attune::command {
namespace {

struct Answer {
  std::string text;
  Exit code = Exit::done;
};

Answer told(const Inspection& inspection, Exit unsound) {
  return {inspection.text, inspection.sound ? Exit::done : unsound};
}

// The commands for which one process is enough.
Answer answer(const Options& options) {
  const auto& command = options.command;
  const auto& names = options.names;
  if (!options.help.empty()) return {options.help};
  if (command == "list") return {list()};
  if (command == "describe") return {describe(names.front())};
  if (command == "config") return {config()};
  if (command == "claims") return told(inspect_claims(names), Exit::claim);
  if (command == "verify") return told(verify_files(names), Exit::input);
  if (command == "diff") return told(diff_files(names.front(), names.back(), options.tolerance), Exit::claim);
  if (command == "info") return told(describe_file(names.front()), Exit::input);
  return {assignment(names.front(), options, Communicator::alone()).resolved};  // run --dry-run
}

bool computes(const Options& options) {
  return options.help.empty() && !options.dry_run &&
         (options.command == "run" || options.command == "reproduce" || options.command == "bench");
}

// A rank's own failure: nothing is known of the others, so all end.
int stop_all(const std::string& what, Exit code, const Domain& world) {
  const auto& ranks = world.communicator();
  fmt::print(stderr, "attune: rank {}: {}\n", ranks.rank, what);
  std::fflush(stdout);
  if (ranks.size > 1) MpiSession::abort(static_cast<int>(code));
  return static_cast<int>(code);
}

int computed(const Options& options, const MpiSession& mpi) {
  const auto world = Domain::world();
  try {
    if (options.command == "bench") return static_cast<int>(run_benchmark(options, world));
    const Exit code = options.command == "run" ? run(options, world) : reproduce(options, world, mpi);
    return static_cast<int>(code);
  } catch (const InputError& error) {
    report(error, world, mpi);
    return static_cast<int>(error.code);
  } catch (const std::bad_alloc&) {
    return stop_all("out of memory", Exit::internal, world);
  } catch (const std::exception& error) {
    return stop_all(error.what(), Exit::internal, world);
  }
}

int on_ranks(int& argc, char**& argv, const Options& options) {
  if (options.command == "reproduce") check_families(options.names);
  if (options.command == "bench") check_kernels(options.names);
  if (!options.data.empty()) experiments::look_for_data_in(options.data);
  const MpiSession mpi(argc, argv);
  // Its warnings are about binding threads, which is for who starts the job to decide.
  const auto settings = Kokkos::InitializationSettings().set_disable_warnings(true);
  try {
    Kokkos::initialize(settings);
  } catch (const std::exception& error) {
    fmt::print(stderr, "attune: the device cannot be used: {}\n", error.what());
    MpiSession::abort(static_cast<int>(Exit::environment));
  }
  const int code = computed(options, mpi);
  Kokkos::finalize();
  return code;
}

// Of a command that started no MPI, which every process of a launch carried out alike: one speaks, to stdout
// or in an error, and ends with the code. The others end with 0, because launchers kill the rest when a
// process ends otherwise.
int spoken_once(const std::string& text, std::FILE* where, Exit code) {
  if (!first_of_launch()) return 0;
  fmt::print(where, "{}", text);
  return static_cast<int>(code);
}

int main(int argc, char** argv) {
  try {
    const auto options = read_command_line(argc, argv);
    if (computes(options)) return on_ranks(argc, argv, options);
    const auto [text, code] = answer(options);
    return spoken_once(text, stdout, code);
  } catch (const InputError& error) {
    return spoken_once(std::string(error.what()) + "\n", stderr, error.code);
  } catch (const std::exception& error) {
    return spoken_once(fmt::format("attune: {}\n", error.what()), stderr, Exit::internal);
  }
}

}  // namespace
}  // namespace attune::command

int main(int argc, char** argv) {
  const int code = attune::command::main(argc, argv);
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
  fmt::print(stderr, "attune: cannot write to the standard output\n");
  return code != 0 ? code : static_cast<int>(attune::Exit::io);
}
