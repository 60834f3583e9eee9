"""`TfliteMicro`: recordings, profiles and memory plans."""

import numpy as np
import pytest
from test_tflite_model import golden_io, load

from mltk.core.tflite_micro import TfliteMicro, TfliteMicroMemoryPlanBuffer, TfliteMicroMemoryPlanner


@pytest.fixture(name="model")
def fixture_model():
    return load("fully_connected_int8")


def test_recording_has_tensors_and_parameters(model):
    (x,), (y,) = golden_io("fully_connected_int8")
    (layer,) = TfliteMicro.record_model(model, x)
    assert np.array_equal(layer.inputs[0].data, x) and np.array_equal(layer.outputs[0].data, y)
    assert layer.metadata["params"]["output_multiplier"] == layer.params.output_multiplier >= 1 << 30
    assert layer.metadata["error_msg"] is None
    assert not model.layers[0].outputs[0].data.any()  # the layers of the model stay
    TfliteMicro.record_model(model, x, update_input_model=True)
    assert np.array_equal(model.layers[0].outputs[0].data, y)


def test_a_callback_that_returns_false_ends_the_inference(model):
    seen = []
    TfliteMicro.record_model(model, layer_callback=lambda layer: seen.append(layer.name))
    assert seen == ["op0-fully_connected"]
    with pytest.raises(RuntimeError, match="after layer 0"):
        TfliteMicro.record_model(model, layer_callback=lambda layer: False)
    TfliteMicro.record_model(model)  # the failed one was unloaded


def test_arena_that_is_too_small(model):
    with pytest.raises(RuntimeError, match="runtime buffer has 64 bytes"):
        TfliteMicro.load_tflite_model(model, runtime_buffer_size=64)


def test_profile(model):
    results = TfliteMicro.profile_model(model)
    assert results.n_layers == 1 and results.macs == results.layers[0].macs > 0 and results.accelerator_cycles == 0
    assert results.tflite_micro_model_details.memory_plan.n_valid_buffers >= 2
    with pytest.raises(NotImplementedError, match="no accelerator is simulated"):
        TfliteMicro.profile_model(model, accelerator="mvp")


def test_planner_shares_memory_over_time():
    planner = TfliteMicroMemoryPlanner()
    for start in range(3):
        planner.add_buffer(TfliteMicroMemoryPlanBuffer(size=64, start=start, end=start + 1))
    plan = planner.get_plan()
    assert [buffer.offset for buffer in plan] == [0, 64, 0]
    assert plan.buffer_memory_usage_bytes == 128 and [len(group) for group in plan.buffer_groups] == [1, 2, 2, 1]


def test_log_levels_and_accelerators():
    assert TfliteMicro.set_log_level("debug") == "info"
    assert TfliteMicro.set_log_level("info") == "debug"
    with pytest.raises(RuntimeError, match="'loud' is unknown"):
        TfliteMicro.set_log_level("loud")
    with pytest.raises(ValueError, match="known are mvp, cmsis"):
        TfliteMicro.get_accelerator("bogus")
