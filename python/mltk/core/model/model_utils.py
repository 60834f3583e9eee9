"""Find specifications and archives, and load what they describe."""

import os
import re
import zipfile
from typing import Dict, List, Optional

import mltk
from mltk.core.errors import LocatedError, SpecificationError, did_you_mean
from mltk.core.model.mixins.archive_mixin import MLTK_ARCHIVE_EXTENSION, MLTK_ARCHIVE_TEST_EXTENSION
from mltk.core.model.mixins.train_mixin import TrainMixin
from mltk.core.model.model import MltkModel
from mltk.core.model.model_event import MltkModelEvent
from mltk.core.utils import get_mltk_logger
from mltk.utils.path import create_tempdir, fullpath, get_user_setting, walk_with_depth, write_file
from mltk.utils.python import as_list, import_module_at_path

#: Folders below a search folder that are searched.
SEARCH_DEPTH = 5

_PACKAGE_MODELS = os.path.join(mltk.MLTK_DIR, "models")
_TEST_SUFFIX = "-test"
_NAME = re.compile(r"[a-zA-Z0-9_]+")
_MODEL_TAG = re.compile(r".*\s@mltk_model\s")
_UNIT_TEST_DISABLED_TAG = re.compile(r".*\s@mltk_utest_disabled\s")


def load_mltk_model(
    model: str, test: bool = False, print_not_found_err: bool = False, logger=None, reload: bool = True
) -> MltkModel:
    """Load a specification.

    Args:
        model: its name, the path of a `.py`, or that of an archive; a name may end in `-test`
        test: make it a dry run
        print_not_found_err: when there is no such specification, say so and exit, instead of raising
        reload: execute the script again when it has been loaded before

    Raises:
        FileNotFoundError: there is no such specification
        SpecificationError: its code failed
    """
    if not isinstance(model, str):
        raise ValueError(f"model is {type(model).__name__}, expected the name or path of a specification")
    path = fullpath(model)
    if os.path.isfile(path):
        return load_mltk_model_with_path(path, test=test, logger=logger, reload=reload)
    if model.endswith((MLTK_ARCHIVE_EXTENSION, ".tflite", ".h5", ".py")) or os.sep in model:
        what = "is a folder, expected a .py or .mltk.zip file" if os.path.isdir(path) else "does not exist"
        raise FileNotFoundError(f"{model}: {what}{_close_files(path)}")
    if model.endswith(_TEST_SUFFIX):
        model, test = model[: -len(_TEST_SUFFIX)], True
    if not _NAME.fullmatch(model):
        raise ValueError(f"{model!r} is not the name of a model: expected letters, digits and underscores")
    path = find_model_specification_file(model, test=test, logger=logger, print_not_found_err=print_not_found_err)
    if path is None:
        raise FileNotFoundError(_not_found_message(model))
    return load_mltk_model_with_path(path, test=test, logger=logger, reload=reload)


def load_mltk_model_with_path(model_path: str, test: bool = False, logger=None, reload: bool = True) -> MltkModel:
    """Load the specification in a `.py` or an archive; see `load_mltk_model`."""
    logger = logger or get_mltk_logger()
    path = fullpath(model_path)
    archive_path = None
    if path.endswith(MLTK_ARCHIVE_EXTENSION):
        test = test or path.endswith(MLTK_ARCHIVE_TEST_EXTENSION)
        archive_path = path
        path = _extract_specification(path)
    elif not path.endswith(".py"):
        raise ValueError(f"{model_path}: is not a specification, expected a .py or .mltk.zip file")
    try:
        module = import_module_at_path(path, reload=reload)
    except LocatedError:
        raise
    except Exception as error:
        raise SpecificationError(path, error) from error

    model = next((value for name in dir(module) if isinstance(value := getattr(module, name), MltkModel)), None)
    if model is None:
        raise ValueError(f"{path}: makes no MltkModel object; add: my_model = MyModel()")
    _check_version(path, getattr(module, "__mltk_version__", None), logger)
    model._archive_path = archive_path  # pylint: disable=protected-access
    if test:
        model.enable_test_mode()
    model.trigger_event(MltkModelEvent.AFTER_MODEL_LOAD, logger=logger)
    return model


