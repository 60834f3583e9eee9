#!/usr/bin/env bash
# Compiles the int8 kernels for 64-bit Arm and runs their tests, which compare every byte with the plain kernels, under QEMU.
# Usage: tools/test_neon.sh FOLDER
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(mkdir -p "$1" && cd "$1" && pwd)

tools/install_packages.sh g++-12-aarch64-linux-gnu qemu-user
if [ ! -d "$folder/root" ]; then
  dpkg --add-architecture arm64 && apt-get update -qq
  (cd "$folder" && apt-get download -qq libhwy-dev:arm64 libhwy1:arm64 libgtest-dev:arm64 libfmt-dev:arm64)
  for package in "$folder"/*.deb; do dpkg -x "$package" "$folder/root"; done
fi

flags=(-std=c++20 -O2 -Isrc -Itests "-I$folder/root/usr/include" -ffp-contract=off -DFMT_HEADER_ONLY
  '-DHWY_DISABLED_TARGETS=(HWY_SVE|HWY_SVE2|HWY_SVE_256|HWY_SVE2_128|HWY_RVV)')
libraries=$folder/root/usr/lib/aarch64-linux-gnu
objects=()
for source in src/simd/*.cpp src/base/error.cpp src/base/format.cpp tests/simd/simd_test.cpp; do
  objects+=("$folder/$(basename "$source").o")
  aarch64-linux-gnu-g++-12 "${flags[@]}" -c "$source" -o "${objects[-1]}"
done
aarch64-linux-gnu-g++-12 "${objects[@]}" -o "$folder/simd_test" "-L$libraries" -lgtest -lgtest_main -lhwy -lpthread
qemu-aarch64 -E "LD_LIBRARY_PATH=$libraries:/usr/aarch64-linux-gnu/lib" -L /usr/aarch64-linux-gnu "$folder/simd_test"
