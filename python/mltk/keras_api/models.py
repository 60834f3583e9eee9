"""Keras models: building, training, prediction and files."""

import os
from typing import Callable, List, Optional

from mltk import _core
from mltk.keras_api import backend, callbacks as keras_callbacks
from mltk.keras_api.compiling import Compilation
from mltk.keras_api.data import make_source, split_validation
from mltk.keras_api.layers import LAYERS, KerasTensor, Layer, flatten, layer_output


class Model(Layer):
    """A model from input tensors to output tensors; also a layer of another model.

    Args:
        inputs: results of `Input`, one or a list
        outputs: results of layers, one or a list
        name: of the model
    """

    _class_name = "Functional"

    def __init_subclass__(cls, **kwargs):
        if cls.__module__ != __name__:
            file, line = backend.specification_line()
            raise NotImplementedError(
                f"class {cls.__name__} ({file}:{line}): models written as subclasses of Model are not supported yet; use "
                "Sequential or Model(inputs, outputs)"
            )

    def __init__(self, inputs=None, outputs=None, name: Optional[str] = None):
        if inputs is None or outputs is None:
            raise TypeError("Model() needs inputs and outputs")
        self._set_up()
        self._own_name = name or backend.unique_name("model")
        tensors = flatten(inputs)
        results = flatten(outputs)
        self._native = _core.Model(
            self._own_name, [tensor.native for tensor in tensors], [tensor.native for tensor in results], False
        )

    def _set_up(self):
        self._native = None
        self._layer = None
        self._compilation: Optional[Compilation] = None
        self._compiled = None
        self._seed = 0
        self.stop_training = False
        self.history = None

    @classmethod
    def of_native(cls, native):
        """The Python side of a native model."""
        model = object.__new__(Sequential if native.sequential else Model)
        model._set_up()
        model._own_name = native.name
        model._native = native
        if native.sequential:
            model._adopt()
        return model

    @property
    def graph(self):
        """The native model."""
        return self._native

    @property
    def native(self):
        """The native layer that this model is inside another one."""
        if self._layer is None:
            self._layer = _core.Layer.of_model(self.graph)
        return self._layer

    @property
    def name(self) -> str:
        return self._own_name

    @property
    def layers(self) -> List[Layer]:
        return [_wrap(layer) for layer in self.graph.layers]

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
    def inputs(self) -> list:
        return [KerasTensor(tensor, _wrap(tensor.layer), []) for tensor in self.graph.inputs]

    @property
    def outputs(self) -> list:
        return [KerasTensor(tensor, _wrap(tensor.layer), []) for tensor in self.graph.outputs]

    @property
    def output_names(self) -> List[str]:
        return self.graph.output_names

    def summary(self, line_length=None, positions=None, print_fn: Optional[Callable] = None, **_):
        """Print the table of layers, through `print_fn` line by line when it is given."""
        print_fn = print_fn or print
        for line in self.graph.summary().rstrip("\n").split("\n"):
            print_fn(line)

    def count_params(self) -> int:
        return self.graph.count_params(False)

    def get_weights(self) -> list:
        return self.graph.get_weights()

    def set_weights(self, weights):
        self.graph.set_weights(list(weights))

    def get_config(self) -> dict:
        return self.graph.config()

    def to_json(self, **_) -> str:
        """The architecture as Keras' JSON."""
        return self.graph.config_json()

    # -- training

    def compile(self, optimizer="rmsprop", loss=None, metrics=None, loss_weights=None, weighted_metrics=None, **kwargs):
        """Choose optimizer, loss and metrics.

        Args:
            optimizer: name or object
            loss: name or object; a list or dictionary for several outputs
            metrics: list of names or objects; a list or dictionary of lists for several outputs
            weighted_metrics: the same, in which samples count by sample and class weights
        """
        unknown = [key for key, value in kwargs.items() if key not in ("run_eagerly", "steps_per_execution", "jit_compile")]
        if unknown:
            raise NotImplementedError(f"compile(): {', '.join(unknown)} is not supported")
        self._compilation = Compilation(optimizer, loss, metrics, loss_weights, self.graph.output_names, weighted_metrics)
        self._compiled = None

    @property
    def optimizer(self):
        return self._need_compilation().optimizer

    @property
    def loss(self):
        return self._need_compilation().loss

    @property
    def metrics_names(self) -> List[str]:
        return ["loss"] + self._need_compilation().metric_names()

    def _need_compilation(self) -> Compilation:
        if self._compilation is None:
            raise RuntimeError(f"model '{self.name}' is not compiled; call model.compile(optimizer=..., loss=...) first")
        return self._compilation

    def _trainer(self):
        if self._compiled is None:
            compilation = self._need_compilation()
            self._compiled = _core.CompiledModel(self.graph, compilation.config(), self._seed)
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
        trainer = self._trainer()
        if validation_split and validation_data is None:
            x, y, sample_weight, validation_data = split_validation(x, y, sample_weight, validation_split)
        data = make_source(x, y, sample_weight, batch_size or 32, shuffle, self._seed, keep_infinite=True)
        validation = None
        if validation_data is not None:
            is_arrays = isinstance(validation_data, (tuple, list))
            parts = tuple(validation_data) if is_arrays else (validation_data,)
            validation = make_source(*(parts + (None,) * (3 - len(parts))), validation_batch_size or batch_size or 32, False, 0)
        trainer.set_class_weights(_class_weights(class_weight))

        self.stop_training = False
        params = {"verbose": verbose, "epochs": epochs, "steps": steps_per_epoch or data.batches()}
        history = keras_callbacks.History()
        all_callbacks = list(callbacks or [])
        for callback in all_callbacks + [history]:
            callback.set_params(params)
            callback.set_model(self)
        settings = {
            "epochs": epochs,
            "initial_epoch": initial_epoch,
            "steps_per_epoch": -1 if steps_per_epoch is None else steps_per_epoch,
            "validation_steps": -1 if validation_steps is None else validation_steps,
            "validation_freq": validation_freq,
            "state_path": _state_path or "",
            "resume_path": _resume_state or "",
        }
        history.epoch, history.history, history.interrupted = trainer.fit(data, validation, all_callbacks, settings)
        self.history = history
        return history

    def evaluate(self, x=None, y=None, batch_size=None, verbose="auto", sample_weight=None, steps=None, callbacks=None, return_dict=False, **_):
        """Loss and metrics over data."""
        source = make_source(x, y, sample_weight, batch_size or 32, False, 0)
        logs = self._trainer().evaluate(source, -1 if steps is None else steps)
        if return_dict:
            return logs
        values = list(logs.values())
        return values[0] if len(values) == 1 else values

    def predict(self, x, batch_size=None, verbose="auto", steps=None, callbacks=None, **_):
        """Outputs for inputs."""
        source = make_source(x, None, None, batch_size or 32, False, 0)
        return _one_or_list(self._predictor().predict(source))

    def _predictor(self):
        if self._compilation is not None:
            return self._trainer()
        # Prediction needs no loss; any one will do.
        losses = [{"class_name": "mean_squared_error", "config": {}}] * len(self.graph.output_names)
        config = {"optimizer": {"class_name": "SGD", "config": {}}, "losses": losses, "loss_weights": [], "metrics": []}
        return _core.CompiledModel(self.graph, config, 0)

    def train_on_batch(self, x, y=None, sample_weight=None, class_weight=None, return_dict=False, **_):
        """One step; returns loss and metrics of the batch."""
        trainer = self._trainer()
        trainer.set_class_weights(_class_weights(class_weight))
        logs = trainer.train_batch(x, y, sample_weight)
        if return_dict:
            return logs
        values = list(logs.values())
        return values[0] if len(values) == 1 else values

    # -- files

    def save(self, filepath, overwrite: bool = True, include_optimizer: bool = True, save_format=None, **_):
        """Write the whole model as Keras' .h5."""
        path = os.fspath(filepath)
        if not path.endswith((".h5", ".hdf5")):
            raise NotImplementedError(f"{path}: models are saved as .h5 files; give a name that ends in .h5")
        if not overwrite and os.path.exists(path):
            raise FileExistsError(f"{path} exists and overwrite=False")
        config = self._compilation.training_config() if self._compilation and include_optimizer else None
        _core.save_model(path, self.graph, config, self._compiled if config else None)

    def save_weights(self, filepath, overwrite: bool = True, **_):
        """Write the weights alone as Keras' .h5."""
        if not overwrite and os.path.exists(filepath):
            raise FileExistsError(f"{filepath} exists and overwrite=False")
        self.graph.save_weights(os.fspath(filepath))

    def load_weights(self, filepath, by_name: bool = False, skip_mismatch: bool = False, **_):
        """Read weights from a model's or a weights file."""
        self.graph.load_weights(os.fspath(filepath), by_name, skip_mismatch)


