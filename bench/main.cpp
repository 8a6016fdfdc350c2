// bench/main.cpp
//
// The program `attune_bench`: the kernels alone, with Kokkos alone. `attune bench` runs it once for every
// number of threads and makes a result file of what it leaves.
//
//   attune_bench [--smoke] [--list] [--record FILE] [KERNEL ...]
//
//   KERNEL          a family or a case; all of them if none is named
//   --smoke         small shapes, seconds altogether
//   --list          the cases that peers can repeat, and their shapes
//   --record FILE   what was measured, in the words of bench/record.hpp
//
// Exit codes: 0 done, 2 usage, 5 FILE cannot be written, 7 a kernel fails its check, 70 internal.
#include <Kokkos_Core.hpp>
#include <algorithm>
#include <fstream>
#include <iostream>

#include "bench/cases.hpp"
#include "bench/measure.hpp"
#include "bench/report.hpp"
#include "core/core/require.hpp"

namespace attune::bench {
namespace {

struct Options {
  bool smoke = false, list = false;
  std::string record;
  std::vector<std::string> kernels;
};

Options read_command_line(const std::vector<std::string>& words) {
  constexpr char usage[] = "usage: attune_bench [--smoke] [--list] [--record FILE] [KERNEL ...]";
  Options options;
  const auto known = names();
  for (std::size_t n = 0; n < words.size(); ++n) {
    const auto& word = words[n];
    if (word == "--smoke") {
      options.smoke = true;
    } else if (word == "--list") {
      options.list = true;
    } else if (word == "--record" && n + 1 < words.size()) {
      options.record = words[++n];
    } else if (std::find(known.begin(), known.end(), word) != known.end()) {
      options.kernels.push_back(word);
    } else {
      std::string all;
      for (const auto& name : known) all += ' ' + name;
      throw InputError(Exit::usage, "attune_bench: unknown kernel or option '" + word + "'\n" + usage +
                                        "\nkernels:" + all);
    }
  }
  return options;
}

bool is_sound(const Record& record) {
  return std::all_of(record.rows.begin(), record.rows.end(),
                     [](const Row& row) { return row.compared.excess <= 1; });
}

Record run(const std::vector<Family>& families, const Effort& effort) {
  const Roofs roofs(effort.bytes_of_roofs);
  auto record = new_record(roofs);
  std::cout << record.program << ", " << record.threads << " threads: peak " << roofs.peak("float") * 1e-9
            << " GFLOP/s in float, " << roofs.peak("double") * 1e-9 << " in double; triad "
            << roofs.bandwidth() * 1e-9 << " GB/s, with plain stores " << record.plain_triad * 1e-9 << "\n"
            << table_head() << std::flush;
  for (const auto& family : families) {
    const auto rows = measure(family, effort, roofs);
    record.rows.insert(record.rows.end(), rows.begin(), rows.end());
    std::cout << table_of(record, family.cases) << std::flush;
  }
  const auto looks = looks_of(record);
  if (looks.disturbed > 0)
    std::cout << looks.disturbed << " of " << looks.all
              << " samples lie beside a look at their roof of less than " << least_look
              << " of the best one: this machine has other work to do\n";
  return record;
}

Exit answer(const Options& options) {
  const auto families =
      chosen(every_family(options.smoke ? smoke_sizes() : standard_sizes()), options.kernels);
  if (options.list) {
    std::cout << peer_list(families);
    return Exit::done;
  }
  const auto record = run(families, options.smoke ? smoke_effort() : Effort{});
  if (!options.record.empty()) {
    std::ofstream file(options.record);
    write(record, file);
    file.close();
    if (!file) throw InputError(Exit::io, "attune_bench: cannot write '" + options.record + "'");
  }
  return is_sound(record) ? Exit::done : Exit::claim;
}

int main(int argc, char** argv) {
  // Its warnings are about binding threads, which is for who starts the program to decide.
  Kokkos::ScopeGuard kokkos(Kokkos::InitializationSettings().set_disable_warnings(true));
  try {
    return static_cast<int>(answer(read_command_line({argv + 1, argv + argc})));
  } catch (const InputError& error) {
    std::cerr << error.what() << '\n';
    return static_cast<int>(error.code);
  } catch (const std::exception& error) {
    std::cerr << "attune_bench: " << error.what() << '\n';
    return static_cast<int>(Exit::internal);
  }
}

}  // namespace
}  // namespace attune::bench

int main(int argc, char** argv) { return attune::bench::main(argc, argv); }
