"""Keras layers: those of the native library, made from its definitions, and the base of a specification's own."""

import contextlib
import inspect
import json
from typing import List

from mltk import _core
from mltk.keras_api import backend, custom_objects, functions
from mltk.keras_api.dtypes import TensorShape
from mltk.keras_api.tensors import (
    EagerTensor,
    GraphTensor,
    KerasTensor,
    Tensor,
    Trace,
    Variable,
    current_trace,
    flatten as flatten_structure,
    map_structure,
    run_once,
    to_array,
)

#: Beginning of the names of weights that are made now: "outer/inner/".
_SCOPES: List[str] = []
#: Arguments that every layer takes.
_COMMON = ("input_shape", "batch_input_shape", "batch_size", "input_dim", "weights", "autocast")


def flatten(inputs) -> List[KerasTensor]:
    """The tensors between layers of one or of a list."""
    tensors = flatten_structure(inputs)
    for tensor in tensors:
        if not isinstance(tensor, KerasTensor):
            raise TypeError(
                f"a layer was called on {type(tensor).__name__}, expected the result of another layer or of Input()"
            )
    return tensors


@contextlib.contextmanager
def _scope(name: str):
    _SCOPES.append(name)
    try:
        yield
    finally:
        _SCOPES.pop()


def _current_scope() -> str:
    if _SCOPES:
        return _SCOPES[-1]
    trace = current_trace()
    layer = trace.graph.layer() if trace is not None else ""
    return f"{layer}/" if layer else ""


def _is_plain(function) -> bool:
    """Whether the native library knows the function by its name."""
    return getattr(function, "__module__", "").startswith("mltk.keras_api")