def list_mltk_models(test: bool = False, for_utests: bool = False, logger=None) -> List[str]:
    """Names of the specifications (tagged `@mltk_model`) and archives in the search folders, sorted.

    Args:
        test: list the archives of dry runs
        for_utests: leave out specifications tagged `@mltk_utest_disabled`
    """
    logger = logger or get_mltk_logger()
    names = set()
    for folder, depth in _search_folders().items():
        for directory, _, files in walk_with_depth(folder, depth=depth):
            for file in files:
                name = _listed_name(directory, file, test, for_utests, logger)
                if name:
                    names.add(name)
    return sorted(names)


def find_model_specification_file(
    model: str, test: bool = False, logger=None, print_not_found_err: bool = False
) -> Optional[str]:
    """Path of the specification `model`, or None.

    The folders are searched in this order: user setting `model_paths`, the current one (not below it), the environment
    variable MLTK_MODEL_PATHS, the models of the package. A `.py` anywhere comes before an archive; of an archive the
    specification is extracted beside it.

    Args:
        model: name, which may end in `-test`, or path of a `.py`
        test: look for the archive of a dry run
        print_not_found_err: when there is none, say so and exit
    """
    if model.endswith(".py"):
        path = fullpath(model)
        if os.path.isfile(path):
            return path
        model = model[:-3]
    if model.endswith(_TEST_SUFFIX):
        model, test = model[: -len(_TEST_SUFFIX)], True
    model = model.replace("\\", "/")
    archive_path = None
    archive_suffix = f"/{model}{MLTK_ARCHIVE_TEST_EXTENSION if test else MLTK_ARCHIVE_EXTENSION}"
    for folder, depth in _search_folders().items():
        for directory, _, files in walk_with_depth(folder, depth=depth):
            for file in sorted(files):
                path = f"{directory}/{file}".replace("\\", "/")
                if path.endswith(f"/{model}.py"):
                    return path
                if path.endswith(archive_suffix):
                    archive_path = archive_path or path
    if archive_path:
        return _extract_member(archive_path, f"{os.path.basename(model)}.py", os.path.dirname(archive_path))
    if print_not_found_err:
        from mltk import cli

        cli.abort(code=1, msg=_not_found_message(model))
    (logger or get_mltk_logger()).debug("%s", _not_found_message(model))
    return None


def load_tflite_or_keras_model(model, model_type: Optional[str] = None, weights: Optional[str] = None, logger=None):
    """Load a model that computes.

    Args:
        model: an `MltkModel`, or the path of an archive, a `.keras`, a `.h5` or a `.tflite`
        model_type: of the archive's models: `h5` or `tflite`; None builds the Keras model afresh
        weights: weights to load into a Keras model: a path, a name in the `train/weights` folder, or `best`

    Returns:
        a Keras model, or a `TfliteModel`
    """
    logger = logger or get_mltk_logger()
    if isinstance(model, str) and model.endswith(MLTK_ARCHIVE_EXTENSION):
        model = load_mltk_model_with_path(model, logger=logger)
    if isinstance(model, MltkModel):
        if model_type in ("tflite", ".tflite"):
            model_type, path = "tflite", model.tflite_archive_path
        elif model_type in ("h5", ".h5", "keras"):
            model_type, path = "h5", model.h5_archive_path
        elif model_type is not None:
            raise ValueError(f"model_type is {model_type!r}, expected 'h5', 'tflite' or None")
        custom_objects = model.keras_custom_objects
    elif isinstance(model, str) and model.endswith((".h5", ".keras", ".tflite")):
        path = fullpath(model)
        if not os.path.isfile(path):
            raise FileNotFoundError(f"{model}: does not exist{_close_files(path)}")
        model_type, custom_objects = path.rpartition(".")[2], None
    else:
        raise ValueError(f"model is {model!r}, expected an MltkModel or the path of a .h5, .keras, .tflite or .mltk.zip file")

    if model_type == "tflite":
        from mltk.core.tflite_model import TfliteModel

        if weights:
            logger.warning("%s: weights cannot be loaded into a .tflite", path)
        return TfliteModel.load_flatbuffer_file(path)
    if model_type is None:
        keras_model = _build_keras_model(model, logger)
    else:
        from mltk.keras_api.models import load_model

        keras_model = load_model(path, custom_objects=custom_objects)
    if weights:
        keras_model.load_weights(model.get_weights_path(weights) if isinstance(model, TrainMixin) else weights)
    return keras_model


