"""The cases. Types and shapes are those that TensorFlow Lite Micro takes; see docs/compatibility.md."""

import numpy as np
from cases import Graph, Op, Tensor, boolean, case, const, custom_case, f, graph_case, i16, i32, i64, i8

A = (2, 3, 4)

# Comparisons and logic
for name in ('EQUAL', 'NOT_EQUAL', 'GREATER', 'GREATER_EQUAL', 'LESS', 'LESS_EQUAL'):
    low = name.lower()
    case(f'{low}_int8', name, [i8(*A, s=0.05, z=-3), i8(*A, s=0.051, z=7)], boolean(*A), 2)
    case(f'{low}_int8_broadcast', name, [i8(*A), i8(4, low=-5, high=5)], boolean(*A), 2)
    case(f'{low}_float', name, [f(*A), f(1)], boolean(*A))
    case(f'{low}_int32', name, [i32(*A, low=-2, high=2), i32(*A, low=-2, high=2)], boolean(*A))
    case(f'{low}_int64', name, [i64(*A, low=-2, high=2), i64(1, low=-2, high=2)], boolean(*A))
case('equal_bool', 'EQUAL', [boolean(*A), boolean(*A)], boolean(*A))
case('not_equal_bool', 'NOT_EQUAL', [boolean(*A), boolean(4)], boolean(*A))
case('logical_and', 'LOGICAL_AND', [boolean(*A), boolean(*A)], boolean(*A))
case('logical_or', 'LOGICAL_OR', [boolean(*A), boolean(4)], boolean(*A))
case('logical_not', 'LOGICAL_NOT', [boolean(*A)], boolean(*A))
case('reduce_all', 'REDUCE_ALL', [Tensor('BOOL', (2, 1, 3)), const([2])], boolean(2, 1), options=('ReducerOptions', {}))
case('reduce_all_keep', 'REDUCE_ALL', [Tensor('BOOL', (4, 2, 1)), const([1, -1])], boolean(4, 1, 1),
     options=('ReducerOptions', {'keep_dims': True}))

# Extremes, sums
for name in ('ARG_MAX', 'ARG_MIN'):
    options = ('ArgMaxOptions' if name == 'ARG_MAX' else 'ArgMinOptions', {'output_type': 'INT32'})
    case(f'{name.lower()}_int8', name, [i8(2, 5, 3, low=-4, high=4), const([1])], i32(2, 3), 2, options)
    case(f'{name.lower()}_float', name, [f(2, 5), const(-1)], i32(2), 1, options)
case('add_n_float', 'ADD_N', [f(*A), f(*A), f(*A)], f(*A), options=('AddNOptions', {}))
case('add_n_int8', 'ADD_N', [i8(*A), i8(*A), i8(*A)], i8(*A, s=0.11, z=5), 2, ('AddNOptions', {}))
for exclusive in (False, True):
    for reverse in (False, True):
        options = ('CumsumOptions', {'exclusive': exclusive, 'reverse': reverse})
        tail = f'{"_exclusive" if exclusive else ""}{"_reverse" if reverse else ""}'
        case(f'cumsum_int8{tail}', 'CUMSUM', [i8(2, 5, 3), const([1])], i8(2, 5, 3, s=0.2, z=4), options=options)
        case(f'cumsum_float{tail}', 'CUMSUM', [f(2, 5), const([-1])], f(2, 5), options=options)
for name in ('SUM', 'MEAN', 'REDUCE_MAX', 'REDUCE_MIN'):
    for keep in (False, True):
        options = ('ReducerOptions', {'keep_dims': keep})
        tail = '_keep' if keep else ''
        out = (2, 1, 1, 3) if keep else (2, 3)
        same = name.startswith('REDUCE')
        q = {} if same else {'s': 0.07, 'z': 2}
        case(f'{name.lower()}_int8{tail}', name, [i8(2, 5, 7, 3), const([1, 2])], i8(*out, **q), 2, options)
        case(f'{name.lower()}_float{tail}', name, [f(2, 5, 7, 3), const([1, 2])], f(*out), 1, options)
        if not same:
            case(f'{name.lower()}_int16{tail}', name, [i16(2, 5, 7, 3), const([1, 2])], i16(*out, s=0.0007), 2, options)
    case(f'{name.lower()}_float_last', name, [f(4, 33), const([-1])], f(4), 1, ('ReducerOptions', {}))
    case(f'{name.lower()}_float_all', name, [f(3, 5, 2), const([0, 1, 2])], f(), 1, ('ReducerOptions', {}))

