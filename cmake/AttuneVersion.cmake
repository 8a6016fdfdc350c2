# Writes OUTPUT, a header with the facts of this build. Run at build time (cmake -P), so that the commit is that of the
# sources as they are compiled; the header is touched only when a fact changed.
set(git "unknown")
find_program(GIT git)
if(GIT)
  # safe.directory: a container builds what belongs to another user. No locks: a build never disturbs the repository.
  set(ask ${GIT} -c safe.directory=${SOURCE_DIR} --no-optional-locks -C ${SOURCE_DIR})
  execute_process(COMMAND ${ask} rev-parse --show-toplevel OUTPUT_VARIABLE top RESULT_VARIABLE outside
                  OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  execute_process(COMMAND ${ask} rev-parse HEAD OUTPUT_VARIABLE commit RESULT_VARIABLE unborn
                  OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  execute_process(COMMAND ${ask} status --porcelain --untracked-files=no OUTPUT_VARIABLE changes
                  OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  file(REAL_PATH "${SOURCE_DIR}" source)
  if(outside EQUAL 0 AND unborn EQUAL 0 AND "${top}" STREQUAL "${source}") # not a repository round an unpacked archive
    set(git "${commit}")
    if(NOT "${changes}" STREQUAL "")
      string(APPEND git "-dirty")
    endif()
  endif()
endif()

string(REGEX REPLACE "[ \t]+" " " FLAGS "${FLAGS}")
string(STRIP "${FLAGS}" FLAGS)
set(text "// Written by cmake/AttuneVersion.cmake.
#pragma once
namespace attune::results::build_facts {
inline constexpr char version[] = R\"facts(${VERSION})facts\";
inline constexpr char git[] = R\"facts(${git})facts\";
inline constexpr char compiler[] = R\"facts(${COMPILER})facts\";
inline constexpr char flags[] = R\"facts(${FLAGS})facts\";
}  // namespace attune::results::build_facts
")
file(CONFIGURE OUTPUT "${OUTPUT}" CONTENT "${text}" @ONLY)
