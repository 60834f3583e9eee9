"""The parameters that a model stores in its `.tflite` for the firmware."""

from typing import Callable

from mltk.core.model.mixins.base_mixin import BaseMixin
from mltk.core.model.mixins.tflite_model_metadata_mixin import TfliteModelMetadataEntry
from mltk.core.tflite_model_parameters import TFLITE_METADATA_TAG, TfliteModelParameters


class TfliteModelParametersMixin(BaseMixin):
    """Keeps the parameters of a model, and fills in those that its other properties determine."""

    def _register_attributes(self):
        parameters = TfliteModelParameters(
            {"name": "", "version": 0, "classes": [], "hash": "", "date": "", "runtime_memory_size": 0}
        )
        self._attributes.register("model.parameters", parameters)
        self._attributes.register("model.populate_callbacks", [self._populate_default_parameters], readonly=True)

        def add_entry():
            self.add_tflite_metadata_entry(
                TfliteModelMetadataEntry(
                    TFLITE_METADATA_TAG,
                    serialize_callback=self._serialize_parameters,
                    deserialize_callback=self._deserialize_parameters,
                    summary_callback=lambda: self.model_parameters.summary(),  # pylint: disable=unnecessary-lambda
                )
            )

        return add_entry

    @property
    def model_parameters(self) -> TfliteModelParameters:
        """Parameters by name; a specification adds its own."""
        return self._attributes["model.parameters"]

    def set_model_parameter(self, key: str, value, dtype=None):
        """Store a parameter, with an explicit type such as `int32` if given."""
        self.model_parameters.put(key, value, dtype=dtype)

    def add_model_parameter_populate_callback(self, callback: Callable[[], None]):
        """Let `callback` fill in parameters each time before they are written."""
        self._attributes["model.populate_callbacks"].append(callback)

    def populate_model_parameters(self):
        """Fill in the parameters that other properties determine: name, version, classes, those of mixins."""
        for callback in self._attributes["model.populate_callbacks"]:
            callback()

    def _populate_default_parameters(self):
        parameters = self.model_parameters
        parameters["name"] = self.name
        parameters["version"] = self.version
        if "*classes" in self._attributes and self._attributes.value_is_set("*classes"):
            classes = self._attributes["*classes"]
            if classes is not None and all(isinstance(name, str) for name in classes):
                parameters["classes"] = list(classes)

    def _serialize_parameters(self) -> bytes:
        self.populate_model_parameters()
        return self.model_parameters.serialize()

    def _deserialize_parameters(self, data: bytes):
        parameters = TfliteModelParameters.deserialize(data)
        self.model_parameters.update(parameters)
        if "name" in parameters:
            self._attributes["name"] = parameters["name"]
        if "version" in parameters:
            self.version = parameters["version"]
        if parameters.get("classes"):
            self.classes = parameters["classes"]