# Element by element
for name in ('CEIL', 'FLOOR', 'ROUND', 'SIN', 'COS', 'SQRT', 'LOG', 'EXP', 'SQUARE', 'NEG', 'ABS', 'RSQRT', 'ELU', 'TANH',
             'LOGISTIC', 'RELU', 'RELU6', 'HARD_SWISH'):
    options = {'COS': ('CosOptions', {}), 'EXP': ('ExpOptions', {}), 'SQUARE': ('SquareOptions', {}),
               'NEG': ('NegOptions', {}), 'ABS': ('AbsOptions', {}), 'HARD_SWISH': ('HardSwishOptions', {})}.get(name)
    low = 0.01 if name in ('SQRT', 'LOG', 'RSQRT') else -8
    case(f'{name.lower()}_float', name, [f(2, 7, 9, low=low, high=8)], f(2, 7, 9), options=options)
case('round_halves', 'ROUND', [Tensor('FLOAT32', (12,), data=[-2.5, -1.5, -.5, -.3, -0., 0., .3, .5, 1.5, 2.5, 3.49, 4])],
     f(12), repeats=1)
case('abs_int8', 'ABS', [i8(256)], i8(256, z=4), 2, ('AbsOptions', {}))
case('abs_int8_rescale', 'ABS', [i8(256)], i8(256, s=0.031, z=-100), 2, ('AbsOptions', {}))
case('abs_int16', 'ABS', [Tensor('INT16', (64,))], Tensor('INT16', (64,)), 3, ('AbsOptions', {}))
case('abs_int16_codes', 'ABS', [i16(64)], i16(64, s=0.0003), 3, ('AbsOptions', {}))
case('rsqrt_int8', 'RSQRT', [i8(256, s=0.02, z=-128)], i8(256, s=0.03, z=-128), 2)
case('rsqrt_int8_fine', 'RSQRT', [i8(256, s=0.5, z=-128)], i8(256, s=0.004, z=3), 2)
case('l2_normalization_int8', 'L2_NORMALIZATION', [i8(2, 3, 9)], i8(2, 3, 9, s=1 / 128, z=0), 2, ('L2NormOptions', {}))
case('l2_normalization_float', 'L2_NORMALIZATION', [f(2, 3, 9)], f(2, 3, 9), 1, ('L2NormOptions', {}))
case('log_softmax_int8', 'LOG_SOFTMAX', [i8(6, 10, s=0.1)], i8(6, 10, s=1 / 16, z=127), 2, ('LogSoftmaxOptions', {}))
case('log_softmax_int8_fine', 'LOG_SOFTMAX', [i8(4, 40, s=0.01)], i8(4, 40, s=1 / 16, z=127), 2, ('LogSoftmaxOptions', {}))
case('log_softmax_float', 'LOG_SOFTMAX', [f(3, 10)], f(3, 10), 1, ('LogSoftmaxOptions', {}))

# Pairs
for name, options in (('ADD', 'AddOptions'), ('SUB', 'SubOptions'), ('MUL', 'MulOptions'), ('DIV', 'DivOptions')):
    for act in ('NONE', 'RELU', 'RELU6'):
        o = (options, {'fused_activation_function': act})
        tail = '' if act == 'NONE' else '_' + act.lower()
        divides = name == 'DIV'
        case(f'{name.lower()}_int8{tail}', name,
             [i8(*A, low=10 if divides else None), i8(*A, s=0.03, z=-100, low=-90 if divides else None)], i8(*A, s=0.07, z=5), 2, o)
        case(f'{name.lower()}_float{tail}', name, [f(*A), f(4, low=0.5 if divides else -3)], f(*A), 1, o)
        case(f'{name.lower()}_int32{tail}', name, [i32(*A), i32(*A, low=1, high=9)], i32(*A), 1, o)
        if not divides:
            case(f'{name.lower()}_int16{tail}', name, [i16(*A), i16(4, s=0.0004)], i16(*A, s=0.0011), 3, o)
case('div_int8_negative', 'DIV', [i8(*A, low=10), i8(4, z=100, low=-128, high=90)], i8(*A, s=0.02, z=5), 2, ('DivOptions', {}))
case('floor_div', 'FLOOR_DIV', [f(*A, low=-9, high=9), f(4)], f(*A), 1, ('FloorDivOptions', {}))
case('floor_mod', 'FLOOR_MOD', [f(*A, low=-9, high=9), f(4)], f(*A), 1, ('FloorModOptions', {}))
case('squared_difference_int8', 'SQUARED_DIFFERENCE', [i8(*A), i8(*A, s=0.03, z=8)], i8(*A, s=0.3, z=-128), 2,
     ('SquaredDifferenceOptions', {}))
