"""Fixtures: a folder with the digits specification, and one in which it was trained."""

import pytest
from workspace import Workspace


@pytest.fixture
def workspace(tmp_path):
    return Workspace(tmp_path)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A workspace in which digits was trained, with the output of the command."""
    workspace = Workspace(tmp_path_factory.mktemp("trained"))
    workspace.output = workspace.run("train", "digits")
    return workspace
