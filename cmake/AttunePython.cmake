# ATTUNE_PYTHON: an interpreter for the tests, one that imports numpy, h5py, matplotlib and jinja2 where there is one; the
# python3 first on PATH need not be it. ATTUNE_PYTHON_FOUND is false where none imports them.
if(NOT DEFINED CACHE{ATTUNE_PYTHON})
  foreach(candidate IN ITEMS $ENV{PYTHON} python3 /usr/bin/python3)
    execute_process(COMMAND ${candidate} -c "import numpy, h5py, matplotlib, jinja2" RESULT_VARIABLE lacks OUTPUT_QUIET ERROR_QUIET)
    if(lacks EQUAL 0)
      find_program(ATTUNE_PYTHON NAMES ${candidate} DOC "Interpreter that the tests run")
      set(ATTUNE_PYTHON_FOUND TRUE CACHE INTERNAL "It imports what the analysis needs")
      break()
    endif()
  endforeach()
  find_program(ATTUNE_PYTHON NAMES python3 REQUIRED DOC "Interpreter that the tests run")
endif()
