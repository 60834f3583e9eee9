"""Public names and signatures against MLTK 0.20, whose source is parsed and never imported.

`ABSENT` and `OTHERWISE` list what differs, with the reason. A name that is listed and there, or listed and not MLTK's,
is an error: the lists shrink.
"""

import ast
import importlib
import inspect
from pathlib import Path

import pytest
from upstream import upstream_package

from names import ABSENT, OTHERWISE

PACKAGES = ("core", "core.model", "core.keras", "core.tflite_model", "core.tflite_micro", "utils", "cli")


def public_modules(package: Path, name: str):
    """Modules of a public package, without those whose names begin with an underscore, and without tests."""
    folder = package / name.replace(".", "/")
    yield f"mltk.{name}", folder / "__init__.py"
    if name == "utils":
        for file in sorted(folder.glob("*.py")):
            if not file.name.startswith("_"):
                yield f"mltk.utils.{file.stem}", file


def own_names(module: str, file: Path, package: Path) -> dict:
    """Public names of a module to the node that defines them, following `from .x import` within the wheel."""
    names = {}
    for node in _statements(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names[node.name] = node
        elif isinstance(node, ast.ImportFrom) and file.name == "__init__.py" and node.level > 0:
            base = file.parents[node.level - 1] / (node.module or "").replace(".", "/")
            target = base / "__init__.py" if base.is_dir() else base.with_suffix(".py")
            if target.exists() and node.module:
                found = own_names("", target, package)
                for alias in node.names:
                    names[alias.asname or alias.name] = found.get(alias.name)
        elif isinstance(node, ast.Assign) and file.name != "__init__.py":
            for target in node.targets:
                if isinstance(target, ast.Name) and target.id.isupper():
                    names[target.id] = None
    return {name: node for name, node in names.items() if not name.startswith("_") and name != "*"}


def _statements(tree):
    """Top-level statements, those in `try` and `if` included."""
    for node in tree.body:
        yield node
        if isinstance(node, (ast.Try, ast.If)):
            yield from _statements(node)


def differences(module, name: str, node) -> list:
    """What is missing of a class or function: members, and arguments by name."""
    try:
        ours = getattr(module, name)
    except (AttributeError, ImportError):
        return [name]
    found = []
    if isinstance(node, ast.FunctionDef):
        return [f"{name}({argument})" for argument in _missing_arguments(node, ours)]
    if isinstance(node, ast.ClassDef) and inspect.isclass(ours):
        for member in node.body:
            if isinstance(member, ast.FunctionDef) and not member.name.startswith("_"):
                if not hasattr(ours, member.name) and member.name not in ours.__dict__.get("__annotations__", {}):
                    found.append(f"{name}.{member.name}")
                elif hasattr(ours, member.name) and (not member.decorator_list or _is_static(member)):
                    missing = _missing_arguments(member, getattr(ours, member.name))
                    found += [f"{name}.{member.name}({argument})" for argument in missing]
    return found


def _is_static(node) -> bool:
    return any(isinstance(mark, ast.Name) and mark.id == "staticmethod" for mark in node.decorator_list)


def _missing_arguments(node, ours) -> list:
    try:
        parameters = inspect.signature(ours).parameters
    except (TypeError, ValueError):
        return []
    takes_any = any(parameter.kind == parameter.VAR_KEYWORD for parameter in parameters.values())
    names = [argument.arg for argument in node.args.args + node.args.kwonlyargs if argument.arg not in ("self", "cls")]
    return [] if takes_any else [name for name in names if name not in parameters]


@pytest.mark.parametrize("name", PACKAGES)
def test_names_and_signatures(name):
    package = upstream_package()
    missing = set()
    for module_name, file in public_modules(package, name):
        try:
            module = importlib.import_module(module_name)
        except ModuleNotFoundError:
            missing.add(module_name)
            continue
        for public, node in own_names(module_name, file, package).items():
            missing |= {f"{module_name}.{difference}" for difference in differences(module, public, node)}
    listed = {entry for entry in {**ABSENT, **OTHERWISE} if _belongs(entry, name)}
    assert sorted(missing - listed) == [], "neither there nor listed in names.py"
    assert sorted(listed - missing) == [], "listed in names.py, but there or no name of MLTK's"


def _belongs(entry: str, package: str) -> bool:
    longest = max((other for other in PACKAGES if entry.startswith(f"mltk.{other}.")), key=len, default=None)
    return longest == package


def test_every_difference_has_a_reason():
    assert all(reason for reason in {**ABSENT, **OTHERWISE}.values())
