# TensorFlow Lite Micro and CMSIS-NN as libraries for the host, from the folder that fetch.sh filled:
#   tflm_library(NAME)                      with the reference kernels
#   tflm_library(NAME CMSIS_NN c|dsp|mve)   with CMSIS-NN's kernels and its buffer rules for such a core
# Each has every operator that the library registers by a function of its own; resolver.cpp declares
# `void add_all(tflite::MicroMutableOpResolver<160>&)`.
set(SOURCES "" CACHE PATH "The folder that tools/tflm/fetch.sh filled")
if(NOT EXISTS "${SOURCES}/tflite-micro")
  message(FATAL_ERROR "SOURCES=${SOURCES} has no tflite-micro; fill a folder with tools/tflm/fetch.sh and give it")
endif()
set(BITS 64 CACHE STRING "Size of a pointer: 64, or 32 for what a device's compiler makes of the library's objects")
if(BITS EQUAL 32)
  # The headers of the kernel stand beside those of the 64-bit compiler.
  add_compile_options(-m32 -msse2 -mfpmath=sse "SHELL:-idirafter /usr/include/x86_64-linux-gnu")
  add_link_options(-m32)
endif()
set(CMAKE_CXX_STANDARD 17)
set(tflm "${SOURCES}/tflite-micro")
set(lite "${tflm}/tensorflow/lite")
set(cmsis_nn "${SOURCES}/cmsis-nn")

file(GLOB common_sources
  ${lite}/micro/*.cc ${lite}/micro/arena_allocator/*.cc ${lite}/micro/memory_planner/*.cc
  ${lite}/micro/tflite_bridge/*.cc ${lite}/core/api/*.cc ${lite}/core/c/*.cc
  ${lite}/kernels/*.cc ${lite}/kernels/internal/*.cc ${lite}/kernels/internal/reference/*.cc
  ${tflm}/tensorflow/compiler/mlir/lite/core/api/*.cc ${tflm}/tensorflow/compiler/mlir/lite/schema/*.cc
  ${tflm}/signal/micro/kernels/*.cc ${tflm}/signal/src/*.cc ${tflm}/signal/src/kiss_fft_wrappers/*.cc)
file(GLOB kernel_sources ${lite}/micro/kernels/*.cc)
file(GLOB cmsis_kernel_sources ${lite}/micro/kernels/cmsis_nn/*.cc)
set(no_part_of_the_library "_test\\.cc|test_helper|testing|mock_|test_data|hexdump|fake_micro|micro/kernels/decode")
list(FILTER common_sources EXCLUDE REGEX "${no_part_of_the_library}")
list(FILTER kernel_sources EXCLUDE REGEX "${no_part_of_the_library}")

# A kernel of CMSIS-NN stands in the place of the reference kernel of the same file name, as in tflite-micro's makefile.
set(kept_kernel_sources ${kernel_sources})
foreach(file IN LISTS cmsis_kernel_sources)
  get_filename_component(name "${file}" NAME)
  list(REMOVE_ITEM kept_kernel_sources "${lite}/micro/kernels/${name}")
endforeach()
set(replaced_kernel_sources ${kernel_sources})
list(REMOVE_ITEM replaced_kernel_sources ${kept_kernel_sources})

set(resolver "${CMAKE_CURRENT_BINARY_DIR}/resolver.cpp")
file(STRINGS "${lite}/micro/micro_mutable_op_resolver.h" lines REGEX "TfLiteStatus Add[A-Za-z0-9]+\\(")
set(calls "")
foreach(line IN LISTS lines)
  string(REGEX REPLACE ".*TfLiteStatus (Add[A-Za-z0-9]+)\\(.*" "\\1" name "${line}")
  if(NOT name MATCHES "^Add(Custom|Builtin|EthosU|Decode)$")
    string(APPEND calls "  resolver.${name}();\n")
  endif()
endforeach()
file(WRITE "${resolver}" "#include \"tensorflow/lite/micro/micro_mutable_op_resolver.h\"\n"
     "void add_all(tflite::MicroMutableOpResolver<160>& resolver) {\n${calls}}\n")

add_library(tflm_settings INTERFACE)
target_include_directories(tflm_settings INTERFACE "${tflm}" "${SOURCES}/gemmlowp" "${SOURCES}/ruy"
  "${SOURCES}/flatbuffers/include" "${SOURCES}/kissfft")
target_compile_definitions(tflm_settings INTERFACE TF_LITE_STATIC_MEMORY TF_LITE_DISABLE_X86_NEON
  FLATBUFFERS_LOCALE_INDEPENDENT=0)
target_compile_options(tflm_settings INTERFACE -w -O1 $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions -fno-rtti>)

add_library(tflm_common OBJECT ${common_sources} ${kept_kernel_sources} "${resolver}")
target_link_libraries(tflm_common PUBLIC tflm_settings)

function(tflm_cmsis_nn_settings name rules)
  target_include_directories(${name} PRIVATE "${cmsis_nn}" "${cmsis_nn}/Include")
  target_compile_definitions(${name} PRIVATE CMSIS_NN KERNELS_OPTIMIZED_FOR_SPEED ARM_NN_ENABLE_F16=0 ARM_NN_ENABLE_F32=0)
  if(rules STREQUAL "c")
    return()
  endif()
  # On a host CMSIS-NN chooses its rules for plain C; those of the other cores are there under names of their own.
  file(STRINGS "${cmsis_nn}/Include/arm_nnfunctions.h" lines REGEX "_get_buffer_size_${rules}\\(")
  foreach(line IN LISTS lines)
    string(REGEX REPLACE ".*(arm_[a-z0-9_]+_get_buffer_size)_${rules}\\(.*" "\\1" rule "${line}")
    target_compile_definitions(${name} PRIVATE ${rule}=${rule}_${rules})
  endforeach()
endfunction()

function(tflm_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "CMSIS_NN" "")
  if(NOT arg_CMSIS_NN)
    add_library(${name} STATIC ${replaced_kernel_sources} $<TARGET_OBJECTS:tflm_common>)
    target_link_libraries(${name} PUBLIC tflm_settings)
    return()
  endif()
  if(NOT TARGET tflm_cmsis_nn)
    file(GLOB_RECURSE sources ${cmsis_nn}/Source/*.c)
    list(FILTER sources EXCLUDE REGEX "_f16\\.c|_f32\\.c|nntables_flt\\.c")
    add_library(tflm_cmsis_nn STATIC ${sources})
    target_link_libraries(tflm_cmsis_nn PRIVATE tflm_settings)
    tflm_cmsis_nn_settings(tflm_cmsis_nn c)
  endif()
  add_library(${name} STATIC ${cmsis_kernel_sources} $<TARGET_OBJECTS:tflm_common>)
  target_link_libraries(${name} PUBLIC tflm_settings PRIVATE tflm_cmsis_nn)
  tflm_cmsis_nn_settings(${name} ${arg_CMSIS_NN})
endfunction()
