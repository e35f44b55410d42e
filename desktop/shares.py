"""A secret cut into shares of which some together give it back, as words people can write down.

The words are those of SLIP-39: each share says to which set it belongs and how many are needed, and
has a checksum that finds up to three wrong words. Any program of that standard puts them together
as well. The only door of shamir_mnemonic (docs/adr/0048).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from shamir_mnemonic import MnemonicError, combine_mnemonics, generate_mnemonics
from shamir_mnemonic.share import Share as Slip39
from shamir_mnemonic.wordlist import WORDLIST

from fleet.errors import CommandError

MOST = 5
"""Shares of a secret: of more people nobody knows in ten years where they are."""

_BEGIN, _END = "-----BEGIN SHARE-----", "-----END SHARE-----"
_WORD = re.compile(r"[a-z]{4,}")
_BY_START = {word[:4]: word for word in WORDLIST}  # four letters tell each of them
_MARKED = re.compile(f"{_BEGIN}(.*?){_END}", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One share as its words say of themselves."""

    words: tuple[str, ...]
    set: int  # which secret it is of, as far as that can be told: 15 bits
    number: int  # of this share, from 1
    need: int  # so many together give the secret


def split(secret: bytes, need: int, count: int) -> tuple[Share, ...]:
    """Cut a secret of 32 bytes into `count` shares, any `need` of which give it back.

    Each call draws anew: shares of two calls do not fit together. CommandError("heirs_count_bad").
    """
    if not 1 <= need <= count <= MOST or (need == 1 and count > 1):
        raise CommandError("heirs_count_bad", need=need, count=count, most=MOST)
    ((*made,),) = generate_mnemonics(1, [(need, count)], secret)
    return tuple(_read(words.split(), 0) for words in made)


def read(text: str, number: int) -> Share:
    """Read the share out of what somebody typed, or of the page it was printed on.

    `number`: which of several this is, for the error. Words may be cut to their first four letters.
    CommandError: share_word_unknown (number, word), share_damaged (number).
    """
    marked = _MARKED.search(text)
    typed = _WORD.findall((marked.group(1) if marked else text).lower())
    words = []
    for word in typed:
        known = _BY_START.get(word[:4], "")
        if not known.startswith(word):
            raise CommandError("share_word_unknown", number=number, word=word)
        words.append(known)
    return _read(words, number)


def joined(shares: Sequence[Share]) -> bytes:
    """Return the secret of which these are shares; more than are needed do no harm.

    CommandError: share_of_another_set (number), shares_too_few (need, count), shares_wrong.
    """
    different = {share.number: share for share in shares}
    if not shares:
        raise CommandError("shares_too_few", need=2, count=0)
    first = shares[0]
    for number, share in enumerate(shares, 1):
        if (share.set, share.need) != (first.set, first.need):
            raise CommandError("share_of_another_set", number=number)
    if len(different) < first.need:
        raise CommandError("shares_too_few", need=first.need, count=len(different))
    taken = [" ".join(share.words) for share in different.values()][: first.need]
    try:
        return bytes(combine_mnemonics(taken))
    except MnemonicError as error:  # each is whole, and yet they are of two secrets
        raise CommandError("shares_wrong") from error


def page(share: Share, lines: Sequence[str]) -> str:
    """Return the share as a page of text, to be printed: `lines`, then the words in numbered rows.

    `read` takes the page as it is.
    """
    words = [f"{number:>2} {word:<10}" for number, word in enumerate(share.words, 1)]
    rows = ["  ".join(words[at : at + 3]).rstrip() for at in range(0, len(words), 3)]
    return "\n".join([*lines, "", _BEGIN, *rows, _END, ""])


def _read(words: Sequence[str], number: int) -> Share:
    try:
        said = Slip39.from_mnemonic(" ".join(words))
    except MnemonicError as error:
        raise CommandError("share_damaged", number=number) from error
    return Share(
        words=tuple(words),
        set=said.identifier,
        number=said.index + 1,
        need=said.member_threshold,
    )