def load_tflite_model(
    model,
    build: bool = False,
    print_not_found_err: bool = False,
    return_tflite_path: bool = False,
    test: bool = False,
    logger=None,
    archive_file_ext: Optional[str] = None,
):
    """Load the `.tflite` of a model.

    Args:
        model: an `MltkModel`, a `TfliteModel`, the path of a `.tflite`, `.mltk.zip` or `.py`, or a name
        build: make a new one without training, of a specification
        print_not_found_err: when there is no such specification, say so and exit
        return_tflite_path: return the path of the file instead; None if it has none
        archive_file_ext: end of the archive's file to load, by default `.tflite`

    Returns:
        a `TfliteModel`, or its path
    """
    from mltk.core.tflite_model import TfliteModel

    if build and (isinstance(model, TfliteModel) or (isinstance(model, str) and model.endswith((".tflite", ".zip")))):
        raise RuntimeError(f"{model}: is built already; build needs a specification")
    if isinstance(model, str) and model.endswith((".h5", ".keras")):
        raise ValueError(f"{model}: is not a .tflite; make one with: mltk quantize {model}")
    if isinstance(model, TfliteModel):
        return model.path if return_tflite_path else model
    if isinstance(model, str) and model.endswith(".tflite"):
        path = fullpath(model)
        if not os.path.isfile(path):
            raise FileNotFoundError(f"{model}: does not exist{_close_files(path)}")
        return path if return_tflite_path else TfliteModel.load_flatbuffer_file(path)
    if isinstance(model, str):
        model = load_mltk_model(model, test=test, print_not_found_err=print_not_found_err, logger=logger)
    elif not isinstance(model, MltkModel):
        raise ValueError(f"model is {type(model).__name__}, expected an MltkModel, a TfliteModel, a name or a path")
    if build:
        from mltk.core.quantize_model import quantize_model

        built = quantize_model(model, build=True, output="tflite_model")
        return built.path if return_tflite_path else built
    if archive_file_ext:
        path = model.get_archive_file(f"{model.name}{archive_file_ext}")
    else:
        path = model.tflite_archive_path
    return path if return_tflite_path else TfliteModel.load_flatbuffer_file(path)


def _build_keras_model(mltk_model: MltkModel, logger):
    """Build the Keras model of a specification as for a dry run, without data."""
    from mltk.keras_api.models import Model

    if not isinstance(mltk_model, TrainMixin):
        raise RuntimeError(f"{mltk_model.name}: needs TrainMixin among the bases of its class to be built")
    earlier = mltk_model.test_mode_enabled
    mltk_model.attributes["test_mode_enabled"] = True
    try:
        keras_model = mltk_model.build_model_function(mltk_model)
        hook = "build_model_function"
        if mltk_model.on_save_keras_model:
            hook = "on_save_keras_model"
            keras_model = mltk_model.on_save_keras_model(mltk_model=mltk_model, keras_model=keras_model, logger=logger)
    finally:
        mltk_model.attributes["test_mode_enabled"] = earlier
    if not isinstance(keras_model, Model):
        raise RuntimeError(f"my_model.{hook} returned {type(keras_model).__name__}, expected a Keras model")
    return keras_model