class Sequential(Model):
    """A chain of layers."""

    _class_name = "Sequential"

    def __init__(self, layers=None, name: Optional[str] = None):  # pylint: disable=super-init-not-called
        self._set_up()
        self._own_name = name or backend.unique_name("sequential")
        self._chain: List[Layer] = []
        self._input: Optional[KerasTensor] = None
        self._last: Optional[KerasTensor] = None
        for layer in layers or []:
            self.add(layer)

    def _adopt(self):
        self._chain = [_wrap(layer) for layer in self._native.layers]
        self._input = KerasTensor(self._native.inputs[0], None, [])
        self._last = KerasTensor(self._native.outputs[0], None, [])

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
        self._native = None
        self._compiled = None

    def pop(self):
        """Remove the last layer."""
        chain, self._chain = self._chain[:-1], []
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
            self._native = _core.Model(self._own_name, [self._input.native], [self._last.native], True)
        return self._native

    def __call__(self, inputs):
        if self._last is None:
            self.build(tuple(flatten(inputs)[0].shape))
        return super().__call__(inputs)


def _first_shape(layer) -> Optional[tuple]:
    if isinstance(layer, Model):
        return tuple(layer.graph.inputs[0].shape)[1:]
    given = layer.native.given_input_shape
    return tuple(given)[1:] if given else None


