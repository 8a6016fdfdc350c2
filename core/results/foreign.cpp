// core/results/foreign.cpp
#include "core/results/foreign.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <set>

#include "core/core/require.hpp"

namespace attune::results {
namespace {

constexpr std::size_t most_objects = 1'000'000;
constexpr int most_dimensions = 8;
constexpr std::uint64_t most_chunk_bytes = std::uint64_t(1) << 30;

struct Link {
  std::string path;
  H5L_type_t kind;
  haddr_t address;  // of a hard link
};

class Walk {
 public:
  Walk(hid_t file, std::uint64_t most_bytes) : file_(file), most_bytes_(most_bytes) {}

  std::vector<std::string> data_sets() {
    const Handle root(H5Gopen2(file_, "/", H5P_DEFAULT), H5Gclose, "open /");
    H5O_info_t info;
    checked(H5Oget_info(root, &info), "look at /");
    seen_.insert(info.addr);
    list_links(root, "");
    while (!pending_.empty()) {
      const Link link = std::move(pending_.back());
      pending_.pop_back();
      visit(link);
    }
    for (const auto& path : soft_links_) look_through(path);
    return std::move(data_sets_);
  }

 private:
  struct Listing {
    Walk* walk;
    std::string parent;
  };

  static herr_t keep_link(hid_t, const char* name, const H5L_info_t* info, void* listing) {
    const auto& [walk, parent] = *static_cast<Listing*>(listing);
    const haddr_t address = info->type == H5L_TYPE_HARD ? info->u.address : HADDR_UNDEF;
    walk->pending_.push_back({parent + "/" + name, info->type, address});
    return walk->pending_.size() + walk->seen_.size() > most_objects ? 1 : 0;  // 1 stops here
  }

  void list_links(hid_t group, const std::string& path) {
    Listing listing{this, path};
    const herr_t stopped =
        checked(H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, nullptr, keep_link, &listing),
                "list what is in " + (path.empty() ? "/" : path));
    if (stopped > 0) throw Fault(fmt::format("more than {} objects", most_objects));
  }

  void visit(const Link& link) {
    if (link.kind == H5L_TYPE_EXTERNAL) throw Fault(link.path + " is a link to another file");
    if (link.kind == H5L_TYPE_SOFT) {
      soft_links_.push_back(link.path);
      return;
    }
    if (link.kind != H5L_TYPE_HARD) throw Fault(link.path + " is a link of an unknown kind");
    const Handle object(H5Oopen_by_addr(file_, link.address), H5Oclose, "open " + link.path);
    H5O_info_t info;
    checked(H5Oget_info(object, &info), "look at " + link.path);
    if (!seen_.insert(info.addr).second) return;
    if (info.type == H5O_TYPE_GROUP) {
      list_links(object, link.path);
    } else if (info.type == H5O_TYPE_DATASET) {
      look_at_data(object, link.path);
      data_sets_.push_back(link.path);
    } else if (info.type != H5O_TYPE_NAMED_DATATYPE) {
      throw Fault(link.path + " is of an unknown kind");
    }
  }

  // No link that leads out of the file is left by now.
  void look_through(const std::string& path) {
    H5O_info_t info;
    if (H5Oget_info_by_name(file_, path.c_str(), &info, H5P_DEFAULT) < 0 || !seen_.contains(info.addr)) {
      H5Eclear2(H5E_DEFAULT);
      throw Fault(path + " is a link that leads nowhere");
    }
  }

  void look_at_data(hid_t data, const std::string& path) {
    const Handle storage(H5Dget_create_plist(data), H5Pclose, "look at " + path);
    if (checked(H5Pget_external_count(storage), "look at " + path) != 0)
      throw Fault(path + " keeps its values in another file");
    look_at_filters(storage, path);
    const Handle type(H5Dget_type(data), H5Tclose, "look at the type of " + path);
    look_at_type(type, path);
    look_at_size(data, storage, H5Tget_size(type), path);
  }