case('squared_difference_int16', 'SQUARED_DIFFERENCE', [i16(*A), i16(4, s=0.0003)], i16(*A, s=0.02), 2,
     ('SquaredDifferenceOptions', {}))
case('squared_difference_int32', 'SQUARED_DIFFERENCE', [i32(*A), i32(*A)], i32(*A), 1, ('SquaredDifferenceOptions', {}))
case('squared_difference_float', 'SQUARED_DIFFERENCE', [f(*A), f(4)], f(*A), 1, ('SquaredDifferenceOptions', {}))
for name in ('MAXIMUM', 'MINIMUM'):
    for kind, tensor in (('float', f), ('int8', i8), ('int16', i16), ('int32', i32), ('int64', i64)):
        case(f'{name.lower()}_{kind}', name, [tensor(*A), tensor(4)], tensor(*A), 1, ('MaximumMinimumOptions', {}))
for kind, tensor in (('float', f), ('int8', i8), ('int16', i16)):
    case(f'prelu_{kind}', 'PRELU', [tensor(*A), f(4) if kind == 'float' else i8(4)], tensor(*A), 1)
    case(f'leaky_relu_{kind}', 'LEAKY_RELU', [tensor(*A)], tensor(*A), 2, ('LeakyReluOptions', {'alpha': 0.1}))
for kind, tensor in (('int8', i8), ('int16', i16)):
    for name in ('TANH', 'LOGISTIC'):
        out = tensor(2, 128, s=(1 / 128 if kind == 'int8' else 1 / 32768) if name == 'TANH' else
                     (1 / 256 if kind == 'int8' else 1 / 32768), **({'z': 0 if name == 'TANH' else -128} if kind == 'int8' else {}))
        case(f'{name.lower()}_{kind}', name, [tensor(2, 128)], out, 2)
    case(f'relu_{kind}', 'RELU', [tensor(2, 128)], tensor(2, 128), 2)
case('relu6_int8', 'RELU6', [i8(2, 128)], i8(2, 128), 2)
case('relu6_int16', 'RELU6', [i16(2, 128)], i16(2, 128), 2)
case('elu_int8', 'ELU', [i8(256)], i8(256, s=0.03), 1)
case('hard_swish_int8', 'HARD_SWISH', [i8(256)], i8(256, s=0.03), 1, ('HardSwishOptions', {}))
for kind in ('INT8', 'INT16', 'INT32', 'UINT32', 'FLOAT32', 'BOOL'):
    for out in ('INT8', 'INT16', 'INT32', 'UINT32', 'FLOAT32'):
        if 'UINT32' in (kind, out) and 'FLOAT32' in (kind, out):
            continue
        low = {'low': 0, 'high': 100} if kind != 'BOOL' else {}
        case(f'cast_{kind.lower()}_{out.lower()}', 'CAST', [Tensor(kind, (2, 5), **low)], Tensor(out, (2, 5)), 1,
             ('CastOptions', {'in_data_type': kind, 'out_data_type': out}))

# Matrices
for kind, tensor, q in (('float', f, {}), ('int8', i8, {'s': 0.9, 'z': 3}), ('int16', i16, {'s': 0.01})):
    case(f'batch_matmul_{kind}', 'BATCH_MATMUL', [tensor(2, 5, 12), tensor(2, 12, 7)], tensor(2, 5, 7, **q), 2,
         ('BatchMatMulOptions', {}))
    case(f'batch_matmul_{kind}_adj_y', 'BATCH_MATMUL', [tensor(2, 5, 12), tensor(2, 7, 12)], tensor(2, 5, 7, **q), 2,
         ('BatchMatMulOptions', {'adj_y': True}))
    case(f'batch_matmul_{kind}_adj_x', 'BATCH_MATMUL', [tensor(12, 5), tensor(12, 7)], tensor(5, 7, **q), 2,
         ('BatchMatMulOptions', {'adj_x': True}))
    case(f'batch_matmul_{kind}_broadcast', 'BATCH_MATMUL', [tensor(2, 3, 5, 4), tensor(3, 4, 2)], tensor(2, 3, 5, 2, **q),
         2, ('BatchMatMulOptions', {}))


def rng(seed):
    return np.random.default_rng(seed)


