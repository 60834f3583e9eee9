"""The parameters of a model, in the metadata entry `SL_PARAMSv1` of its `.tflite`."""

from typing import Optional

from mltk.core.tflite_model_parameters.flatbuffer_dictionary import FlatbufferDictionary, _deserialize_into

TFLITE_METADATA_TAG = "SL_PARAMSv1"


class TfliteModelParameters(FlatbufferDictionary):
    """Reads and writes the parameters of a `.tflite`. `tag` names another metadata entry than `SL_PARAMSv1`."""

    @staticmethod
    def deserialize(serialized_data: bytes) -> "TfliteModelParameters":
        """Read the bytes of a FlatBuffer."""
        return _deserialize_into(TfliteModelParameters(), serialized_data)

    @staticmethod
    def load_from_tflite_file(tflite_path: str, tag: Optional[str] = None) -> "TfliteModelParameters":
        """The parameters of a file."""
        from mltk.core.tflite_model import TfliteModel

        return TfliteModelParameters.load_from_tflite_model(TfliteModel.load_flatbuffer_file(tflite_path), tag)

    @staticmethod
    def load_from_tflite_flatbuffer(tflite_flatbuffer: bytes, tag: Optional[str] = None) -> "TfliteModelParameters":
        """The parameters of the bytes of a file."""
        from mltk.core.tflite_model import TfliteModel

        return TfliteModelParameters.load_from_tflite_model(TfliteModel(tflite_flatbuffer), tag)

    @staticmethod
    def load_from_tflite_model(tflite_model, tag: Optional[str] = None) -> "TfliteModelParameters":
        """The parameters of a `TfliteModel`; RuntimeError if it has none."""
        tag = tag or TFLITE_METADATA_TAG
        data = tflite_model.get_metadata(tag)
        if data is None:
            raise RuntimeError(f"{tflite_model.path or tflite_model.name}: has no metadata entry {tag}")
        return TfliteModelParameters.deserialize(data)

    def add_to_tflite_file(self, tflite_path: str, output: Optional[str] = None, tag: Optional[str] = None):
        """Write the parameters into a copy of a file at `output`, or into the file itself."""
        from mltk.core.tflite_model import TfliteModel

        tflite_model = TfliteModel.load_flatbuffer_file(tflite_path)
        self.add_to_tflite_model(tflite_model, tag)
        tflite_model.save(output or tflite_path)

    def add_to_tflite_flatbuffer(self, tflite_flatbuffer: bytes, tag: Optional[str] = None) -> bytes:
        """The bytes of a file with these parameters."""
        from mltk.core.tflite_model import TfliteModel

        tflite_model = TfliteModel(tflite_flatbuffer)
        self.add_to_tflite_model(tflite_model, tag)
        tflite_model.regenerate_flatbuffer()
        return tflite_model.flatbuffer_data

    def add_to_tflite_model(self, tflite_model, tag: Optional[str] = None):
        """Write the parameters into a `TfliteModel`."""
        tflite_model.add_metadata(tag or TFLITE_METADATA_TAG, self.serialize())
