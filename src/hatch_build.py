"""Compiles `excerpt.native` when a wheel is built or an editable installation is made.

Without a compiler, or without the headers of Python, the wheel is pure: NumPy does the same work.
"""

import os
import runpy
import shlex
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# Without the second flag, compilers may join a multiplication and an addition, and scores would
# differ in the last bit. Flags for one processor (-march) gain little and break on others.
FLAGS = ["-std=c11", "-O3", "-ffp-contract=off", "-fvisibility=hidden", "-shared", "-fPIC"]
SOURCES = "src/excerpt/native"


class NativeBuildHook(BuildHookInterface):
    """A hook that adds the kernel to a wheel, or to the source tree of an editable installation."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile the kernel; on failure, warn and leave the wheel pure."""
        sources = Path(self.root, SOURCES)
        name = "_kernel.pyd" if sys.platform == "win32" else "_kernel.abi3.so"
        is_editable = version == "editable"
        self._temporary = tempfile.TemporaryDirectory(prefix="excerpt-kernel-")
        target = (sources if is_editable else Path(self._temporary.name)) / name
        target.unlink(missing_ok=True)
        try:
            subprocess.run(_command(sources, target), check=True)  # noqa: S603 - the compiler
        except (OSError, subprocess.CalledProcessError) as error:
            self.app.display_warning(f"No C compiler: excerpt will use NumPy alone ({error}).")
            return
        platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["tag"] = f"cp311-abi3-{platform}"
        build_data["pure_python"] = False
        if not is_editable:
            build_data["force_include"][str(target)] = f"excerpt/native/{name}"


def _command(sources: Path, target: Path) -> list[str]:
    """Return the command that compiles the files in `sources` into `target`."""
    compiler = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")
    linking = [f"-L{sys.base_prefix}/libs", "-lpython3"] if sys.platform == "win32" else []
    if sys.platform == "darwin":
        # The names of Python are found when the module is loaded; -arch as Python was compiled.
        linking = shlex.split(sysconfig.get_config_var("LDSHARED"))[1:]
    include = f"-I{sysconfig.get_path('include')}"
    digest = runpy.run_path(str(sources / "__init__.py"))["source_digest"](sources)
    files = sorted(map(str, sources.glob("*.c")))
    named = f'-DEXCERPT_SOURCE_DIGEST="{digest}"'
    return [*compiler, *FLAGS, include, named, *files, "-o", str(target), *linking]
