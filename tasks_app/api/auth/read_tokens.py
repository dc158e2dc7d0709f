"""Tokens that let a browser follow given jobs for a while, signed so that checking one costs no SQL.

`nbr_` + kind of scope, expiry, minter and ids, dots between them + `~` + signature. With the scope `j` the ids are
jobs, with `s` a subject: its type and id. The SECRET_KEY signs; one of SECRET_KEY_FALLBACKS is accepted as well.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.core.signing import BadSignature, Signer

PREFIX = "nbr_"
SALT = "tasks_app.api.read_tokens.2"
"""Tokens of another shape are of another salt."""

JOBS, SUBJECT = "j", "s"


class MinterKind(StrEnum):
    USER = "u"
    BACKEND = "b"


@dataclass(frozen=True)
class Minter:
    """Who made a token, by primary key. At each use it opens at most what its minter may read by then."""

    kind: MinterKind
    pk: int


@dataclass(frozen=True, kw_only=True)
class TokenScope:
    """Either `jobs`, or one subject."""

    minter: Minter
    jobs: tuple[UUID, ...] = ()
    subject_type: str = ""
    subject_id: UUID | None = None


class Invalid(Exception):
    """Not a token of ours, or no longer valid."""


def mint(scope: TokenScope, seconds: int) -> str:
    """A token for this scope, valid for so many seconds from now."""
    common = [str(int(time.time()) + seconds), f"{scope.minter.kind}{scope.minter.pk}"]
    if scope.subject_id is None:
        parts = [JOBS, *common, *(job.hex for job in scope.jobs)]
    else:
        parts = [SUBJECT, *common, scope.subject_type, scope.subject_id.hex]
    return PREFIX + _signer().sign(".".join(parts))


def read(token: str) -> TokenScope:
    """What the token is for. Raises Invalid for one that was not signed here, or has expired."""
    try:
        kind, expiry, minter, *rest = _signer().unsign(token.removeprefix(PREFIX)).split(".")
    except BadSignature as error:
        raise Invalid from error
    if int(expiry) <= time.time():
        raise Invalid
    return _scope(kind, Minter(MinterKind(minter[0]), int(minter[1:])), rest)


def _scope(kind: str, minter: Minter, rest: Sequence[str]) -> TokenScope:
    if kind == JOBS:
        return TokenScope(minter=minter, jobs=tuple(UUID(text) for text in rest))
    return TokenScope(minter=minter, subject_type=rest[0], subject_id=UUID(rest[1]))


def _signer() -> Signer:
    return Signer(salt=SALT, sep="~")
