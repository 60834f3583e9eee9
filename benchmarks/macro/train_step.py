"""Time one training step of five networks: mltk, PyTorch, TensorFlow and JAX, in turn.

    python benchmarks/macro/train_step.py PROGRAM [--torch PYTHON] [--tensorflow PYTHON] [--jax PYTHON] [--json FILE]

PROGRAM is build/.../benchmarks/mltk_time_train_step; each PYTHON an interpreter that has the peer. All are asked in turn,
round after round; those that wait are stopped (SIGSTOP), because threads of theirs that spin slow the one that is timed.
"""

import argparse
import json
import math
import os
import pathlib
import signal
import statistics
import subprocess

NETWORKS = ["N1", "N2", "N3", "N4", "N5"]
PEERS = pathlib.Path(__file__).with_name("train_step_peers.py")


class Worker:
    """A process that times steps when it is asked, and is stopped at all other times."""

    def __init__(self, name: str, command: list, threads: int, speaks_first: bool):
        # Memory that malloc keeps costs no page faults in the next step: PyTorch is faster so.
        environment = dict(
            os.environ,
            OMP_NUM_THREADS=str(threads),
            MALLOC_MMAP_THRESHOLD_="4294967296",
            MALLOC_TRIM_THRESHOLD_="17179869184",
            MALLOC_TOP_PAD_="268435456",
            XLA_FLAGS=f"--xla_cpu_multi_thread_eigen={str(threads > 1).lower()} intra_op_parallelism_threads={threads}",
        )
        self.name = name
        self.threads = threads
        allowed = range(threads)
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            bufsize=1,
            env=environment,
            start_new_session=True,
            preexec_fn=lambda: os.sched_setaffinity(0, allowed),
        )
        self.version = self.process.stdout.readline().strip() if speaks_first else name
        if speaks_first and not self.version:
            raise SystemExit(f"{name}: the worker ended; run it alone to see why: {' '.join(map(str, command))}")
        self.signal(signal.SIGSTOP)

    def signal(self, number: int):
        os.killpg(self.process.pid, number)

    def milliseconds(self, network: str, seconds: float) -> float:
        self.signal(signal.SIGCONT)
        self.process.stdin.write(f"{network} {self.threads} {seconds}\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().split()
        self.signal(signal.SIGSTOP)
        if not answer:
            raise SystemExit(f"{self.name} ended at {network}")
        return float(answer[0])

    def end(self):
        os.killpg(self.process.pid, signal.SIGKILL)


def workers(arguments, threads: int) -> list[Worker]:
    result = [Worker("mltk", [arguments.program], threads, False)]
    peers = {
        "torch": arguments.torch,
        "tensorflow": arguments.tensorflow,
        "tensorflow-xla": arguments.tensorflow,
        "jax": arguments.jax,
    }
    for name, python in peers.items():
        if python is not None:
            result.append(Worker(name, [python, PEERS, name], threads, True))
    return result


def measure(arguments, threads: int) -> dict:
    """Medians over the rounds of each worker's medians."""
    all_workers = workers(arguments, threads)
    results = {"versions": [worker.version for worker in all_workers[1:]]}
    print(f"{threads} threads, ms; {', '.join(results['versions'])}")
    print(f"{'':4s}" + "".join(f"{worker.name:>16s}" for worker in all_workers) + f"{'fastest / mltk':>16s}")
    ratios = []
    try:
        for network in arguments.networks:
            for worker in all_workers:
                worker.milliseconds(network, 0.05)  # compiles
            times = {worker.name: [] for worker in all_workers}
            for _ in range(arguments.rounds):
                for worker in all_workers:
                    times[worker.name].append(worker.milliseconds(network, arguments.seconds))
            medians = {name: statistics.median(values) for name, values in times.items()}
            peers = [value for name, value in medians.items() if name != "mltk"]
            ratio = min(peers) / medians["mltk"] if peers else math.nan
            ratios.append(ratio)
            results[network] = medians | {"ratio": ratio}
            print(f"{network:4s}" + "".join(f"{value:16.3f}" for value in medians.values()) + f"{ratio:16.2f}", flush=True)
    finally:
        for worker in all_workers:
            worker.end()
    results["geometric_mean"] = math.exp(statistics.fmean(map(math.log, ratios)))
    print(f"geometric mean {results['geometric_mean']:.2f}")
    return results


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=pathlib.Path)
    for peer in ("torch", "tensorflow", "jax"):
        parser.add_argument(f"--{peer}", type=pathlib.Path, metavar="PYTHON")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.3, help="of one worker in a round")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--networks", nargs="+", default=NETWORKS)
    parser.add_argument("--json", type=pathlib.Path)
    arguments = parser.parse_args()
    results = {f"{threads} threads": measure(arguments, threads) for threads in arguments.threads}
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
