"""Stock specifications import their helper modules as parts of this package; here these lie beside the specification."""

import sys


class _AndBesideTheSpecification(list):
    """Folders of this package, then those that modules are found in at the time."""

    def __iter__(self):
        return iter([*super().__iter__(), *sys.path])


__path__ = _AndBesideTheSpecification(__path__)
