"""Signing in this process, for tests that sign by the dozen: a child each would take minutes.

That a child does it, and how it is sealed, is tried in the tests of the keys, and wherever the
program itself is run: the story, the commands of the docs, the frozen build.
"""

import contextlib
import functools
from pathlib import Path

import pytest

from firmware import key_child, key_files, keys

WITH_CHILDREN = {"test_keys", "test_keys_child", "test_keys_tokens", "test_keys_tuf"}


@pytest.fixture(autouse=True, scope="module")
def signing_here(request):
    if request.module.__name__.rpartition(".")[2] in WITH_CHILDREN:
        yield
        return
    with here():
        yield


@contextlib.contextmanager
def here():
    """Sign in this process meanwhile: for fixtures of the session, made before `signing_here`."""
    child = keys._ask

    def ask(job, asked):
        # A token's module keeps what the first test told it, and may wait for ever.
        return child(job, asked) if job.startswith("token") else key_child.JOBS[job](asked)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(key_child, "_opened", _opened)
        patch.setattr(keys, "_ask", ask)
        yield


def _opened(asked):
    return _unlocked(Path(asked.file), Path(asked.file).read_bytes(), asked.secret)


@functools.cache
def _unlocked(file, body, secret):
    return key_files.opened(file, secret)
