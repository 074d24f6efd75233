"""What the figures were measured on."""

import ctypes
import os
import pathlib
import platform

from measures.one_row import MOST_SWEPT_BYTES

SCHEDULER = pathlib.Path("/proc/self/schedstat")
CPUINFO = pathlib.Path("/proc/cpuinfo")
SYSTEM_CACHES = pathlib.Path("/sys/devices/system/cpu/cpu0/cache")


def processor():
    if CPUINFO.exists():
        for line in CPUINFO.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def cache_bytes():
    """The size of each data cache of the first processor, by level."""
    sizes = {}
    for index in sorted(SYSTEM_CACHES.glob("index*")):
        if (index / "type").read_text().strip() != "Instruction":
            size = (index / "size").read_text().strip()
            sizes[int((index / "level").read_text())] = int(size.rstrip("K")) << 10
    return sizes


def swept_bytes():
    """More than the caches hold, up to a share of a large last level."""
    return min(MOST_SWEPT_BYTES, sum(cache_bytes().values()) or MOST_SWEPT_BYTES)


def waited_seconds():
    """How long this process's first thread, which measures, was ready to run but had no processor."""
    return int(SCHEDULER.read_text().split()[1]) / 1e9 if SCHEDULER.exists() else 0.0


def apus_level():
    """The instruction set that Apus chooses on this machine, or that APUS_INSTRUCTION_SET lowers it to."""
    function = ctypes.CDLL(os.environ["APUS_LIBRARY"]).apus_instruction_set_name
    function.restype = ctypes.c_char_p
    return function().decode()


def facts():
    return {
        "processor": processor(),
        "processors": os.cpu_count(),
        "caches": {f"L{level}": size for level, size in cache_bytes().items()},
        "swept_bytes": swept_bytes(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }
