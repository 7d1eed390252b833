"""The error tree: what went wrong, where, and how to mend it, in Japanese and English.

Errors are raised where the mistake is seen and rendered in one place (the command line or the
web application). Nothing here prints, logs or knows of HTTP beyond a status number.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Message:
    """One sentence in both languages of the project."""

    ja: str
    en: str


@dataclass(frozen=True)
class Problem:
    """A fault of a source file, placed so that a person finds it in a spreadsheet.

    ``row`` and ``column`` follow the spreadsheet: row 1 is the heading, ``column`` is the
    heading's own word; both are empty where the fault is of the whole file.
    """

    file: str
    row: int | None
    column: str | None
    what: Message
    remedy: Message

    @property
    def place(self) -> str:
        """``file``, ``file:row`` or ``file:row:column``."""
        parts = [self.file]
        if self.row is not None:
            parts.append(str(self.row))
        if self.column:
            parts.append(self.column)
        return ":".join(parts)


class KgappError(Exception):
    """Root of the tree; ``status`` is the HTTP status that a web answer carries."""

    status = 500

    def __init__(self, what: Message, remedy: Message) -> None:
        super().__init__(f"{what.ja} / {what.en}")
        self.what = what
        self.remedy = remedy

    def __reduce__(self) -> tuple[object, ...]:
        # An error crosses from a worker process with all that it carries.
        return _revive, (type(self), self.args, self.__dict__)


def _revive(kind: type[KgappError], args: tuple[object, ...], state: dict[str, object]) -> KgappError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(state)
    return error


class SourceErrors(KgappError):
    """The sources do not hold: every problem found, not only the first."""

    def __init__(self, problems: list[Problem]) -> None:
        count = len(problems)
        super().__init__(
            Message(f"入力に{count}件の問題があります。", f"The sources have {count} problem(s)."),
            Message("下の一覧の場所を直してください。", "Mend the places listed."),
        )
        self.problems = problems


class Inconsistent(KgappError):
    """Reasoning or validation found that the dataset contradicts itself."""

    def __init__(self, clashes: list[Message]) -> None:
        super().__init__(
            Message(
                "矛盾が見つかりました: " + "; ".join(c.ja for c in clashes),
                "The dataset contradicts itself: " + "; ".join(c.en for c in clashes),
            ),
            Message(
                "名指しされた記述の登録簿または根拠表を直してください。",
                "Mend the register or the claims of what is named.",
            ),
        )
        self.clashes = clashes


class SeveralErrors(KgappError):
    """More than one edition failed: each one's error, none hidden by another."""

    def __init__(self, errors: list[KgappError]) -> None:
        super().__init__(
            Message(
                f"{len(errors)}つの資料が組み立てられません。", f"{len(errors)} editions cannot be built."
            ),
            Message("下のそれぞれを直してください。", "Mend each of those below."),
        )
        self.errors = errors


class WorkerLost(KgappError):
    """A process that built an edition was killed from outside."""


class DatasetMissing(KgappError):
    """There is no dataset, or it is damaged."""

    status = 503


class QueryRefused(KgappError):
    """A query or a request that is not answered: wrong, or not allowed, or beyond a limit.

    ``limit`` names the limit of ``config.Limits`` that was met; ``retry_after`` is in seconds,
    and given only where waiting helps.
    """

    def __init__(
        self,
        what: Message,
        remedy: Message,
        status: int = 400,
        limit: str = "",
        retry_after: int | None = None,
    ) -> None:
        super().__init__(what, remedy)
        self.status = status
        self.limit = limit
        self.retry_after = retry_after
