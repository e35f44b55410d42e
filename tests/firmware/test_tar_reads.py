"""What a hostile tar in xz costs who reads it: next to nothing, whatever its headers claim."""

import lzma
import tarfile
import tracemalloc

import pytest

from firmware.image import inspect_bytes

PATH = "orangery/versions/1.0/orangery"
END = bytes(1024)


def header(kind=tarfile.REGTYPE, size=0, form=tarfile.GNU_FORMAT, **pax):
    member = tarfile.TarInfo(PATH)
    member.type, member.size = kind, size
    member.pax_headers = {name.replace("_", "."): value for name, value in pax.items()}
    return member.tobuf(form)


def pax(**said):
    return header(form=tarfile.PAX_FORMAT, **said)


def negative():
    """A member of -512 bytes: who goes on behind it goes on before it."""
    made = bytearray(header())
    made[124:136] = b"\xff" * 10 + b"\xfe\0"
    made[148:156] = b" " * 8
    made[148:156] = b"%06o\0 " % sum(made)
    return bytes(made)


LARGE = 64 << 20  # bytes
HOSTILE = {
    "sparse for years": pax(
        GNU_sparse_major="0",
        GNU_sparse_minor="1",
        GNU_sparse_map="0,0",
        GNU_sparse_size=str(10**15),
    ),
    "sparse map that goes on for ever": (
        pax(GNU_sparse_major="1", GNU_sparse_minor="0") + b"99999999\n" + bytes(503)
    ),
    "old sparse": header(tarfile.GNUTYPE_SPARSE, 512) + bytes(512),
    "numbers that are none": pax(GNU_sparse_map="x,y"),
    "less than nothing": negative() * 3,
    "headers of headers": header(tarfile.XHDTYPE) * 5000,
    "a long name": header(tarfile.GNUTYPE_LONGNAME, LARGE),
    "a long header": header(tarfile.XHDTYPE, LARGE),
    "a header for all": header(tarfile.XGLTYPE, LARGE),
    "a damaged one in the middle": header() + b"x" * 512 + header(),
}


@pytest.mark.parametrize("tar", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_header_is_refused_before_it_costs_anything(tar):
    packer = lzma.LZMACompressor(preset=0)
    pieces = (tar, *([bytes(1 << 20)] * (LARGE >> 20)), END)
    body = b"".join([*map(packer.compress, pieces), packer.flush()])
    tracemalloc.start()
    found = inspect_bytes(body)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.version == ""
    assert found.problems in ((), ("program_bad",))
    assert most < 16 << 20