def _wrap(native) -> Layer:
    if native.model is not None:
        return Model.of_native(native.model)
    return Layer.of(native)


def _one_or_list(values):
    return values[0] if len(values) == 1 else values


def _class_weights(class_weight: Optional[dict]) -> list:
    if not class_weight:
        return []
    return [float(class_weight.get(index, 1.0)) for index in range(max(class_weight) + 1)]


def model_from_json(text: str, custom_objects=None) -> Model:
    """The model of `Model.to_json`."""
    import json

    return Model.of_native(_core.model_from_config(json.loads(text), backend.next_seed))


def load_model(filepath, custom_objects=None, compile: bool = True) -> Model:  # pylint: disable=redefined-builtin
    """Read a whole model from Keras' .h5 file."""
    loaded = _core.load_model(os.fspath(filepath))
    model = Model.of_native(loaded.model)
    if compile and loaded.training_config is not None:
        model._compilation = Compilation.from_training_config(loaded.training_config, model.graph.output_names)
        if model._compilation is not None:
            model._trainer().set_optimizer_weights(loaded)
    return model


def state_epoch(path: str) -> int:
    """Epochs completed by the training whose state is in `path`."""
    return _core.state_epoch(path)


def clone_model(model: Model) -> Model:
    """The same architecture with new weights."""
    config = {"class_name": "Sequential" if model.graph.sequential else "Functional", "config": model.get_config()}
    return Model.of_native(_core.model_from_config(config, backend.next_seed))

