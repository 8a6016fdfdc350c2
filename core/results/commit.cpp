// core/results/commit.cpp
#include "core/results/commit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "core/results/agree.hpp"
#include "core/results/disk.hpp"
#include "core/results/divided.hpp"
#include "core/results/fingerprint.hpp"
#include "core/results/parts.hpp"
#include "core/results/skeleton.hpp"
#include "core/results/slabs.hpp"
#include "core/results/words.hpp"

namespace attune::results {
namespace {

// The fingerprints of what the ranks together wanted to write.
std::vector<std::int64_t> wanted_fingerprints(const Contents& contents, const Communicator& ranks) {
  std::vector<std::int64_t> sums;
  for (const auto& item : contents.items)
    sums.push_back(item.divided || ranks.rank == 0 ? static_cast<std::int64_t>(fingerprint(item)) : 0);
  ranks.add(sums.data(), sums.size());
  return sums;
}

std::uint64_t stored_fingerprint(hid_t data, const Item& item) {
  if (item.element == Element::text) {
    Item words;
    fill_text(words, read_words(data));
    return fingerprint(words);
  }
  std::uint64_t sum = 0;
  each_slab(data, memory_type(item), item.width, [&](const Slab& slab) {
    sum += fingerprint(slab.bytes, item.width, item.shape, slab.start, slab.count);
  });
  return sum;
}

void read_back(const std::string& path, const Contents& contents, const std::vector<std::int64_t>& wanted) {
  const Handle file = open_file(path, H5F_ACC_RDONLY, properties(H5P_FILE_ACCESS));
  for (std::size_t i = 0; i < contents.items.size(); ++i) {
    const Item& item = contents.items[i];
    const Handle data(H5Dopen2(file, item.name.c_str(), H5P_DEFAULT), H5Dclose, "read back " + item.name);
    if (stored_fingerprint(data, item) != static_cast<std::uint64_t>(wanted[i]))
      throw Fault("data set '" + item.name + "' reads back other than it was written");
  }
}

void write_temporary(const std::string& temporary, const std::string& prefix, const Contents& contents,
                     const Domain& world) {
  const Communicator& ranks = world.communicator();
  on_first(ranks, Exit::io, prefix,
           [&] { place_file(temporary, build_skeleton(contents), divided_bytes(contents)); });
  const auto is_divided = [](const Item& item) { return item.divided; };
  const bool divided = std::any_of(contents.items.begin(), contents.items.end(), is_divided);
  if (divided) together(ranks, Exit::io, prefix, [&] { write_divided(temporary, contents, world); });
}

}  // namespace

std::string temporary_name(const std::string& path) {
  const std::filesystem::path final_path(path);
  return (final_path.parent_path() / fmt::format(".{}.tmp", final_path.filename().string())).string();
}

void prepare_place(const std::string& path, const Domain& world) {
  on_first(world.communicator(), Exit::io, path + ": ", [&] {
    make_directory(std::filesystem::path(path).parent_path().string());
    place_file(temporary_name(path), {}, 0);
    remove_file(temporary_name(path));
    if (std::filesystem::is_directory(path)) throw Fault("is a directory");
  });
}

void commit(const std::string& path, const Contents& contents, const Domain& world) {
  const Communicator& ranks = world.communicator();
  const std::string temporary = temporary_name(path), prefix = path + ": ";
  const auto wanted = wanted_fingerprints(contents, ranks);
  try {
    write_temporary(temporary, prefix, contents, world);
    on_first(ranks, Exit::io, prefix, [&] {
      settle_file(temporary);
      read_back(temporary, contents, wanted);
      rename_file(temporary, path);
    });
  } catch (const InputError&) {
    if (ranks.rank == 0) remove_file(temporary);
    throw;
  }
}

}  // namespace attune::results
