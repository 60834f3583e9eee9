"""Writes tests/fuzz/corpus: files that no converter makes. hostile.py SCHEMA, as generate.py takes it."""

import copy
import json
import pathlib
import random
import subprocess
import sys
import tempfile

from flatbuffers import flexbuffers

import cases
import generate
import operators  # noqa: F401  (fills cases.CASES)

HUGE = 2**31 - 1


def spec(name):
    return json.loads(cases.model_json(cases.CASES[name][0]))


def changed(name, change):
    model = copy.deepcopy(spec(name))
    change(model)
    return model


def graph(model, index=0):
    return model['subgraphs'][index]


def set_shape(model, tensor, shape, subgraph=0):
    graph(model, subgraph)['tensors'][tensor]['shape'] = shape


def all_shapes(shape):
    def change(model):
        for tensor in graph(model)['tensors']:
            if not tensor.get('buffer'):
                tensor['shape'] = shape
    return change


def operator(key, value):
    return lambda model: graph(model)['operators'][0].update({key: value})


def option(key, value):
    return lambda model: graph(model)['operators'][0]['builtin_options'].update({key: value})


def detection(**options):
    """The options of an object detection, some of them others."""
    model = spec('detection_postprocess_regular')
    told = {**operators.DETECTIONS, 'use_regular_nms': True, **options}
    graph(model)['operators'][0]['custom_options'] = list(flexbuffers.Dumps(told))
    return model


def quantization(key, value):
    return lambda model: graph(model)['tensors'][0]['quantization'].update({key: value})


def values(buffer, numbers):
    def change(model):
        data = b''.join(number.to_bytes(4, 'little', signed=True) for number in numbers)
        model['buffers'][buffer] = {'data': list(data)}
    return change


def nest(depth):
    """Subgraphs that each run the next one twice: 2^depth calls."""
    def change(model):
        first = graph(model)
        model['subgraphs'] = [copy.deepcopy(first) for _ in range(depth)]
        for index, one in enumerate(model['subgraphs'][:-1]):
            one['operators'][0]['builtin_options'] = {'then_subgraph_index': index + 1, 'else_subgraph_index': index + 1}
        model['subgraphs'][-1]['operators'] = []
    return change


