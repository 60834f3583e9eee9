"""What stock specifications import beside MLTK's own modules."""

import numpy as np
import pytest


def test_helper_modules_lie_beside_the_specification(write_spec, tmp_path):
    from mltk.core import load_mltk_model

    for name in ("first", "second"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / f"{name}_helper.py").write_text(f"NAME = {name!r}\n")
        spec = folder / f"{name}.py"
        spec.write_text(
            f"from mltk.core import MltkModel\nfrom mltk.models.siliconlabs.{name}_helper import NAME\n"
            "my_model = MltkModel()\nmy_model.description = NAME\n"
        )
        assert load_mltk_model(str(spec)).description == name


def test_array_to_img_stretches_the_values():
    image = pytest.importorskip("PIL.Image")
    from mltk.core.keras import array_to_img

    made = array_to_img(np.array([[[-1.0], [0.0]], [[0.5], [1.0]]]))
    assert isinstance(made, image.Image) and made.mode == "L"
    assert np.asarray(made).tolist() == [[0, 127], [191, 255]]
    with pytest.raises(ValueError, match="expected .height, width, 1, 3 or 4"):
        array_to_img(np.zeros((2, 2)))
