#!/usr/bin/env bash
# Unpacks the sounds of the npm package supersonic-scsynth-samples (CC0), which are test data here.
# Usage: tools/fetch_percussion.sh FOLDER
set -euo pipefail
folder=$1

[ -e "$folder/samples" ] && exit 0
mkdir -p "$folder"
archive=$(cd "$folder" && npm pack --silent supersonic-scsynth-samples@0.84.2)
tar -xzf "$folder/$archive" -C "$folder" package/samples
rm "$folder/$archive"
mv "$folder/package/samples" "$folder/samples"
rmdir "$folder/package"
