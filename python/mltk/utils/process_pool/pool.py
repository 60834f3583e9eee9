"""The side of a pool that hands out work.

Each worker process has a thread here that waits for its answers, so nobody polls. A worker ends when its standard input
does, which the operating system closes however this process ends: there are no orphans.
"""

import atexit
import inspect
import os
import queue
import signal
import subprocess
import sys
import threading
import weakref
from concurrent.futures import Future, InvalidStateError
from typing import Callable, Dict, List, Optional, Union

from mltk.utils.process_pool.protocol import SUBPROCESS_VARIABLE, receive, send

_THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMBA_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)
_START = "from mltk.utils.process_pool.worker import main; main()"
#: Tells the thread of a worker that there is no more work.
_STOP = object()

_pools = weakref.WeakSet()


class WorkerError(RuntimeError):
    """The function failed in a worker, or the worker died. The message has the sample and the worker's traceback."""


class ProcessPool:
    """Processes that run one function.

    Args:
        entry_point: function of a module, not of a class or another function; workers import its file
        n_jobs: number of processes, or a share of the processors as a float up to 1; -1 is all
        name: of the pool, in messages
        start: begin at once
        debug: call the function in this process
        env: environment variables of the workers
        disable_gpu_in_subprocesses: hide GPUs from them
        logger: unused, for specifications that give one
    """

    def __init__(
        self,
        entry_point: Callable,
        n_jobs: Union[int, float] = -1,
        name: str = "ProcessPool",
        start: bool = True,
        debug: bool = False,
        env: Optional[Dict[str, str]] = None,
        disable_gpu_in_subprocesses: bool = True,
        logger=None,  # pylint: disable=unused-argument
    ):
        self._function = entry_point
        self._n_jobs = calculate_n_jobs(n_jobs)
        self._name = name
        self._debug = debug
        self._env = dict(env or {})
        self._hide_gpu = disable_gpu_in_subprocesses
        self._jobs: "queue.SimpleQueue" = queue.SimpleQueue()
        self._workers: List["_Worker"] = []
        self._error: Optional[WorkerError] = None
        self._running = False
        self._lock = threading.Lock()
        self._place = None if debug else _place_of(entry_point)
        if start and SUBPROCESS_VARIABLE not in os.environ:
            self.start()

    @property
    def n_jobs(self) -> int:
        """Number of processes."""
        return self._n_jobs

    @property
    def name(self) -> str:
        return self._name

    @property
    def is_running(self) -> bool:
        return self._running

    def start(self):
        """Start the processes."""
        if self._running:
            raise RuntimeError(f"process pool {self._name}: is running already")
        self._error = None
        self._running = True
        _pools.add(self)
        if not self._debug:
            self._workers = [_Worker(self, self._jobs) for _ in range(self._n_jobs)]

    def shutdown(self):
        """End the processes; calls that wait for a result raise RuntimeError."""
        self._stop(WorkerError(f"process pool {self._name}: has been shut down"))

    def submit(self, *args, **kwargs) -> Future:
        """Call the function in a worker; the future has its result or raises WorkerError."""
        future: Future = Future()
        future.set_running_or_notify_cancel()
        with self._lock:
            if not self._running:
                raise self._error or RuntimeError(f"process pool {self._name}: is not started")
            if not self._debug:
                self._jobs.put((future, args, kwargs))
                return future
        try:
            future.set_result(self._function(*args, **kwargs))
        except Exception as error:  # pylint: disable=broad-except
            future.set_exception(error)
        return future

    def create_batch(self, size: int) -> "ProcessPoolBatch":
        """A list of `size` calls whose results are waited for together."""
        return ProcessPoolBatch(size)

    def process(self, *args, pool_callback: Optional[Callable] = None, pool_batch=None, **kwargs):
        """Call the function.

        Args:
            pool_callback: `f(result)`, called from another thread
            pool_batch: collects the result

        Returns:
            the result, when there is neither callback nor batch; else the batch
        """
        future = self.submit(*args, **kwargs)
        if pool_callback is not None:
            future.add_done_callback(lambda done: None if done.exception() else pool_callback(done.result()))
        if pool_batch is not None:
            pool_batch.add(future)
            return pool_batch
        if pool_callback is not None:
            batch = ProcessPoolBatch(1)
            batch.add(future)
            return batch
        return future.result()

    __call__ = process

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.shutdown()

    def _stop(self, error: WorkerError):
        """End the processes; what is waited for raises `error`."""
        with self._lock:
            if not self._running:
                return
            self._running = False
            self._error = error
            workers, self._workers = self._workers, []
        for worker in workers:
            worker.process.kill()
        while True:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
            if job is not _STOP:
                _fail(job[0], error)
        for _ in workers:
            self._jobs.put(_STOP)
        for worker in workers:
            worker.close()

    def _environment(self) -> dict:
        env = dict(os.environ)
        env.update({name: "1" for name in _THREAD_VARIABLES})
        if self._hide_gpu:
            env["CUDA_VISIBLE_DEVICES"] = "-1"
        env.update({key: str(value) for key, value in self._env.items()})
        env[SUBPROCESS_VARIABLE] = "1"
        import mltk

        env["PYTHONPATH"] = os.pathsep.join(filter(None, [mltk.MLTK_ROOT_DIR, env.get("PYTHONPATH")]))
        return env