class Layer:
    """Base of all layers.

    A subclass makes its weights in `build(input_shape)` with `add_weight` and computes in `call(inputs)`, which runs once for
    each graph, on tensors whose values are not known yet. Layers in its attributes (also in lists and dictionaries) are part
    of it.

    Calling a layer on the result of another one connects them; calling it again shares its weights.

    Args:
        trainable: whether training changes the weights
        name: of the layer
    """

    #: The native definition's class name; None: there is none.
    _class_name = None
    _arguments: tuple = ()

    def __init__(self, *args, **kwargs):
        if self._class_name is not None:
            self._init_native(args, kwargs)
        else:
            self._init_own(*args, **kwargs)

    def _init_own(self, trainable=True, name=None, dtype=None, dynamic=False, **kwargs):
        activity_regularizer = kwargs.pop("activity_regularizer", None)
        unknown = [key for key in kwargs if key not in _COMMON]
        if unknown:
            raise TypeError(f"{type(self).__name__}() has no argument '{unknown[0]}'")
        if dynamic or dtype not in (None, "float32") and getattr(dtype, "name", "") != "float32":
            raise NotImplementedError(f"{type(self).__name__}(): layers compute in float32, with dynamic=False")
        self._own_name = name or backend.unique_name(_core.snake_case(type(self).__name__))
        self._trainable = bool(trainable)
        self._given = {key: value for key, value in kwargs.items() if key in _COMMON}
        self._line = backend.specification_line()
        self.activity_regularizer = activity_regularizer
        self.__dict__.setdefault("built", False)

    def _init_native(self, args, kwargs):
        if len(args) > len(self._arguments):
            raise TypeError(f"{self._class_name}() takes {len(self._arguments)} positional arguments, got {len(args)}")
        for name, value in zip(self._arguments, args):
            if name in kwargs:
                raise TypeError(f"{self._class_name}() got several values for argument '{name}'")
            kwargs[name] = value
        activation = kwargs.get("activation")
        self._activation = None
        if isinstance(activation, str):
            activation = custom_objects.find(activation, activation)
        if callable(activation) and not isinstance(activation, (str, Layer)) and not _is_plain(activation):
            self._activation = kwargs.pop("activation")
            self._activation = activation
            if "activation" in self._arguments and self._class_name == "Activation":
                kwargs["activation"] = "linear"
        kwargs.pop("weights", None) if kwargs.get("weights", 0) is None else None  # pylint: disable=expression-not-assigned
        values = kwargs.pop("weights", None) if self._class_name != "Bidirectional" else None
        own = type(self).__name__ if type(self) not in LAYERS.values() else self._class_name
        name = kwargs.pop("name", None) or backend.unique_name(_core.snake_case(own))
        self._line = backend.specification_line()
        self._base = _core.Layer(self._class_name, name, kwargs, *self._line)
        self._first_values = values
        self._own_name = name
        if self._is_own():
            self._trainable = bool(kwargs.get("trainable", True))
            self._given = {key: kwargs[key] for key in _COMMON if key in kwargs}
            self.activity_regularizer = None
            self.built = False

    @classmethod
    def of(cls, native):
        """The Python side of a native layer."""
        kind = LAYERS.get(native.class_name, Layer)
        layer = object.__new__(kind)
        layer._base = native
        layer._own_name = native.name
        layer._activation = layer._first_values = None
        return layer

    def _is_own(self) -> bool:
        """Whether parts of the layer are written in Python."""
        return type(self) not in LAYERS.values() or self.__dict__.get("_activation") is not None

    def __setattr__(self, name, value):
        # Layers count in the order of their last assignment, as in Keras.
        if name in self.__dict__ and isinstance(value, (Layer, list, dict, tuple)):
            del self.__dict__[name]
        object.__setattr__(self, name, value)

    def __getattr__(self, name: str):
        """Arguments of a native layer, and its weights: `layer.units`, `layer.kernel`."""
        base = self.__dict__.get("_base")
        if base is not None and not name.startswith("_"):
            config = base.config()
            if name in config:
                value = config[name]
                return tuple(value) if isinstance(value, list) else value
            for variable in _core.layer_variables(base):
                if variable.name.rsplit("/", 1)[-1] == f"{name}:0":
                    return Variable.of(variable)
            if name in ("kernel", "bias", "gamma", "beta", "moving_mean", "moving_variance"):
                return None
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    @property
    def native(self):
        """The layer of the native library."""
        if not self._is_own():
            return self._base
        native = self.__dict__.get("_python_native")
        if native is None:
            if "_own_name" not in self.__dict__:
                raise RuntimeError(f"{type(self).__name__}.__init__ must call super().__init__()")
            given = {key: self._given[key] for key in ("input_shape", "batch_input_shape", "batch_size") if key in self._given}
            native = _core.python_layer(self, self._own_name, given, *self._line)
            self.__dict__["_python_native"] = native
        return native

    @property
    def name(self) -> str:
        return self.__dict__.get("_own_name") or self._base.name

    @property
    def dtype(self) -> str:
        return "float32"

    compute_dtype = dtype

    @property
    def trainable(self) -> bool:
        return self._trainable if self._is_own() else self._base.trainable

    @trainable.setter
    def trainable(self, value: bool):
        if "_base" in self.__dict__:
            self._base.trainable = bool(value)
        if self._is_own():
            self._trainable = bool(value)
            for variable, wanted, _ in self.__dict__.get("_own_weights", []):
                variable.native.trainable = bool(value) and wanted
            for layer in self._children():
                layer.trainable = value

    # -- what subclasses override and call

    def build(self, input_shape):
        """Make the weights for inputs of `input_shape`, with the batch first."""
        if "_base" in self.__dict__:
            shapes = input_shape if input_shape and isinstance(input_shape[0], (list, tuple)) else [input_shape]
            _core.build_layer(self._base, [tuple(shape) for shape in shapes], backend.next_seed, _current_scope())
            self._set_first_values()
        if self._is_own():
            self.built = True

    def call(self, inputs, *args, **kwargs):  # pylint: disable=unused-argument
        """The result for `inputs`."""
        if "_base" not in self.__dict__:
            return inputs
        result = self._call_native(inputs, kwargs.get("training"), kwargs.get("mask"), kwargs.get("initial_state"))
        return result if self._activation is None else self._activation(result)

    def compute_output_shape(self, input_shape):
        """The shape of the result for inputs of a shape."""
        shapes = input_shape if input_shape and isinstance(input_shape[0], (list, tuple)) else [input_shape]
        graph = _core.Graph()
        with Trace(graph, False) as trace:
            tensors = [GraphTensor(trace, graph.input("x", tuple(shape))) for shape in shapes]
            if self._is_own():
                result = self(tensors[0] if len(tensors) == 1 else tensors)
            else:
                # A copy: asking for a shape makes no weights.
                copy = _core.Layer(self._base.class_name, self.name, self._base.config(), *getattr(self, "_line", ("", 0)))
                _core.build_layer(copy, [tensor.stored_shape for tensor in tensors], lambda: 0, "")
                ids = graph.call(copy, [tensor.index for tensor in tensors], False, "", {})
                result = [GraphTensor(trace, index) for index in ids]
                result = result[0] if len(result) == 1 else result
            return map_structure(lambda tensor: tensor.shape, result)

    def get_config(self) -> dict:
        """Constructor arguments by name; a subclass with arguments of its own adds them."""
        if "_base" in self.__dict__:
            config = self._base.config()
            if self._activation is not None:
                config["activation"] = getattr(self._activation, "__name__", type(self._activation).__name__)
            return config
        config = {"name": self.name, "trainable": self.trainable, "dtype": "float32"}
        shape = self._given.get("batch_input_shape")
        if shape is None and self._given.get("input_shape") is not None:
            shape = (self._given.get("batch_size"), *self._given["input_shape"])
        if shape is not None:
            config["batch_input_shape"] = list(shape)
        parameters = inspect.signature(type(self).__init__).parameters
        own = [key for key, value in parameters.items() if value.kind not in (value.VAR_KEYWORD, value.VAR_POSITIONAL)]
        missing = [key for key in own[1:] if key not in config and key not in ("dynamic", *_COMMON)]
        if missing and type(self).get_config is Layer.get_config:
            raise NotImplementedError(
                f"layer '{self.name}' ({type(self).__name__}) has the argument '{missing[0]}' and no get_config() that gives it, so "
                "it cannot be saved; add: def get_config(self): return {**super().get_config(), "
                f"'{missing[0]}': self.{missing[0]}}}"
            )
        return config

    @classmethod
    def from_config(cls, config: dict):
        """The layer of `get_config`."""
        return cls(**config)

    def add_weight(self, name=None, shape=None, dtype=None, initializer=None, regularizer=None, trainable=None, constraint=None,
                   use_resource=None, synchronization=None, aggregation=None, **kwargs):  # pylint: disable=unused-argument
        """Make a weight of the layer.

        Args:
            initializer: name, object or function of (shape, dtype); glorot_uniform when not given
            trainable: False for a state, such as a moving average, that `assign` changes
        """
        from mltk.keras_api import initializers

        weights = self.__dict__.setdefault("_own_weights", [])
        name = name or f"variable_{len(weights)}" if weights else name or "Variable"
        wanted = True if trainable is None else bool(trainable)
        value = initializers.draw("glorot_uniform" if initializer is None else initializer, () if shape is None else shape)
        native = _core.make_variable(f"{_current_scope()}{name}:0", value, wanted and self.trainable, constraint)
        variable = Variable.of(native)
        weights.append((variable, wanted, regularizer))
        return variable

    add_variable = add_weight

    def add_loss(self, losses, **_):
        """Add scalars of a call to the loss of the model."""
        trace = current_trace()
        for loss in flatten_structure(losses):
            value = loss() if callable(loss) else loss
            if trace is None:
                raise NotImplementedError("add_loss is for tensors inside of call()")
            if trace.graph.collects_penalties:
                trace.graph.penalty(trace.tensor(functions.reduce_mean(value) if value.shape else value).index)

    def add_metric(self, value, name=None, **_):
        """Not available."""
        raise NotImplementedError(f"layer '{self.name}': add_metric is not supported; give the metric to model.compile")

    # -- calls

    def __call__(self, *args, **kwargs):
        inputs, args = (args[0], args[1:]) if args else (kwargs.pop(self._first_argument()), ())
        given = flatten_structure([inputs, args, kwargs])
        if any(isinstance(item, KerasTensor) for item in given):
            return self._connect(inputs, args, kwargs)
        if current_trace() is not None and any(isinstance(item, (GraphTensor, Variable)) for item in given):
            return self._call_in_graph(inputs, args, kwargs)
        return self._call_at_hand(inputs, args, kwargs)

    def _first_argument(self) -> str:
        return next(iter(inspect.signature(self.call).parameters))

    def _takes_training(self) -> bool:
        return "training" in inspect.signature(self.call).parameters

    def _connect(self, inputs, args, kwargs):
        names = [name for name in inspect.signature(self.call).parameters][1:]
        keywords = {**dict(zip(names, args)), **kwargs}
        keywords = {key: value for key, value in keywords.items() if value is not None}
        if not self._is_own() and "initial_state" in keywords:
            # As in Keras, states are inputs behind the first.
            inputs = [*flatten_structure(inputs), *flatten_structure(keywords.pop("initial_state"))]
        tensors: list = []
        first = encode(inputs, tensors)
        encoded = {key: encode(value, tensors) for key, value in keywords.items()}
        if self._keeps_structure() or not isinstance(inputs, (list, tuple, KerasTensor)):
            encoded["$first"] = first
        elif len(tensors) > len(flatten_structure(inputs)):
            # Some are keywords; files of Keras hold a list of the others.
            encoded["$first"] = first if isinstance(first, list) else [first]
        self._check_inputs(inputs, encoded)
        natives = _core.call_layer(self.native, [tensor.native for tensor in tensors], backend.next_seed, encoded)
        self._set_first_values()
        results = [KerasTensor(native, self, tensors) for native in natives]
        result = self._structured(results)
        self.__dict__.setdefault("_calls", []).append((inputs, result))
        return result

    def _check_inputs(self, inputs, keywords):
        if not self._is_own() and isinstance(inputs, dict):
            raise TypeError(f"layer '{self.name}' was called on a dictionary, expected a tensor or a list")
        if not self._is_own():
            unknown = [key for key in keywords if key not in ("training", "mask", "$first")]
            if unknown:
                raise NotImplementedError(f"layer '{self.name}': the argument {unknown[0]} of its call is not supported")

    def _keeps_structure(self) -> bool:
        return False

    def _structured(self, results: list):
        shape = self.__dict__.get("_result")
        if self._is_own() and shape is not None:
            found = iter(results)
            return map_structure(lambda _: next(found), shape)
        return results[0] if len(results) == 1 else results

    def _call_in_graph(self, inputs, args, kwargs):
        trace = current_trace()
        if not self._is_own():
            return self._call_native(inputs, kwargs.get("training"), kwargs.get("mask"), kwargs.get("initial_state"))
        with trace.layer(self.name):
            return self._run(inputs, args, kwargs)

    def _run(self, inputs, args, kwargs):
        """`call` inside of the graph that is being made, whose current layer is this one."""
        trace = current_trace()
        layer = trace.graph.layer()
        inputs = map_structure(trace.tensor, inputs) if not isinstance(inputs, (int, float)) else inputs
        self._ensure_built(map_structure(lambda tensor: tensor.shape, inputs), f"{layer}/" if layer else "")
        with trace.phase(kwargs.get("training")), self._no_build_scope():
            if self._takes_training():
                kwargs = {**kwargs, "training": trace.training}
            else:
                kwargs.pop("training", None)
            mask = self._mask_for(inputs, args, kwargs)
            result = self.call(inputs, *args, **kwargs)
            self._set_mask(inputs, mask, result)
        if self.activity_regularizer is not None and trace.graph.collects_penalties:
            for tensor in flatten_structure(result):
                trace.graph.activity_penalty(trace.tensor(tensor).index, self.activity_regularizer)
        return result

    #: Whether the mask of the inputs is that of the result.
    supports_masking = False

    def compute_mask(self, inputs, mask=None):
        """The mask of the result, where values count: that of the inputs if the layer supports masking."""
        if self._class_name == "Embedding" and self.mask_zero:
            return functions.not_equal(inputs, 0.0)
        if self._class_name == "Masking":
            return functions.reduce_any(functions.not_equal(inputs, self.mask_value), -1)
        masks = [item for item in flatten_structure(mask) if item is not None]
        return masks[0] if masks and self.supports_masking else None

    def _mask_for(self, inputs, args, kwargs):
        """The mask of the inputs, which is also put among the arguments when call() takes it and got none."""
        given = kwargs.get("mask")
        if given is None:
            given = map_structure(lambda item: getattr(item, "_keras_mask", None), inputs)
            if all(item is None for item in flatten_structure(given)):
                given = None
        names = list(inspect.signature(self.call).parameters)
        if given is not None and "mask" in names and len(args) < names.index("mask"):
            kwargs["mask"] = given
        return given

    def _set_mask(self, inputs, mask, result):
        own = type(self).compute_mask is not Layer.compute_mask
        if not own and (mask is None or not self.supports_masking):
            return
        computed = self.compute_mask(inputs, mask)
        for tensor, of_tensor in zip(flatten_structure(result), flatten_structure(computed)):
            if isinstance(tensor, GraphTensor) and of_tensor is not None:
                tensor.trace.graph.set_mask(tensor.index, tensor.trace.tensor(of_tensor).index)

    @contextlib.contextmanager
    def _no_build_scope(self):
        before, _SCOPES[:] = list(_SCOPES), []
        try:
            yield
        finally:
            _SCOPES[:] = before

    def _ensure_built(self, shapes, scope: str):
        if self.__dict__.get("built"):
            return
        with _scope(scope):
            self.build(shapes)
        self.built = True
        self._set_first_values()

    def _set_first_values(self):
        """The constructor's `weights=[arrays]`."""
        values = self.__dict__.get("_first_values") or self.__dict__.get("_given", {}).get("weights")
        if values is not None and self.weights:
            self.__dict__["_first_values"] = None
            self.__dict__.get("_given", {}).pop("weights", None)
            self.set_weights(values)

    def _call_native(self, inputs, training=None, mask=None, initial_state=None):
        trace = current_trace()
        given = [*flatten_structure(inputs), *(item for item in flatten_structure(initial_state) if item is not None)]
        keywords: dict = {}
        if mask is not None:
            places = []
            for item in mask if isinstance(mask, (list, tuple)) else [mask]:
                places.append(None if item is None else {"$tensor": len(given)})
                given += [] if item is None else [item]
            keywords["mask"] = places if isinstance(mask, (list, tuple)) else places[0]
        tensors = [functions.tensor(item, f"layer '{self.name}'") for item in given]
        layer = trace.graph.layer()
        prefix = f"{layer}/" if layer else ""
        own = self._is_own()  # then the weights are named by the layer around
        _core.build_layer(
            self._base, [tensor.stored_shape for tensor in tensors], backend.next_seed, prefix if own else f"{prefix}{self.name}/"
        )
        self._set_first_values()
        phase = trace.training if training is None else bool(training)
        ids = trace.graph.call(self._base, [tensor.index for tensor in tensors], phase, prefix, keywords)
        results = [GraphTensor(trace, index) for index in ids]
        return results[0] if len(results) == 1 else results

    def _call_at_hand(self, inputs, args, kwargs):
        """Compute at once."""
        given = [inputs, list(args), kwargs]
        batch = len(to_array(flatten_structure(inputs)[0]))

        def is_batch(value) -> bool:
            return len(getattr(value, "shape", ())) > 0 and value.shape[0] == batch

        arrays = [value for value in flatten_structure(given) if is_batch(value)]
        training = bool(kwargs.get("training") or False)

        def compute(*tensors):
            found = iter(tensors)
            first, more, named = map_structure(lambda value: next(found) if is_batch(value) else value, given)
            return self(first, *more, **named)

        compute.of_layer = True
        results = run_once(compute, arrays, training)
        for recorder in functions.recorders:
            recorder(compute, arrays, flatten_structure(results))
        return results

    # -- the native side of a layer written in Python

    def _native_class_name(self) -> str:
        return custom_objects.registered_name(type(self)) if type(self) not in LAYERS.values() else self._class_name

    def _class_name_in_files(self) -> str:
        return type(self).__name__ if self._is_own() else self.native.class_name

    def _native_config(self) -> dict:
        config = self.get_config()
        return {"name": self.name, **config}

    def _native_build(self, shapes, scope: str):  # pylint: disable=unused-argument
        """The first call builds: it knows which of its arguments is which."""

    def _native_call(self, graph, ids, training: bool, keywords: dict) -> list:
        outer = current_trace()
        with Trace(graph, training) as trace:
            tensors = [GraphTensor(trace, index) for index in ids]
            keywords = dict(keywords)
            if "$first" in keywords:
                first = decode(keywords.pop("$first"), tensors)
            else:
                used = json.dumps(keywords).count("$tensor")
                first = tensors[: len(tensors) - used]
            if isinstance(first, list) and len(first) == 1 and not self._keeps_structure():
                first = first[0]
            keywords = {key: decode(value, tensors) for key, value in keywords.items()}
            result = self._run(first, (), keywords)
            self.__dict__["_result"] = map_structure(lambda _: 0, result)
            results = [self._result_tensor(value) for value in flatten_structure(result)]
            if outer is None or outer.graph is not graph:
                trace.finish_updates()
            return [tensor.index for tensor in results]

    def _result_tensor(self, value):
        tensor = functions.tensor(value, f"the result of layer '{self.name}'")
        return tensor

    def _native_weights(self) -> list:
        return [variable.native for variable in self.weights]

    def _native_module(self) -> str:
        module = type(self).__module__
        if not module.startswith("mltk.keras_api"):
            return module
        # Operators between layers have no public name, so files of Keras find them by their class.
        return "" if type(self).__name__.endswith("OpLambda") else "keras.layers"

    def _native_state(self, visited=None) -> list:
        """The weights by owner, [(path, [native variables])], as Keras walks through the attributes for its files."""
        visited = set() if visited is None else visited
        visited.add(id(self))
        if not self._is_own():
            return self.native.state()
        entries = self._base.state() if "_base" in self.__dict__ else []
        own = self._own_variables()
        own = [v.native for v in own if v.trainable] + [v.native for v in own if not v.trainable]
        if own and entries and entries[0][0] == "":
            entries = [("", entries[0][1] + own)] + entries[1:]
        elif own:
            entries = [("", own)] + entries
        for name, value in sorted(self._attributes().items(), reverse=True):
            entries += _state_of(name, value, visited)
        return entries

    def _attributes(self) -> dict:
        return {name: value for name, value in self.__dict__.items() if name not in ("_calls", "_result", "_own_weights")}

    def _own_variables(self) -> list:
        own = [variable for variable, _, _ in self.__dict__.get("_own_weights", [])]
        return own + [value for value in self.__dict__.values() if isinstance(value, Variable) and all(value is not v for v in own)]

    def _native_penalties(self, graph):
        for variable, _, regularizer in self.__dict__.get("_own_weights", []):
            if regularizer is not None:
                graph.weight_penalty(variable.native, regularizer)
        if "_base" in self.__dict__:
            graph.layer_penalties(self._base)
        for layer in self._children():
            graph.layer_penalties(layer.native)

    def _children(self) -> List["Layer"]:
        """Layers in the attributes, each once."""
        found: list = []
        for key, value in self.__dict__.items():
            if key in ("_calls", "_result"):
                continue
            for item in _layers_in(value):
                if all(item is not other for other in found):
                    found.append(item)
        return found

    # -- weights

    def _split_weights(self):
        """Trainable ones and others, in Keras' order."""
        if not self._is_own():
            natives = _core.layer_variables(self._base)
            variables = [Variable.of(native) for native in natives]
            return [v for v in variables if v.trainable], [v for v in variables if not v.trainable]
        own = self._own_variables()
        trainable = [variable for variable in own if variable.trainable]
        others = [variable for variable in own if not variable.trainable]
        if "_base" in self.__dict__:
            variables = [Variable.of(native) for native in _core.layer_variables(self._base)]
            trainable = [v for v in variables if v.trainable] + trainable
            others = [v for v in variables if not v.trainable] + others
        for layer in self._children():
            more, rest = layer._split_weights()
            trainable += more
            others += rest
        return trainable, others

    @property
    def weights(self) -> List[Variable]:
        trainable, others = self._split_weights()
        return trainable + others

    variables = weights

    @property
    def trainable_weights(self) -> List[Variable]:
        return self._split_weights()[0]

    @property
    def trainable_variables(self) -> List[Variable]:
        return self.trainable_weights

    @property
    def non_trainable_weights(self) -> List[Variable]:
        return self._split_weights()[1]

    @property
    def non_trainable_variables(self) -> List[Variable]:
        return self.non_trainable_weights

    def get_weights(self) -> list:
        """The weights as arrays, in Keras' order."""
        return [variable.native.value() for variable in self.weights]

    def set_weights(self, weights):
        """Set the weights from arrays in the order of `get_weights`."""
        variables, arrays = self.weights, list(weights)
        if len(variables) != len(arrays):
            raise ValueError(f"layer '{self.name}': set_weights got {len(arrays)} arrays, there are {len(variables)} weights")
        for variable, array in zip(variables, arrays):
            variable.native.assign(to_array(array))

    def count_params(self) -> int:
        """Number of weights."""
        return sum(int(variable.native.value().size) for variable in self.weights)

    # -- where it stands in a model

    def _only_call(self, part: int):
        calls = self.__dict__.get("_calls", [])
        if not calls:
            raise AttributeError(f"layer '{self.name}' has not been called, so it has no input and output")
        if len(calls) > 1:
            raise AttributeError(f"layer '{self.name}' was called {len(calls)} times; use the tensors of the calls")
        return calls[0][part]

    @property
    def input(self):
        return self._only_call(0)

    @property
    def output(self):
        return self._only_call(1)

    @property
    def input_shape(self):
        return map_structure(lambda tensor: tuple(tensor.shape), self.input)

    @property
    def output_shape(self):
        return map_structure(lambda tensor: tuple(tensor.shape), self.output)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} '{self.name}'>"


