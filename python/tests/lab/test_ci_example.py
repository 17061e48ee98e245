"""The example project for CI: its files for GitHub and GitLab run one script, which is run here."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import yaml

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = Path(os.environ.get("QFTP_PROGRAM", ROOT / "target/debug/qftp"))
PLANS = ("quiet", "data-connection-lost")
TARGET = "thumbv7em-none-eabihf"


def read(name: str) -> Any:
    return yaml.safe_load((ROOT / "examples/ci" / name).read_text("utf-8"))


def test_both_files_run_the_script_and_keep_the_artefacts() -> None:
    github, gitlab = read("github.yml")["jobs"]["modules"]["steps"], read("gitlab.yml")["modules"]
    (test,) = [step["run"] for step in github if step.get("name") == "Test"]
    assert [test] == gitlab["script"] == ["./run.sh"]
    assert github[-1]["with"]["path"] == "artefacts"
    assert github[-1]["if"] == "always()"
    assert gitlab["artifacts"]["paths"] == ["artefacts"]
    assert gitlab["artifacts"]["reports"]["junit"] == "artefacts/junit.xml"
    (tools,) = [step["run"] for step in github if step.get("name") == "Tools"]
    packages = {"gcc-arm-none-eabi", "libnewlib-arm-none-eabi", "libssl-dev", "pkg-config", "qemu-system-arm"}
    for text in (tools, "\n".join(gitlab["before_script"])):
        assert packages <= set(text.split())
        assert f"rustup target add {TARGET}" in text


def test_the_project_runs_and_leaves_its_artefacts(tmp_path: Path) -> None:
    missing = lacks()
    if missing:
        print(f"NOT RUN: examples/ci, as {missing}")
        return
    project = tmp_path / "project"
    shutil.copytree(ROOT / "examples/ci", project, ignore=shutil.ignore_patterns("artefacts", "build", "__pycache__"))
    path = [str(PROGRAM.parent), str(Path(sys.executable).parent), os.environ["PATH"]]
    environment = {**os.environ, "LIBQFTP": str(ROOT), "PATH": os.pathsep.join(path)}
    for name in ("ARTEFACTS", "BUILD", "PYTEST_ADDOPTS", "PYTEST_DISABLE_PLUGIN_AUTOLOAD"):
        environment.pop(name, None)
    command = ["./run.sh", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, timeout=1500)
    assert done.returncode == 0, done.stdout + done.stderr
    suite = ElementTree.parse(project / "artefacts/junit.xml").getroot()[0]
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("4", "0", "0")
    texts = {path.stem: path.read_text("utf-8") for path in (project / "artefacts").glob("*.txt")}
    assert set(texts) == {f"test_{what}-{plan}" for what in ("firmware", "program") for plan in PLANS}
    for text in texts.values():
        assert "AT+QFTPOPEN" in text
        assert "password-of-a-test" not in text


def lacks() -> str | None:
    """Returns what this machine does not have."""
    for tool in ("arm-none-eabi-gcc", "qemu-system-arm", "make", "cargo"):
        if shutil.which(tool) is None:
            return f"{tool} is not installed"
    sysroot = subprocess.run(["rustc", "--print", "sysroot"], check=True, capture_output=True, text=True).stdout.strip()
    if not (Path(sysroot) / "lib/rustlib" / TARGET).is_dir():
        return f"Rust has no library for {TARGET}"
    if not PROGRAM.exists():
        return f"{PROGRAM} is not built: cargo build -p qftp-cli"
    return None
