#!/usr/bin/env bash
# Installs the system packages that the build needs and creates the virtual environment.
# Usage: tools/setup.sh PYTHON VENV
set -euo pipefail
python=$1
venv=$2

packages=(
  build-essential cmake ninja-build pkg-config ccache
  libfmt-dev nlohmann-json3-dev libcli11-dev
  libhwy-dev libflatbuffers-dev flatbuffers-compiler
  libhdf5-dev libzip-dev zlib1g-dev libpng-dev libjpeg-dev libtiff-dev libmd-dev libagg-dev libfreetype-dev libprotozero-dev
  libsndfile1-dev libsamplerate0-dev
  libgtest-dev libgmock-dev
  python3-dev python3-venv
  dataset-fashion-mnist  # real pictures for a test
)

"$(dirname "$0")/install_packages.sh" "${packages[@]}"

[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
"$venv/bin/python" -m pip --disable-pip-version-check install --quiet 'scikit-build-core>=0.10' 'nanobind>=2.0' 'numpy>=1.22' 'typer>=0.9' 'pytest>=7'
