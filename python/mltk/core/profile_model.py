"""What a model costs on a device."""

import os

from mltk.core.profiling_results import ProfilingModelResults


def profile_model(
    model,
    image_path=None,
    accelerator=None,
    baud=115200,
    port=None,
    use_device: bool = False,
    build: bool = False,
    platform=None,
    runtime_buffer_size: int = -1,
    test: bool = False,
    post_process: bool = True,
    return_estimates: bool = False,
    target=None,
    kernels=None,
    **kwargs,
) -> ProfilingModelResults:
    """Operations, MACs, RAM and flash of a `.tflite`, without hardware.

    Args:
        model: an `MltkModel`, a name, or the path of a specification, archive or `.tflite`
        build: build and quantize the model first, trained for a moment only
        target: name of a board (`mltk profile --targets`) to compare with; `require_fit` of the results tells whether
            the model can run there
        kernels: whose memory to count: `reference`, `cmsis-nn`, `cmsis-nn-c` or `cmsis-nn-mve`; None is CMSIS-NN with a
            target and the reference kernels without

    Raises:
        NotImplementedError: an accelerator or a connected device was asked for
        ValueError: there is no such target, or no such kernels
    """
    from mltk.core.model import load_tflite_model
    from mltk.core.tflite_model import TfliteModel

    if accelerator is not None or use_device:
        raise NotImplementedError("profiling with an accelerator or on a connected device is not supported; leave it out")
    if isinstance(model, str) and model.endswith(".tflite"):
        tflite_model = TfliteModel.load_flatbuffer_file(model)
    else:
        tflite_model = load_tflite_model(model, build=build, test=test)
    name = os.path.basename(tflite_model.path or tflite_model.name).split(".")[0]
    return ProfilingModelResults(tflite_model, name, target, kernels)
