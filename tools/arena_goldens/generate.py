"""Writes tests/golden/arena/arena.json: the arena that builds of TensorFlow Lite Micro report for real models.

    generate.py SOURCES DATA [--build FOLDER] [--jobs N]

SOURCES: the folder that tools/tflm/fetch.sh filled. DATA: the folder of test data with models/ and golden/converter/, the
`shared/data` of the tests. Builds the library for the host with 64-bit and with 32-bit pointers, with the reference
kernels and with CMSIS-NN, and runs each build on the models in DATA and in tests/golden/operators. README.md says more.
"""

import argparse
import json
import pathlib
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
KERNELS = ['reference', 'cmsis-nn-c', 'cmsis-nn', 'cmsis-nn-mve']
ORIGIN = ('[used, minimum] with 32-bit pointers (i386) and with 64-bit ones, of host builds (GCC 12) of tflite-micro 90b983c '
          'with its reference kernels and with CMSIS-NN 4ab83cc; minimum in steps of 16 bytes. '
          'Made by tools/arena_goldens/generate.py')


def build(sources, folder, bits, jobs):
    """The executables of this pointer size, one for each of KERNELS."""
    folder = folder / str(bits)
    subprocess.run(['cmake', '-S', HERE, '-B', folder, f'-DSOURCES={sources}', f'-DBITS={bits}'], check=True)
    subprocess.run(['cmake', '--build', folder, '--parallel', str(jobs)], check=True)
    return {kernels: folder / kernels for kernels in KERNELS}


def measure(harness, models):
    """[used, minimum] of each model; None where the build refuses it."""
    done = subprocess.run([harness, *models], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True)
    lines = done.stdout.splitlines()
    assert len(lines) == len(models), f'{harness} ended before its last model'
    return [None if line == 'refused' else [int(number) for number in line.split()] for line in lines]


def sizes_of(builds, folder, models):
    """For each model by its path in the folder: kernels -> [[used, minimum] of 32 bits, of 64 bits]."""
    columns = {kernels: [measure(builds[bits][kernels], models) for bits in (32, 64)] for kernels in KERNELS}
    sizes = {}
    for i, model in enumerate(models):
        rows = {kernels: [column[i] for column in columns[kernels]] for kernels in KERNELS}
        taken = {kernels: row for kernels, row in rows.items() if None not in row}
        if taken:
            sizes[str(model.relative_to(folder))] = taken
    return sizes


def section(name, sizes):
    lines = ',\n'.join(f'    {json.dumps(model)}: {json.dumps(row)}' for model, row in sorted(sizes.items()))
    return f'  {json.dumps(name)}: {{\n{lines}\n  }}'


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('sources', type=pathlib.Path)
    parser.add_argument('data', type=pathlib.Path)
    parser.add_argument('--build', type=pathlib.Path, default=ROOT / 'build' / 'arena_goldens')
    parser.add_argument('--jobs', type=int, default=2)
    arguments = parser.parse_args()
    sources = arguments.sources.resolve()
    builds = {bits: build(sources, arguments.build, bits, arguments.jobs) for bits in (64, 32)}
    folders = {'models': arguments.data / 'models', 'converter': arguments.data / 'golden' / 'converter',
               'operators': ROOT / 'tests' / 'golden' / 'operators'}
    sections = [f'  "origin": {json.dumps(ORIGIN)}']
    for name, folder in folders.items():
        sizes = sizes_of(builds, folder, sorted(folder.rglob('*.tflite')))
        print(f'{name}: {len(sizes)} models, {sum(len(row) for row in sizes.values())} builds')
        sections.append(section(name, sizes))
    (ROOT / 'tests' / 'golden' / 'arena' / 'arena.json').write_text('{\n' + ',\n'.join(sections) + '\n}\n')


if __name__ == '__main__':
    main()
