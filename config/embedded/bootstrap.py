"""Make `.venv` and install the pinned requirements into it; do nothing when that is done.

Run as a file by whatever Python the machine has (3.11 or later), so only its own library is here:
`python3 config/embedded/bootstrap.py requirements.txt`.
"""

import importlib.util
import os
import re
import subprocess
import sys
import time
from pathlib import Path

VENV = Path(".venv")
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
LOG = VENV / "install.log"
TAIL_LINES = 12


def main(requirement_files: list[str]) -> int:
    missing = [name for name in requirement_files if not _is_installed(Path(name))]
    if not missing:
        return 0
    if not _has_working_venv() and (refusal := _why_not_made()):
        print(refusal, file=sys.stderr)
        return 1
    return next((code for name in missing if (code := _install(Path(name)))), 0)


def _stamp(requirements: Path) -> Path:
    """What was installed last: a copy of the file, written after pip succeeded."""
    return VENV / f"installed-{requirements.name}"


def _is_installed(requirements: Path) -> bool:
    stamp = _stamp(requirements)
    return (
        stamp.exists()
        and stamp.read_bytes() == requirements.read_bytes()
        and _runs("-c", "import sys")
    )


def _has_working_venv() -> bool:
    return PYTHON.exists() and _runs("-m", "pip", "--version")


def _runs(*arguments: str) -> bool:
    try:
        ran = subprocess.run([PYTHON, *arguments], capture_output=True, check=False)  # noqa: S603
    except OSError:  # the Python it was made with is gone
        return False
    return ran.returncode == 0


def _why_not_made() -> str | None:
    """Make the environment afresh; return the sentence for the terminal when that fails."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        return (
            f"Python {version} is here, but not its venv module: install it, on Debian and Ubuntu"
            f" with `apt install python3-venv` (or python{version}-venv), and run this again."
        )
    print(f"Making .venv with Python {version}.", flush=True)
    made = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "venv", "--clear", VENV], capture_output=True, text=True, check=False
    )
    if made.returncode:
        return f"Python could not make .venv: {_tail(made.stdout + made.stderr)}"
    return None


def _install(requirements: Path) -> int:
    """Install one file of pinned and hashed requirements; return pip's exit code."""
    pins = len(re.findall(r"^\S+==", requirements.read_text(encoding="utf-8"), re.MULTILINE))
    print(f"Installing {requirements} ({pins} packages).", flush=True)
    began = time.monotonic()
    install = ["-m", "pip", "install", "--require-hashes", "-r", str(requirements)]
    quietly = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
    with (
        LOG.open("w", encoding="utf-8") as log,
        subprocess.Popen(  # noqa: S603
            [PYTHON, *install, *quietly],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as pip,
    ):
        for line in pip.stdout or ():
            log.write(line)
            _show_progress(line)
    if pip.returncode:
        print(f"pip could not install {requirements}; {LOG} says more:", file=sys.stderr)
        print(_tail(LOG.read_text(encoding="utf-8")), file=sys.stderr)
        return pip.returncode
    _stamp(requirements).write_bytes(requirements.read_bytes())
    print(f"Installed in {time.monotonic() - began:.0f} s.", flush=True)
    return 0


def _show_progress(line: str) -> None:
    """Keep one line alive on a terminal; into a file or pipe, say only the slow last part."""
    if found := re.match(r"Collecting (\S+?)==", line):
        _rewrite(f"  {found[1]}")
    elif line.startswith("Installing collected packages"):
        _rewrite("")
        print("  unpacking", flush=True)


def _rewrite(text: str) -> None:
    if sys.stdout.isatty():
        print(f"\r\033[K{text}", end="", flush=True)


def _tail(text: str) -> str:
    return "\n".join(text.strip().splitlines()[-TAIL_LINES:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
