"""Notice a signal while a block runs."""

import os
import signal
import threading


class SignalHandler:
    """`with SignalHandler() as handler:` sets `handler.interrupted` when the signal comes, in place of what it did.

    Args:
        sig: the signal
        callback: called at the first signal; when it returns `forward-signal`, the former handler is called too
        resignal_on_exit: send the signal again at the end of the block
        raise_exception_if_not_main_thread: False does nothing outside of the main thread, where signals do not arrive
    """

    def __init__(
        self, sig=signal.SIGINT, callback=None, resignal_on_exit: bool = False, raise_exception_if_not_main_thread: bool = True
    ):
        self.sig = sig
        self.interrupted = False
        self.released = False
        self.original_handler = None
        self.callback = callback
        self.resignal_on_exit = resignal_on_exit
        self.raise_exception_if_not_main_thread = raise_exception_if_not_main_thread

    def __enter__(self):
        self.interrupted = self.released = False
        if threading.current_thread() is threading.main_thread():
            self.original_handler = signal.signal(self.sig, self._handle)
        elif self.raise_exception_if_not_main_thread:
            raise RuntimeError("signals arrive in the main thread; use SignalHandler there")
        return self

    def __exit__(self, kind, value, traceback):
        self.release()

    def release(self) -> bool:
        """Set the former handler again; False when that was done before."""
        if self.released:
            return False
        self.released = True
        if self.original_handler is not None:
            signal.signal(self.sig, self.original_handler)
        if self.interrupted and self.resignal_on_exit:
            os.kill(os.getpid(), self.sig)
        return True

    def _handle(self, number, frame):
        first, self.interrupted = not self.interrupted, True
        forwards = first and self.callback is not None and self.callback() == "forward-signal"
        former = self.original_handler
        self.release()
        if forwards and callable(former):
            former(number, frame)
