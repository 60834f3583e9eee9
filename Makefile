# One front door. `make help` lists the targets.

PYTHON ?= python3
BUILD := build/wheel
VENV := .venv
PIP := $(VENV)/bin/python -m pip --disable-pip-version-check

# CMake compiles through ccache where it is installed.
ifneq ($(shell command -v ccache),)
export CMAKE_C_COMPILER_LAUNCHER := ccache
export CMAKE_CXX_COMPILER_LAUNCHER := ccache
endif
# scikit-build-core and ctest take these.
export CMAKE_BUILD_PARALLEL_LEVEL ?= $(shell nproc)
export CTEST_PARALLEL_LEVEL ?= $(shell nproc)

.DEFAULT_GOAL := help
.PHONY: help setup build demo test dev asan tsan fuzz bench neon lint format wheel clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.setup ## Install system packages and create .venv
$(VENV)/.setup: tools/setup.sh tools/install_packages.sh pyproject.toml
	tools/setup.sh $(PYTHON) $(VENV)
	touch $@

build: setup ## Build a release into .venv: .venv/bin/mltk and the Python package
	$(PIP) install --quiet --no-build-isolation --no-deps --force-reinstall -C build-dir=$(BUILD) .

demo: export MLTK_CACHE_DIR := $(CURDIR)/build/demo
demo: build ## Train, quantize, evaluate and profile the digits model
	cd examples/digits && ../../$(VENV)/bin/mltk train digits.py --clean
	cd examples/digits && ../../$(VENV)/bin/mltk profile digits.mltk.zip
	@echo
	@echo "Report:       $(MLTK_CACHE_DIR)/models/digits/report.html"
	@echo "Archive:      $(CURDIR)/examples/digits/digits.mltk.zip"
	@echo "Device model: $(MLTK_CACHE_DIR)/models/digits/digits.tflite"

test: build ## Build and run all tests
	cmake -S . -B $(BUILD) -DMLTK_DEVELOPER=ON > $(BUILD)/configure.log || { cat $(BUILD)/configure.log; exit 1; }
	cmake --build $(BUILD)
	ctest --test-dir $(BUILD) --output-on-failure
	$(VENV)/bin/python tools/check_includes.py
	-tools/fetch_upstream.sh $(VENV)/bin/python build/upstream
	$(VENV)/bin/python -m pytest -q tests/python tests/e2e tests/specifications

dev: setup ## Build with debug information and run the C++ tests
	cmake --workflow --preset dev

asan: setup ## Run the C++ tests with the address and undefined-behaviour sanitizers
	cmake --workflow --preset asan

tsan: setup ## Run the C++ tests with the thread sanitizer
	cmake --workflow --preset tsan

bench: wheel ## Compare with peers, see benchmarks/README.md
	cmake --preset release > /dev/null
	cmake --build --preset release --target mltk_time_inference --target mltk_time_features
	build/peers/bin/python benchmarks/macro/inference.py build/release/benchmarks/mltk_time_inference ../shared/data/models --json benchmarks/results/inference.json
	tools/fetch_upstream.sh build/peers/bin/python build/upstream
	build/peers/bin/python benchmarks/macro/features.py build/release/benchmarks/mltk_time_features ../shared/data/golden/audio_frontend build/upstream --json benchmarks/results/features.json
	build/peers/bin/python -m pip install --quiet --no-deps --force-reinstall "$$(ls -t dist/mltk-*.whl | head -n 1)"
	build/peers/bin/python benchmarks/macro/audio_chain.py ../shared/data/golden/audio_frontend/clips --json benchmarks/results/audio_chain.json

fuzz: setup ## Feed damaged files to the readers for 10 minutes each
	tools/install_packages.sh clang-19 libclang-rt-19-dev
	cmake --preset fuzz > /dev/null
	cmake --build --preset fuzz --target tflite_fuzz picture_fuzz sound_fuzz
	for target in tflite picture sound; do build/fuzz/tests/fuzz/$${target}_fuzz -max_total_time=600 -timeout=5 -rss_limit_mb=1024 || exit 1; done

neon: ## Run the tests of the int8 kernels for 64-bit Arm under QEMU
	tools/test_neon.sh build/neon

lint: setup ## Check format, include arrows and clang-tidy
	tools/install_packages.sh clang-format-19 clang-tidy-19
	git ls-files '*.h' '*.cpp' | xargs clang-format-19 --dry-run --Werror
	$(VENV)/bin/python tools/check_includes.py
	cmake --preset dev > /dev/null
	git ls-files 'src/*.cpp' | xargs -P $(CMAKE_BUILD_PARALLEL_LEVEL) -n 4 clang-tidy-19 -p build/dev --quiet

format: ## Format the C++ code
	git ls-files '*.h' '*.cpp' | xargs clang-format-19 -i

wheel: setup ## Leave a wheel in dist/
	$(PIP) wheel --quiet --no-build-isolation --no-deps -C build-dir=$(BUILD) -w dist .
	ls dist/*.whl

clean: ## Remove what was built
	rm -rf build dist $(VENV)
