# Helper functions: one per kind of thing that the build lists.

# mltk_library(<name> SOURCES ... [DEPENDS ...] [PRIVATE ...])
#
# A module of src/: static library mltk_<name>, alias mltk::<name>. DEPENDS are modules or libraries that
# its headers use, PRIVATE those that only its sources use.
function(mltk_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS;PRIVATE" ${ARGN})
  add_library(mltk_${name} STATIC ${arg_SOURCES})
  add_library(mltk::${name} ALIAS mltk_${name})
  mltk_configure(mltk_${name})
  target_include_directories(mltk_${name} PUBLIC "${PROJECT_SOURCE_DIR}/src")
  target_link_libraries(mltk_${name} PUBLIC ${arg_DEPENDS} PRIVATE ${arg_PRIVATE})
endfunction()

# The settings that every target of ours shares.
function(mltk_configure target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(
    ${target} PROPERTIES CXX_EXTENSIONS OFF POSITION_INDEPENDENT_CODE ON CXX_VISIBILITY_PRESET hidden
                         VISIBILITY_INLINES_HIDDEN ON)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wshadow -Wnon-virtual-dtor
                                           -Woverloaded-virtual -Wno-missing-field-initializers
                                           # GCC 12 bug 105651: false alarms in std::string
                                           $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
endfunction()

# mltk_register(<module> TYPE <type> HEADER <header> TABLE <function> [HELPERS ...] MEMBERS ...)
#
# A table of definitions, one file each: compiles <member>.cpp of the current folder into the module, each of
# which defines `extern const <type> <member>_def` in the type's namespace, and writes
# `std::span<const <type>* const> <function>()`. Configuration stops when the folder holds a .cpp that is not
# listed as a member or as a helper that members share. Nothing registers itself at start-up: a static library would drop it silently.
function(mltk_register module)
  cmake_parse_arguments(arg "" "TYPE;HEADER;TABLE" "HELPERS;MEMBERS" ${ARGN})
  list(TRANSFORM arg_HELPERS PREPEND "${CMAKE_CURRENT_SOURCE_DIR}/" OUTPUT_VARIABLE helpers)
  target_sources(mltk_${module} PRIVATE ${helpers})
  file(GLOB present RELATIVE "${CMAKE_CURRENT_SOURCE_DIR}" CONFIGURE_DEPENDS *.cpp)
  foreach(file ${present})
    string(REGEX REPLACE "\\.cpp$" "" member "${file}")
    if(NOT member IN_LIST arg_MEMBERS AND NOT file IN_LIST arg_HELPERS)
      message(FATAL_ERROR "${CMAKE_CURRENT_SOURCE_DIR}/${file} is not a member: add `${member}` to mltk_register "
                          "in ${CMAKE_CURRENT_SOURCE_DIR}/CMakeLists.txt")
    endif()
  endforeach()

  string(REGEX MATCH "^(.*)::([^:]+)$" _ "${arg_TYPE}")
  set(namespace "${CMAKE_MATCH_1}")
  set(type "${CMAKE_MATCH_2}")
  set(declarations "")
  set(entries "")
  foreach(member ${arg_MEMBERS})
    # Two symbols of one name in different archives: the linker would take one and say nothing.
    get_property(defined GLOBAL PROPERTY mltk_definitions)
    if("${namespace}::${member}" IN_LIST defined)
      message(FATAL_ERROR "${CMAKE_CURRENT_SOURCE_DIR}/${member}.cpp: another table of ${namespace} has a ${member}_def: "
                          "choose another name")
    endif()
    set_property(GLOBAL APPEND PROPERTY mltk_definitions "${namespace}::${member}")
    target_sources(mltk_${module} PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}/${member}.cpp")
    string(APPEND declarations "extern const ${type} ${member}_def;\n")
    string(APPEND entries "    &${member}_def,\n")
  endforeach()
  file(
    CONFIGURE
    OUTPUT "${CMAKE_CURRENT_BINARY_DIR}/${arg_TABLE}.cpp"
    CONTENT
      "// Written by mltk_register.
#include <array>
#include <span>

#include \"${arg_HEADER}\"

namespace ${namespace} {
${declarations}
std::span<const ${type}* const> ${arg_TABLE}() {
  static constexpr auto table = std::to_array<const ${type}*>({
${entries}  });
  return table;
}
}  // namespace ${namespace}
")
  target_sources(mltk_${module} PRIVATE "${CMAKE_CURRENT_BINARY_DIR}/${arg_TABLE}.cpp")
endfunction()

# mltk_test(<name> SOURCES ... DEPENDS ... [LABELS ...])
#
# One GoogleTest executable mltk_<name>_test; each TEST becomes a test of ctest.
function(mltk_test name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS;LABELS" ${ARGN})
  add_executable(mltk_${name}_test ${arg_SOURCES})
  mltk_configure(mltk_${name}_test)
  target_include_directories(mltk_${name}_test PRIVATE "${PROJECT_SOURCE_DIR}/tests")
  target_link_libraries(mltk_${name}_test PRIVATE ${arg_DEPENDS} GTest::gmock GTest::gtest_main)
  target_compile_definitions(mltk_${name}_test PRIVATE MLTK_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  gtest_discover_tests(mltk_${name}_test DISCOVERY_MODE PRE_TEST PROPERTIES LABELS "${arg_LABELS}")
endfunction()