  static void look_at_filters(hid_t storage, const std::string& path) {
    const int filters = checked(H5Pget_nfilters(storage), "look at the filters of " + path);
    for (int f = 0; f < filters; ++f) {
      unsigned flags = 0, settings = 0;
      std::size_t values = 0;
      const H5Z_filter_t filter =
          H5Pget_filter2(storage, static_cast<unsigned>(f), &flags, &values, nullptr, 0, nullptr, &settings);
      if (filter != H5Z_FILTER_DEFLATE && filter != H5Z_FILTER_SHUFFLE && filter != H5Z_FILTER_FLETCHER32)
        throw Fault(
            fmt::format("{} is packed by filter {}; only deflate, shuffle and fletcher32 are unpacked", path,
                        static_cast<int>(filter)));
    }
  }

  static void look_at_type(hid_t type, const std::string& path) {
    const H5T_class_t kind = H5Tget_class(type);
    if (kind == H5T_INTEGER || kind == H5T_FLOAT || kind == H5T_STRING || kind == H5T_ENUM) return;
    throw Fault(path + " holds neither numbers nor words");
  }

  void look_at_size(hid_t data, hid_t storage, std::uint64_t width, const std::string& path) {
    const Handle space(H5Dget_space(data), H5Sclose, "look at the shape of " + path);
    const int dimensions = H5Sget_simple_extent_ndims(space);
    if (dimensions < 0 || dimensions > most_dimensions)
      throw Fault(fmt::format("{} has more than {} dimensions", path, most_dimensions));
    std::vector<hsize_t> extents(dimensions), chunk(dimensions);
    checked(H5Sget_simple_extent_dims(space, extents.data(), nullptr), "look at the shape of " + path);
    bytes_ += product(width, extents, path);
    if (bytes_ > most_bytes_) throw too_large(path);

    const H5D_layout_t layout = H5Pget_layout(storage);
    if (layout == H5D_COMPACT || layout == H5D_CONTIGUOUS) return;
    if (layout != H5D_CHUNKED) throw Fault(path + " is a virtual data set, which may draw on other files");
    if (H5Pget_chunk(storage, dimensions, chunk.data()) != dimensions)
      throw Fault(path + " has no shape of chunks");
    if (product(width, chunk, path) > most_chunk_bytes) throw Fault(path + " has chunks of more than 1 GiB");
  }

  std::uint64_t product(std::uint64_t bytes, const std::vector<hsize_t>& extents,
                        const std::string& path) const {
    for (const std::uint64_t extent : extents)
      if (__builtin_mul_overflow(bytes, extent, &bytes) || bytes > most_bytes_) throw too_large(path);
    return bytes;
  }

  Fault too_large(const std::string& path) const {
    return Fault(fmt::format("with {} its data sets have more than {} bytes", path, most_bytes_));
  }

  hid_t file_;
  std::uint64_t most_bytes_, bytes_ = 0;
  std::set<haddr_t> seen_;
  std::vector<Link> pending_;
  std::vector<std::string> soft_links_, data_sets_;
};

}  // namespace

Foreign open_checked(const std::string& path, std::uint64_t most_bytes) {
  silence();
  H5PLset_loading_state(0);
  try {
    std::error_code unreadable;
    if (!std::filesystem::exists(path, unreadable)) throw Fault("there is no such file");
    if (!std::filesystem::is_regular_file(path, unreadable)) throw Fault("is not a file");
    if (H5Fis_hdf5(path.c_str()) <= 0) {
      H5Eclear2(H5E_DEFAULT);
      throw Fault("is not an HDF5 file that can be read");
    }
    Foreign foreign{open_file(path, H5F_ACC_RDONLY, properties(H5P_FILE_ACCESS)), {}};
    foreign.data = Walk(foreign.file, most_bytes).data_sets();
    return foreign;
  } catch (const Fault& fault) {
    throw InputError(Exit::input, path + ": " + fault.what());
  }
}

}  // namespace attune::results
