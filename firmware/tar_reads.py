"""A tar in xz (https://tukaani.org/xz/xz-file-format.txt), read as a stream and trusted in nothing.

Of what a tar may hold only what `scripts/packaging/archive.py` writes is taken: pax headers of one
member, of a few kilobytes. Sparse files would be read for as long as their header claims; a header
of gigabytes would lie in memory; and a damaged one in the middle is no end.
"""

from __future__ import annotations

import lzma
import tarfile
from tarfile import EOFHeaderError, HeaderError  # type: ignore[attr-defined]
from typing import IO, NoReturn, Self, cast

from firmware.image_reads import CHUNK

WRONG = (
    *(tarfile.TarError, lzma.LZMAError, EOFError),
    *(ValueError, OverflowError, RecursionError),  # numbers that are none; headers of headers
)
"""All that reading a damaged or hostile one may raise, but OSError."""

_MEMORY = 256 << 20  # bytes of xz's dictionary
_HEADER_MOST = 16 << 10  # bytes of a pax header: two paths of 4096 bytes, and more
_MEMBER_MOST = 4 << 30  # bytes of one file
_NEVER = frozenset(
    (
        *(tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE, tarfile.GNUTYPE_SPARSE),
        *(tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK),
    )
)


class TooFarError(EOFError):
    """More is in it than may be."""


class Inflated:
    """What is in an xz file, as a stream of which at most `most` bytes are given."""

    def __init__(self, file: IO[bytes], most: int) -> None:
        file.seek(0)
        self._file, self._most = file, most
        self._inflater = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MEMORY)
        self._given = 0

    @property
    def taken(self) -> int:
        """Bytes of the file that belong to the stream."""
        return self._file.tell() - len(self._inflater.unused_data)

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes, fewer only at the end.

        EOFError where it is cut off, TooFarError, lzma.LZMAError.
        """
        out = bytearray()
        while len(out) < size and not self._inflater.eof:
            block = self._file.read(CHUNK) if self._inflater.needs_input else b""
            if self._inflater.needs_input and not block:
                raise EOFError("cut off")
            out += self._inflater.decompress(block, size - len(out))
        self._given += len(out)
        if self._given > self._most:
            raise TooFarError("more in it than may be")
        return bytes(out)


def opened(plain: Inflated) -> tarfile.TarFile:
    """Return the tar in `plain`, to be gone through once, from its beginning; raises WRONG."""
    return tarfile.open(fileobj=cast("IO[bytes]", plain), mode="r|", tarinfo=_Member)


class _Member(tarfile.TarInfo):
    """A member whose headers are as ours are; the names of the methods are tarfile's own."""

    @classmethod
    def fromtarfile(cls, tarfile: tarfile.TarFile) -> Self:
        try:
            return super().fromtarfile(tarfile)
        except EOFHeaderError:  # the blocks with which a tar ends
            raise
        except HeaderError as error:  # tarfile takes such a one for the end
            raise _bad(error) from error

    def _proc_member(self, archive: tarfile.TarFile) -> Self:
        most = _HEADER_MOST if self.type == tarfile.XHDTYPE else _MEMBER_MOST
        if self.type in _NEVER or not 0 <= self.size <= most:
            raise _bad(f"a member of type {self.type!r}, {self.size} bytes")
        return super()._proc_member(archive)  # type: ignore[misc,no-any-return]

    def _sparse(self, *_: object) -> NoReturn:
        raise _bad("a sparse file")

    _proc_gnusparse_00 = _proc_gnusparse_01 = _proc_gnusparse_10 = _sparse


def _bad(why: object) -> tarfile.ReadError:
    return tarfile.ReadError(str(why))
