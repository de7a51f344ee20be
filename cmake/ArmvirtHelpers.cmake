# SPDX-License-Identifier: MIT
# Small functions that the directories share.

# The language and the warnings that all of our code is held to.
function(armvirt_compile_options target)
  set_target_properties(${target} PROPERTIES C_STANDARD 11 C_STANDARD_REQUIRED ON C_EXTENSIONS OFF
                                             C_VISIBILITY_PRESET hidden)
  target_compile_options(${target} PRIVATE
    $<$<COMPILE_LANGUAGE:C>:-Wall -Wextra -Wconversion -Wsign-conversion -Wshadow -Wcast-qual -Wundef
    -Wvla -Wstrict-prototypes -Wmissing-prototypes -pedantic>
    $<$<AND:$<COMPILE_LANGUAGE:C>,$<BOOL:${ARMVIRT_WERROR}>>:-Werror>)
endfunction()

# A program of ours, for tests and examples: sources, then libraries.
function(armvirt_program target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBRARIES")
  add_executable(${target} ${arg_SOURCES})
  armvirt_compile_options(${target})
  target_link_libraries(${target} PRIVATE ${arg_LIBRARIES})
endfunction()

# Unpacks FILES (*.xz) into DIRECTORY of the build tree as part of target NAME; data is compressed in
# the repository and plain for the programs that read it.
function(armvirt_unpack name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "DIRECTORY" "FILES")
  find_program(ARMVIRT_XZ xz REQUIRED)
  file(MAKE_DIRECTORY ${arg_DIRECTORY})
  set(plain_files)
  foreach(packed IN LISTS arg_FILES)
    cmake_path(GET packed STEM LAST_ONLY plain)
    add_custom_command(OUTPUT ${arg_DIRECTORY}/${plain}
      COMMAND ${ARMVIRT_XZ} -dc ${packed} > ${arg_DIRECTORY}/${plain}
      DEPENDS ${packed} COMMENT "Unpacking ${plain}")
    list(APPEND plain_files ${arg_DIRECTORY}/${plain})
  endforeach()
  add_custom_target(${name} ALL DEPENDS ${plain_files})
endfunction()
