"""Keras models: building, training, prediction and files."""

import logging
import os
from typing import Callable, List, Optional

from mltk import _core
from mltk.keras_api import backend, callbacks as keras_callbacks, custom_objects as objects, functions
from mltk.keras_api.compiling import Compilation
from mltk.keras_api.data import first_shapes, make_source, split_validation
from mltk.keras_api.layers import LAYERS, KerasTensor, Layer, flatten, layer_output, make_layer
from mltk.keras_api.steps import Steps
from mltk.keras_api.tensors import (
    EagerTensor,
    GraphTensor,
    Trace,
    Variable,
    current_trace,
    flatten as flatten_structure,
    to_array,
)


class Model(Layer):
    """A model from input tensors to output tensors; also a layer of another model.

    A subclass may instead make layers in `__init__` and define `call(inputs)`, and may define `train_step(data)` and
    `test_step(data)`, which run once and become the graph of a step.

    Args:
        inputs: results of `Input`, one or a list
        outputs: results of layers, one or a list
        name: of the model
    """

    _class_name = "Functional"

    def __init__(self, *args, **kwargs):  # pylint: disable=super-init-not-called
        trainable = kwargs.pop("trainable", True)
        kwargs.pop("dtype", None)
        given = dict(zip(("inputs", "outputs", "name"), args), **kwargs)
        unknown = [key for key in given if key not in ("inputs", "outputs", "name")]
        if unknown:
            raise TypeError(f"{type(self).__name__}() has no argument '{unknown[0]}'")
        inputs, outputs = given.get("inputs"), given.get("outputs")
        if (inputs is None or outputs is None) and type(self) is Model:
            raise TypeError("Model() needs inputs and outputs")
        self._set_up()
        own = "model" if type(self) is Model else _core.snake_case(type(self).__name__)
        self._own_name = given.get("name") or backend.unique_name(own)
        self._trainable = bool(trainable)
        if inputs is None or outputs is None:
            return
        tensors, results = flatten(inputs), flatten(outputs)
        self._set_tensors(inputs, outputs)
        self._native = _core.Model(
            self._own_name, [tensor.native for tensor in tensors], [tensor.native for tensor in results], False
        )
        if not trainable:
            self.trainable = False

    def _set_up(self):
        state = {
            "_native": None,
            "_layer": None,
            "_activation": None,
            "_compilation": None,
            "_compiled": None,
            "_flags": None,
            "_weighted": None,
            "_steps": None,
            "_compiled_loss": None,
            "_compiled_metrics": None,
            "_seed": 0,
            "_functional": False,
            "_made": {},
            "_input_tensors": None,
            "_output_tensors": None,
            "stop_training": False,
            "history": None,
        }
        for name, value in state.items():
            self.__dict__[name] = value
        self.__dict__.setdefault("built", False)

    def _set_tensors(self, inputs, outputs):
        """Remember the tensors, which keep the layers."""
        self._functional = True
        self._input_tensors, self._output_tensors = inputs, outputs
        open_tensors, seen = flatten(outputs) + flatten(inputs), set()
        while open_tensors:
            tensor = open_tensors.pop()
            if id(tensor) in seen:
                continue
            seen.add(id(tensor))
            if tensor.layer is not None:
                self._made[tensor.native.layer.key] = tensor.layer
            open_tensors += tensor.inputs

    @classmethod
    def of_native(cls, native, made=()):
        """The Python side of a native model; `made`: layers that are written in Python."""
        model = object.__new__(Sequential if native.sequential else Model)
        model._set_up()
        model._own_name = native.name
        model._trainable = True
        model._native = native
        model._functional = True
        model._made = {layer.native.key: layer for layer in made}
        tensors: dict = {}
        for layer, inputs, results in native.calls():
            owner = model._wrap(layer)
            before = [tensors[tensor.key] for tensor in inputs]
            after = [KerasTensor(result, owner, before) for result in results]
            tensors.update({result.key: tensor for result, tensor in zip(results, after)})
            calls = owner.__dict__.setdefault("_calls", [])
            calls.append((_one_or_list(before) if before else after[0], _one_or_list(after)))
        model._input_tensors = _one_or_list([tensors[tensor.key] for tensor in native.inputs])
        model._output_tensors = _one_or_list([tensors[tensor.key] for tensor in native.outputs])
        if native.sequential:
            model._adopt()
        return model

    def _is_own(self) -> bool:
        return not self._functional

    @property
    def graph(self):
        """The native model."""
        if self._native is None and not self._functional and type(self).call is Model.call:
            self._make_graph([])  # only steps: there is nothing to wait for
        if self._native is None:
            raise ValueError(
                f"model '{self.name}' ({type(self).__name__}) has not been built; call it on data, or call build(input_shape)"
            )
        return self._native

    @property
    def native(self):
        """The native layer that this model is inside another one."""
        if not self._functional:
            return Layer.native.fget(self)
        if self._layer is None:
            self._layer = _core.Layer.of_model(self.graph)
        return self._layer

    @property
    def _given(self) -> dict:
        return {}

    @property
    def _line(self):
        return ("", 0)

    @property
    def activity_regularizer(self):
        """Models have none."""
        return None

    # -- a model that is a class of its own

    def build(self, input_shape=None):
        """Make the weights for inputs of `input_shape`, with the batch first."""
        if self._functional:
            return
        if current_trace() is None and type(self).call is not Model.call:
            several = isinstance(input_shape[0], (list, tuple))
            self._make_graph([tuple(shape)[1:] for shape in (input_shape if several else [input_shape])])
        self.built = True

    def _make_graph(self, shapes):
        """The native model of a class with `call`, for inputs of these shapes (without the batch)."""
        if self._native is not None or self._functional:
            return
        inputs, outputs = [], []
        if type(self).call is not Model.call:
            with backend.temporary_names():
                tensors = [
                    layer_output(LAYERS["InputLayer"](input_shape=tuple(shape), name=f"input_{i + 1}"))
                    for i, shape in enumerate(shapes)
                ]
            results = self(_one_or_list(tensors))
            self._input_tensors, self._output_tensors = _one_or_list(tensors), results
            inputs, outputs = [tensor.native for tensor in tensors], [tensor.native for tensor in flatten(results)]
        self._native = _core.Model(self._own_name, inputs, outputs, [layer.native for layer in self._children()])
        self._native.set_description(None, self._native_state())

    def _attributes(self) -> dict:
        return {**super()._attributes(), "layers": self.layers}

    def _native_state(self, visited=None) -> list:
        return self.native.state() if self._functional else super()._native_state(visited)

    def _children(self) -> list:
        return [] if self._functional else [layer for layer in super()._children() if layer is not self]

    def call(self, inputs, training=None, mask=None):  # pylint: disable=unused-argument
        """The outputs for inputs; a subclass without inputs and outputs defines it."""
        if not self._functional:
            raise NotImplementedError(f"model '{self.name}': {type(self).__name__} must define call(inputs)")
        return self._call_in_graph(inputs, (), {"training": training})

    def _call_in_graph(self, inputs, args, kwargs):
        if not self._functional:
            return super()._call_in_graph(inputs, args, kwargs)
        trace = current_trace()
        tensors = [functions.tensor(item, f"model '{self.name}'") for item in flatten_structure(self._ordered(inputs))]
        layer = trace.graph.layer()
        training = args[0] if args else kwargs.get("training")
        phase = trace.training if training is None else bool(training)
        ids = trace.graph.call(self.native, [tensor.index for tensor in tensors], phase, f"{layer}/" if layer else "", {})
        return _one_or_list([GraphTensor(trace, index) for index in ids])

    def _ordered(self, inputs):
        """Inputs by name in the order of the model's."""
        if not isinstance(inputs, dict) or not self._functional:
            return inputs
        names = self.input_names
        missing = [name for name in names if name not in inputs]
        if missing:
            raise ValueError(f"model '{self.name}' has the input '{missing[0]}', the data have: {', '.join(inputs)}")
        return [inputs[name] for name in names]

    def _ordered_labels(self, labels):
        """Labels by name in the order of the outputs."""
        if not isinstance(labels, dict):
            return labels
        names = self.graph.output_names
        missing = [name for name in names if name not in labels]
        if missing:
            raise ValueError(f"output '{missing[0]}' has no labels; the data have: {', '.join(labels)}")
        return [labels[name] for name in names]

    def _takes_training(self) -> bool:
        return self._functional or super()._takes_training()

    def _check_inputs(self, inputs, keywords):
        """Models take what their inputs take."""

    def _split_weights(self):
        if not self._functional:
            return super()._split_weights()
        variables = self.weights
        return [v for v in variables if v.trainable], [v for v in variables if not v.trainable]

    def _native_penalties(self, graph):
        if self._functional:
            graph.layer_penalties(self.native)
        else:
            super()._native_penalties(graph)

    @property
    def weights(self) -> List[Variable]:
        if self._functional:
            return [Variable.of(native) for native in _core.layer_variables(self.native)]
        # As Keras: layer after layer.
        own = [variable for variable, _, _ in self.__dict__.get("_own_weights", [])]
        return [variable for layer in self._children() for variable in layer.weights] + own

    @property
    def variables(self) -> List[Variable]:
        return self.weights

    @property
    def trainable(self) -> bool:
        return self.native.trainable if self._functional else self._trainable

    @trainable.setter
    def trainable(self, value: bool):
        self._trainable = bool(value)
        for layer in self.layers:
            layer.trainable = value

    @property
    def losses(self) -> list:
        """Penalties of regularizers and what add_loss added: tensors inside of train_step, else values."""
        trace = current_trace()
        if trace is not None:
            if not trace.has_penalties:
                trace.has_penalties = True
                for layer in self.layers:
                    trace.graph.layer_penalties(layer.native)
            return [GraphTensor(trace, index) for index in trace.graph.penalties()]
        graph = _core.Graph()
        graph.collect_penalties()
        with Trace(graph, False):
            for layer in self.layers:
                graph.layer_penalties(layer.native)
        return [EagerTensor(value) for value in graph.evaluate(graph.penalties(), [], 1, 0, 0)] if graph.penalties() else []

    # -- what it is made of

    @property
    def name(self) -> str:
        return self._own_name

    @property
    def layers(self) -> List[Layer]:
        if not self._functional:
            return self._children()
        return [self._wrap(layer) for layer in self.graph.layers]

    def _wrap(self, native) -> Layer:
        made = self._made.get(native.key)
        if made is None:
            if native.model is None:
                made = Layer.of(native)
            else:
                made = Model.of_native(native.model, list(self._made.values()))
                made._layer = native
            self._made[native.key] = made
        return made

    def get_layer(self, name: Optional[str] = None, index: Optional[int] = None) -> Layer:
        """A layer by name or index."""
        layers = self.layers
        if index is not None:
            return layers[index]
        for layer in layers:
            if layer.name == name:
                return layer
        raise ValueError(f"model '{self.name}' has no layer '{name}'; it has: {', '.join(layer.name for layer in layers)}")

    @property
    def input_shape(self):
        return _one_or_list([tensor.shape for tensor in self.graph.inputs])

    @property
    def output_shape(self):
        return _one_or_list([tensor.shape for tensor in self.graph.outputs])

    @property
    def loss_names(self) -> List[str]:
        """Names of the losses that the model is compiled with, one for each output."""
        return self._compilation.loss_names() if self._compilation else []

    @property
    def inputs(self) -> list:
        return flatten_structure(self._input_tensors)

    @property
    def outputs(self) -> list:
        return flatten_structure(self._output_tensors)

    @property
    def input(self):
        return self._input_tensors

    @property
    def output(self):
        return self._output_tensors

    @property
    def input_names(self) -> List[str]:
        return [tensor.layer.name for tensor in self.graph.inputs]

    @property
    def output_names(self) -> List[str]:
        return self.graph.output_names

    def summary(self, line_length=None, positions=None, print_fn: Optional[Callable] = None, **more):
        """Print the table of layers, through `print_fn` line by line when it is given."""
        _check_more("summary", {key: value for key, value in more.items() if value}, ())
        print_fn = print_fn or print
        for line in self.graph.summary().rstrip("\n").split("\n"):
            print_fn(line)

    def count_params(self) -> int:
        return sum(int(variable.native.value().size) for variable in self.weights)

    def get_config(self) -> dict:
        return self.graph.config() if self._functional else super().get_config()

    @classmethod
    def from_config(cls, config: dict, custom_objects=None):
        """The model of `get_config`, with new weights."""
        if cls not in (Model, Sequential) and "output_layers" not in config:
            return cls(**config)
        model = _from_config({"class_name": "Sequential" if cls is Sequential else "Functional", "config": config}, custom_objects)
        if cls in (Model, Sequential):
            return model
        return cls(inputs=model.input, outputs=model.output, name=model.name)

    def to_json(self, **_) -> str:
        """The architecture as Keras' JSON."""
        return self.graph.config_json()

    # -- training

    def compile(self, optimizer="rmsprop", loss=None, metrics=None, loss_weights=None, weighted_metrics=None, **kwargs):
        """Choose optimizer, loss and metrics.

        Args:
            optimizer: name or object
            loss: name, object or function of (y_true, y_pred); a list or dictionary for several outputs
            metrics: list of names, objects or functions; a list or dictionary of lists for several outputs
            weighted_metrics: the same, in which samples count by sample and class weights
        """
        unknown = [key for key in kwargs if key not in ("run_eagerly", "steps_per_execution", "jit_compile")]
        if unknown:
            raise NotImplementedError(f"compile(): {', '.join(unknown)} is not supported")
        if loss is None and not self.has_own_steps:
            raise ValueError("compile() needs a loss, e.g. loss=my_model.loss")
        if self._functional:
            names = self.graph.output_names
        else:
            names = [f"output_{i + 1}" for i in range(len(loss) if isinstance(loss, (list, tuple)) else 1)]
        self._set_compilation(Compilation(optimizer, loss, metrics, loss_weights, names, weighted_metrics))
        self._compiled = None

    def _set_compilation(self, compilation: Optional[Compilation]):
        self._compilation = compilation
        if compilation is not None:
            self._compiled_loss = compilation.compiled_loss()
            self._compiled_metrics = compilation.compiled_metrics()

    def _compile_from(self, config: Optional[dict], file):
        """Take over what a file says of the compilation, with the state of the optimizer."""
        if config is None:
            return
        self._set_compilation(Compilation.from_training_config(config, self.graph.output_names))
        if self._compilation is not None:
            self._trainer().set_optimizer_weights(file)

    @property
    def optimizer(self):
        return self._need_compilation().optimizer

    @property
    def loss(self):
        return self._need_compilation().loss

    @property
    def metrics_names(self) -> List[str]:
        return ["loss"] + self._need_compilation().metric_names()

    @property
    def is_compiled(self) -> bool:
        return self._compilation is not None

    def training_bytes(self, batch_size: int) -> int:
        """Memory of a training step beside the data: values, weights and the optimizer's slots."""
        return self._trainer().training_bytes(batch_size)

    def _need_compilation(self) -> Compilation:
        if self._compilation is None:
            raise RuntimeError(f"model '{self.name}' is not compiled; call model.compile(optimizer=..., loss=...) first")
        return self._compilation

    # -- a step, for subclasses that change parts of it

    @property
    def compiled_loss(self):
        """The loss of compile() for train_step: (y, y_pred, sample_weight, regularization_losses) -> tensor."""
        self._need_compilation()
        return self._compiled_loss

    @property
    def compiled_metrics(self):
        """The metrics of compile() for train_step."""
        self._need_compilation()
        return self._compiled_metrics

    @property
    def metrics(self) -> list:
        """Loss and metrics that have been used, and those in attributes."""
        from mltk.keras_api.metrics import Metric

        found: list = []
        for owner in (self._compiled_loss, self._compiled_metrics):
            found += owner.metrics if owner is not None else []
        for value in self.__dict__.values():
            if isinstance(value, (Metric, list, dict)):
                found += [item for item in flatten_structure(value) if isinstance(item, Metric)]
        return found

    def reset_metrics(self):
        """Forget what metrics counted."""
        for metric in self.metrics:
            metric.reset_state()
        if self._compiled is not None:
            self._compiled.reset_metrics()

    def train_step(self, data):
        """One update, and the values for the logs."""
        from mltk.keras_api.tape import GradientTape
        from mltk.keras_api.utils import unpack_x_y_sample_weight

        x, y, sample_weight = unpack_x_y_sample_weight(data)
        with GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = self.compute_loss(x, y, y_pred, sample_weight)
        self.optimizer.minimize(loss, self.trainable_variables, tape=tape)
        return self.compute_metrics(x, y, y_pred, sample_weight)

    def test_step(self, data):
        """The values for the logs."""
        from mltk.keras_api.utils import unpack_x_y_sample_weight

        x, y, sample_weight = unpack_x_y_sample_weight(data)
        y_pred = self(x, training=False)
        self.compute_loss(x, y, y_pred, sample_weight)
        return self.compute_metrics(x, y, y_pred, sample_weight)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None):  # pylint: disable=unused-argument
        """The loss of a batch with penalties."""
        return self.compiled_loss(y, y_pred, sample_weight, regularization_losses=self.losses)

    def compute_metrics(self, x, y, y_pred, sample_weight):  # pylint: disable=unused-argument
        """Count a batch in the metrics; the values for the logs."""
        self.compiled_metrics.update_state(y, y_pred, sample_weight)
        return self.get_metrics_result()

    def get_metrics_result(self) -> dict:
        """The values of all metrics."""
        return {metric.name: metric.result() for metric in self.metrics}

    @property
    def has_own_steps(self) -> bool:
        """Whether the author of the model wrote a step of its training."""
        names = ("train_step", "test_step", "compute_loss", "compute_metrics")
        return any(getattr(type(self), name) is not getattr(Model, name) for name in names)

    def _note_weights(self, weighted: bool):
        """A step of its author's is made with or without weights of samples; make it anew when that changes."""
        if self.has_own_steps and self._weighted != weighted:
            self._weighted = weighted
            self._flags = None

    def _trainer(self, x=None):
        """The native side of training; a class of its own learns the shapes of its inputs from `x`."""
        if not self._functional and self._native is None:
            if x is None:
                self.graph  # pylint: disable=pointless-statement
            has_call = type(self).call is not Model.call
            self._make_graph([shape[1:] for shape in first_shapes(x)] if has_call else [])
        variables = [variable.native for variable in self.weights]
        flags = [variable.trainable for variable in variables]
        if self._compiled is None or self._flags != flags:
            compilation = self._need_compilation()
            before = self._compiled.optimizer_weights() if self._compiled is not None else []
            self._flags = flags
            if self.has_own_steps:
                self._steps = Steps(self)
                self._compiled = _core.CompiledModel.of_steps(
                    self.graph, compilation.optimizer.serialize(), self._steps, variables, self._seed
                )
            else:
                self._compiled = _core.CompiledModel(self.graph, compilation.config(), compilation.objects(), self._seed)
            self._compiled.set_named_optimizer_weights(before)
            compilation.optimizer.attach(self._compiled)
        return self._compiled

    def fit(
        self,
        x=None,
        y=None,
        batch_size: Optional[int] = None,
        epochs: int = 1,
        verbose="auto",
        callbacks=None,
        validation_split: float = 0.0,
        validation_data=None,
        shuffle: bool = True,
        class_weight: Optional[dict] = None,
        sample_weight=None,
        initial_epoch: int = 0,
        steps_per_epoch: Optional[int] = None,
        validation_steps: Optional[int] = None,
        validation_batch_size: Optional[int] = None,
        validation_freq: int = 1,
        max_queue_size: int = 10,  # pylint: disable=unused-argument
        workers: int = 1,  # pylint: disable=unused-argument
        use_multiprocessing: bool = False,  # pylint: disable=unused-argument
        *,
        _state_path: str = "",
        _resume_state: Optional[str] = None,
        _seed: Optional[int] = None,
        _profile: bool = False,
    ):
        """Train for some epochs; returns the History.

        Args:
            x, y: arrays, or an iterable of batches (x, y) or (x, y, sample_weight) in `x` alone
            validation_data: (x, y), or an iterable of batches
            class_weight: class index -> weight
            callbacks: called in order, with Keras' logs
        """
        if _seed is not None and _seed != self._seed:
            self._seed = _seed
            self._compiled = None
        self._note_weights(class_weight is not None or sample_weight is not None)
        trainer = self._trainer(x)
        x, y = self._ordered(x), self._ordered_labels(y)
        if validation_split and validation_data is None:
            x, y, sample_weight, validation_data = split_validation(x, y, sample_weight, validation_split)
        data = make_source(x, y, sample_weight, batch_size or 32, shuffle, self._seed, keep_infinite=True)
        validation = None
        if validation_data is not None:
            is_arrays = isinstance(validation_data, (tuple, list))
            parts = tuple(validation_data) if is_arrays else (validation_data,)
            if is_arrays:
                parts = (self._ordered(parts[0]), self._ordered_labels(parts[1])) + parts[2:]
            validation = make_source(*(parts + (None,) * (3 - len(parts))), validation_batch_size or batch_size or 32, False, 0)
        trainer.set_class_weights(_class_weights(class_weight))

        self.stop_training = False
        params = {"verbose": verbose, "epochs": epochs, "steps": steps_per_epoch or data.batches()}
        history = keras_callbacks.History()
        all_callbacks = list(callbacks or [])
        for callback in all_callbacks + [history]:
            callback.set_params(params)
            callback.set_model(self)
        self._prepare_files(trainer, all_callbacks)
        settings = {
            "epochs": epochs,
            "initial_epoch": initial_epoch,
            "steps_per_epoch": -1 if steps_per_epoch is None else steps_per_epoch,
            "validation_steps": -1 if validation_steps is None else validation_steps,
            "validation_freq": validation_freq,
            "state_path": _state_path or "",
            "resume_path": _resume_state or "",
            "profile": _profile,
            "warn": lambda text: logging.getLogger("mltk").warning("Training is no longer finite; %s", text),
        }
        if self.optimizer.python_schedule is not None:
            all_callbacks.insert(0, keras_callbacks.PythonSchedule(self.optimizer, trainer))
        history.epoch, history.history, history.interrupted, history.profile = trainer.fit(
            data, validation, all_callbacks, settings
        )
        self.history = history
        return history

    def evaluate(self, x=None, y=None, batch_size=None, verbose="auto", sample_weight=None, steps=None, callbacks=None, return_dict=False, **more):
        """Loss and metrics over data."""
        _check_more("evaluate", more, _QUEUE_ARGUMENTS)
        trainer = self._trainer(x)
        source = make_source(self._ordered(x), self._ordered_labels(y), sample_weight, batch_size or 32, False, 0)
        all_callbacks = self._started(callbacks, steps or source.batches())
        logs = trainer.evaluate(source, -1 if steps is None else steps, all_callbacks)
        if return_dict:
            return logs
        values = list(logs.values())
        return values[0] if len(values) == 1 else values

    def predict(self, x, batch_size=None, verbose="auto", steps=None, callbacks=None, **more):
        """Outputs for inputs."""
        _check_more("predict", more, _QUEUE_ARGUMENTS)
        if self._native is None and not self._functional:
            self._make_graph([shape[1:] for shape in first_shapes(x)])
        source = make_source(self._ordered(x), None, None, batch_size or 32, False, 0)
        if steps is not None:
            raise NotImplementedError("predict(steps=...) is not supported; give the data of the steps")
        all_callbacks = self._started(callbacks, source.batches())
        for callback in all_callbacks:
            for name in ("on_predict_batch_begin", "on_predict_batch_end"):
                if getattr(type(callback), name) is not getattr(keras_callbacks.Callback, name):
                    raise NotImplementedError(f"predict(): {type(callback).__name__}.{name} is not supported")
            callback.on_predict_begin()
        outputs = _one_or_list(self._predictor().predict(source))
        for callback in all_callbacks:
            callback.on_predict_end()
        return outputs

    def _started(self, callbacks, steps: int) -> list:
        """Callbacks that know what they are called for."""
        callbacks = [callbacks] if isinstance(callbacks, keras_callbacks.Callback) else list(callbacks or [])
        for callback in callbacks:
            callback.set_params({"verbose": 0, "epochs": 1, "steps": steps})
            callback.set_model(self)
        return callbacks

    def _predictor(self):
        if self._compilation is not None and not self.has_own_steps:
            return self._trainer()
        # Prediction needs no loss; any one will do.
        losses = [{"class_name": "mean_squared_error", "config": {}}] * len(self.graph.output_names)
        config = {"optimizer": {"class_name": "SGD", "config": {}}, "losses": losses, "loss_weights": [], "metrics": []}
        return _core.CompiledModel(self.graph, config, [], 0)

    def train_on_batch(self, x, y=None, sample_weight=None, class_weight=None, reset_metrics=True, return_dict=False):
        """One step; returns loss and metrics, of the batch alone unless reset_metrics is False."""
        self._note_weights(class_weight is not None or sample_weight is not None)
        trainer = self._trainer(x)
        trainer.set_class_weights(_class_weights(class_weight))
        return self._run_batch(trainer, x, y, sample_weight, True, reset_metrics, return_dict)

    def test_on_batch(self, x, y=None, sample_weight=None, reset_metrics=True, return_dict=False):
        """Loss and metrics of a batch."""
        return self._run_batch(self._trainer(x), x, y, sample_weight, False, reset_metrics, return_dict)

    def _run_batch(self, trainer, x, y, sample_weight, training: bool, reset: bool, return_dict: bool):
        arrays = [to_array(item) for item in _arrays(self._ordered(x))]
        labels = None if y is None else [to_array(item) for item in _arrays(self._ordered_labels(y))]
        weights = None if sample_weight is None else to_array(sample_weight)
        if training and self.optimizer.python_schedule is not None:
            self.optimizer.set_rate_of(trainer, trainer.iteration)
        logs = trainer.run_batch(arrays, labels, weights, training, reset)
        if return_dict:
            return logs
        values = list(logs.values())
        return values[0] if len(values) == 1 else values

    def predict_on_batch(self, x):
        """Outputs of a batch."""
        arrays = [to_array(item) for item in _arrays(self._ordered(x))]
        if self._native is None and not self._functional:
            self._make_graph([array.shape[1:] for array in arrays])
        return _one_or_list(self._predictor().predict_batch(arrays))

    # -- files

    def save(self, filepath, overwrite: bool = True, include_optimizer: bool = True, save_format=None, **more):
        """Write the whole model as Keras' `.keras` or `.h5` file, which the name's ending chooses.

        Args:
            include_optimizer: keep what compile() got and the optimizer's state
            save_format: "keras" or "h5", when the name does not say
        """
        _check_more("save", more, ("save_traces",))
        path = os.fspath(filepath)
        if save_format not in (None, "keras", "h5", "hdf5"):
            raise NotImplementedError(f"{path}: save_format={save_format!r} is not supported; use 'keras' or 'h5'")
        if not path.endswith((".h5", ".hdf5", ".keras")):
            raise NotImplementedError(f"{path}: models are saved as .keras or .h5 files; give a name that ends so")
        if save_format is not None and (save_format == "keras") != path.endswith(".keras"):
            raise ValueError(f"{path}: save_format={save_format!r} does not fit the ending of the name")
        if not overwrite and os.path.exists(path):
            raise FileExistsError(f"{path} exists and overwrite=False")
        config = self._compilation.training_config() if self._compilation and include_optimizer else None
        if path.endswith(".keras"):
            self._describe()
        _core.save_model(path, self.graph, config, self._compiled if config else None)

    def _prepare_files(self, trainer, callbacks: list):
        """Let checkpoints of whole models know what Python knows of the model."""
        checkpoints = [callback for callback in callbacks if isinstance(callback, keras_callbacks.ModelCheckpoint)]
        whole = [callback for callback in checkpoints if not getattr(callback, "save_weights_only", False)]
        if whole:
            trainer.set_training_config(self._compilation.training_config())
        if any(str(callback.filepath).endswith(".keras") for callback in whole):
            self._describe()

    def _describe(self):
        """Tell the native model what a `.keras` file says of a class that is not Keras'."""
        if type(self) in (Model, Sequential):
            return
        config = self.get_config()
        registered = objects.registered_name(type(self))
        description = {
            "module": type(self).__module__,
            "class_name": type(self).__name__,
            "config": config,
            "registered_name": registered,
        }
        if not self._functional:
            shapes = [tuple(tensor.shape) for tensor in self.graph.inputs]
            description["build_config"] = {"input_shape": _one_or_list(shapes)}
        self.graph.set_description(description, [] if self._functional else self._native_state())

    def save_weights(self, filepath, overwrite: bool = True, save_format=None, **more):
        """Write the weights alone: in the form of `.keras` files as `X.weights.h5`, else as Keras 2's .h5."""
        _check_more("save_weights", more)
        if save_format not in (None, "h5", "keras"):
            raise NotImplementedError(f"save_weights(save_format={save_format!r}) is not supported, only 'h5'")
        if not overwrite and os.path.exists(filepath):
            raise FileExistsError(f"{filepath} exists and overwrite=False")
        self.graph.save_weights(os.fspath(filepath))

    def load_weights(self, filepath, by_name: bool = False, skip_mismatch: bool = False, **more):
        """Read weights from a model's or a weights file (`.h5`, `.weights.h5`, `.keras`)."""
        _check_more("load_weights", more)
        self.graph.load_weights(os.fspath(filepath), by_name, skip_mismatch)