STRUCTURED = {
    'dims_negative': changed('add_int8', lambda m: set_shape(m, 0, [2, -3, 4])),
    'dims_huge': changed('add_int8', all_shapes([HUGE])),
    'dims_overflow': changed('add_int8', all_shapes([65536, 65536, 65536])),
    'dims_many': changed('add_int8', all_shapes([1] * 500)),
    'dims_zero': changed('softmax_int8', all_shapes([0])),
    'broadcast_huge': changed('broadcast_to_int8', lambda m: (values(1, [1, 30000, 30000])(m), set_shape(m, 2, [1, 30000, 30000]),
                                                              set_shape(m, 0, [1, 1]))),
    'select_huge': changed('select_v2_int8', lambda m: (set_shape(m, 0, [1]), set_shape(m, 1, [1]), set_shape(m, 2, [1]),
                                                        set_shape(m, 3, [30000, 30000]))),
    'resize_huge': changed('resize_nearest_neighbor_int8', lambda m: (values(1, [20000, 20000])(m), set_shape(m, 2, [1, 20000, 20000, 2]))),
    'tile_of_matrices_huge': changed('batch_matmul_int8', lambda m: (set_shape(m, 0, [30000, 1, 1, 1]), set_shape(m, 1, [1, 30000, 1, 1]),
                                                                     set_shape(m, 2, [30000, 30000, 1, 1]))),
    'mirror_pad_huge': changed('mirror_pad_symmetric_int8', lambda m: (set_shape(m, 0, [20000, 20000]), values(1, [0, 20000, 0, 20000])(m),
                                                                       set_shape(m, 2, [40000, 40000]))),
    'buffer_out_of_range': changed('add_int8', lambda m: graph(m)['tensors'][0].update(buffer=99)),
    'buffer_too_short': changed('pad_int8', lambda m: m['buffers'].__setitem__(1, {'data': [1, 2, 3]})),
    'buffer_0_not_empty': changed('add_int8', lambda m: m['buffers'].__setitem__(0, {'data': [1]})),
    'input_is_a_constant': changed('pad_int8', lambda m: graph(m).update(inputs=[1])),
    'output_is_a_constant': changed('pad_int8', operator('outputs', [1])),
    'output_is_its_input': changed('add_int8', operator('outputs', [0])),
    'tensor_out_of_range': changed('add_int8', operator('inputs', [0, 77])),
    'inputs_missing': changed('add_int8', operator('inputs', [])),
    'outputs_missing': changed('add_int8', operator('outputs', [])),
    'inputs_absent': changed('conv_2d_int4', operator('inputs', [-1, -1, -1])),
    'opcode_out_of_range': changed('add_int8', operator('opcode_index', 9)),
    'stride_0': changed('max_pool_2d_int8', option('stride_w', 0)),
    'stride_huge': changed('conv_2d_int4', option('stride_h', HUGE)),
    'dilation_huge': changed('conv_2d_int4', option('dilation_w_factor', HUGE)),
    'filter_negative': changed('average_pool_2d_int8', option('filter_width', -2)),
    'filter_huge': changed('average_pool_2d_int8', option('filter_width', HUGE)),
    'multiplier_negative': changed('depthwise_conv_2d_int4', option('depth_multiplier', -1)),
    'axis_huge': changed('gather_int8', option('axis', HUGE)),
    'batch_dims_huge': changed('gather_int8', option('batch_dims', -HUGE)),
    'axes_out_of_range': changed('sum_int8', values(1, [7, -9])),
    'slice_out_of_range': changed('slice_int8', values(1, [HUGE, -HUGE])),
    'slice_step_0': changed('strided_slice_int8', values(3, [0, 0])),
    'pad_negative': changed('pad_int8', values(1, [-1, 0, 0, HUGE])),
    'index_out_of_range': changed('gather_int8', values(1, [HUGE, -5, 1])),
    'index_nd_out_of_range': changed('gather_nd_int8', values(1, [0, 99, -1, 3, 1, 0])),
    'block_0': changed('space_to_batch_nd_float', values(1, [0, 0])),
    'block_huge': changed('depth_to_space_int8', option('block_size', 65536)),
    'rank_0': changed('svdf_int8', option('rank', 0)),
    'state_no_variable': changed('svdf_int8', lambda m: graph(m)['tensors'][4].pop('is_variable')),
    'scale_nan': changed('add_int8', quantization('scale', ['nan'])),
    'scale_negative': changed('mul_int8', quantization('scale', [-1.0])),
    'scale_huge': changed('sub_int8', quantization('scale', [3e38])),
    'scale_tiny': changed('div_int8', quantization('scale', [1e-45])),
    'scales_missing': changed('batch_matmul_int8', quantization('scale', [])),
    'zero_point_huge': changed('leaky_relu_int8', quantization('zero_point', [2**62])),
    'quantized_dimension_huge': changed('conv_2d_int4', lambda m: graph(m)['tensors'][1]['quantization'].update(quantized_dimension=HUGE)),
    'subgraph_out_of_range': changed('if', option('else_subgraph_index', 5)),
    'subgraph_negative': changed('while', option('body_subgraph_index', -1)),
    'subgraph_runs_itself': changed('if', option('then_subgraph_index', 0)),
    'subgraph_is_the_condition': changed('while', option('body_subgraph_index', 1)),
    'subgraphs_run_each_other': changed('if', nest(2)),
    'subgraphs_nested': changed('if', nest(40)),
    'variable_without_value': changed('variable_int8', lambda m: graph(m)['operators'].pop()),
    'variable_without_handle': changed('variable_int8', lambda m: graph(m)['operators'].pop(0)),
    'variable_of_two_sizes': changed('call_once', lambda m: graph(m, 1)['tensors'][1].update(shape=[1], buffer=0)),
    'metadata_out_of_range': changed('add_int8', lambda m: m.update(metadata=[{'name': 'x', 'buffer': 7}])),
    'offline_plan_short': changed('add_int8', lambda m: (m['buffers'].append({'data': [1, 0, 0, 0]}), m.update(
        metadata=[{'name': 'OfflineMemoryAllocation', 'buffer': 1}]))),
    'offline_plan_negative': changed('add_int8', lambda m: (m['buffers'].append({'data': [0] * 8 + [3, 0, 0, 0] + [0, 0, 0, 128] * 3}),
                                                            m.update(metadata=[{'name': 'OfflineMemoryAllocation', 'buffer': 1}]))),
    'offline_plan_huge': changed('add_int8', lambda m: (m['buffers'].append({'data': [0] * 8 + [3, 0, 0, 0] + [255, 255, 255, 127] * 3}),
                                                        m.update(metadata=[{'name': 'OfflineMemoryAllocation', 'buffer': 1}]))),
    'detection_max_negative': detection(max_detections=-1),
    'detection_max_huge': detection(max_detections=HUGE),
    'detection_max_more_than_outputs': detection(max_detections=7, nms_score_threshold=-1.0),
    'detection_classes_0': detection(num_classes=0),
    'detection_classes_huge': detection(num_classes=HUGE),
    'detection_classes_more_than_scores': detection(num_classes=9),
    'detection_per_class_negative': detection(detections_per_class=-5),
    'detection_per_class_huge': detection(detections_per_class=HUGE),
    'detection_told_classes_0': detection(use_regular_nms=False, max_classes_per_detection=0),
    'detection_overlap_nan': detection(nms_iou_threshold=float('nan')),
    'detection_overlap_2': detection(nms_iou_threshold=2.0),
    'detection_option_is_text': detection(max_detections='many'),
    'scale_of_boxes_0': detection(y_scale=0.0, h_scale=0.0),
    'detection_without_options': changed('detection_postprocess_fast', operator('custom_options', [])),
    'detection_options_cut': changed('detection_postprocess_fast', operator('custom_options', [1, 2, 3, 4, 5])),
    'detection_boxes_many': changed('detection_postprocess_fast', all_shapes([1, 1 << 22, 4])),
    'detection_anchors_of_16': changed('detection_postprocess_fast', lambda m: set_shape(m, 2, [9, 16])),
    'no_subgraph': changed('add_int8', lambda m: m.update(subgraphs=[])),
    'version_99': changed('add_int8', lambda m: m.update(version=99)),
}


