"""How a model keeps its properties: typed values by key, and the `setting` that declares one."""

import inspect
import numbers
import types
from typing import Any, Callable, Dict, Optional

from mltk.core.errors import MissingSettingError, PropertyError, at_line, specification_line

#: Marks "no default".
_UNSET = object()

CallableType = (types.FunctionType, types.MethodType, types.LambdaType)


class _Attribute:
    """One value with its type, and the specification's line that set it."""

    def __init__(self, key: str, label: str, readonly: bool, dtype: Optional[tuple], normalize, setter):
        self.key = key
        self.label = label
        self.readonly = readonly
        self.dtype = dtype
        self.normalize = normalize
        self.setter = setter
        self.value = _UNSET
        self.line = ""

    def accept(self, value):
        """`value`, as a Python number if it is another kind of number; None and callables always pass."""
        if value is None or callable(value) or self.dtype is None or isinstance(value, self.dtype):
            return value
        if int in self.dtype and isinstance(value, numbers.Integral):
            return int(value)
        if float in self.dtype and isinstance(value, numbers.Real):
            return float(value)
        expected = " or ".join(kind.__name__ for kind in self.dtype) or "a function"
        raise PropertyError(at_line(f"{self.label} is {value!r} ({type(value).__name__}), expected {expected}"))


class MltkModelAttributes:
    """All values of a model by key, e.g. `train.epochs`.

    A key may start or end with `*`: it stands for the first registered key that ends or starts with the rest.
    """

    def __init__(self):
        self._entries: Dict[str, _Attribute] = {}

    def register(
        self,
        key: str,
        value=None,
        readonly: bool = False,
        dtype=None,
        override: bool = False,
        normalize: Optional[Callable[[Any], Any]] = None,
        setter: Optional[Callable[[Any], None]] = None,
        label: Optional[str] = None,
    ):
        """Add a key.

        Args:
            value: initial value; None leaves the key unset
            readonly: only its owner may change it
            dtype: type or tuple of types that a written value must have; without one a callable value is called
                at each read; the empty tuple admits callables only
            override: replace an earlier registration instead of failing
            normalize: applied to each written value but None and callables
            setter: called instead of storing a written value
            label: what messages call it
        """
        if key in self._entries and not override:
            raise PropertyError(f"{key}: is already registered; give override=True to replace it")
        if dtype is not None and not isinstance(dtype, tuple):
            dtype = tuple(dtype) if isinstance(dtype, list) else (dtype,)
        entry = _Attribute(key, label or key, readonly, dtype, normalize, setter)
        if value is not None:
            entry.value = value
        self._entries[key] = entry

    def contains(self, key: str) -> bool:
        """Whether `key` is registered."""
        return self._resolve(key) in self._entries

    def get_value(self, key: str, default=_UNSET):
        """The value; an unset one becomes `default`, which is kept, so that in-place changes of it persist."""
        entry = self._entry(key)
        if entry.value is _UNSET:
            if default is _UNSET:
                raise MissingSettingError(at_line(f"{entry.label} is not set"))
            entry.value = default
        if entry.dtype is None and callable(entry.value):
            return entry.value()
        return entry.value

    def set_value(self, key: str, value):
        """Check and store a value."""
        entry = self._entry(key)
        if entry.readonly:
            raise PropertyError(at_line(f"{entry.label}: is read-only"))
        value = entry.accept(value)
        if value is not None and not callable(value) and entry.normalize is not None:
            value = entry.normalize(value)
        entry.line = specification_line()
        if entry.setter is not None:
            entry.setter(value)
        else:
            entry.value = value

    def value_is_set(self, key: str) -> bool:
        """Whether the key has a value."""
        return self._entry(key).value is not _UNSET

    def line(self, key: str) -> str:
        """`spec.py:12` where the value was last set, or ''."""
        return self._entry(key).line

    def _entry(self, key: str) -> _Attribute:
        entry = self._entries.get(self._resolve(key))
        if entry is None:
            raise PropertyError(at_line(f"{key}: no such model attribute is registered"))
        return entry

    def _resolve(self, key: str) -> str:
        if key.startswith("*"):
            return next((name for name in self._entries if name.endswith(key[1:])), key)
        if key.endswith("*"):
            return next((name for name in self._entries if name.startswith(key[:-1])), key)
        return key

    def __getitem__(self, key):
        return self.get_value(key)

    def __setitem__(self, key, value):
        self.set_value(key, value)

    def __contains__(self, key):
        return self.contains(key)


class setting(property):  # pylint: disable=invalid-name
    """A property of the model whose value is an attribute. Reading an unset one stores and returns its default.

    Args:
        key: of the attribute
        dtype: type or types of a written value; callables and None always pass. None: a callable is called on reads
        default: value of an unset property
        factory: makes the default, for defaults that are changed in place
        normalize: applied to each written value
        label: name of the property in messages, if not its own
        doc: the property's documentation
    """

    def __init__(self, key: str, dtype=None, default=None, factory=None, normalize=None, label=None, doc: str = ""):
        super().__init__(self.read, self.write, None, doc)
        self.key = key
        self.label = label
        self.dtype = dtype
        self.default = default
        self.factory = factory
        self.normalize = normalize
        self.name = key

    def __set_name__(self, owner, name):
        self.name = name

    def register(self, attributes: MltkModelAttributes):
        """Add this setting's attribute."""
        attributes.register(
            self.key, dtype=self.dtype, normalize=self.normalize, label=f"my_model.{self.label or self.name}"
        )

    def read(self, model):
        attributes = model.attributes
        if attributes.value_is_set(self.key):
            return attributes.get_value(self.key)
        return attributes.get_value(self.key, default=self.factory() if self.factory else self.default)

    def write(self, model, value):
        model.attributes.set_value(self.key, value)


def register_class_attributes(model):
    """Register the settings and `_register_attributes` of each class of the model, in the order of its classes.

    A `_register_attributes` may return a function, which is called when all classes are done.
    """
    when_done = []
    for cls in type(model).mro():
        for member in vars(cls).values():
            if isinstance(member, setting):
                member.register(model.attributes)
        register = vars(cls).get("_register_attributes")
        if register is not None:
            when_done.append(register(model))
    for function in when_done:
        if function is not None:
            function()


def MltkModelAttributesDecorator():  # pylint: disable=invalid-name
    """Decorate a mixin class written for MLTK 0.20; a model registers all its attributes by itself."""

    def decorate(cls):
        if not inspect.isclass(cls):
            raise TypeError(f"MltkModelAttributesDecorator() decorates classes, got {type(cls).__name__}")
        return cls

    return decorate