def _search_folders() -> Dict[str, int]:
    """The folders in which models are looked for, and how deep."""
    folders = [(folder, SEARCH_DEPTH) for folder in as_list(get_user_setting("model_paths"))]
    if fullpath(os.getcwd()) != mltk.MLTK_ROOT_DIR:
        folders.append((os.getcwd(), 0))
    paths = os.environ.get("MLTK_MODEL_PATHS", "").split(os.pathsep)
    folders += [(folder, SEARCH_DEPTH) for folder in paths if folder]
    folders.append((_PACKAGE_MODELS, SEARCH_DEPTH))
    found: Dict[str, int] = {}
    for folder, depth in folders:
        path = fullpath(folder)
        if os.path.isdir(path):
            found[path] = max(depth, found.get(path, 0))
        elif folder != _PACKAGE_MODELS:
            get_mltk_logger().warning("%s: model search folder does not exist", path)
    return found


def _not_found_message(model: str) -> str:
    folders = "".join(f"\n  {folder}" for folder in _search_folders())
    return f"{model}: no such model.{did_you_mean(model, list_mltk_models())} Searched for {model}.py in:{folders}"


def _close_files(path: str) -> str:
    """A hint at files of the same folder with a similar name."""
    folder = os.path.dirname(path)
    names = os.listdir(folder) if os.path.isdir(folder) else []
    hint = did_you_mean(os.path.basename(path), names)
    return f".{hint}" if hint else ""


def _listed_name(directory: str, file: str, test: bool, for_utests: bool, logger) -> Optional[str]:
    if file.endswith(MLTK_ARCHIVE_EXTENSION):
        if file.endswith(MLTK_ARCHIVE_TEST_EXTENSION) == test:
            return file[: -len(MLTK_ARCHIVE_EXTENSION)]
    elif file.endswith(".py") and _is_tagged(os.path.join(directory, file), for_utests, logger):
        return file[:-3]
    return None


def _is_tagged(path: str, for_utests: bool, logger) -> bool:
    try:
        with open(path, encoding="utf-8") as source:
            for line in source:
                if for_utests and _UNIT_TEST_DISABLED_TAG.match(line):
                    return False
                if _MODEL_TAG.match(line):
                    return True
    except (OSError, UnicodeDecodeError) as error:
        logger.warning("%s: cannot be read: %s", path, error)
    return False


def _extract_specification(archive_path: str) -> str:
    """Extract the specification of an archive to a temporary folder; returns its path."""
    name = os.path.basename(archive_path)
    for extension in (MLTK_ARCHIVE_TEST_EXTENSION, MLTK_ARCHIVE_EXTENSION):
        if name.endswith(extension):
            name = name[: -len(extension)]
    return _extract_member(archive_path, f"{name}.py", create_tempdir(f"tmp_model_specs/{name}"))


def _extract_member(archive_path: str, member: str, folder: str) -> str:
    try:
        with zipfile.ZipFile(archive_path) as archive:
            data = archive.read(member)
    except FileNotFoundError:
        raise FileNotFoundError(f"{archive_path}: does not exist{_close_files(archive_path)}") from None
    except zipfile.BadZipFile as error:
        raise ValueError(f"{archive_path}: is not a zip archive ({error})") from error
    except KeyError:
        raise ValueError(f"{archive_path}: has no {member}, so it is not the archive of a model") from None
    path = f"{folder}/{member}"
    write_file(path, data)
    return path


def _check_version(path: str, version: Optional[str], logger):
    """Warn about an archive of a later version; those of earlier versions are read as they were meant."""

    def major_minor(text: str):
        return [int(part) for part in re.findall(r"\d+", text)[:2]]

    if version and major_minor(version) > major_minor(mltk.__version__):
        logger.warning("%s: was archived by mltk %s, which is later than this %s", path, version, mltk.__version__)