class Sequential(Model):
    """A chain of layers."""

    _class_name = "Sequential"

    def __init__(self, layers=None, name: Optional[str] = None):
        self._set_up()
        self._functional = True
        self._waiting = None
        self._trainable = True
        self._own_name = name or backend.unique_name("sequential")
        self._chain: List[Layer] = []
        self._input: Optional[KerasTensor] = None
        self._last: Optional[KerasTensor] = None
        for layer in layers or []:
            self.add(layer)

    def _adopt(self):
        self._waiting = None
        self._chain = [self._wrap(layer) for layer in self._native.layers]
        self._input, self._last = self._input_tensors, self._output_tensors

    def add(self, layer):
        """Append a layer."""
        if isinstance(layer, KerasTensor):
            layer = layer.layer
        if not isinstance(layer, Layer):
            raise TypeError(f"Sequential.add() got {type(layer).__name__}, expected a layer")
        if isinstance(layer, LAYERS["InputLayer"]):
            self._input = self._last = layer_output(layer)
        else:
            self._chain.append(layer)
            if self._last is None:
                shape = _first_shape(layer)
                if shape is not None:
                    first = LAYERS["InputLayer"](input_shape=shape, name=f"{layer.name}_input")
                    self._input = self._last = layer_output(first)
            if self._last is not None:
                self._last = layer(self._last)
        self._native = self._layer = None
        self._compiled = None

    def pop(self):
        """Remove the last layer."""
        chain, self._chain = self._chain[:-1], []
        self._native = self._layer = None
        first = self._input
        self._last = first
        for layer in chain:
            self.add(layer)

    def build(self, input_shape=None):
        """Connect the layers for inputs of `input_shape` (with the batch first)."""
        if self._last is None:
            first = LAYERS["InputLayer"](input_shape=tuple(input_shape)[1:], name=f"{self._chain[0].name}_input")
            self._input = self._last = layer_output(first)
            for layer in self._chain:
                self._last = layer(self._last)

    @property
    def graph(self):
        if self._native is None:
            if self._last is None or not self._chain:
                raise ValueError(
                    f"sequential model '{self.name}' has no input shape; give the first layer input_shape=..., add an "
                    "InputLayer, or call build()"
                )
            self._set_tensors(self._input, self._last)
            self._native = _core.Model(self._own_name, [self._input.native], [self._last.native], True)
        return self._native

    @property
    def layers(self) -> List[Layer]:
        return list(self._chain)

    @property
    def weights(self) -> List[Variable]:
        return [] if self._last is None else super().weights

    @property
    def inputs(self) -> list:
        return [] if self._input is None else [self._input]

    @property
    def outputs(self) -> list:
        return [] if self._last is None else [self._last]

    @property
    def input(self):
        return self._input

    @property
    def output(self):
        return self._last

    def compile(self, *args, **kwargs):  # pylint: disable=arguments-differ
        """As Model.compile; waits for the first data when no layer has an input shape."""
        self._waiting = (args, kwargs) if self._last is None else None
        if self._waiting is None:
            super().compile(*args, **kwargs)

    def _trainer(self, x=None):
        if self._last is None and x is not None:
            self.build(first_shapes(x)[0])
        if self._waiting is not None and self._last is not None:
            args, kwargs = self._waiting
            self.compile(*args, **kwargs)
        return super()._trainer(x)

    def predict(self, x, *args, **kwargs):  # pylint: disable=arguments-differ
        """As Model.predict."""
        if self._last is None:
            self.build(first_shapes(x)[0])
        return super().predict(x, *args, **kwargs)

    def __call__(self, inputs, *args, **kwargs):
        if self._last is None:
            self.build((None,) + tuple(functions.shape_of(inputs))[1:])
        return super().__call__(inputs, *args, **kwargs)


