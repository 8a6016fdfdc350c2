// core/results/results.hpp
//
// One self-describing HDF5 file an experiment, complete or absent: written to a temporary name, closed,
// fsynced, read back, renamed. Knows how to write a declared data set, a claim, provenance and snapshots;
// knows no science.
//
// The file is byte-identical for any number of ranks and threads: no times, hosts or ranks are stored
// (timings go to E.timing.h5, the rest to E.run.json, see run_record.hpp). Everything is kept in memory until
// close(), a field as this rank's share. What the caller gets wrong (a name twice, an axis of two lengths) is
// a BrokenPromise.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/domain/domain.hpp"
#include "core/results/claim.hpp"
#include "core/results/dataset.hpp"
#include "core/results/provenance.hpp"
#include "core/results/tree.hpp"

namespace attune {

// A small array, the same on every rank, row-major.
struct Array {
  std::vector<std::size_t> shape;
  std::vector<double> values;
};

class Results {
 public:
  // For DIR/F/E.h5, or DIR/F/E.timing.h5 of a measurement. Tries whether it can be written. Collective;
  // throws InputError (io) on every rank alike.
  Results(const std::string& directory, const Provenance& provenance, const Domain& world);

  // Coordinates of an axis, numbers or words: becomes a dimension scale. The data set's axes are its own
  // name. Axes that get no coordinates are numbered 0, 1, ...
  void axis(const Dataset& coordinate, const std::vector<double>& values);
  void labels(const Dataset& coordinate, const std::vector<std::string>& words);

  // Throw InputError (not_finite) naming the place, unless the declaration allows NaN.
  void write(const Dataset& dataset, const Array& array);
  void write(const Dataset& dataset, double value);
  void write(const Dataset& dataset, const std::vector<double>& values);
  void append(const Dataset& dataset, double value);  // grows a one-dimensional data set by one entry
  void text(const Dataset& dataset, const std::vector<std::string>& words);

  // A field divided over the ranks; the axes are the last ones of (z, y, x), and the field has one cell along
  // the others. No ghosts are written. Collective.
  void write(const Dataset& dataset, const Field<double>& field, const Domain& domain);
  void write(const Dataset& dataset, const Field<float>& field, const Domain& domain);

  // The coordinates of a snapshot's axes.
  struct Grid {
    std::vector<const char*> axes;  // as in the data set, slowest first
    std::vector<double> origin;  // lower corner of the whole box, per axis
    std::vector<double> spacing;  // cell width, per axis
    const char* unit = "m";
  };

  template <class Scalar> struct Named {
    Dataset dataset;
    Field<Scalar> field;
  };

  // A snapshot DIR/F/E.step########.h5 that ParaView opens: fields of one domain at one time, written at
  // once. E.h5 lists the snapshots: snapshot_step, snapshot_time, snapshot_file. Collective.
  void snapshot(Index step, double time, const Grid& grid, const std::vector<Named<double>>& fields,
                const Domain& domain);
  void snapshot(Index step, double time, const Grid& grid, const std::vector<Named<float>>& fields,
                const Domain& domain);

  // A file in another layout, DIR/F/E.NAME.hdf5, written at once; E.h5 lists them: attached_file. Collective;
  // throws InputError (io) on every rank alike.
  void beside(const std::string& name, const Tree& tree);

  // Records the verdict; returns it: 1, 0, or -1 for not evaluated.
  int claim(const Claim& claim);

  // Of the claims recorded so far, until close().
  Tally tally() const;

  // Writes, closes, fsyncs, reads back, renames. Collective; throws InputError (io) on every rank alike. A
  // Results that is never closed leaves no file.
  void close();

  // Of the file, once it is closed.
  const std::string& path() const;

  ~Results();
  Results(Results&&) noexcept;

  struct File;

 private:
  std::unique_ptr<File> file_;
};

}  // namespace attune
