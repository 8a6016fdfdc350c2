// core/domain/mpi_session.hpp
//
// The life of MPI in a program: initialised on construction, finalised on destruction, aborted on demand.
#pragma once

namespace attune {

class MpiSession {
 public:
  MpiSession(int& argc, char**& argv);
  ~MpiSession();
  MpiSession(const MpiSession&) = delete;
  MpiSession& operator=(const MpiSession&) = delete;

  // Ends every rank at once with the code.
  [[noreturn]] static void abort(int code);
};

}  // namespace attune
