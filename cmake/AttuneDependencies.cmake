# What Attune needs. An installed Kokkos and Catch2 come first; where there is none but a network, they are fetched by
# commit.
include(FetchContent)

find_package(Kokkos 4.6 QUIET CONFIG)
if(NOT Kokkos_FOUND)
  message(STATUS "No installed Kokkos >= 4.6: fetching it")
  FetchContent_Declare(Kokkos GIT_REPOSITORY https://github.com/kokkos/kokkos.git
                              GIT_TAG 1b1383c6001f3bfe9fe309ca923c2d786600cc79) # 4.6.01
  FetchContent_MakeAvailable(Kokkos)
  set(Kokkos_VERSION 4.6.1)
endif()

find_package(Random123 REQUIRED)

if(NOT ATTUNE_KERNELS_ONLY)
  set(MPI_DETERMINE_LIBRARY_VERSION ON)
  find_package(MPI REQUIRED COMPONENTS CXX)
  set(HDF5_PREFER_PARALLEL ON)
  find_package(HDF5 REQUIRED COMPONENTS C)
  if(NOT HDF5_IS_PARALLEL)
    message(FATAL_ERROR "HDF5 was found without MPI; Attune writes its results in parallel. Debian: libhdf5-openmpi-dev")
  endif()
  find_package(Eigen3 3.4 REQUIRED NO_MODULE)
  find_package(fmt REQUIRED)
  find_package(CLI11 REQUIRED)
  find_package(PNG REQUIRED)
  find_package(PkgConfig REQUIRED)
  pkg_check_modules(FFTW REQUIRED IMPORTED_TARGET fftw3)
  pkg_check_modules(TOMLPLUSPLUS REQUIRED IMPORTED_TARGET tomlplusplus)
  pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
endif()

if(ATTUNE_TESTS)
  find_package(Catch2 3 QUIET CONFIG)
  if(NOT Catch2_FOUND)
    message(STATUS "No installed Catch2 >= 3: fetching it")
    FetchContent_Declare(Catch2 GIT_REPOSITORY https://github.com/catchorg/Catch2.git
                                GIT_TAG fa43b77429ba76c462b1898d6cd2f2d7a9416b14) # 3.7.1
    FetchContent_MakeAvailable(Catch2)
  endif()
endif()