for state, zero, version in (('INT16', 0, 3), ('INT8', 2, 4)):
    bits = 512 if state == 'INT16' else 127
    s_state, s_time = (0.002, 0.004) if state == 'INT16' else (0.25, 0.01)
    case(f'svdf_{state.lower()}', 'SVDF', [
        i8(2, 9), Tensor('INT8', (6, 9), 0.01, data=rng(1).integers(-127, 127, (6, 9))),
        Tensor(state, (6, 4), s_time, data=rng(2).integers(-bits, bits, (6, 4))),
        Tensor('INT32', (3,), s_time * s_state, data=[100, -2000, 40]),
        Tensor(state, (2, 24), s_state, zero, variable=True)], i8(2, 3, s=0.04, z=-7), version,
        ('SVDFOptions', {'rank': 2, 'fused_activation_function': 'RELU'}), repeats=6)
case('svdf_float', 'SVDF', [
    f(2, 9), Tensor('FLOAT32', (6, 9), data=rng(1).normal(size=(6, 9))),
    Tensor('FLOAT32', (6, 4), data=rng(2).normal(size=(6, 4))), Tensor('FLOAT32', (3,), data=[0.5, -1, 2]),
    Tensor('FLOAT32', (2, 24), variable=True)], f(2, 3), 1,
    ('SVDFOptions', {'rank': 2, 'fused_activation_function': 'RELU'}), repeats=6)


