// core/domain/mpi_session.hpp
//
// The life of MPI in a program: initialised on construction, finalised on destruction, aborted on demand.
#pragma once

#include <memory>

namespace attune {

class MpiSession {
 public:
  MpiSession(int& argc, char**& argv);
  ~MpiSession();
  MpiSession(const MpiSession&) = delete;
  MpiSession& operator=(const MpiSession&) = delete;

  // True once every rank has called this; false if that takes longer. Tells an error that all ranks met from
  // one that a single rank met while the others wait for it elsewhere.
  bool all_arrive(double seconds) const;

  // Ends every rank at once with the code.
  [[noreturn]] static void abort(int code);

 private:
  struct Meeting;
  std::unique_ptr<Meeting> meeting;
};

}  // namespace attune
