"""Renews the program by the makers' weeks, as devices are: verified, staged, then the next start.

Everything is firmware/trust.py's: the pinned root, floors that never fall, two parties, resuming.
What is for this copy is said by desktop/selfupdate/choice.py; where it is put, by Versions.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from desktop import build
from desktop.build import Build, Packaged
from desktop.selfupdate import choice, fridays, noting
from desktop.selfupdate import place as places
from desktop.selfupdate.choice import Copy
from desktop.selfupdate.facts import Gone, Kept, Mode, Program, Step
from desktop.selfupdate.keeping import Keeping, home
from firmware import durable, maker_link
from firmware.errors import TrustError
from firmware.maker_link import MakerLink
from firmware.release import Channel, Fit, Misfit, Target, Week
from fleet.errors import CommandError, OrangeryError
from fleet.later import later

if TYPE_CHECKING:
    from desktop.selfupdate import shipped, verifying, versions
    from desktop.selfupdate.versions import State, Versions
    from firmware import roots
    from firmware import stage as stages
    from firmware import trust as trusts
else:  # TUF, only once something is asked
    shipped = later("desktop.selfupdate.shipped")
    verifying = later("desktop.selfupdate.verifying")
    versions = later("desktop.selfupdate.versions")
    roots, stages = later("firmware.roots"), later("firmware.stage")
    trusts = later("firmware.trust")

logger = logging.getLogger(__name__)

Told = Callable[[Step, int, int], object]
"""told(step, have, of) in bytes, in the thread that works."""


class _Stopped(Exception):  # noqa: N818 - a person's wish
    pass


def _silent(step: Step, have: int, of: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """What this copy is; all of it is told by desktop/build.py."""

    build: Build
    packaged: Packaged = Packaged.SOURCE
    root: Path | None = None  # of a copy that keeps versions
    link: MakerLink | None = field(init=False)

    def __post_init__(self) -> None:
        """Read the link; TrustError("link_bad")."""
        link = maker_link.parse(self.build.maker) if self.build.maker else None
        object.__setattr__(self, "link", link)


class Renewal:
    """One for each process; any thread. What lasts is in files, so that processes agree."""

    def __init__(
        self,
        folder: Path,
        here: Here,
        *,
        versions: Versions | None = None,
        place: places.Place | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`folder`: see desktop/selfupdate/keeping.py. `versions`: of a copy that keeps some.

        `place`: where it was started from, if somebody may exchange it there.
        """
        self._keeping = Keeping(folder)
        self._here = here
        self._versions = versions
        self._place = place
        self._clock = clock

    # --- what is known ---

    def now(self) -> Program:
        """Return what is known, without asking anybody."""
        here, link, whole = self._here, self._here.link, self._kept()
        kept = noting.told_of(whole, here.build.version)
        state = self._versions.state() if self._versions else None
        running = here.build.version
        mode = self._mode(kept)
        looks = link is not None and mode is not Mode.NEVER and bool(kept.installation)
        offer = kept.offer if kept.offer and kept.offer.version != running else None
        return Program(
            version=running,
            platform=here.build.platform,
            packaged=here.packaged,
            commit=here.build.commit,
            made=here.build.made,
            maker=link.name if link else "",
            root=str(here.root or ""),
            writable=self._is_writable,
            channel=self._channel(kept),
            mode=mode,
            step=Step.READY if state and state.now not in ("", running) else Step.IDLE,
            offer=offer,
            why_not=kept.why_not,
            fact=kept.fact,
            ready=state.now if state and state.now != running else "",
            before=state.before if state and state.before != running else "",
            failed=_failed(state),
            left=bool(state and (state.worked or state.failed == kept.left)),
            exchanged=self._place.exchanged() if self._place else "",
            gone=kept.gone,
            gone_words=kept.gone_words,
            checked=kept.checked,
            tried=kept.tried,
            code=kept.code,
            facts=kept.facts,
            failing_since=kept.failing_since,
            next_check=self._next_check(whole) if looks else 0.0,
        )

    @property
    def watches(self) -> bool:
        """Whether others may exchange what runs, which is looked for whoever made it."""
        return self._place is not None

    def begin(self) -> None:
        """Be an installation from now on: the first Friday after this is the first that counts."""
        if self._here.link is not None:
            running, now = self._here.build.version, self._clock()
            self._keeping.change(now, lambda kept: noting.with_begun(kept, running, now))

    def is_due(self) -> bool:
        """Whether it is time to look, by the calendar and what was chosen."""
        kept = self._keeping.read()
        if kept is None or self._here.link is None or self._mode(kept) is Mode.NEVER:
            return False
        checked, now = noting.checked(kept, self._here.build.version), self._clock()
        return fridays.is_due(kept.installation, checked=checked, tried=kept.tried, now=now)

    # --- what people say ---

    def choose(self, channel: Channel | None = None, mode: Mode | None = None) -> Program:
        """Ride this train from now on, and go so far by itself; None: as it is. StoreError."""

        def chosen(kept: Kept) -> Kept:
            new = msgspec.structs.replace(
                kept, channel=channel or kept.channel, mode=mode or kept.mode
            )
            if self._channel(new) is self._channel(kept):
                return new
            return msgspec.structs.replace(
                new, offer=None, why_not="", fact="", checked=0.0, checks={}
            )

        self._keeping.change(self._clock(), chosen)
        return self.now()

    def back(self) -> Program:
        """Let the version before start next; the other one is not taken again by itself.

        CommandError: no_version_before. StoreError.
        """
        if self._versions is None:
            raise CommandError("no_version_before")
        left = self._versions.state().now
        self._versions.back()
        self._keeping.change(self._clock(), lambda kept: msgspec.structs.replace(kept, left=left))
        return self.now()

    def settle(self) -> None:
        """Remove the versions that nobody starts any more. StoreError."""
        if self._versions is not None:
            self._versions.tidy()

    # --- what is asked of the makers ---

    def check(self, source: str = "", told: Told = _silent) -> Program:
        """Ask the makers for their week ("": their own mirrors), and say what of it is for us.

        CommandError: program_no_maker, renewal_under_way. TrustError, StoreError: why it is not
        known; that is remembered too.
        """
        with self._work(source) as trust:
            told(Step.CHECKING, 0, 0)
            self._looked(trust, source)
        return self.now()

    def renew(
        self,
        source: str = "",
        told: Told = _silent,
        stop: threading.Event | None = None,
        *,
        again: bool = False,
    ) -> Program:
        """Check, then fetch, verify and unpack what is for us, so that it starts next.

        Nothing for us, or `stop` in between: nothing happens; what was fetched stays for the next
        time. Errors as of `check`; CommandError: program_not_ours, program_not_writable. `again`:
        also what failed here, or was gone back from.
        """
        if self._here.packaged is not Packaged.VERSIONS or self._versions is None:
            raise CommandError("program_not_ours", by=self._here.packaged)
        if not self._is_writable:
            raise CommandError("program_not_writable", root=self._here.root)
        if again:
            self._versions.forget_failed()
        with self._work(source) as trust:
            told(Step.CHECKING, 0, 0)
            week, answer = self._looked(trust, source)
            if isinstance(answer, Fit) and self._versions.state().now != answer.target.version:
                with self._remembering():
                    self._take(trust, week, answer.target, told, stop or threading.Event())
            else:
                self._empty(stages.Stage(self._keeping.folder / "stage"))
        return self.now()

    def _looked(self, trust: trusts.Trust, source: str) -> tuple[Week, Fit | Misfit]:
        """Refresh, and remember what of the week is for this copy."""
        now = self._clock()
        with self._remembering():
            week = trust.refresh(self._link.name, source)
        kept = self._keeping.change(now, lambda kept: kept)
        copy = self._copy(kept)
        answer = choice.best(week, copy, now)
        no = answer if isinstance(answer, Misfit) else Misfit(code="")
        gone = choice.taken_back(week, copy)
        self._let_go(week, kept)
        self._keeping.change(
            now,
            lambda kept: msgspec.structs.replace(
                noting.with_checked(noting.with_running(kept, week, copy), copy.version, now),
                checked=now,
                about=copy.version,
                tried=now,
                code="",
                facts={},
                failing_since=0.0,
                offer=noting.offered(week, answer.target) if isinstance(answer, Fit) else None,
                why_not=no.code,
                fact=no.fact,
                gone=gone,
                gone_words=week.withdrawn if gone is Gone.WITHDRAWN else {},
            ),
        )
        return week, answer

    def _take(
        self,
        trust: trusts.Trust,
        week: Week,
        archive: Target,
        told: Told,
        stop: threading.Event,
    ) -> None:
        """Fetch both files, hold them against each other, and put the version beside the others.

        What is written down comes before the switch: killed in between, the next time goes on.
        """
        listed = choice.list_for(week, archive)
        stage = stages.Stage(self._keeping.folder / "stage")
        stage.hold({one.sha256: stages.Keep.STAGED for one in (archive, listed)})
        shelf = self._versions
        assert shelf is not None  # noqa: S101 - asked in renew

        def progress(step: Step, have: int, of: int) -> None:
            if stop.is_set():
                raise _Stopped
            told(step, min(have, of), of)

        try:
            list_file = stage.fetch(trust, self._link.name, listed)
            body = list_file.path.read_bytes()
            files = self._listed(body, archive)
            fetching = partial(progress, Step.FETCHING)
            file = stage.fetch(trust, self._link.name, archive, fetching)
            shelf.unpack(file.path, archive.version, files, partial(progress, Step.UNPACKING))
        except _Stopped:
            return
        if not (file.intact() and list_file.intact()):
            raise TrustError("target_tampered", path=archive.path, source=file.path)
        now = self._clock()
        self._keeping.change(
            now,
            lambda kept: noting.with_checked(  # it need not ask anew when it is started
                noting.with_taken(kept, week, archive, listed), archive.version, now
            ),
        )
        metadata = trust.mirror_files(self._link.name)
        proven = verifying.Proven(
            week=week, target=listed, body=body, listed=files, metadata=metadata
        )
        verifying.keep(proven, self._keeping.folder)  # `version --verify`, also in later weeks
        shelf.switch(archive.version)
        self._empty(stage)

    def _empty(self, stage: stages.Stage) -> None:
        """What was fetched is unpacked, or nobody wants it any more."""
        stage.hold({})
        stage.clean()

    def _listed(self, body: bytes, archive: Target) -> shipped.FileList:
        """Return the list of the archive's files; TrustError("list_disagrees")."""
        listed = shipped.read(body)
        said = (listed.version, listed.platform)
        if said != (archive.version, archive.fits.model):
            raise TrustError("list_disagrees", path=archive.path, said=" ".join(said))
        return listed

    def _let_go(self, week: Week, kept: Kept) -> None:
        """Do not start a version that waits and was recalled, or its week withdrawn, since."""
        running = self._here.build.version
        if self._versions is None or (now := self._versions.state().now) in ("", running):
            return
        if choice.is_to_wait(week, now, kept.taken):
            self._versions.switch(running)

    # --- whom it asks ---

    @property
    def _link(self) -> MakerLink:
        if self._here.link is None:
            raise CommandError("program_no_maker")
        return self._here.link

    @contextmanager
    def _work(self, source: str) -> Iterator[trusts.Trust]:
        """Give the trust in this program's makers, for as long as nobody else works on it."""
        link = self._link
        with self._keeping.at_work():
            trust = trusts.Trust(self._keeping.folder / "trust", clock=self._clock)
            try:
                with self._remembering():
                    root = self._root(trust, link, source)
                url, *more = link.urls
                channel = self._channel(self._kept())
                trust.add(
                    trusts.Maker(
                        name=link.name, root=root, url=url, more=tuple(more), channel=channel
                    )
                )
                yield trust
            finally:
                trust.close()

    def _root(self, trust: trusts.Trust, link: MakerLink, source: str) -> bytes:
        """Return the first root, pinned when it first came, or that of another link."""
        file = self._keeping.folder / "root.json"
        before = file.read_bytes() if file.exists() else b""
        if roots.named(before, link.fingerprint):
            return before
        root = maker_link.first_root(link, source)
        trusts.check_root(root)
        try:
            old = roots.fingerprint(before)
        except TrustError:  # it is the first, or the disk has lost bytes of the one before
            old = ""
        if old:
            trust.repin(link.name, old, roots.fingerprint(root))
        durable.write(file, root)
        return root

    @contextmanager
    def _remembering(self) -> Iterator[None]:
        """Remember why it went wrong, and since when."""
        try:
            yield
        except OrangeryError as error:
            now, code = self._clock(), error.code
            facts = {name: str(value) for name, value in error.facts.items()}
            self._keeping.change(
                now,
                lambda kept: msgspec.structs.replace(
                    kept,
                    tried=now,
                    code=code,
                    facts=facts,
                    failing_since=kept.failing_since or now,
                ),
            )
            raise

    # --- what is remembered ---

    def _kept(self) -> Kept:
        return self._keeping.read() or Kept(installation="", since=self._clock())

    def _channel(self, kept: Kept) -> Channel:
        return kept.channel or (self._here.link.channel if self._here.link else Channel.STABLE)

    def _mode(self, kept: Kept) -> Mode:
        """As chosen; without a word a copy that can renew itself does, others only tell."""
        if self._here.link is None:
            return Mode.NEVER
        if self._here.packaged is not Packaged.VERSIONS or not self._is_writable:
            return Mode.NEVER if kept.mode is Mode.NEVER else Mode.TELL
        return kept.mode or Mode.RENEW

    @property
    def _is_writable(self) -> bool:
        """Whether who runs this may put a version beside it; an administrator's is not ours."""
        return self._versions is not None and self._versions.ours

    def _next_check(self, kept: Kept) -> float:
        now = self._clock()
        checked = noting.checked(kept, self._here.build.version)
        if fridays.is_due(kept.installation, checked=checked, tried=0.0, now=now):
            return max(now, kept.tried + fridays.AGAIN_S)
        return fridays.next_moment(kept.installation, now)

    def _copy(self, kept: Kept) -> Copy:
        build = self._here.build
        state = self._versions.state() if self._versions else None
        came = [one for one in kept.taken if one.version == build.version]
        digests = {digest for one in came for digest in one.digests}
        if self._here.root is not None:
            listed = self._here.root / "versions" / build.version / "files.json"
            if listed.is_file():
                digests.add(hashlib.sha256(listed.read_bytes()).hexdigest())
        return Copy(
            installation=kept.installation,
            platform=build.platform,
            version=build.version,
            counter=kept.counter,
            refused=frozenset(filter(None, (_failed(state),))),
            digests=frozenset(digests),
            week=came[0].week if came else "",
        )


def of_this_program() -> Renewal:
    """Return the renewal of the program that runs here; a link that is none counts as none."""
    own = build.build()
    try:
        here = Here(build=own, packaged=build.packaged(), root=build.root())
    except TrustError as error:
        logger.warning("the build names no maker that can be read: %s", error)
        own = replace(own, maker="")
        here = Here(build=own, packaged=build.packaged(), root=build.root())
    return Renewal(home(), here, versions=versions.here(), place=places.here())


def _failed(state: State | None) -> str:
    return state.failed if state else ""