def main(schema):
    folder = pathlib.Path(__file__).resolve().parents[2] / 'tests' / 'fuzz' / 'corpus'
    folder.mkdir(parents=True, exist_ok=True)
    goldens = folder.parents[1] / 'golden' / 'operators'
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        schema = generate.plain_schema(schema, scratch)
        for name, model in STRUCTURED.items():
            source = scratch / f'{name}.json'
            source.write_text(json.dumps(model).replace('"nan"', 'nan'))
            subprocess.run(['flatc', '-b', '-o', scratch, schema, source], check=True)
            (folder / f'{name}.tflite').write_bytes((scratch / f'{name}.tflite').read_bytes())
    rng = random.Random(1)
    for name in ('conv_2d_int4', 'if', 'svdf_int8', 'strided_slice_int8', 'batch_matmul_int16'):
        whole = (goldens / f'{name}.tflite').read_bytes()
        (folder / f'truncated_{name}.tflite').write_bytes(whole[: len(whole) * 2 // 3])
        for turn in range(4):
            damaged = bytearray(whole)
            for _ in range(8):
                damaged[rng.randrange(len(damaged))] ^= 1 << rng.randrange(8)
            (folder / f'flipped_{name}_{turn}.tflite').write_bytes(damaged)


if __name__ == '__main__':
    main(*sys.argv[1:])
