"""The metadata entries that are written into the `.tflite` of a model."""

from typing import Callable, List, Optional, Tuple

from mltk.core.model.mixins.base_mixin import BaseMixin
from mltk.utils.python import as_list
from mltk.utils.string_formatting import format_units


class TfliteModelMetadataEntry:
    """One entry.

    Args:
        tag: its name in the `.tflite`
        serialize_callback: returns its bytes, or None to leave the entry out
        deserialize_callback: called with the bytes of a file
        summary_callback: returns a text about it
    """

    def __init__(
        self,
        tag: str,
        serialize_callback: Optional[Callable] = None,
        deserialize_callback: Optional[Callable] = None,
        summary_callback: Optional[Callable] = None,
    ):
        self.tag = tag
        self._serialize_callback = serialize_callback
        self._deserialize_callback = deserialize_callback
        self._summary_callback = summary_callback

    def serialize(self) -> Optional[Tuple[str, bytes]]:
        """Tag and bytes, or None when the entry has nothing to store."""
        if self._serialize_callback is None:
            raise ValueError(f"metadata entry {self.tag}: has no serialize_callback, so it cannot be written")
        data = self._serialize_callback()
        return None if data is None else (self.tag, data)

    def deserialize(self, metadata_buffer: bytes):
        """Take over the bytes of a file."""
        if self._deserialize_callback is not None:
            self._deserialize_callback(metadata_buffer)

    def summary(self) -> Optional[str]:
        """A text about the entry, or None."""
        return self._summary_callback() if self._summary_callback is not None else None


class TfliteModelMetadataMixin(BaseMixin):
    """Keeps the metadata entries of a model."""

    def _register_attributes(self):
        self._attributes.register("tflite.model_metadata", value=[], readonly=True)
        self._unknown_metadata = {}

    @property
    def tflite_metadata_entries(self) -> List[TfliteModelMetadataEntry]:
        """The entries, in the order in which they are written."""
        return self._attributes["tflite.model_metadata"]

    def add_tflite_metadata_entry(self, entry: TfliteModelMetadataEntry):
        """Add an entry."""
        self.tflite_metadata_entries.append(entry)

    def serialize_tflite_metadata(self) -> List[Tuple[str, bytes]]:
        """(tag, bytes) of each entry that has something to store."""
        return [data for data in (entry.serialize() for entry in self.tflite_metadata_entries) if data is not None]

    def deserialize_tflite_metadata(self, tflite):
        """Take over the metadata of a `.tflite`: its path, its bytes or a `TfliteModel`."""
        from mltk.core.tflite_model import TfliteModel

        if isinstance(tflite, str):
            tflite = TfliteModel.load_flatbuffer_file(tflite)
        elif isinstance(tflite, (bytes, bytearray)):
            tflite = TfliteModel(bytes(tflite))
        elif not isinstance(tflite, TfliteModel):
            raise ValueError(
                f"tflite is {type(tflite).__name__}, expected a path, the bytes of a file or a TfliteModel"
            )
        metadata = dict(tflite.get_all_metadata())
        for entry in self.tflite_metadata_entries:
            data = metadata.pop(entry.tag, None)
            if data is not None:
                entry.deserialize(data)
        self._unknown_metadata = metadata

    def get_tflite_metadata_summary(self, include_tag=None, exclude_tag=None) -> str:
        """The texts of the entries; `include_tag` and `exclude_tag` are tags or lists of tags."""
        include, exclude = as_list(include_tag), as_list(exclude_tag)
        text = ""
        for entry in self.tflite_metadata_entries:
            if (include and entry.tag not in include) or entry.tag in exclude:
                continue
            summary = entry.summary()
            if summary:
                text += f"{summary}\n"
        for tag, data in self._unknown_metadata.items():
            text += f"Unparsed metadata entry: {tag}=<{format_units(len(data), add_space=False)}Bytes>\n"
        return text
