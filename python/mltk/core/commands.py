"""The commands of `mltk` that run a specification, called by the command line with its parsed options."""

import os
import sys
import traceback
from typing import List, Optional

#: Exit status after Ctrl-C.
INTERRUPTED = 130


def main(arguments: List[str]) -> int:
    """Run the command line in this interpreter; returns the exit status."""
    from mltk import _core

    return _core.run_command_line(arguments, _run)


def _run(command: str, options: dict) -> int:
    """Run one command; every error becomes one message on stderr."""
    import mltk.core
    from mltk.core.errors import SpecificationError

    handler = {
        "train": _train,
        "evaluate": _evaluate,
        "quantize": _quantize,
        "summarize": _summarize,
        "profile": _profile,
        "view": _view,
        "view_samples": _view_samples,
        "update_params": _update_params,
        "custom": _custom,
    }[command]
    verbose = options.get("verbose", False)
    try:
        mltk.core.set_mltk_logger(mltk.core.command_logger(command, verbose))
        return handler(options) or 0
    except KeyboardInterrupt as interrupt:
        sys.stdout.flush()
        print(str(interrupt) or "interrupted", file=sys.stderr)
        return INTERRUPTED
    except SpecificationError as error:
        # The user's own code failed: its traceback, from its first line in the specification.
        sys.stdout.flush()
        print("".join(error.traceback_lines()), end="", file=sys.stderr)
        print(f"error: {error}", file=sys.stderr)
        return 1
    except Exception as error:  # pylint: disable=broad-except
        sys.stdout.flush()
        if verbose:
            traceback.print_exc()
        print(f"error: {str(error) or type(error).__name__}", file=sys.stderr)
        return 1


def _load(model: str, test: bool = False):
    from mltk.core import load_mltk_model

    return load_mltk_model(model, test=test)


def _train(options: dict) -> int:
    from mltk.core import evaluate_model, get_mltk_logger, train_model

    evaluate = options.pop("evaluate")
    options.pop("verbose")
    model = options.pop("model")
    if model.endswith((".tflite", ".h5", ".keras", ".zip")):
        raise ValueError(f"{model}: cannot be trained; train needs a specification (a name or a .py file)")
    mltk_model = _load(model, test=options.pop("test"))
    results = train_model(mltk_model, verbose=True, **options)
    if not evaluate:
        return 0

    logger = get_mltk_logger()
    kinds = [False]
    if mltk_model.tflite_converter:
        kinds.append(True)
    from mltk.core.evaluate_model import can_evaluate

    for tflite in kinds:
        if not can_evaluate(mltk_model, tflite):
            continue
        print("-" * 80)
        print(f"Evaluating the {'.tflite' if tflite else '.h5'} model ...")
        print(evaluate_model(mltk_model, tflite=tflite, verbose=True, show=False))
    report = results.write_report()
    logger.info("")
    for label, path in (
        ("Report", report),
        ("Archive", results.model_archive_path),
        ("Device model", mltk_model.tflite_log_dir_path),
    ):
        if path and os.path.exists(path):
            logger.info("%-13s %s", f"{label}:", path)
    return 0


def _evaluate(options: dict) -> int:
    from mltk.core import evaluate_model

    mltk_model = _load(options.pop("model"), test=options.pop("test"))
    print(evaluate_model(mltk_model, **options))
    print(f"See {mltk_model.archive_path} for more details")
    return 0


def _quantize(options: dict) -> int:
    from mltk.core import quantize_model, summarize_model

    mltk_model = _load(options.pop("model"))
    options.pop("verbose")
    path = quantize_model(mltk_model, **options)
    print(f"Generated model at {path}")
    print(summarize_model(path))
    return 0


def _summarize(options: dict) -> int:
    from mltk.core import summarize_model
    from mltk.utils.path import write_file

    text = summarize_model(_load(options["model"]), tflite=options["tflite"], build=options["build"])
    output: Optional[str] = options.get("output")
    if output:
        write_file(output, text + "\n")
    else:
        print(text)
    return 0


def _profile(options: dict) -> int:
    from mltk.core import profile_model

    results = profile_model(
        _load(options["model"]), build=options["build"], target=options.get("target"), kernels=options.get("kernels")
    )
    output: Optional[str] = options.get("output")
    if options.get("json"):
        print(results.to_device_json())
    elif output:
        os.makedirs(output, exist_ok=True)
        results.generate_report(output, format_units=options["format_units"])
    else:
        print(results.to_string(format_units=options["format_units"]))
    results.require_fit()
    return 0


def _view(options: dict) -> int:
    from mltk.core import view_model

    options.pop("verbose")
    print(f"Graph: {view_model(options.pop('model'), **options)}")
    return 0


def _view_samples(options: dict) -> int:
    from mltk.core.view_samples import view_samples

    options.pop("verbose")
    path = view_samples(_load(options.pop("model")), **options)
    print(f"Samples: {path}")
    return 0


def _update_params(options: dict) -> int:
    from mltk.core import update_model_parameters
    from mltk.core.model import load_tflite_model
    from mltk.core.tflite_model_parameters import TfliteModelParameters
    from mltk.core.update_model_parameters import parse_parameters

    model = options["model"]
    if model.endswith((".h5", ".keras")):
        raise ValueError(f"{model}: has no parameters; give the specification, the archive or the .tflite")
    params = parse_parameters(options["params"], options.get("params_file"))
    path = update_model_parameters(model, params, options.get("description"), options.get("output"))
    tflite_model = load_tflite_model(path)
    print(f"Description: {tflite_model.description}")
    print(TfliteModelParameters.load_from_tflite_model(tflite_model))
    print(f"Updated model parameters: {path}")
    return 0


def _custom(options: dict) -> int:
    mltk_model = _load(options["model"])
    return mltk_model.run_custom_command(options["arguments"])
