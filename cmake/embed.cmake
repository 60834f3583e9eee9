# cmake -P: write the files of ASSETS (name=path;...) as string constants of assets.h.
set(text "// Written by embed.cmake.\n#pragma once\n\n#include <string_view>\n\nnamespace mltk::assets {\n\nusing std::string_view_literals::operator\"\"sv;\n")
foreach(asset ${ASSETS})
  string(REGEX MATCH "^([^=]+)=(.+)$" _ "${asset}")
  set(name "${CMAKE_MATCH_1}")
  file(READ "${CMAKE_MATCH_2}" bytes HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" bytes "${bytes}")
  # Compilers limit the length of one literal: pieces of 4,000 bytes are joined.
  string(LENGTH "${bytes}" length)
  string(APPEND text "\ninline constexpr std::string_view ${name} =\n")
  set(at 0)
  while(at LESS length)
    string(SUBSTRING "${bytes}" ${at} 16000 piece)
    string(APPEND text "    \"${piece}\"\n")
    math(EXPR at "${at} + 16000")
  endwhile()
  string(APPEND text "    \"\"sv;\n") # keeps zero bytes
endforeach()
file(WRITE "${OUTPUT}" "${text}\n}  // namespace mltk::assets\n")
