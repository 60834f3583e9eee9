#!/bin/sh
# Prints every number that docs/compatibility.md states of TFLite files, operators, arena and converter, as the tests find
# it:  tools/tflite_figures.sh [BUILD FOLDER] [MODEL.h5 RECORDED.tflite ...]
# With pairs also the table of the archives. The real files of ../shared/data must be there: without them tests skip.
set -eu
cd "$(dirname "$0")/.."
build=${1:-build/dev}
[ $# -eq 0 ] || shift
for module in interpreter quantize; do
  MLTK_FIGURES=1 "$build/tests/$module/mltk_${module}_test" | sed -n -e 's/^figure: //p' -e '/FAILED  \]/p'
done
if [ $# -gt 0 ]; then
  "$build/tools/compare_recorded" "$@"
fi
