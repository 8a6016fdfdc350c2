// core/results/results.cpp
#include "core/results/results.hpp"

#include <algorithm>
#include <cctype>

#include "core/core/require.hpp"
#include "core/results/commit.hpp"
#include "core/results/results_file.hpp"
#include "core/results/share.hpp"

namespace attune {
namespace {

using results::Item;

constexpr Dataset snapshot_step{"snapshot_step", "1", "snapshot", "step of a snapshot"};
constexpr Dataset snapshot_time{"snapshot_time", "s", "snapshot", "time of a snapshot"};
constexpr Dataset snapshot_file{"snapshot_file", "1", "snapshot", "file of a snapshot, beside this one"};
constexpr Dataset attached_file{"attached_file", "1", "attached", "file in another layout, beside this one"};

bool is_plain_word(const std::string& word) {
  return !word.empty() && std::all_of(word.begin(), word.end(),
                                      [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
}

template <class Scalar>
void write_field(Results::File& file, const Dataset& dataset, const Field<Scalar>& field,
                 const Domain& domain) {
  Item item = results::declared(dataset);
  results::fill_share(item, field, domain);
  results::refuse_nan(item, domain.communicator());
  results::add(file.contents, std::move(item));
}

void list_snapshots(Results::File& file) {
  if (file.snapshots.empty()) return;
  std::vector<Index> steps;
  std::vector<double> times;
  std::vector<std::string> files;
  for (const auto& snapshot : file.snapshots) {
    steps.push_back(snapshot.step);
    times.push_back(snapshot.time);
    files.push_back(snapshot.file);
  }
  const Index count = static_cast<Index>(steps.size());
  Item step = results::declared(snapshot_step), time = results::declared(snapshot_time);
  Item name = results::declared(snapshot_file);
  results::fill(step, {count}, steps);
  results::fill(time, {count}, times);
  results::fill_text(name, files);
  for (Item* item : {&step, &time, &name}) results::add(file.contents, std::move(*item));
}

void list_attached(Results::File& file) {
  if (file.attached.empty()) return;
  Item name = results::declared(attached_file);
  results::fill_text(name, file.attached);
  results::add(file.contents, std::move(name));
}

}  // namespace

Results::Results(const std::string& directory, const Provenance& provenance, const Domain& world)
    : file_(std::make_unique<File>(File{world, "", "", {}, {}, {}})) {
  file_->contents.provenance = provenance;
  file_->stem = directory + "/" + provenance.experiment;
  file_->path = file_->stem + (provenance.measurement ? ".timing.h5" : ".h5");
  results::prepare_place(file_->path, world);
}

void Results::axis(const Dataset& coordinate, const std::vector<double>& values) {
  require(results::declared(coordinate).is_coordinate(), "the axis of coordinates is their own name");
  write(coordinate, values);
}

void Results::labels(const Dataset& coordinate, const std::vector<std::string>& words) {
  require(results::declared(coordinate).is_coordinate(), "the axis of coordinates is their own name");
  text(coordinate, words);
}

void Results::write(const Dataset& dataset, const Array& array) {
  Item item = results::declared(dataset);
  results::fill(item, {array.shape.begin(), array.shape.end()}, array.values);
  require(static_cast<std::size_t>(results::cells(item.shape)) == array.values.size(),
          "data set '" + item.name + "' has as many values as its shape says");
  results::refuse_nan(item, file_->world.communicator());
  results::add(file_->contents, std::move(item));
}

void Results::write(const Dataset& dataset, double value) { write(dataset, Array{{}, {value}}); }

void Results::write(const Dataset& dataset, const std::vector<double>& values) {
  write(dataset, Array{{values.size()}, values});
}

void Results::append(const Dataset& dataset, double value) {
  auto& items = file_->contents.items;
  const auto known = std::find_if(items.begin(), items.end(),
                                  [&](const Item& i) { return i.growing && i.name == dataset.name; });
  Item fresh = results::declared(dataset);
  require(fresh.axes.size() == 1, "data set '" + fresh.name + "' grows along its one axis");
  fresh.growing = true;
  fresh.shape = {0};
  Item& item = known != items.end() ? *known : results::add(file_->contents, std::move(fresh));
  const char* bytes = reinterpret_cast<const char*>(&value);
  item.bytes.insert(item.bytes.end(), bytes, bytes + sizeof value);
  ++item.shape[0];
  results::refuse_nan(item, file_->world.communicator());
}

void Results::text(const Dataset& dataset, const std::vector<std::string>& words) {
  Item item = results::declared(dataset);
  results::fill_text(item, words);
  results::add(file_->contents, std::move(item));
}

void Results::write(const Dataset& dataset, const Field<double>& field, const Domain& domain) {
  write_field(*file_, dataset, field, domain);
}

void Results::write(const Dataset& dataset, const Field<float>& field, const Domain& domain) {
  write_field(*file_, dataset, field, domain);
}

void Results::beside(const std::string& name, const Tree& tree) {
  const std::string path = file_->stem + "." + name + ".hdf5";
  write_tree(path, tree, file_->world);
  file_->attached.push_back(path.substr(path.rfind('/') + 1));
}

int Results::claim(const Claim& claim) {
  require(is_plain_word(claim.id),
          "the id of a claim is made of letters, digits and '_': '" + claim.id + "'");
  for (const auto& other : file_->contents.claims)
    require(other.claim.id != claim.id, "claim '" + claim.id + "' is made once");
  const bool evaluated = claim.absent.empty() && claim.min_scale <= file_->contents.provenance.scale;
  const int holds = !evaluated                                                          ? -1
                    : verdict(claim.kind, claim.value, claim.expected, claim.tolerance) ? 1
                                                                                        : 0;
  file_->contents.claims.push_back({claim, holds});
  return holds;
}

Tally Results::tally() const {
  Tally tally;
  for (const auto& [claim, holds] : file_->contents.claims) {
    ++(holds == 1 ? tally.hold : holds == 0 ? tally.red : tally.not_evaluated);
    if (holds == 0 && claim.role != Role::empirical) ++tally.counting_red;
  }
  return tally;
}

void Results::close() {
  require(file_ != nullptr, "results are closed once");
  list_snapshots(*file_);
  list_attached(*file_);
  results::complete_axes(file_->contents);
  results::commit(file_->path, file_->contents, file_->world);
  file_->contents = {};
}

const std::string& Results::path() const { return file_->path; }

Results::~Results() = default;
Results::Results(Results&&) noexcept = default;

}  // namespace attune
