"""The networks of `mltk.models.shared` are those in the archives of MLTK, layer by layer."""

from pathlib import Path

import pytest

from mltk.keras_api import backend
from mltk.keras_api.models import load_model
from mltk.models import shared

MODELS = Path(__file__).parents[3] / "shared" / "data" / "models"

NETWORKS = {
    "mltk_keyword_spotting": lambda: shared.DepthwiseSeparableConv2D_ARM(),
    "mltk_anomaly_detection": lambda: shared.FullyConnectedAutoEncoder(),
    "mltk_visual_wake_words": lambda: shared.MobileNetV1(),
    "mltk_image_classification": lambda: shared.ResNet10V1(),
    "mltk_keyword_spotting_with_transfer_learning": lambda: shared.MobileNetV2(
        input_shape=(59, 49, 1), classes=11, alpha=0.15, last_block_filters=384, weights=None
    ),
}


def layers(model) -> list:
    """Class, name, number of inputs and arguments of each layer, but for an input's name: it counts what was built before."""
    result = []
    for layer in model.get_config()["layers"]:
        config = {key: argument(key, value) for key, value in layer["config"].items()}
        if layer["class_name"] == "InputLayer":
            config["name"] = ""
        inputs = len(layer["inbound_nodes"][0]) if layer["inbound_nodes"] else 0
        result.append((layer["class_name"], inputs, config))
    return result


def argument(key: str, value):
    """What a layer says about an argument, without what an older Keras wrote in another form."""
    if isinstance(value, dict):
        return value["class_name"]
    return -1 if key == "axis" else value


@pytest.mark.parametrize("name", NETWORKS)
def test_network_is_that_of_the_archive(name):
    path = MODELS / name / "model.h5"
    if not path.exists():
        pytest.skip(f"{path} is absent")
    recorded = load_model(str(path), compile=False)
    backend.clear_session()
    built = NETWORKS[name]()
    assert built.count_params() == recorded.count_params()
    assert layers(built) == layers(recorded)


def test_mobilenet_has_no_trained_weights():
    with pytest.raises(ValueError, match="no trained weights"):
        shared.MobileNetV2(input_shape=(32, 32, 3), weights="imagenet")
