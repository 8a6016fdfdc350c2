# Installs BUILD, moves what was installed to PREFIX, and looks there for paths of BUILD and SOURCE.
get_filename_component(work ${PREFIX} DIRECTORY)
file(REMOVE_RECURSE ${PREFIX} ${work}/staged ${work}/example ${work}/components)

execute_process(COMMAND ${CMAKE_COMMAND} --install ${BUILD} --config ${CONFIGURATION} --prefix ${work}/staged
                OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
file(RENAME ${work}/staged ${PREFIX})

# The command knows the inputs of its sources, on purpose; debuggers find sources by their paths.
file(GLOB_RECURSE texts ${PREFIX}/*.cmake ${PREFIX}/*.hpp ${PREFIX}/*.py)
set(stray "")
foreach(file IN LISTS texts)
  file(READ ${file} text)
  foreach(path IN ITEMS ${BUILD} ${SOURCE})
    string(FIND "${text}" "${path}" at)
    if(NOT at EQUAL -1)
      list(APPEND stray "${file}: ${path}")
    endif()
  endforeach()
endforeach()
if(stray)
  list(JOIN stray "\n  " stray)
  message(FATAL_ERROR "Installed files name the build:\n  ${stray}")
endif()
