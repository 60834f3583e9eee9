"""Check that modules of src/ include only what the dependency arrows allow (docs/architecture.md)."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
# module: modules it may include directly; it may also include what these may include.
ARROWS = {
    "base": [],
    "tensor": ["base"],
    "memory": ["base"],
    "micro": [],
    "graph": ["tensor"],
    "passes": ["graph"],
    "audio": ["tensor"],
    "image": ["tensor"],
    "data": ["audio", "image"],
    "simd": ["base", "micro"],
    "tflite": ["tensor", "micro", "simd"],
    "interpreter": ["tflite", "memory"],
    "target": ["interpreter"],
    "train": ["graph", "passes", "memory", "data"],
    "keras": ["graph", "train"],
    "quantize": ["graph", "passes", "tflite", "interpreter"],
    "evaluate": ["tensor"],
    "report": ["evaluate"],
    "spec": ["keras", "train", "data", "quantize", "report"],
    "cli": ["spec", "target"],
}
# Libraries that only one place may include.
CONFINED = {
    "hwy/": ("src/base", "src/train/kernels", "src/simd", "src/audio", "src/image/augment"),
    "nanobind/": ("python",),
    "Python.h": ("python",),
    "hdf5.h": ("src/keras",),
    "schema_generated.h": ("src/tflite",),
    "sndfile.h": ("src/audio",),
    "samplerate.h": ("src/audio",),
}


def reachable(module: str) -> set[str]:
    found = {module}
    for target in ARROWS[module]:
        found |= reachable(target)
    return found


def main() -> int:
    problems = []
    for path in sorted((ROOT / "src").rglob("*.[hc]*")):
        if path.suffix not in {".h", ".cpp"}:
            continue
        relative = path.relative_to(ROOT)
        module = relative.parts[1]
        allowed = reachable(module)
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            match = re.match(r'\s*#include\s+[<"]([^>"]+)[>"]', line)
            if not match:
                continue
            included = match[1]
            target = included.split("/")[0]
            if "/" in included and target in ARROWS and target not in allowed:
                problems.append(f"{relative}:{number}: {module} must not include {target}")
            for library, places in CONFINED.items():
                if included.startswith(library) and not str(relative).startswith(places):
                    problems.append(f"{relative}:{number}: only {' and '.join(places)} may include {library}")
    print("\n".join(problems) or "include arrows: ok")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
