// core/results/words.cpp
#include "core/results/words.hpp"

#include "core/results/attribute.hpp"
#include "core/results/fingerprint.hpp"
#include "core/results/slabs.hpp"

namespace attune::results {
namespace {

constexpr hsize_t most_bytes = hsize_t(64) << 20;

// Words that HDF5 allocated, given back to it.
struct Borrowed {
  hid_t type, space;
  std::vector<char*> words;
  Borrowed(hid_t of_type, hid_t of_space, std::size_t count)
      : type(of_type), space(of_space), words(count, nullptr) {}
  Borrowed(const Borrowed&) = delete;
  ~Borrowed() { H5Dvlen_reclaim(type, space, H5P_DEFAULT, words.data()); }
};

std::vector<std::string> read_variable(hid_t data, std::size_t count) {
  const Handle type = words_type(), space(H5Dget_space(data), H5Sclose, "read words");
  hsize_t bytes = 0;
  checked(H5Dvlen_get_buf_size(data, type, space, &bytes), "read words");
  if (bytes > most_bytes) throw Fault("words longer than 64 MiB");
  Borrowed borrowed(type, space, count);
  checked(H5Dread(data, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, borrowed.words.data()), "read words");
  std::vector<std::string> words;
  for (const char* word : borrowed.words) words.emplace_back(word == nullptr ? "" : word);
  return words;
}

std::vector<std::string> read_fixed(hid_t data, hid_t type, std::size_t count) {
  const std::size_t width = H5Tget_size(type);
  if (width == 0 || count > most_bytes / width) throw Fault("words longer than 64 MiB");
  std::string bytes(width * count, '\0');
  checked(H5Dread(data, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()), "read words");
  std::vector<std::string> words;
  for (std::size_t w = 0; w < count; ++w) {
    const std::string word = bytes.substr(w * width, width);
    words.push_back(word.substr(0, word.find('\0')));
  }
  return words;
}

Index fingerprint_of(const std::vector<std::string>& words) {
  Item item;
  fill_text(item, words);
  return static_cast<Index>(fingerprint(item));
}

}  // namespace

Handle words_type() {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "make a text type");
  checked(H5Tset_size(type, H5T_VARIABLE), "size a text type");
  checked(H5Tset_cset(type, H5T_CSET_UTF8), "encode a text type");
  return type;
}

void write_words(hid_t data, const std::vector<std::string>& words) {
  std::vector<const char*> begins;
  for (const auto& word : words) begins.push_back(word.c_str());
  if (!words.empty())
    checked(H5Dwrite(data, words_type(), H5S_ALL, H5S_ALL, H5P_DEFAULT, begins.data()), "write words");
  write_attribute(data, "xxh64", fingerprint_of(words));
}

std::vector<std::string> read_words(hid_t data) {
  const Handle type(H5Dget_type(data), H5Tclose, "read words");
  if (H5Tget_class(type) != H5T_STRING) throw Fault("no words, but numbers");
  Index count = 1;
  for (const Index extent : shape_of(data)) count *= extent;
  if (count > static_cast<Index>(most_bytes)) throw Fault("words longer than 64 MiB");
  const bool variable = checked(H5Tis_variable_str(type), "read words") > 0;
  auto words = variable ? read_variable(data, count) : read_fixed(data, type, count);
  if (has_attribute(data, "xxh64") && read_integer_attribute(data, "xxh64") != fingerprint_of(words))
    throw Fault("words other than their fingerprint says");
  return words;
}

}  // namespace attune::results
