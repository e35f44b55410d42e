"""Values over time: thinned to points and packed into few bytes; pure.

A sample is (time, value): whole seconds since the epoch, and a number. A `Point` is what stays of
the samples of one minute or hour: least, mean and greatest. The mean is by time, not by count: a
value holds until the next one, so that a lamp on for a quarter of an hour has a mean of 0.25.

Packed: columns of whole numbers, of each the differences (of times the differences of those),
byte by byte of equal weight, through zlib. A value is counted in the unit of its last decimal;
one that has more than nine stays the double it is. docs/adr/0028 says why.
"""

from __future__ import annotations

import struct
import zlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, chain, islice
from operator import sub

import msgspec

Sample = tuple[int, float]

HOLD_S = 1_260
"""A value is believed to hold for so long without being said again: two heartbeats and a little."""

_DECIMALS = 9
_EXACT = 2**52
_HEAD = struct.Struct("<BBI")  # kind of number, decimals, count
_DOUBLE = 255
_KINDS = "bhiq"
_LIMITS = tuple((kind, 1 << 8 * array(kind).itemsize - 1) for kind in _KINDS)
_RATHER_FAST = 6  # zlib's own default


class Point(msgspec.Struct, frozen=True, gc=False):
    """What a value was in one stretch of time that begins `at`."""

    at: int
    low: float
    mean: float
    high: float


def points_of(samples: Iterable[Sample]) -> Iterator[Point]:
    """Give each sample as a point of its own."""
    return (Point(at, value, value, value) for at, value in samples)


def thinned(samples: Sequence[Sample], width: int) -> list[Point]:
    """Return one point for each stretch of `width` seconds in which something was said."""
    found: list[Point] = []
    carried: Sample | None = None
    index = 0
    while index < len(samples):
        begin = samples[index][0] // width * width
        end, first = begin + width, index
        while index < len(samples) and samples[index][0] < end:
            index += 1
        found.append(_point(begin, end, samples[first:index], carried))
        carried = samples[index - 1]
    return found


def merged(points: Sequence[Point], width: float, since: float) -> list[Point]:
    """Return points in stretches of `width` from `since` on, each of equal weight."""
    found: list[Point] = []
    index = 0
    while index < len(points):
        begin = since + (points[index].at - since) // width * width
        first = index
        while index < len(points) and points[index].at < begin + width:
            index += 1
        some = points[first:index]
        low, high = min(one.low for one in some), max(one.high for one in some)
        mean = sum(one.mean for one in some) / len(some)
        found.append(Point(int(begin) if len(some) > 1 else some[0].at, low, mean, high))
    return found


def packed_samples(samples: Sequence[Sample]) -> bytes:
    """Return samples, in the order of their times, as bytes."""
    times, values = zip(*samples, strict=True) if samples else ((), ())
    return _deflated(_times(times) + _values(values, _decimals(values)))


def unpacked_samples(data: bytes) -> list[Sample]:
    """Return what `packed_samples` packed. ValueError for anything else."""
    times, values = _columns(data, 2)
    return list(zip(_summed_twice(times), values, strict=True))


def packed_points(points: Sequence[Point]) -> bytes:
    """Return points, in the order of their times, as bytes; means to one decimal more than said."""
    lows, highs = [one.low for one in points], [one.high for one in points]
    decimals = min(_DECIMALS, _decimals([*lows, *highs]))
    means = [round(one.mean, decimals + 1) for one in points]
    columns = (_values(each, _decimals(each)) for each in (lows, means, highs))
    return _deflated(_times([one.at for one in points]) + b"".join(columns))


def unpacked_points(data: bytes) -> list[Point]:
    """Return what `packed_points` packed. ValueError for anything else."""
    times, lows, means, highs = _columns(data, 4)
    return list(map(Point, _summed_twice(times), lows, means, highs))


