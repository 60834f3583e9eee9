"""How tensors and scratch buffers share a device's memory."""

import copy
from dataclasses import dataclass
from typing import List, Optional

MEMORY_ALIGNMENT = 16


def align_memory(value: int) -> int:
    """`value` rounded up to a multiple of 16."""
    return -(-value // MEMORY_ALIGNMENT) * MEMORY_ALIGNMENT


@dataclass
class TfliteMicroMemoryPlanBufferTensor:
    """A tensor in a buffer, as a layer sees it.

    Attributes:
        label: `input1`, `output0`
    """

    layer_index: int = -1
    layer_opcode: Optional[int] = None
    layer_name: Optional[str] = None
    size_bytes: int = 0
    label: Optional[str] = None

    @property
    def name(self) -> str:
        """`op15-conv_2d:input1`."""
        return f"{self.layer_name}:{self.label}" if self.layer_name else self.label

    def __str__(self) -> str:
        return self.name


@dataclass(eq=False)
class TfliteMicroMemoryPlanBuffer:
    """A buffer that lives from layer `start` to layer `end`, both included.

    Attributes:
        size: bytes
        offset: bytes from the start of the memory; -1 before it is placed
        tensors: what lies in it
        tensor_id: index of its tensor in the subgraph; -1 for a scratch buffer
    """

    size: int
    start: int
    end: int
    offset: int = -1
    tensors: Optional[List[TfliteMicroMemoryPlanBufferTensor]] = None
    subgraph_id: int = -1
    tensor_id: int = -1

    @property
    def associated_tensors_str(self) -> str:
        """Names of the tensors, with commas."""
        return ",".join(tensor.name for tensor in self.tensors or [])

    @property
    def max_tensor(self) -> Optional[TfliteMicroMemoryPlanBufferTensor]:
        """The largest tensor in it."""
        return max(self.tensors, key=lambda tensor: tensor.size_bytes) if self.tensors else None

    @property
    def memory_usage_bytes(self) -> int:
        """Bytes from the start of the memory to the buffer's end."""
        return self.offset + self.size

    def equals(self, buffer=None, subgraph_id: Optional[int] = None, tensor_id: Optional[int] = None) -> bool:
        """Whether it holds the same tensor as `buffer`, or this tensor."""
        if buffer is not None:
            subgraph_id, tensor_id = buffer.subgraph_id, buffer.tensor_id
        if subgraph_id is None or tensor_id is None:
            raise ValueError("give a buffer, or subgraph_id and tensor_id")
        return -1 not in (subgraph_id, tensor_id) and (subgraph_id, tensor_id) == (self.subgraph_id, self.tensor_id)

    def __eq__(self, other) -> bool:
        return isinstance(other, TfliteMicroMemoryPlanBuffer) and self.equals(other)

    def __hash__(self) -> int:
        return hash((self.size, self.start, self.end, self.offset))


class TfliteMicroMemoryPlanBufferGroup(tuple):
    """The buffers that are alive at a time: while a layer runs."""

    def __new__(cls, time: int, buffers: List[TfliteMicroMemoryPlanBuffer]):
        group = super().__new__(cls, buffers)
        group.time = time
        return group

    @property
    def buffer_memory_usage_bytes(self) -> int:
        """Memory that they need, a multiple of 16."""
        return align_memory(max((buffer.memory_usage_bytes for buffer in self), default=0))


class TfliteMicroMemoryPlan(list):
    """The buffers of a model.

    Attributes:
        memory_type: a name for reports
        total_persistent_runtime_size: bytes beside the buffers that stay for the model's life
    """

    def __init__(
        self,
        memory_type: str = "sram",
        tflite_model=None,
        total_persistent_runtime_size: Optional[int] = None,
        persistent_runtime_sizes: Optional[List[int]] = None,
        temp_runtime_sizes: Optional[List[int]] = None,
    ):
        super().__init__()
        self.memory_type = memory_type
        self.tflite_model = tflite_model
        self.total_persistent_runtime_size = total_persistent_runtime_size or 0
        self.persistent_runtime_sizes = persistent_runtime_sizes or []
        self.temp_runtime_sizes = temp_runtime_sizes or []

    @staticmethod
    def create(
        memory_plan: List[dict],
        tflite_model=None,
        memory_type: str = "sram",
        total_persistent_runtime_size: Optional[int] = None,
        persistent_runtime_sizes: Optional[List[int]] = None,
        temp_runtime_sizes: Optional[List[int]] = None,
    ) -> "TfliteMicroMemoryPlan":
        """A plan of dictionaries with `offset, start, end, size` and optional `subgraph_id, tensor_id`."""
        plan = TfliteMicroMemoryPlan(
            memory_type, tflite_model, total_persistent_runtime_size, persistent_runtime_sizes, temp_runtime_sizes
        )
        for entry in memory_plan:
            buffer = TfliteMicroMemoryPlanBuffer(**entry)
            buffer.tensors = _tensors_in(buffer, tflite_model)
            plan.append(buffer)
        return plan

    def clone(self) -> "TfliteMicroMemoryPlan":
        """A copy with buffers of its own."""
        plan = TfliteMicroMemoryPlan(
            self.memory_type,
            self.tflite_model,
            self.total_persistent_runtime_size,
            list(self.persistent_runtime_sizes),
            list(self.temp_runtime_sizes),
        )
        plan.extend(copy.deepcopy(buffer) for buffer in self)
        return plan

    @property
    def buffer_memory_usage_bytes(self) -> int:
        """Memory that the buffers need, a multiple of 16."""
        return TfliteMicroMemoryPlanBufferGroup(-1, self).buffer_memory_usage_bytes

    @property
    def temporary_memory_usage_bytes(self) -> int:
        return max((align_memory(size) for size in self.temp_runtime_sizes), default=0)

    @property
    def total_memory_usage_bytes(self) -> int:
        """Memory for buffers, temporary and persistent objects."""
        return self.total_persistent_runtime_size + self.buffer_memory_usage_bytes + self.temporary_memory_usage_bytes

    @property
    def max_time(self) -> int:
        """The last layer that uses a buffer."""
        return max((buffer.end for buffer in self), default=0)

    @property
    def buffer_groups(self) -> List[TfliteMicroMemoryPlanBufferGroup]:
        """The buffers that are alive, layer by layer."""
        return [
            TfliteMicroMemoryPlanBufferGroup(
                time, [buffer for buffer in self if buffer.offset >= 0 and buffer.start <= time <= buffer.end]
            )
            for time in range(self.max_time + 1)
        ]

    @property
    def n_valid_buffers(self) -> int:
        return sum(buffer.start >= 0 and buffer.end >= 0 for buffer in self)

    def to_string(self, line_width: int = 80) -> str:
        """Sizes, and a picture with a line for each layer."""
        return f"{self.memory_type.upper()} memory\n{self.get_summary()}\n{self.get_layout_str(line_width)}"

    def get_summary(self, include_layer_stats: bool = False) -> str:
        """The sizes, a line each; with `include_layer_stats` also those of each layer."""
        lines = [
            f"Total: {self.total_memory_usage_bytes} bytes",
            f"Persistent: {self.total_persistent_runtime_size} bytes",
            f"Temporary: {self.temporary_memory_usage_bytes} bytes",
            f"Buffers: {self.buffer_memory_usage_bytes} bytes",
        ]
        if include_layer_stats:
            for group in self.buffer_groups:
                lines.append(f"{self._layer_name(group.time)}: {sum(buffer.size for buffer in group)} bytes")
        return "\n".join(lines)

    def get_layout_str(self, line_width: int = 80) -> str:
        """A line for each layer, `line_width` characters for the whole memory, a character for each buffer."""
        characters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
        placed = [buffer for buffer in self if buffer.offset >= 0 and buffer.size > 0]
        size = max(self.buffer_memory_usage_bytes, 1)
        lines = []
        for time in range(self.max_time + 1):
            row = ["."] * line_width
            for number, buffer in enumerate(placed):
                if buffer.start <= time <= buffer.end:
                    first, last = (at * line_width // size for at in (buffer.offset, buffer.memory_usage_bytes))
                    row[first:last] = characters[number % len(characters)] * (last - first)
            lines.append(f"{time:3} {''.join(row)} {self._layer_name(time)}")
        legend = [f"{characters[i % len(characters)]}: {buffer.associated_tensors_str}" for i, buffer in enumerate(placed)]
        return "\n".join(lines + legend)

    def __str__(self) -> str:
        return self.to_string()

    def _layer_name(self, time: int) -> str:
        layers = self.tflite_model.layers if self.tflite_model is not None else []
        return layers[time].name if time < len(layers) else f"step {time}"


class TfliteMicroMemoryPlanner:
    """Places buffers as TensorFlow Lite Micro's greedy planner does."""

    def __init__(self, tflite_model=None, memory_type: str = "sram"):
        self.tflite_model = tflite_model
        self.memory_type = memory_type
        self._buffers: List[TfliteMicroMemoryPlanBuffer] = []

    def add_buffer(self, buffer: TfliteMicroMemoryPlanBuffer):
        """Add a buffer; one with an `offset` keeps it."""
        self._buffers.append(buffer)

    def get_plan(self) -> TfliteMicroMemoryPlan:
        """The plan for all buffers."""
        from mltk import _core

        offsets = _core.plan_buffers([[buffer.size, buffer.start, buffer.end, buffer.offset] for buffer in self._buffers])
        entries = [
            {
                "offset": offset,
                "start": buffer.start,
                "end": buffer.end,
                "size": buffer.size,
                "subgraph_id": buffer.subgraph_id,
                "tensor_id": buffer.tensor_id,
            }
            for buffer, offset in zip(self._buffers, offsets)
        ]
        return TfliteMicroMemoryPlan.create(entries, self.tflite_model, self.memory_type)


def _tensors_in(buffer, tflite_model) -> List[TfliteMicroMemoryPlanBufferTensor]:
    if buffer.tensor_id == -1 or tflite_model is None or buffer.subgraph_id != tflite_model.selected_model_subgraph:
        return [TfliteMicroMemoryPlanBufferTensor(label="scratch")]
    return [
        TfliteMicroMemoryPlanBufferTensor(layer.index, layer.opcode, layer.name, tensor.size_bytes, f"{what}{i}")
        for layer in tflite_model.layers
        for what, tensors in (("input", layer.inputs), ("output", layer.outputs))
        for i, tensor in enumerate(tensors)
        if tensor is not None and tensor.index == buffer.tensor_id
    ]
