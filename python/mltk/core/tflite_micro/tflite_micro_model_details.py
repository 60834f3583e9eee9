"""What a loaded model says about itself."""

from typing import List, Optional

from mltk.core.tflite_micro.tflite_micro_memory_plan import TfliteMicroMemoryPlan


class TfliteMicroModelDetails:
    """The parameters of a model and the memory that it needs."""

    def __init__(self, wrapper_details: dict):
        self._details = wrapper_details
        self._memory_plan: Optional[TfliteMicroMemoryPlan] = wrapper_details.get("memory_plan")

    @property
    def name(self) -> str:
        return self._details["name"]

    @property
    def version(self) -> int:
        return self._details["version"]

    @property
    def date(self) -> str:
        """When it was made, in ISO 8601."""
        return self._details["date"]

    @property
    def description(self) -> str:
        return self._details["description"]

    @property
    def classes(self) -> List[str]:
        return self._details["classes"]

    @property
    def hash(self) -> str:
        """Fingerprint of the file."""
        return self._details["hash"]

    @property
    def accelerator(self) -> Optional[str]:
        """The accelerator that was named when the model was loaded."""
        return self._details["accelerator"]

    @property
    def runtime_memory_size(self) -> int:
        """Bytes of RAM that the device needs."""
        return self._details["runtime_memory_size"]

    @property
    def memory_plan(self) -> Optional[TfliteMicroMemoryPlan]:
        """Where each tensor lies."""
        return self._memory_plan

    def __str__(self) -> str:
        return (
            f"Name: {self.name}\nVersion: {self.version}\nDate: {self.date}\nDescription: {self.description}\n"
            f"Hash: {self.hash}\nAccelerator: {self.accelerator}\nClasses: {', '.join(self.classes)}\n"
            f"Total runtime memory: {self.runtime_memory_size} bytes\n"
        )
