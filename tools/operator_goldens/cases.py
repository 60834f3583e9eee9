"""The operators of tests/golden/operators: one small model per case.

A case is a list of subgraphs; most have one with one operator. Values are drawn from the case's name, so a case does not
change when others are added.
"""

import json
import zlib

import numpy as np
from flatbuffers import flexbuffers

DTYPES = {
    'FLOAT32': np.float32, 'INT8': np.int8, 'INT16': np.int16, 'INT32': np.int32, 'INT64': np.int64, 'BOOL': np.uint8,
    'UINT8': np.uint8, 'UINT32': np.uint32, 'UINT64': np.uint64, 'INT4': np.uint8, 'RESOURCE': np.int32,
}
CASES = {}


class Tensor:
    def __init__(self, type, shape, scale=None, zero_point=0, axis=0, data=None, variable=False, low=None, high=None):
        self.type, self.shape, self.axis, self.variable = type, list(shape), axis, variable
        self.scale = None if scale is None else np.atleast_1d(np.asarray(scale, np.float32))
        self.zero_point, self.low, self.high = zero_point, low, high
        self.data = None if data is None else np.asarray(data, DTYPES[type])

    def draw(self, rng):
        size = self.shape
        if self.type == 'FLOAT32':
            low, high = -3 if self.low is None else self.low, 3 if self.high is None else self.high
            return rng.uniform(low, high, size).astype(np.float32)
        if self.type == 'BOOL':
            return rng.integers(0, 2, size).astype(np.uint8)
        info = np.iinfo(DTYPES[self.type])
        wide = info.bits > 16
        low = (-1000 if wide and info.min < 0 else info.min) if self.low is None else self.low
        high = (1000 if wide else info.max) if self.high is None else self.high
        return rng.integers(low, high, size, endpoint=True).astype(DTYPES[self.type])


def f(*shape, **more):
    return Tensor('FLOAT32', shape, **more)


def i8(*shape, s=0.05, z=-3, **more):
    return Tensor('INT8', shape, s, z, **more)


def i16(*shape, s=0.0005, **more):
    return Tensor('INT16', shape, s, 0, **more)


def i32(*shape, **more):
    return Tensor('INT32', shape, **more)


def i64(*shape, **more):
    return Tensor('INT64', shape, **more)


def boolean(*shape):
    return Tensor('BOOL', shape)


def const(values, type='INT32'):
    values = np.asarray(values, DTYPES[type])
    return Tensor(type, values.shape, data=values)


class Op:
    def __init__(self, code, inputs, outputs, version=1, options=None, custom=None):
        self.code, self.inputs, self.outputs, self.version, self.options = code, inputs, outputs, version, options
        self.custom = custom


class Graph:
    def __init__(self, inputs, outputs, ops):
        self.inputs, self.outputs, self.ops = inputs, outputs, ops


def case(name, code, inputs, output, version=1, options=None, repeats=2):
    outputs = output if isinstance(output, list) else [output]
    given = [t for t in inputs if t is not None and t.data is None and not t.variable]
    CASES[name] = ([Graph(given, outputs, [Op(code, inputs, outputs, version, options)])], repeats)


def custom_case(name, code, inputs, outputs, options, repeats=3):
    """An operator by its own name; its options become a FlexBuffer map."""
    given = [t for t in inputs if t.data is None]
    CASES[name] = ([Graph(given, outputs, [Op(code, inputs, outputs, custom=options)])], repeats)


def graph_case(name, graphs, repeats=2):
    CASES[name] = (graphs, repeats)


def model_json(graphs):
    """The model as JSON of the public schema, for flatc."""
    buffers, codes, subgraphs = [{}], [], []
    for number, graph in enumerate(graphs):
        tensors = []

        def index(tensor):
            if tensor is None:
                return -1
            if tensor not in tensors:
                tensors.append(tensor)
            return tensors.index(tensor)

        entry = {'name': f'graph{number}', 'inputs': [index(t) for t in graph.inputs], 'operators': []}
        for op in graph.ops:
            code = {'version': op.version, 'builtin_code': op.code}
            if op.custom is not None:
                code = {'version': op.version, 'builtin_code': 'CUSTOM', 'deprecated_builtin_code': 32, 'custom_code': op.code}
            if code not in codes:
                codes.append(code)
            item = {'opcode_index': codes.index(code), 'inputs': [index(t) for t in op.inputs],
                    'outputs': [index(t) for t in op.outputs]}
            if op.options is not None:
                item['builtin_options_type'], item['builtin_options'] = op.options
            if op.custom is not None:
                item['custom_options'] = list(flexbuffers.Dumps(op.custom))
            entry['operators'].append(item)
        entry['outputs'] = [index(t) for t in graph.outputs]
        entry['tensors'] = []
        for position, tensor in enumerate(tensors):
            item = {'name': f't{position}', 'type': tensor.type, 'shape': tensor.shape, 'has_rank': True}
            if tensor.scale is not None:
                item['quantization'] = {
                    'scale': [float(s) for s in tensor.scale], 'zero_point': [tensor.zero_point] * len(tensor.scale),
                    'quantized_dimension': tensor.axis}
            if tensor.variable:
                item['is_variable'] = True
            if tensor.data is not None:
                item['buffer'] = len(buffers)
                buffers.append({'data': list(tensor.data.tobytes())})
            entry['tensors'].append(item)
        subgraphs.append(entry)
    return json.dumps({'version': 3, 'operator_codes': codes, 'subgraphs': subgraphs, 'buffers': buffers})


def generator(name):
    return np.random.default_rng(zlib.crc32(name.encode()))
