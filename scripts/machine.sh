# shellcheck shell=bash
# scripts/machine.sh
#
# What the scripts must know of the machine they run on: its cores, its memory, its Python, its way to start ranks.
# Sourced, never run.

# Also inside an allocation: the cores this process may use, whatever OMP_NUM_THREADS says.
cores() { env -u OMP_NUM_THREADS -u OMP_THREAD_LIMIT nproc; }

# Compiling a Kokkos kernel takes up to 1.5 GiB.
build_jobs() {
  local gibibytes jobs most
  gibibytes=$(awk '/^MemAvailable:/ { print int($2 / 1048576) }' /proc/meminfo 2>/dev/null || true)
  jobs=$(cores)
  most=$((${gibibytes:-4} * 2 / 3))
  ((jobs <= most)) || jobs=$most
  echo $((jobs > 0 ? jobs : 1))
}

# The python3 first on PATH need not be the one that has the packages.
find_python() {
  local python
  for python in ${PYTHON:+"$PYTHON"} python3 /usr/bin/python3; do
    if "$python" -c 'import numpy, h5py, matplotlib, jinja2' 2>/dev/null; then
      echo "$python"
      return
    fi
  done
  echo "no python3 imports numpy, h5py, matplotlib and jinja2; set PYTHON to one that does" >&2
  return 1
}

# Ranks share the cores, each with its part of them as threads.
share_cores() {
  local ranks=$1 threads
  threads=$(($(cores) / ranks))
  export OMP_NUM_THREADS=${OMP_NUM_THREADS:-$((threads > 0 ? threads : 1))} OMP_PROC_BIND=${OMP_PROC_BIND:-false}
  export OMP_WAIT_POLICY=${OMP_WAIT_POLICY:-passive}
}

# on_ranks BUILD N PROGRAM ...   with the MPI launcher that BUILD found, or with $MPIEXEC
on_ranks() {
  local build=$1 ranks=$2 launcher=${MPIEXEC:-} flags=()
  shift 2
  [[ -n $launcher ]] || launcher=$(sed -n 's/^MPIEXEC_EXECUTABLE:[^=]*=//p' "$build/CMakeCache.txt")
  if "$launcher" --version 2>/dev/null | grep -E 'Open MPI|OpenRTE|PRRTE' >/dev/null; then
    # Open MPI counts whole cores, not hardware threads, and would bind each rank with all its threads to one.
    flags=(--oversubscribe --bind-to none)
    ((EUID != 0)) || export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
  fi
  "$launcher" -n "$ranks" "${flags[@]}" "$@"
}
