// core/results/stored.cpp
#include "core/results/stored.hpp"

#include "core/results/attribute.hpp"
#include "core/results/slabs.hpp"

namespace attune::results {
namespace {

constexpr char claims_group[] = "/claims/";

template <class Word> Word parse(const std::string& text, std::initializer_list<Word> words) {
  for (const Word candidate : words)
    if (text == word(candidate)) return candidate;
  throw Fault("has the unknown word '" + text + "'");
}

H5T_class_t class_of(hid_t data) {
  const Handle type(H5Dget_type(data), H5Tclose, "look at a type");
  return H5Tget_class(type);
}

}  // namespace

Handle open_data(hid_t file, const std::string& name) {
  return {H5Dopen2(file, name.c_str(), H5P_DEFAULT), H5Dclose, "open data set " + name};
}

Handle open_group(hid_t file, const std::string& name) {
  return {H5Gopen2(file, name.c_str(), H5P_DEFAULT), H5Gclose, "open group " + name};
}

bool has_link(hid_t group, const std::string& name) {
  return H5Lexists(group, name.c_str(), H5P_DEFAULT) > 0;
}

std::vector<std::string> root_data(const Foreign& foreign) {
  std::vector<std::string> names;
  for (const auto& path : foreign.data)
    if (path.rfind('/') == 0) names.push_back(path.substr(1));
  return names;
}

bool holds_words(hid_t data) { return class_of(data) == H5T_STRING; }
bool holds_floats(hid_t data) { return class_of(data) == H5T_FLOAT; }
bool holds_numbers(hid_t data) { return class_of(data) == H5T_FLOAT || class_of(data) == H5T_INTEGER; }

double read_scalar(hid_t data) {
  if (!shape_of(data).empty()) throw Fault("is not a scalar");
  double value = 0;
  checked(H5Dread(data, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, &value), "read a scalar");
  return value;
}

std::vector<std::string> claim_names(const Foreign& foreign) {
  std::vector<std::string> names;
  for (const auto& path : foreign.data)
    if (path.starts_with(claims_group)) names.push_back(path.substr(sizeof claims_group - 1));
  return names;
}

StoredClaim read_claim(const Foreign& foreign, const std::string& name) {
  const Handle data = open_data(foreign.file, claims_group + name);
  StoredClaim stored;
  Claim& claim = stored.claim;
  claim.id = name;
  claim.value = read_scalar(data);
  claim.statement = read_text_attribute(data, "statement");
  claim.kind = parse(read_text_attribute(data, "kind"),
                     {Kind::equal_abs, Kind::equal_rel, Kind::at_most, Kind::at_least});
  claim.expected = read_number_attribute(data, "expected");
  claim.tolerance = read_number_attribute(data, "tolerance");
  claim.unit = read_text_attribute(data, "unit");
  claim.source = read_text_attribute(data, "source");
  claim.role = parse(read_text_attribute(data, "role"),
                     {Role::identity, Role::convergence, Role::statistical, Role::empirical});
  claim.min_scale = parse(read_text_attribute(data, "min_scale"), {Scale::smoke, Scale::quick, Scale::paper});
  if (has_attribute(data, "absent")) claim.absent = read_text_attribute(data, "absent");
  stored.holds = static_cast<int>(read_integer_attribute(data, "holds"));
  return stored;
}

bool is_red(const StoredClaim& stored) {
  const Claim& claim = stored.claim;
  return stored.holds != -1 && !verdict(claim.kind, claim.value, claim.expected, claim.tolerance);
}

bool counts(Role role) { return role != Role::empirical; }

}  // namespace attune::results
