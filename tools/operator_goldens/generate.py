"""Writes tests/golden/operators: models of single operators, and what TensorFlow Lite Micro computes for them.

    generate.py SCHEMA HARNESS64 HARNESS32 [PREFIX ...]

SCHEMA: tensorflow/compiler/mlir/lite/schema/schema.fbs of tflite-micro. HARNESS64, HARNESS32: tflm_harness.cpp built
with the reference kernels of tflite-micro 90b983c for 64-bit and 32-bit x86. With prefixes only the cases whose names
begin so are made anew. README.md says how. Needs flatc, NumPy and the flatbuffers package.
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

import cases
import operators  # noqa: F401  (fills cases.CASES)


def plain_schema(path, folder):
    """A copy of the schema without attributes of enumerators, which older flatc do not know."""
    text = re.sub(r'^(  \w+(?: = \d+)?) \(deprecated\),', r'\1,', pathlib.Path(path).read_text(), flags=re.M)
    copy = folder / 'schema.fbs'
    copy.write_text(text)
    return copy


def run(harness, model, inputs, outputs, repeats):
    """The bytes of arena that the device uses; leaves its outputs in `outputs`."""
    done = subprocess.run([harness, model, inputs, outputs, str(repeats)], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f'{model.name}: {done.stdout}{done.stderr}')
    return int(done.stdout.split('used ')[1].split()[0])


def main(schema, harness64, harness32, *prefixes):
    folder = pathlib.Path(__file__).resolve().parents[2] / 'tests' / 'golden' / 'operators'
    folder.mkdir(parents=True, exist_ok=True)
    chosen = {name for name in cases.CASES if name.startswith(prefixes or '')}
    index = []
    if prefixes:
        index = [entry for entry in json.loads((folder / 'index.json').read_text()) if entry['name'] not in chosen]
    else:
        for old in folder.iterdir():
            old.unlink()
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        schema = plain_schema(schema, scratch)
        for name in sorted(chosen):
            graphs, repeats = cases.CASES[name]
            source = scratch / f'{name}.json'
            source.write_text(cases.model_json(graphs))
            subprocess.run(['flatc', '-b', '-o', scratch, schema, source], check=True)
            model = scratch / f'{name}.tflite'
            rng = cases.generator(name)
            inputs = [[t.draw(rng).tobytes() for t in graphs[0].inputs] for _ in range(repeats)]
            (scratch / 'in').write_bytes(b''.join(b''.join(one) for one in inputs))
            entry = {'name': name, 'repeats': repeats}
            try:
                for bits, harness in (('used_32', harness32), ('used_64', harness64)):
                    entry[bits] = run(harness, model, scratch / 'in', scratch / 'out', repeats)
            except RuntimeError as error:
                print('refused:', error)
                continue
            output = (scratch / 'out').read_bytes()
            size = len(output) // repeats
            with open(folder / f'{name}.io', 'wb') as file:
                for k, one in enumerate(inputs):
                    file.write(b''.join(one) + output[k * size:(k + 1) * size])
            (folder / f'{name}.tflite').write_bytes(model.read_bytes())
            index.append(entry)
    lines = ',\n'.join(' ' + json.dumps(entry) for entry in sorted(index, key=lambda entry: entry['name']))
    (folder / 'index.json').write_text(f'[\n{lines}\n]\n')
    print(f'{len(index)} cases')


if __name__ == '__main__':
    main(*sys.argv[1:])
