#!/bin/sh
# Fetches what the tools beside need to build TensorFlow Lite Micro on this host, at the revisions that the golden files
# are of:  tools/tflm/fetch.sh FOLDER [BASE]
# BASE is where the repositories OWNER/NAME are: an address or a folder of git repositories; default GitHub.
set -eu
folder=$1
base=${2:-https://github.com}

fetch() { # OWNER/NAME REVISION FOLDER
  if [ ! -d "$folder/$3/.git" ]; then
    git clone --quiet --no-checkout "$base/$1" "$folder/$3"
  fi
  git -C "$folder/$3" checkout --quiet --force "$2"
  echo "$3 $(git -C "$folder/$3" rev-parse HEAD)"
}

mkdir -p "$folder"
fetch tensorflow/tflite-micro 90b983c2b3f1480642e040bbd2ddb37b998f3424 tflite-micro
fetch ARM-software/CMSIS-NN 4ab83cc3cc98fb85ed6dafb55e8ca02f1628dcae cmsis-nn
# The revisions that tflite-micro's own build downloads.
fetch google/gemmlowp 719139ce755a0f31cbf1c37f7f98adcc7fc9f425 gemmlowp
fetch google/ruy d37128311b445e758136b8602d1bbd2a755e115d ruy
fetch google/flatbuffers v25.9.23 flatbuffers
fetch mborgerding/kissfft v130 kissfft
git -C "$folder/kissfft" apply "$folder/tflite-micro/third_party/kissfft/kissfft.patch"
