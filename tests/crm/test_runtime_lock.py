"""The lock files keep to pyproject.toml and name no package host."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement

from crm.runtime.places import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PIN = re.compile(r"^([\w.-]+)(?:\[[^]]*\])?==([^ ;\\]+)", re.MULTILINE)


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(name: str) -> dict[str, str]:
    return {plain(package): version for package, version in PIN.findall((ROOT / name).read_text())}


LOCKED = {**pins("requirements.lock"), **pins("requirements-node.lock")}
WANTED = [*PROJECT["dependencies"], *(line for extra in PROJECT["optional-dependencies"].values() for line in extra)]


@pytest.mark.parametrize("wanted", WANTED)
def test_lock_keeps_to_the_project(wanted: str) -> None:
    requirement = Requirement(wanted)

    assert requirement.specifier.contains(LOCKED[plain(requirement.name)], prereleases=True)


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-node.lock"])
def test_lock_names_no_package_host(name: str) -> None:
    assert re.findall(r"://|--(?:extra-)?index|--find-links|--trusted-host", (ROOT / name).read_text()) == []
