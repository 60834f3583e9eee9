"""Names of hardware accelerators."""

from typing import List, Optional


class TfliteMicroAccelerator:
    """An accelerator that a program may name. Inference always computes what the reference kernels compute."""

    def __init__(self, accelerator_wrapper=None):
        self._accelerator_wrapper = accelerator_wrapper
        self._active_variant: Optional[str] = None

    @property
    def name(self) -> str:
        return self._accelerator_wrapper.name()

    @property
    def variants(self) -> List[str]:
        """Names of the accelerator's forms."""
        wrapper = self._accelerator_wrapper
        return wrapper.variants() if hasattr(wrapper, "variants") else [self.name]

    @property
    def active_variant(self) -> Optional[str]:
        return self._active_variant

    @active_variant.setter
    def active_variant(self, variant: str):
        from mltk.utils.python import get_case_insensitive

        known = get_case_insensitive(variant, self.variants)
        if not known:
            raise ValueError(f"accelerator {self.name} has no variant {variant!r}; it has {', '.join(self.variants)}")
        self._active_variant = known

    @property
    def api_version(self) -> Optional[int]:
        """Version of the interface that the accelerator was built for."""
        wrapper = self._accelerator_wrapper
        return wrapper.api_version() if hasattr(wrapper, "api_version") else None

    @property
    def git_hash(self) -> Optional[str]:
        wrapper = self._accelerator_wrapper
        return wrapper.git_hash() if hasattr(wrapper, "git_hash") else None

    @property
    def accelerator_wrapper(self) -> Optional[object]:
        return self._accelerator_wrapper

    @property
    def supports_model_compilation(self) -> bool:
        return type(self).compile_model is not TfliteMicroAccelerator.compile_model

    def estimate_profiling_results(self, results, **kwargs):
        """Add estimates to profiling results; the base class has none to add."""

    def compile_model(self, model, logger=None, report_path: Optional[str] = None, **kwargs):
        """A model with the accelerator's own code; the base class has no compiler."""
        raise RuntimeError(f"accelerator {self.name} does not compile models")


class PlaceholderTfliteMicroAccelerator(TfliteMicroAccelerator):
    """A known name without a simulator of its hardware."""

    def __init__(self, name: str):
        super().__init__()
        self._name = name

    @property
    def name(self) -> str:
        return self._name

    @property
    def api_version(self) -> int:
        from mltk.core.tflite_micro.tflite_micro import TfliteMicro

        return TfliteMicro.api_version()