#: How Keras reads data ahead; here it makes no difference.
_QUEUE_ARGUMENTS = ("max_queue_size", "workers", "use_multiprocessing")


def _check_more(method: str, given: dict, without_effect=()):
    """Arguments that are neither known nor without an effect are errors; None stands for what Keras takes by itself."""
    for name, value in given.items():
        if name not in without_effect and value is not None:
            raise NotImplementedError(f"{method}({name}={value!r}) is not supported; leave it out")


def _first_shape(layer) -> Optional[tuple]:
    if isinstance(layer, Model):
        return tuple(layer.graph.inputs[0].shape)[1:]
    given = layer.native.given_input_shape
    return tuple(given)[1:] if given else None


def _arrays(value) -> list:
    """One array or those of a list."""
    return list(value) if isinstance(value, (list, tuple)) and value and hasattr(value[0], "shape") else [value]


def _one_or_list(values):
    return values[0] if len(values) == 1 else values


def _class_weights(class_weight: Optional[dict]) -> list:
    if not class_weight:
        return []
    return [float(class_weight.get(index, 1.0)) for index in range(max(class_weight) + 1)]


class _Factory:
    """Makes the layers of a file that are written in Python, and keeps them."""

    def __init__(self):
        self.made: list = []

    def __call__(self, class_name: str, config: dict):
        layer = make_layer(class_name, config)
        if layer is None:
            return None
        self.made.append(layer)
        return layer.native