class ProcessPoolBatch:
    """Calls whose results are waited for together, in the order of the calls."""

    def __init__(self, size: int):
        self._size = size
        self._futures: List[Future] = []

    @property
    def size(self) -> int:
        return self._size

    def add(self, future: Future):
        """Take a call."""
        if len(self._futures) == self._size:
            raise RuntimeError(f"the batch has its {self._size} calls already")
        self._futures.append(future)

    def wait(self) -> list:
        """The results."""
        return [future.result() for future in self._futures]


class _Worker:
    """A process and the thread that waits for its answers."""

    def __init__(self, pool: ProcessPool, jobs: "queue.SimpleQueue"):
        self._pool = weakref.ref(pool)
        self._name = pool.name
        self._place = pool._place  # pylint: disable=protected-access
        self._jobs = jobs
        self.process = subprocess.Popen(  # pylint: disable=consider-using-with
            [sys.executable, "-c", _START],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=pool._environment(),  # pylint: disable=protected-access
        )
        self._thread = threading.Thread(target=self._work, name=f"{pool.name} {self.process.pid}", daemon=True)
        self._thread.start()

    def close(self):
        """Wait for the end of a process that was killed."""
        self.process.wait()
        for file in (self.process.stdin, self.process.stdout):
            try:
                file.close()
            except OSError:  # what was not written yet has no reader
                pass

    def _work(self):
        try:
            self._ask("function", self._place, None)
            while True:
                job = self._jobs.get()
                if job is _STOP:
                    return
                future, args, kwargs = job
                try:
                    result = self._ask("call", (args, kwargs), args)
                except WorkerError as error:
                    _fail(future, error)
                    raise
                _succeed(future, result)
        except WorkerError as error:
            pool = self._pool()
            if pool is not None:
                pool._stop(error)  # pylint: disable=protected-access

    def _ask(self, kind: str, content, args):
        try:
            send(self.process.stdin, (kind, content))
            answer, value = receive(self.process.stdout)
        except (OSError, EOFError, ValueError):
            pool = self._pool()
            ended = None if pool is None else pool._error  # pylint: disable=protected-access
            # A worker that the pool has ended is not the cause.
            raise ended or WorkerError(self._death(args)) from None
        if answer != "error":
            return value
        sample = f"{value['sample']}: " if value["sample"] else ""
        raise WorkerError(
            f"{sample}{value['type']}: {value['message']} (in a process of pool {self._name})\n\n{value['traceback']}"
        )

    def _death(self, args) -> str:
        code = self.process.wait()
        how = f"was ended by signal {signal.Signals(-code).name}" if code < 0 else f"ended with status {code}"
        work = "" if args is None else f" while it worked on {_brief(args)}"
        return f"process {self.process.pid} of pool {self._name} {how}{work}"


def calculate_n_jobs(n_jobs: Union[int, float] = -1) -> int:
    """Number of processes that `n_jobs` stands for: a number, a share (float up to 1), or -1 for all processors."""
    available = get_cpu_count()
    if isinstance(n_jobs, float):
        if not 0 < n_jobs <= 1:
            raise ValueError(f"n_jobs is {n_jobs}, expected a share above 0 up to 1.0, or an integer")
        n_jobs = round(available * n_jobs)
    elif n_jobs == -1:
        n_jobs = available
    return min(max(int(n_jobs), 1), available)


def get_cpu_count() -> int:
    """Number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _place_of(function: Callable) -> dict:
    """Where workers find a function."""
    name = getattr(function, "__qualname__", "")
    if not name.isidentifier():
        raise ValueError(
            f"the function of a process pool is {name or function!r}, expected one that stands at the root of a "
            "module: workers import it by its name"
        )
    return {
        "path": os.path.abspath(inspect.getsourcefile(function)),
        "name": name,
        "sys_path": [os.path.abspath(entry) for entry in sys.path],
    }


def _brief(args) -> str:
    texts = [repr(arg) for arg in args]
    return ", ".join(text if len(text) < 200 else text[:200] + "..." for text in texts)


def _succeed(future: Future, result):
    try:
        future.set_result(result)
    except InvalidStateError:  # the pool was shut down meanwhile
        pass


def _fail(future: Future, error: Exception):
    try:
        future.set_exception(error)
    except InvalidStateError:
        pass


@atexit.register
def _shutdown_all():
    for pool in list(_pools):
        pool.shutdown()