def _point(begin: int, end: int, some: Sequence[Sample], carried: Sample | None) -> Point:
    """Return one stretch; what held before it counts from its begin on."""
    values = [value for _, value in some]
    times = [at for at, _ in some]
    if carried is not None and times[0] - carried[0] <= HOLD_S and times[0] > begin:
        values.insert(0, carried[1])
        times.insert(0, begin)
    weights = list(map(sub, [*times[1:], end], times))
    whole = sum(weights)
    mean = sum(map(float.__mul__, map(float, values), map(float, weights))) / whole
    return Point(begin, min(values), mean, max(values))


def _decimals(values: Sequence[float]) -> int:
    """Return how many decimals say them all exactly; more than _DECIMALS: none do."""
    wanted = 0
    for value in set(values):
        while wanted <= _DECIMALS:
            scaled = value * 10**wanted
            if abs(scaled) >= _EXACT:
                return _DECIMALS + 1
            if round(scaled) / 10**wanted == value:
                break
            wanted += 1
    # What was whole with fewer decimals may be too large with those that another wants.
    too_large = max(map(abs, values), default=0.0) * 10**wanted >= _EXACT
    return _DECIMALS + 1 if too_large else wanted


def _times(times: Sequence[int]) -> bytes:
    return _numbers(_differences(_differences(times)), 0)


def _values(values: Sequence[float], decimals: int) -> bytes:
    if decimals > _DECIMALS:
        doubles = array("d", values)
        return _HEAD.pack(_DOUBLE, 0, len(values)) + _shuffled(doubles.tobytes(), 8)
    scale = 10**decimals
    return _numbers(_differences([round(value * scale) for value in values]), decimals)


def _numbers(numbers: Sequence[int], decimals: int) -> bytes:
    """Return whole numbers, each in as few bytes as hold all but the first, which is apart."""
    first, rest = numbers[:1], numbers[1:]
    most = max(max(rest, default=0), -min(rest, default=0) - 1)
    kind = next(kind for kind, limit in _LIMITS if most < limit)
    body = array(kind, rest)
    head = _HEAD.pack(_KINDS.index(kind), decimals, len(numbers))
    return head + array("q", first).tobytes() + _shuffled(body.tobytes(), body.itemsize)


def _differences(numbers: Sequence[int]) -> list[int]:
    return [*numbers[:1], *map(sub, islice(numbers, 1, None), numbers)]


def _summed_twice(numbers: Sequence[float]) -> list[int]:
    """Undo the second difference of times; the first was undone with the column."""
    return list(accumulate(map(int, numbers)))


def _columns(data: bytes, count: int) -> list[Sequence[float]]:
    try:
        raw, at, found = zlib.decompress(data), 0, []
        for _ in range(count):
            column, at = _column(raw, at)
            found.append(column)
    except (zlib.error, struct.error, IndexError) as error:
        raise ValueError(str(error)) from error
    return found


def _column(raw: bytes, at: int) -> tuple[Sequence[float], int]:
    kind, decimals, count = _HEAD.unpack_from(raw, at)
    at += _HEAD.size
    if kind == _DOUBLE:
        doubles = array("d", _gathered(raw[at : at + 8 * count], 8))
        return doubles, at + 8 * count
    first = array("q", raw[at : at + 8 * min(count, 1)])
    at += 8 * min(count, 1)
    body = array(_KINDS[kind])
    length = body.itemsize * max(count - 1, 0)
    body.frombytes(_gathered(raw[at : at + length], body.itemsize))
    numbers = accumulate(chain(first, body))
    scale = 10**decimals
    return [number / scale for number in numbers] if decimals else list(numbers), at + length


def _shuffled(data: bytes, size: int) -> bytes:
    return b"".join(data[byte::size] for byte in range(size))


def _gathered(data: bytes, size: int) -> bytes:
    count = len(data) // size
    whole = bytearray(len(data))
    for byte in range(size):
        whole[byte::size] = data[byte * count : (byte + 1) * count]
    return bytes(whole)


def _deflated(data: bytes) -> bytes:
    return zlib.compress(data, _RATHER_FAST)
