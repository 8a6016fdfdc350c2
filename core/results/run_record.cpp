// core/results/run_record.cpp
#include "core/results/run_record.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <mpi.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>

#include "core/results/agree.hpp"
#include "core/results/commit.hpp"
#include "core/results/disk.hpp"
#include "core/results/provenance.hpp"

namespace attune {
namespace {

constexpr std::size_t longest_host = 256;

std::vector<std::string> hosts_of(const Communicator& ranks) {
  std::vector<char> mine(longest_host, '\0'), all(longest_host * static_cast<std::size_t>(ranks.size));
  ::gethostname(mine.data(), longest_host - 1);
  ranks.gather(mine.data(), longest_host, all.data());
  std::vector<std::string> hosts;
  for (int rank = 0; rank < ranks.size; ++rank) hosts.emplace_back(all.data() + longest_host * rank);
  return hosts;
}

std::string mpi_library() {
  char version[MPI_MAX_LIBRARY_VERSION_STRING] = "";
  int length = 0;
  MPI_Get_library_version(version, &length);
  return version;  // up to the first NUL: some libraries count it in the length
}

std::string json_list(const std::vector<std::string>& words) {
  std::string list;
  for (const auto& word : words) list += (list.empty() ? "" : ", ") + json_string(word);
  return "[" + list + "]";
}

// The length of the UTF-8 character at `place`, or 0 where there is none (RFC 3629).
std::size_t character(const std::string& text, std::size_t place) {
  const auto byte = [&](std::size_t i) -> unsigned {
    return place + i < text.size() ? static_cast<unsigned char>(text[place + i]) : 0;
  };
  const auto follows = [&](std::size_t i) { return (byte(i) & 0xc0u) == 0x80u; };
  const unsigned first = byte(0), second = byte(1);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return follows(1) ? 2 : 0;
  const bool overlong = (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90);
  const bool beyond = (first == 0xed && second > 0x9f) || (first == 0xf4 && second > 0x8f);
  if (overlong || beyond) return 0;
  if (first >= 0xe0 && first <= 0xef) return follows(1) && follows(2) ? 3 : 0;
  if (first >= 0xf0 && first <= 0xf4) return follows(1) && follows(2) && follows(3) ? 4 : 0;
  return 0;
}

}  // namespace

std::string utc_now() {
  const auto now = std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(now)));
}

std::string json_string(const std::string& text) {
  std::string quoted = "\"";
  for (std::size_t place = 0; place < text.size();) {
    const std::size_t length = character(text, place);
    const char c = text[place];
    if (length == 0)
      quoted += "\\ufffd";
    else if (c == '"' || c == '\\')
      quoted += std::string("\\") + c;
    else if (static_cast<unsigned char>(c) < 0x20)
      quoted += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    else
      quoted += text.substr(place, length);
    place += length == 0 ? 1 : length;
  }
  return quoted + "\"";
}

void write_run_record(const std::string& directory, const RunRecord& record, const Domain& world) {
  const Communicator& ranks = world.communicator();
  const auto hosts = hosts_of(ranks);
  const std::string path = directory + "/" + record.experiment + ".run.json";
  results::on_first(ranks, Exit::io, path + ": ", [&] {
    const Build program = build();
    const std::string text = fmt::format(
        "{{\n  \"experiment\": {},\n  \"command\": {},\n  \"started\": {},\n  \"wall_seconds\": {:.3f},\n"
        "  \"ranks\": {},\n  \"threads\": {},\n  \"hosts\": {},\n"
        "  \"mpi\": {},\n  \"backend\": {},\n  \"git\": {}\n}}\n",
        json_string(record.experiment), json_list(record.command), json_string(record.started),
        record.wall_seconds, ranks.size, Kokkos::DefaultHostExecutionSpace().concurrency(), json_list(hosts),
        json_string(mpi_library()), json_string(program.backend), json_string(program.git));
    const std::string temporary = results::temporary_name(path);
    results::make_directory(std::filesystem::path(path).parent_path().string());
    results::place_file(temporary, {text.begin(), text.end()}, 0);
    results::settle_file(temporary);
    results::rename_file(temporary, path);
  });
}

}  // namespace attune
