"""A page with the graph of a model."""

import http.server
import os
import webbrowser
from typing import Optional

from mltk.core.model import MltkModel, load_mltk_model, load_tflite_model, load_tflite_or_keras_model
from mltk.core.utils import get_mltk_logger
from mltk.utils.path import create_tempdir, write_file

#: Port when only a host is given.
DEFAULT_PORT = 8080


def view_model(
    model,
    host: Optional[str] = None,
    port: Optional[int] = None,
    test: bool = False,
    build: bool = False,
    tflite: bool = False,
    timeout: Optional[float] = None,
    output: Optional[str] = None,
    show: bool = True,
) -> str:
    """Write a page with the graph of a model, complete in itself, and open it in the browser; returns its path.

    With the environment variable MLTK_UNIT_TEST nothing is opened or served.

    Args:
        model: an `MltkModel`, a Keras model, a `TfliteModel`, a name, or the path of a specification, archive, `.tflite`
            or `.h5`
        host: serve the page at this address instead of opening the file; it can be seen from other machines
        port: serve it at this port
        test: show the model of a dry run
        build: build the model from its specification instead of reading the trained one
        tflite: show the quantized model
        timeout: seconds to serve the page; None is until Ctrl-C
        output: path of the page; None is `view/` in the log folder, or a temporary folder for a model without one
        show: open the page in the browser
    """
    if isinstance(model, str) and not model.endswith((".tflite", ".h5")):
        model = load_mltk_model(model, test=test)
    elif isinstance(model, str) and (build or (tflite and model.endswith(".h5"))):
        raise ValueError(f"{model}: is a trained model already; give a specification, or leave out --build and --tflite")
    kind, page = _page(model, tflite, build)
    path = output or _default_path(model, kind)
    write_file(path, page)
    if "MLTK_UNIT_TEST" in os.environ:
        return path
    if host or port:
        _serve(page, host or "localhost", port or DEFAULT_PORT, timeout, show)
    elif show and not webbrowser.open(f"file://{os.path.abspath(path)}"):
        get_mltk_logger().warning("There is no browser here; open the page elsewhere, or add --host and --port")
    return path


def _page(model, tflite: bool, build: bool):
    """Ending of the model's file, and the page."""
    from mltk import _core
    from mltk.core.tflite_model import TfliteModel
    from mltk.keras_api.models import Model

    name = _name(model)
    if isinstance(model, str):
        model = load_tflite_or_keras_model(model)
    elif isinstance(model, MltkModel):
        if tflite:
            model = load_tflite_model(model, build=build)
        else:
            model = load_tflite_or_keras_model(model, model_type=None if build else "h5")
    if isinstance(model, TfliteModel):
        return "tflite", model.page(name)
    if isinstance(model, Model):
        return "h5", _core.keras_page(model.graph)
    raise ValueError(f"model is {type(model).__name__}, expected an MltkModel, a Keras model, a TfliteModel, a name or a path")


def _name(model) -> str:
    if isinstance(model, str):
        return os.path.basename(model)
    return getattr(model, "name", None) or os.path.basename(getattr(model, "filename", None) or "model.tflite")


def _default_path(model, kind: str) -> str:
    if isinstance(model, MltkModel):
        return os.path.join(model.create_log_dir("view"), f"{model.name}.{kind}.html")
    return os.path.join(create_tempdir("view"), f"{_name(model)}.html")


def _serve(page: str, host: str, port: int, timeout: Optional[float], show: bool):
    """Answer every request with the page, for `timeout` seconds or until Ctrl-C."""
    content = page.encode("utf-8")

    class Handler(http.server.BaseHTTPRequestHandler):
        """Knows one page."""

        def do_GET(self):  # pylint: disable=invalid-name
            """Send it."""
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format, *args):  # pylint: disable=redefined-builtin
            get_mltk_logger().debug(format, *args)

    with http.server.ThreadingHTTPServer((host, port), Handler) as server:
        address = f"http://{host}:{server.server_address[1]}"
        get_mltk_logger().info("Serving the page at %s; stop with Ctrl-C", address)
        if show:
            webbrowser.open(address)
        _serve_for(server, timeout)


def _serve_for(server: http.server.HTTPServer, timeout: Optional[float]):
    import threading

    timer = threading.Timer(timeout, server.shutdown) if timeout else None
    if timer:
        timer.start()
    try:
        server.serve_forever(poll_interval=0.2)
    except KeyboardInterrupt:
        get_mltk_logger().debug("stopped by Ctrl-C")
    finally:
        if timer:
            timer.cancel()