def _from_config(config: dict, custom_objects=None) -> Model:
    factory = _Factory()
    with objects.custom_object_scope(custom_objects or {}):
        native = _core.model_from_config(config, backend.next_seed, factory)
    return Model.of_native(native, factory.made)


def model_from_json(text: str, custom_objects=None) -> Model:
    """The model of `Model.to_json`."""
    import json

    return _from_config(json.loads(text), custom_objects)


def model_from_config(config: dict, custom_objects=None) -> Model:
    """The model of {"class_name", "config"}."""
    return _from_config(config, custom_objects)


def load_model(filepath, custom_objects=None, compile: bool = True, safe_mode: bool = True) -> Model:  # pylint: disable=redefined-builtin,unused-argument
    """Read a whole model from Keras' `.keras` or `.h5` file."""
    path = os.fspath(filepath)
    if os.path.isdir(path):
        raise NotImplementedError(f"{path} is a SavedModel folder, which is not supported; save the model as .keras or .h5")
    with objects.custom_object_scope(custom_objects or {}):
        if path.endswith(".keras"):
            return _load_keras(path, compile)
        factory = _Factory()
        loaded = _core.load_model(path, factory)
        model = Model.of_native(loaded.model, factory.made)
        if compile:
            model._compile_from(loaded.training_config, loaded)
    return model


