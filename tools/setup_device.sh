#!/usr/bin/env bash
# Installs what the test of the kernels on a device needs: a cross compiler and an emulator, some 2.4 GB. Without them
# that test is skipped.
set -euo pipefail
sudo=()
[ "$(id -u)" -eq 0 ] || sudo=(sudo)
"${sudo[@]}" apt-get install -qq -y --no-install-recommends gcc-arm-none-eabi libstdc++-arm-none-eabi-newlib qemu-system-arm
