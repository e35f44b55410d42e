"""Makes and applies one patch, as a child process that can be limited, killed, and leaves nothing.

The child is this module: its one argument is a `Job` in JSON, its answer on standard output a
`Made`. What it was killed for its parent sees (firmware/deltas.py). Methods:

    zstd               the new file alone, compressed: what a patch has to beat
    zstd-patch         zstd with the old file as its dictionary ("patch-from")
    hdiffpatch-lzma    detools (BSD-2), which uses HDiffPatch (MIT)
    hdiffpatch-zstd    the same, compressed with zstd: less memory on the device
"""

from __future__ import annotations

import hashlib
import resource
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TextIO

import msgspec

CHILD = "_patch-child"
"""The hidden first argument by which a frozen program becomes the child."""

NEEDS = {
    "zstd": "zstandard",
    "zstd-patch": "zstandard",
    "hdiffpatch-lzma": "detools",
    "hdiffpatch-zstd": "detools",
}
"""Each method, and the library it needs."""

_THOROUGH = 64 * 1024 * 1024  # bytes of a file, up to which a high level ends within a few minutes
_LEVEL_HIGH, _LEVEL_LOW = 19, 6
_WINDOW_LOG_MIN, _WINDOW_LOG_MAX = 20, 31
_TABLE_LOG_MIN, _HASH_LOG_MAX, _CHAIN_LOG_MAX = 12, 27, 28


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What to make, where, and within what."""

    method: str
    old: str
    new: str
    patch: str  # is written
    out: str  # is written: `new`, made from `old` and `patch`
    seconds: int  # CPU time; the parent has its own clock
    memory: int  # bytes of address space


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it. Nothing is said of whether `sha256` is the right one: that is for others."""

    size: int = 0  # bytes of the patch
    seconds: float = 0.0  # to make and to apply it
    sha256: str = ""  # of what applying gave
    said: str = ""  # what applying complained of, whatever bytes it gave
    error: str = ""  # delta_out_of_memory, delta_failed


def main(argv: Sequence[str], stdout: TextIO) -> int:
    """Be the child."""
    job = msgspec.json.decode(argv[0], type=Job)
    resource.setrlimit(resource.RLIMIT_CPU, (job.seconds, job.seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (job.memory, job.memory))
    try:
        made = _carry_out(job)
    except MemoryError:
        made = Made(error="delta_out_of_memory")
    except Exception as error:  # noqa: BLE001 - whatever a library of C may raise
        short = "not enough memory" in str(error).lower() or "allocation" in str(error).lower()
        made = Made(error="delta_out_of_memory" if short else "delta_failed", said=_words(error))
    stdout.write(msgspec.json.encode(made).decode())
    stdout.flush()
    return 0


def _carry_out(job: Job) -> Made:
    old, new, patch, out = (Path(name) for name in (job.old, job.new, job.patch, job.out))
    started = time.monotonic()
    make, apply = METHODS[job.method]
    make(old, new, patch)
    said = ""
    try:
        apply(old, patch, out)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - the bytes decide, not what a library says of them
        said = _words(error)
    with suppress(FileNotFoundError), out.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        seconds = time.monotonic() - started
        return Made(size=patch.stat().st_size, seconds=seconds, sha256=sha256, said=said)
    return Made(error="delta_failed", said=said)


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]


# --- the methods ---------------------------------------------------------------------------------


def _zstd(_: Path, new: Path, patch: Path) -> None:
    import zstandard  # noqa: PLC0415 - only the child needs it, and not every child

    size = new.stat().st_size
    with new.open("rb") as source, patch.open("wb") as sink:
        zstandard.ZstdCompressor(level=_level(size)).copy_stream(source, sink, size=size)


def _unzstd(_: Path, patch: Path, out: Path) -> None:
    import zstandard  # noqa: PLC0415

    with patch.open("rb") as source, out.open("wb") as sink:
        zstandard.ZstdDecompressor().copy_stream(source, sink)


def _zstd_patch(old: Path, new: Path, patch: Path) -> None:
    import zstandard  # noqa: PLC0415

    before, size = old.read_bytes(), new.stat().st_size
    window = (len(before) + size).bit_length()  # far enough back to see all of the old file
    # Tables of the level's own size forget most of a large old file (level 3: all but 16 MiB).
    places = max(len(before).bit_length(), _TABLE_LOG_MIN)
    parameters = zstandard.ZstdCompressionParameters.from_level(
        _level(size),
        source_size=size,
        dict_size=len(before),
        window_log=min(max(window, _WINDOW_LOG_MIN), _WINDOW_LOG_MAX),
        hash_log=min(places, _HASH_LOG_MAX),
        chain_log=min(places + 1, _CHAIN_LOG_MAX),
        enable_ldm=True,
    )
    known = zstandard.ZstdCompressionDict(before, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
    compressor = zstandard.ZstdCompressor(dict_data=known, compression_params=parameters)
    with new.open("rb") as source, patch.open("wb") as sink:
        compressor.copy_stream(source, sink, size=size)


def _zstd_apply(old: Path, patch: Path, out: Path) -> None:
    import zstandard  # noqa: PLC0415

    known = zstandard.ZstdCompressionDict(
        old.read_bytes(), dict_type=zstandard.DICT_TYPE_RAWCONTENT
    )
    opener = zstandard.ZstdDecompressor(dict_data=known, max_window_size=1 << _WINDOW_LOG_MAX)
    with patch.open("rb") as source, out.open("wb") as sink:
        opener.copy_stream(source, sink)


def _hdiffpatch(compression: str) -> Callable[[Path, Path, Path], None]:
    def make(old: Path, new: Path, patch: Path) -> None:
        import detools  # noqa: PLC0415

        with old.open("rb") as before, new.open("rb") as after, patch.open("wb") as sink:
            detools.create_patch(
                before,
                after,
                sink,
                compression=compression,
                patch_type="hdiffpatch",
                algorithm="hdiffpatch",
                use_mmap=False,
            )

    return make


def _detools_apply(old: Path, patch: Path, out: Path) -> None:
    import detools  # noqa: PLC0415

    with old.open("rb") as before, patch.open("rb") as source, out.open("wb") as sink:
        detools.apply_patch(before, source, sink)


def _level(size: int) -> int:
    return _LEVEL_HIGH if size <= _THOROUGH else _LEVEL_LOW


_Method = Callable[[Path, Path, Path], None]
METHODS: Mapping[str, tuple[_Method, _Method]] = {
    "zstd": (_zstd, _unzstd),
    "zstd-patch": (_zstd_patch, _zstd_apply),
    "hdiffpatch-lzma": (_hdiffpatch("lzma"), _detools_apply),
    "hdiffpatch-zstd": (_hdiffpatch("zstd"), _detools_apply),
}
"""name -> (make(old, new, patch), apply(old, patch, out))"""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], sys.stdout))
