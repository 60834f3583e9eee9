"""A function that runs in several Python processes."""

from mltk.utils.process_pool.pool import (
    ProcessPool,
    ProcessPoolBatch,
    WorkerError,
    calculate_n_jobs,
    get_cpu_count,
)