def _load_keras(path: str, compiled: bool) -> Model:
    file = _core.KerasFile(path)
    if file.description is None:
        raise ValueError(f"{path} holds no model")
    model = _of_description(file.description)
    file.load_weights(model.graph)
    if compiled:
        model._compile_from(file.training_config, file)
    return model


def _of_description(description: dict) -> Model:
    """The model of a `.keras` file, with new weights."""
    name = description["class_name"]
    if name in ("Sequential", "Functional", "Model"):
        return _from_config(description)
    cls = objects.find_class(name)
    if cls is None:
        raise ValueError(
            f"the model is a {name}, which is not known; give its class as custom_objects={{'{name}': {name}}} (in a "
            "specification: my_model.keras_custom_objects)"
        )
    model = cls.from_config(description["config"])
    shape = (description.get("build_config") or {}).get("input_shape")
    if shape is not None and not model._functional:
        model.build(shape)
    return model


def state_epoch(path: str) -> int:
    """Epochs completed by the training whose state is in `path`."""
    return _core.state_epoch(path)


def clone_model(model: Model, input_tensors=None, clone_function=None) -> Model:
    """The same architecture with new weights."""
    if input_tensors is not None or clone_function is not None:
        raise NotImplementedError("clone_model(input_tensors=..., clone_function=...) is not supported")
    config = {"class_name": "Sequential" if model.graph.sequential else "Functional", "config": model.get_config()}
    classes = {type(layer).__name__: type(layer) for layer in model._made.values() if layer._is_own()}
    return _from_config(config, classes)


def save_model(model: Model, filepath, **kwargs):
    """As model.save."""
    model.save(filepath, **kwargs)
