"""A worker of a pool: imports the file of the function, then answers one message after another."""

import os
import queue
import signal
import sys
import threading
import traceback


def main():
    """Serve the pool on standard input and output until it is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the pool's, which ends its workers
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what the function prints must not get between the messages
    messages = queue.SimpleQueue()

    from mltk.utils.process_pool.protocol import receive, send

    function = None
    threading.Thread(target=_read, args=(requests, messages, receive), daemon=True).start()
    while True:
        kind, content = messages.get()
        try:
            if kind == "function":
                function = _import_function(**content)
                answer = ("ready", None)
            else:
                args, kwargs = content
                answer = ("result", function(*args, **kwargs))
        except BaseException as error:  # pylint: disable=broad-except
            answer = ("error", _describe(error, content))
        try:
            send(answers, answer)
        except BrokenPipeError:
            os._exit(0)
        except Exception as error:  # pylint: disable=broad-except
            send(answers, ("error", _describe(TypeError(f"the result cannot be sent back: {error}"), content)))


def _read(requests, messages, receive):
    """Hand on messages; when the pool is gone, even by SIGKILL, end at once, also amid a call."""
    try:
        while True:
            messages.put(receive(requests))
    except BaseException:  # pylint: disable=broad-except
        os._exit(0)


def _import_function(path: str, name: str, sys_path: list):
    sys.path[:] = sys_path + [entry for entry in sys.path if entry not in sys_path]
    import mltk.core  # provides the names of TensorFlow before the file asks for them
    from mltk.utils.python import import_module_at_path

    return getattr(import_module_at_path(path), name)


def _describe(error: BaseException, content) -> dict:
    """What the pool tells its caller."""
    own = os.path.dirname(os.path.abspath(__file__))
    frames = [frame for frame in traceback.walk_tb(error.__traceback__)]
    shown = error.__traceback__
    while shown is not None and os.path.dirname(os.path.abspath(shown.tb_frame.f_code.co_filename)) == own:
        shown = shown.tb_next
    return {
        "type": type(error).__name__,
        "message": str(error),
        "traceback": "".join(traceback.format_exception(type(error), error, shown)),
        "sample": _sample(frames, content),
    }


def _sample(frames, content):
    """The string of the arguments that the function was working on: in a batch, the one in a variable of its own."""
    strings = _strings(content)
    if len(strings) == 1:
        return strings.pop()
    for frame, _ in reversed(frames):
        for value in frame.f_locals.values():
            value = value.decode(errors="replace") if isinstance(value, bytes) else value
            if isinstance(value, str) and value in strings:
                return value
    return None


def _strings(content) -> set:
    if isinstance(content, (str, bytes)):
        return {content.decode(errors="replace") if isinstance(content, bytes) else content}
    if isinstance(content, dict):
        content = list(content.values())
    if getattr(getattr(content, "dtype", None), "kind", None) in ("O", "S", "U"):
        content = content.ravel().tolist()
    if isinstance(content, (tuple, list)):
        return set().union(*(_strings(item) for item in content))
    return set()