def _layers_in(value):
    if isinstance(value, Layer):
        yield value
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _layers_in(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _layers_in(item)


def _state_of(path: str, value, visited: set) -> list:
    """The entries of an attribute: of a layer, or of the layers in a container, which are counted by class."""
    if isinstance(value, Layer):
        if id(value) in visited:
            return []
        return [(f"{path}/{inner}" if inner else path, weights) for inner, weights in value._native_state(visited)]
    entries: list = []
    used: dict = {}
    items = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
    for i, item in enumerate(items):
        if isinstance(item, Layer) and id(item) not in visited:
            name = _core.snake_case(item._class_name_in_files())
            used[name] = used.get(name, -1) + 1
            entries += _state_of(f"{path}/{name}_{used[name]}" if used[name] else f"{path}/{name}", item, visited)
        elif isinstance(item, (list, tuple, dict)):
            entries += _state_of(f"{path}/{i}", item, visited)
    return entries


def encode(value, tensors: list):
    """What a call got, for Keras' files: tensors are put into `tensors`, {"$tensor": k} stands for them."""
    if isinstance(value, KerasTensor):
        tensors.append(value)
        return {"$tensor": len(tensors) - 1}
    if isinstance(value, dict):
        return {key: encode(item, tensors) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [encode(item, tensors) for item in value]
    if isinstance(value, slice):
        return {"start": value.start, "stop": value.stop, "step": value.step}
    if value is Ellipsis:
        return {"class_name": "__ellipsis__"}
    if isinstance(value, (Variable, GraphTensor)):
        raise NotImplementedError("a tf.Variable between layers is not supported; write a layer with add_weight")
    if isinstance(value, EagerTensor):
        return to_array(value).tolist()
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if hasattr(value, "tolist"):
        return value.tolist()
    if hasattr(value, "name"):
        return value.name
    return getattr(value, "__name__", str(value))


def decode(value, tensors: list):
    """The inverse of `encode`."""
    if isinstance(value, dict):
        if "$tensor" in value:
            return tensors[value["$tensor"]]
        if value.get("class_name") == "__ellipsis__":
            return Ellipsis
        if set(value) == {"start", "stop", "step"}:
            return slice(value["start"], value["stop"], value["step"])
        return {key: decode(item, tensors) for key, item in value.items()}
    return [decode(item, tensors) for item in value] if isinstance(value, list) else value


def _make_class(class_name: str, arguments) -> type:
    lines = [f"Keras' {class_name}.", "", "Args:"]
    for name, default, meaning in arguments:
        lines.append(f"    {name}: {meaning}" + (f" (default {json.loads(default)!r})" if default else ""))
    attributes = {
        "_class_name": class_name,
        "_arguments": tuple(name for name, _, _ in arguments),
        "__doc__": "\n".join(lines),
        "__module__": __name__,
    }
    return type(class_name, (Layer,), attributes)


LAYERS = {name: _make_class(name, arguments) for name, arguments in _core.layer_definitions()}
globals().update(LAYERS)
MaxPool1D = LAYERS["MaxPooling1D"]
MaxPool2D = LAYERS["MaxPooling2D"]
AvgPool1D = LAYERS["AveragePooling1D"]
AvgPool2D = LAYERS["AveragePooling2D"]
GlobalMaxPool1D = LAYERS["GlobalMaxPooling1D"]
GlobalMaxPool2D = LAYERS["GlobalMaxPooling2D"]
GlobalAvgPool1D = LAYERS["GlobalAveragePooling1D"]
GlobalAvgPool2D = LAYERS["GlobalAveragePooling2D"]
# Keras' order of its positional arguments; other layers take these by name only.
LAYERS["InputLayer"]._arguments = ("input_shape", "batch_size", "dtype")  # pylint: disable=protected-access

Convolution1D = LAYERS["Conv1D"]
Convolution2D = LAYERS["Conv2D"]
SeparableConvolution1D = LAYERS["SeparableConv1D"]
SeparableConvolution2D = LAYERS["SeparableConv2D"]
Convolution1DTranspose = LAYERS["Conv1DTranspose"]
Convolution2DTranspose = LAYERS["Conv2DTranspose"]


def Input(shape=None, batch_size=None, name=None, dtype=None, **kwargs) -> KerasTensor:  # pylint: disable=invalid-name
    """An input of a model.

    Args:
        shape: sizes without the batch
    """
    if shape is None and kwargs.get("batch_shape") is not None:
        batch_size, *shape = kwargs.pop("batch_shape")
    if shape is None:
        raise ValueError("Input() needs a shape, e.g. Input(shape=my_model.input_shape)")
    name = name or f"input_{_next_input()}"
    layer = LAYERS["InputLayer"](input_shape=tuple(shape), batch_size=batch_size, name=name, dtype=dtype, **kwargs)
    return layer_output(layer)


def layer_output(layer) -> KerasTensor:
    """The tensor of an InputLayer."""
    tensor = KerasTensor(_core.call_layer(layer.native, [], backend.next_seed, {})[0], layer, [])
    layer.__dict__.setdefault("_calls", []).append((tensor, tensor))
    return tensor


def _next_input() -> int:
    text = backend.unique_name("input")
    return int(text.rsplit("_", 1)[1]) + 1 if "_" in text else 1


def _functional(class_name: str):
    def function(inputs, **kwargs):
        return LAYERS[class_name](**kwargs)(inputs)

    function.__doc__ = f"Functional form of {class_name}."
    return function


add = _functional("Add")
subtract = _functional("Subtract")
multiply = _functional("Multiply")
maximum = _functional("Maximum")
minimum = _functional("Minimum")
average = _functional("Average")
dot = _functional("Dot")
concatenate = _functional("Concatenate")


# These are subclasses of Layer.
from mltk.keras_api.function_layers import Lambda, SlicingOpLambda, TFOpLambda  # noqa: E402  pylint: disable=wrong-import-position
from mltk.keras_api.image_layers import (  # noqa: E402  pylint: disable=wrong-import-position
    RandomCrop,
    RandomHeight,
    RandomRotation,
    RandomTranslation,
    RandomWidth,
    RandomZoom,
)
from mltk.keras_api.rnn_layers import (  # noqa: E402  pylint: disable=wrong-import-position
    RNN,
    GRUCell,
    LSTMCell,
    SimpleRNNCell,
    StackedRNNCells,
)
from mltk.keras_api.more_layers import (  # noqa: E402  pylint: disable=wrong-import-position
    MultiHeadAttention,
    RandomBrightness,
    RandomContrast,
    RandomFlip,
)

#: Layers of Keras that are composed of functions of tensors.
PYTHON_LAYERS = {
    cls.__name__: cls
    for cls in (
        Lambda, SlicingOpLambda, TFOpLambda, MultiHeadAttention, RandomBrightness, RandomContrast, RandomCrop, RandomFlip,
        RandomRotation, RandomTranslation, RandomZoom, RNN, GRUCell, LSTMCell, SimpleRNNCell, StackedRNNCells,
    )  # fmt: skip
}


class Wrapper(Layer):
    """Base of layers that hold another one.

    Args:
        layer: the other one
    """

    def __init__(self, layer, **kwargs):
        super().__init__(**kwargs)
        self.layer = layer

    def get_config(self) -> dict:
        return {**super().get_config(), "layer": serialize(self.layer)}

    @classmethod
    def from_config(cls, config: dict):
        config = dict(config)
        return cls(deserialize(config.pop("layer")), **config)


def make_layer(class_name: str, config: dict):
    """The layer of a file that the native library does not know; None: it does, or nobody does."""
    cls = custom_objects.find_class(class_name) or PYTHON_LAYERS.get(class_name)
    if cls is None:
        activation = config.get("activation")
        if class_name in LAYERS and isinstance(activation, str) and custom_objects.find(activation) is not None:
            return LAYERS[class_name](**config)
        if class_name not in LAYERS and class_name not in ("Functional", "Sequential", "Model"):
            raise NotImplementedError(
                f"layer '{config.get('name')}' is a {class_name}, which is not known; give its class as "
                f"custom_objects={{'{class_name}': {class_name}}} (in a specification: my_model.keras_custom_objects)"
            )
        return None
    return cls.from_config(dict(config))


def deserialize(config: dict, custom_objects=None):  # pylint: disable=redefined-outer-name
    """The layer of {"class_name", "config"}."""
    from mltk.keras_api import custom_objects as objects

    with objects.custom_object_scope(custom_objects or {}):
        layer = make_layer(config["class_name"], config["config"])
        return layer if layer is not None else LAYERS[config["class_name"]](**config["config"])


def serialize(layer: Layer) -> dict:
    """{"class_name", "config"}"""
    return {"class_name": layer._native_class_name() if layer._is_own() else layer.native.class_name, "config": layer.get_config()}