def nibbles(seed, count):
    """`count` weights of 4 bits, two in a byte."""
    return rng(seed).integers(0, 256, (count + 1) // 2).astype(np.uint8)


def scales(seed, count):
    return rng(seed).uniform(0.01, 0.1, count)


def bias(seed, count, scale):
    return Tensor('INT32', (count,), scale, data=rng(seed).integers(-500, 500, count))


window = {'padding': 'SAME', 'stride_w': 1, 'stride_h': 1, 'dilation_w_factor': 1, 'dilation_h_factor': 1}
case('conv_2d_int4', 'CONV_2D', [i8(1, 5, 5, 3), Tensor('INT4', (5, 3, 3, 3), scales(1, 5), data=nibbles(3, 135)),
                                 bias(4, 5, 0.05 * scales(1, 5))], i8(1, 5, 5, 5, s=0.3, z=4), 7, ('Conv2DOptions', window))
case('depthwise_conv_2d_int4', 'DEPTHWISE_CONV_2D', [
    i8(1, 5, 5, 3), Tensor('INT4', (1, 3, 3, 3), scales(2, 3), axis=3, data=nibbles(5, 27)),
    bias(6, 3, 0.05 * scales(2, 3))], i8(1, 5, 5, 3, s=0.2, z=4), 7,
    ('DepthwiseConv2DOptions', {**window, 'depth_multiplier': 1}))
case('fully_connected_int4', 'FULLY_CONNECTED', [
    i8(2, 11), Tensor('INT4', (5, 11), 0.04, data=nibbles(7, 55)), bias(8, 5, 0.002)], i8(2, 5, s=0.1, z=-1), 10,
    ('FullyConnectedOptions', {}))
case('fully_connected_int8', 'FULLY_CONNECTED', [
    i8(2, 11), Tensor('INT8', (5, 11), 0.004, data=rng(7).integers(-127, 127, (5, 11))), bias(8, 5, 0.0002)],
    i8(2, 5, s=0.1, z=-1), 4, ('FullyConnectedOptions', {}))
case('l2_pool_2d', 'L2_POOL_2D', [f(1, 5, 6, 2)], f(1, 3, 3, 2), 1, ('Pool2DOptions', {
    'padding': 'SAME', 'stride_w': 2, 'stride_h': 2, 'filter_width': 3, 'filter_height': 2}))

# Data movement
case('broadcast_args', 'BROADCAST_ARGS', [Tensor('INT32', (2,), data=[3, 1]), i32(3, low=1, high=1)], i32(3))
case('broadcast_args_int64', 'BROADCAST_ARGS', [i64(2, low=1, high=1), Tensor('INT64', (3,), data=[5, 2, 4])], i64(3))
for kind, tensor in (('float', f), ('int8', i8)):
    case(f'broadcast_to_{kind}', 'BROADCAST_TO', [tensor(3, 1), const([2, 3, 4])], tensor(2, 3, 4), 2)
    case(f'gather_nd_{kind}', 'GATHER_ND', [tensor(3, 4, 2), const([[0, 1], [2, 3], [1, 0]])], tensor(3, 2), 1,
         ('GatherNdOptions', {}))
    case(f'gather_{kind}', 'GATHER', [tensor(2, 4, 3), const([3, 0, 1])], tensor(2, 3, 3), 1, ('GatherOptions', {'axis': 1}))
    case(f'gather_{kind}_batch', 'GATHER', [tensor(2, 4, 3), const([[3, 0], [1, 1]])], tensor(2, 2, 3), 1,
         ('GatherOptions', {'axis': 1, 'batch_dims': 1}))
    for mode in ('REFLECT', 'SYMMETRIC'):
        case(f'mirror_pad_{mode.lower()}_{kind}', 'MIRROR_PAD', [tensor(3, 4), const([[1, 2], [2, 0]])], tensor(6, 6), 1,
             ('MirrorPadOptions', {'mode': mode}))
    q = {} if kind == 'float' else {'z': 0}  # the device pads with code 0
    case(f'space_to_batch_nd_{kind}', 'SPACE_TO_BATCH_ND', [tensor(1, 3, 4, 2, **q), const([2, 2]), const([[0, 1], [1, 1]])],
         tensor(4, 2, 3, 2, **q), 2, ('SpaceToBatchNDOptions', {}))
    case(f'batch_to_space_nd_{kind}', 'BATCH_TO_SPACE_ND', [tensor(4, 2, 3, 2), const([2, 2]), const([[0, 1], [1, 1]])],
         tensor(1, 3, 4, 2), 2, ('BatchToSpaceNDOptions', {}))
    case(f'depth_to_space_{kind}', 'DEPTH_TO_SPACE', [tensor(1, 2, 3, 8)], tensor(1, 4, 6, 2), 1,
         ('DepthToSpaceOptions', {'block_size': 2}))
    case(f'space_to_depth_{kind}', 'SPACE_TO_DEPTH', [tensor(1, 4, 6, 2)], tensor(1, 2, 3, 8), 1,
         ('SpaceToDepthOptions', {'block_size': 2}))
    case(f'resize_bilinear_{kind}', 'RESIZE_BILINEAR', [tensor(1, 3, 4, 2), const([5, 7])], tensor(1, 5, 7, 2), 3,
         ('ResizeBilinearOptions', {'half_pixel_centers': True}))
    case(f'embedding_lookup_{kind}', 'EMBEDDING_LOOKUP',
         [i32(4, low=0, high=4), Tensor('FLOAT32', (5, 3), data=rng(9).normal(size=(5, 3))) if kind == 'float' else
          Tensor('INT8', (5, 3), 0.1, data=rng(9).integers(-127, 127, (5, 3)))],
         tensor(4, 3) if kind == 'float' else i8(4, 3, s=0.1, z=0))
case('embedding_lookup_int8_float', 'EMBEDDING_LOOKUP',
     [i32(4, low=0, high=4), Tensor('INT8', (5, 3), 0.1, data=rng(9).integers(-127, 127, (5, 3)))], f(4, 3))
for kind, tensor in (('float', f), ('int8', i8), ('int16', i16)):
    case(f'select_v2_{kind}', 'SELECT_V2', [boolean(3, 1), tensor(3, 4), tensor(4)], tensor(3, 4), 1, ('SelectV2Options', {}))
    case(f'select_v2_{kind}_same', 'SELECT_V2', [boolean(3, 4), tensor(3, 4), tensor(3, 4)], tensor(3, 4), 1,
         ('SelectV2Options', {}))
    case(f'transpose_{kind}', 'TRANSPOSE', [tensor(2, 3, 4), const([2, 0, 1])], tensor(4, 2, 3), 2, ('TransposeOptions', {}))
for kind, tensor in (('float', f), ('int8', i8), ('int32', i32), ('int64', i64)):
    case(f'zeros_like_{kind}', 'ZEROS_LIKE', [tensor(2, 3)], tensor(2, 3), 1, ('ZerosLikeOptions', {}))
for kind, tensor in (('float', f), ('int8', i8), ('int16', i16), ('int32', i32)):
    case(f'dynamic_update_slice_{kind}', 'DYNAMIC_UPDATE_SLICE', [tensor(4, 5), tensor(2, 3), i32(2, low=-2, high=6)],
         tensor(4, 5), 1, ('DynamicUpdateSliceOptions', {}), repeats=4)
    case(f'pad_{kind}', 'PAD', [tensor(2, 3), const([[1, 0], [0, 2]])], tensor(3, 5), 2, ('PadOptions', {}))
    case(f'split_{kind}', 'SPLIT', [const(1), tensor(2, 6)], [tensor(2, 3), tensor(2, 3)], 2, ('SplitOptions', {'num_splits': 2}))
    case(f'split_v_{kind}', 'SPLIT_V', [tensor(2, 6), const([4, 2]), const(1)], [tensor(2, 4), tensor(2, 2)], 2,
         ('SplitVOptions', {'num_splits': 2}))
    case(f'unpack_{kind}', 'UNPACK', [tensor(2, 3)], [tensor(2), tensor(2), tensor(2)], 2, ('UnpackOptions', {'num': 3, 'axis': 1}))
    if kind != 'int32':
        case(f'expand_dims_{kind}', 'EXPAND_DIMS', [tensor(2, 3), const([1])], tensor(2, 1, 3), 1, ('ExpandDimsOptions', {}))
    case(f'strided_slice_{kind}', 'STRIDED_SLICE', [tensor(4, 5), const([3, 0]), const([-5, 5]), const([-2, 2])], tensor(2, 3), 2,
         ('StridedSliceOptions', {}))
for kind, tensor in (('float', f), ('int8', i8), ('int16', i16), ('int32', i32), ('int64', i64)):
    case(f'pack_{kind}', 'PACK', [tensor(2, 3), tensor(2, 3)], tensor(2, 2, 3), 2, ('PackOptions', {'values_count': 2, 'axis': 1}))
    if kind in ('float', 'int8', 'int32'):
        case(f'fill_{kind}', 'FILL', [const([2, 3]), tensor()], tensor(2, 3), 2, ('FillOptions', {}))
    if kind != 'int64':
        case(f'slice_{kind}', 'SLICE', [tensor(4, 5), const([1, 2]), const([2, -1])], tensor(2, 3), 2, ('SliceOptions', {}))
    case(f'reverse_v2_{kind}', 'REVERSE_V2', [tensor(2, 3), const([1])], tensor(2, 3), 2, ('ReverseV2Options', {}))
    case(f'concatenation_{kind}', 'CONCATENATION', [tensor(2, 3), tensor(2, 1)], tensor(2, 4), 2,
         ('ConcatenationOptions', {'axis': 1}))
    case(f'squeeze_{kind}', 'SQUEEZE', [tensor(2, 1, 3)], tensor(2, 3), 1, ('SqueezeOptions', {'squeeze_dims': [1]}))
    case(f'reshape_{kind}', 'RESHAPE', [tensor(2, 3), const([3, 2])], tensor(3, 2), 1, ('ReshapeOptions', {}))
for kind, tensor in (('int8', i8), ('int16', i16)):
    case(f'padv2_{kind}', 'PADV2', [tensor(2, 3), const([[1, 0], [0, 2]]), tensor(1, data=[-7])], tensor(3, 5), 2, ('PadV2Options', {}))
    case(f'resize_nearest_neighbor_{kind}', 'RESIZE_NEAREST_NEIGHBOR', [tensor(1, 3, 4, 2), const([5, 7])], tensor(1, 5, 7, 2),
         3, ('ResizeNearestNeighborOptions', {'half_pixel_centers': True}))
    case(f'quantize_{kind}', 'QUANTIZE', [f(2, 40)], tensor(2, 40), 1, ('QuantizeOptions', {}))
    case(f'dequantize_{kind}', 'DEQUANTIZE', [tensor(2, 40)], f(2, 40), 2, ('DequantizeOptions', {}))
    case(f'requantize_{kind}', 'QUANTIZE', [tensor(2, 40)], i16(2, 40, s=0.0007) if kind == 'int16' else i8(2, 40, s=0.07, z=9), 2,
         ('QuantizeOptions', {}))
for kind, tensor in (('float', f), ('int8', i8), ('int16', i16)):
    o = {'s': 1 / 256, 'z': -128} if kind == 'int8' else {'s': 1 / 32768} if kind == 'int16' else {}
    case(f'softmax_{kind}', 'SOFTMAX', [tensor(3, 10)], tensor(3, 10, **o), 2, ('SoftmaxOptions', {'beta': 1.0}))
    for name in ('AVERAGE_POOL_2D', 'MAX_POOL_2D'):
        case(f'{name.lower()}_{kind}', name, [tensor(1, 5, 6, 2)], tensor(1, 3, 3, 2), 2, ('Pool2DOptions', {
            'padding': 'SAME', 'stride_w': 2, 'stride_h': 2, 'filter_width': 3, 'filter_height': 2,
            'fused_activation_function': 'RELU'}))


# Control flow and variables
def loop_graphs():
    """Doubles x while it is below 100."""
    x, y = f(1, low=0.5, high=3), f(1)
    a, flag = f(1), boolean(1)
    b, c = f(1), f(1)
    return [Graph([x], [y], [Op('WHILE', [x], [y], 1, ('WhileOptions', {'cond_subgraph_index': 1, 'body_subgraph_index': 2}))]),
            Graph([a], [flag], [Op('LESS', [a, const([100.0], 'FLOAT32')], [flag], 1, ('LessOptions', {}))]),
            Graph([b], [c], [Op('ADD', [b, b], [c], 1, ('AddOptions', {}))])]


def branch_graphs():
    """x + y or x * y, with a reduction that needs scratch buffers in one of the branches."""
    choice, x, y, z = boolean(1), f(2, 3), f(2, 3), f(2)
    a, b, c, s = f(2, 3), f(2, 3), f(2, 3), f(2)
    d, e, g, t = f(2, 3), f(2, 3), f(2, 3), f(2)
    return [Graph([choice, x, y], [z], [Op('IF', [choice, x, y], [z], 1, ('IfOptions', {
                'then_subgraph_index': 1, 'else_subgraph_index': 2}))]),
            Graph([a, b], [s], [Op('ADD', [a, b], [c], 1, ('AddOptions', {})),
                                Op('SUM', [c, const([1])], [s], 1, ('ReducerOptions', {}))]),
            Graph([d, e], [t], [Op('MUL', [d, e], [g], 1, ('MulOptions', {})),
                                Op('REDUCE_MAX', [g, const([1])], [t], 1, ('ReducerOptions', {}))])]


def handle():
    return Tensor('RESOURCE', (1,))


def counter_graphs():
    """A running sum of the inputs that begins with the values that CALL_ONCE gives."""
    name = ('VarHandleOptions', {'container': '', 'shared_name': 'sum'})
    x, old, new, h, k = f(3), f(3), f(3), handle(), handle()
    return [Graph([x], [new], [
                Op('CALL_ONCE', [], [], 1, ('CallOnceOptions', {'init_subgraph_index': 1})),
                Op('VAR_HANDLE', [], [h], 1, name), Op('READ_VARIABLE', [h], [old], 1, ('ReadVariableOptions', {})),
                Op('ADD', [x, old], [new], 1, ('AddOptions', {})),
                Op('ASSIGN_VARIABLE', [h, new], [], 1, ('AssignVariableOptions', {}))]),
            Graph([], [], [Op('VAR_HANDLE', [], [k], 1, name), Op('ASSIGN_VARIABLE', [k, const([1, 2, 3], 'FLOAT32')], [], 1,
                                                                   ('AssignVariableOptions', {}))])]


def code_counter_graphs():
    """A variable of codes that nothing sets before it is read: it begins with the zero point."""
    name = ('VarHandleOptions', {'container': 'c', 'shared_name': 'last'})
    x, old, h = i8(5), i8(5), handle()
    return [Graph([x], [old], [
        Op('VAR_HANDLE', [], [h], 1, name), Op('READ_VARIABLE', [h], [old], 1, ('ReadVariableOptions', {})),
        Op('ASSIGN_VARIABLE', [h, x], [], 1, ('AssignVariableOptions', {}))])]


graph_case('while', loop_graphs(), 3)
graph_case('if', branch_graphs(), 6)
graph_case('call_once', counter_graphs(), 4)
graph_case('variable_int8', code_counter_graphs(), 3)

# Custom operators: streaming
def q16(*shape, **more):
    return Tensor('INT16', shape, **more)


def u32(*shape, **more):
    return Tensor('UINT32', shape, **{'low': 0, 'high': 2**31 - 1, **more})


def u64(*shape, **more):
    return Tensor('UINT64', shape, low=0, **more)


custom_case('circular_buffer', 'CIRCULAR_BUFFER', [i8(1, 1, 3, 4)], [i8(1, 5, 3, 4, variable=True)], {'cycles_max': 1})

# Custom operators: the audio front end
custom_case('signal_window', 'SignalWindow', [q16(2, 32), const(np.arange(32) * 100, 'INT16')], [q16(2, 32)], {'shift': 12})
custom_case('signal_fft_auto_scale', 'SignalFftAutoScale', [q16(64, low=-900, high=900)], [q16(64), i32()], {})
custom_case('signal_energy', 'SignalEnergy', [q16(66)], [u32(33)], {'end_index': 33, 'start_index': 0})
custom_case('signal_filter_bank', 'SignalFilterBank',
            [u32(33), const(np.arange(40) * 100, 'INT16'), const(4096 - np.arange(40) * 100, 'INT16'),
             const([0, 4, 9, 15, 22], 'INT16'), const([0, 4, 12, 20, 28], 'INT16'), const([4, 5, 6, 7, 8], 'INT16')],
            [u64(4)], {'num_channels': 4})
custom_case('signal_filter_bank_square_root', 'SignalFilterBankSquareRoot', [u64(32, high=2**62), i32(low=0, high=7)], [u32(32)], {})
for clamping in (False, True):
    custom_case(f'signal_filter_bank_spectral_subtraction{"_clamping" if clamping else ""}', 'SignalFilterBankSpectralSubtraction',
                [u32(16, high=100000)], [u32(16), u32(16)],
                {'alternate_one_minus_smoothing': 14745, 'alternate_smoothing': 1638, 'clamping': clamping,
                 'min_signal_remaining': 819, 'num_channels': 16, 'one_minus_smoothing': 15974, 'smoothing': 409,
                 'smoothing_bits': 10, 'spectral_subtraction_bits': 14}, 4)
custom_case('signal_filter_bank_log', 'SignalFilterBankLog', [u32(64)], [q16(64)], {'input_correction_bits': 3, 'output_scale': 64})
custom_case('signal_filter_bank_log_small', 'SignalFilterBankLog', [u32(64, high=300)], [q16(64)],
            {'input_correction_bits': 0, 'output_scale': 1600})
custom_case('signal_pcan', 'SignalPCAN', [u32(32, high=2**20), u32(32), const(np.arange(125) * 250 % 32000, 'INT16')], [u32(32)],
            {'snr_shift': 6})
custom_case('signal_delay', 'SignalDelay', [q16(2, 8)], [q16(2, 8)], {'delay_length': 11}, 4)
custom_case('signal_delay_short', 'SignalDelay', [q16(8)], [q16(8)], {'delay_length': 3}, 4)
custom_case('signal_framer_prefill', 'SignalFramer', [q16(2, 8)], [q16(2, 2, 10), boolean()],
            {'frame_size': 10, 'frame_step': 4, 'prefill': True}, 4)
custom_case('signal_framer', 'SignalFramer', [q16(8)], [q16(2, 10), boolean()],
            {'frame_size': 10, 'frame_step': 4, 'prefill': False}, 5)
custom_case('signal_stacker', 'SignalStacker', [q16(6)], [q16(24), boolean()],
            {'num_channels': 6, 'stacker_left_context': 2, 'stacker_right_context': 1, 'stacker_step': 2}, 6)
for kind, tensor in (('int16', q16), ('float', f)):
    custom_case(f'signal_overlap_add_{kind}', 'SignalOverlapAdd', [tensor(2, 3, 10)], [tensor(2, 12)],
                {'T': 7 if kind == 'int16' else 0, 'frame_step': 4}, 3)
for kind, tensor, number in (('int16', q16, 7), ('int32', lambda *s: i32(*s, low=-2**29, high=2**29), 2), ('float', f, 0)):
    for length in (4, 64, 512):
        custom_case(f'signal_rfft_{kind}_{length}', 'SignalRfft', [tensor(2, length - length // 8)], [tensor(2, length + 2)],
                    {'T': number, 'fft_length': length}, 2)
        custom_case(f'signal_irfft_{kind}_{length}', 'SignalIrfft', [tensor(2, length + 2)], [tensor(2, length)],
                    {'T': number, 'fft_length': length}, 2)

DETECTIONS = {'max_detections': 5, 'num_classes': 3, 'max_classes_per_detection': 1, 'nms_score_threshold': 0.2,
              'nms_iou_threshold': 0.4, 'y_scale': 10.0, 'x_scale': 10.0, 'h_scale': 5.0, 'w_scale': 5.0}
ANCHORS = const([[y / 6, x / 6, 0.3 + 0.02 * x, 0.2 + 0.03 * y] for y in range(6) for x in range(6)], 'FLOAT32')


def detection_case(name, slots, repeats=1, background=1, **options):
    """A fast suppression leaves what it does not find as it was, so only one inference is the same everywhere."""
    scores = f(1, 36, 3 + background, low=0, high=1)
    custom_case(f'detection_postprocess_{name}', 'TFLite_Detection_PostProcess', [f(1, 36, 4), scores, ANCHORS],
                [f(1, slots, 4), f(1, slots), f(1, slots), f(1)], {**DETECTIONS, **options}, repeats)


detection_case('fast', 5)
detection_case('fast_no_background', 5, background=0)
detection_case('fast_few', 5, nms_score_threshold=0.98)
detection_case('fast_all_overlap', 5, nms_iou_threshold=0.001)
detection_case('fast_two_classes', 20, max_classes_per_detection=2)
detection_case('regular', 5, 3, use_regular_nms=True)
detection_case('regular_no_background', 5, 3, background=0, use_regular_nms=True)
detection_case('regular_few_per_class', 5, 3, use_regular_nms=True, detections_per_class=2)
detection_case('regular_few', 5, 3, use_regular_nms=True, nms_score_threshold=0.985)
