"""The pages of errors, from the one table of Agora's codes: English and Chinese."""
# ruff: noqa: RUF001 - Chinese has punctuation of its own

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from agora_recording.agora.codes import DOCUMENTED, OLDER, STATUSES, UNSOURCED, Code
from generate.text import table

Codes = Mapping[tuple[str | None, int], Code]


@dataclass(frozen=True)
class Language:
    """The words of a page."""

    introduction: str
    statuses: str
    """Heading of the answers that have no code."""
    documented: str
    """Heading of the codes of current pages."""
    older: str
    """Heading of the codes that only older pages name."""
    unsourced: str
    """Heading of the codes that nothing explains."""
    head: tuple[str, str, str, str]
    """Code, call, meaning, what to do."""
    any_call: str
    texts: Callable[[Code], tuple[str, str]]
    """The meaning and the remedy of a code, in this language."""


def _english(code: Code) -> tuple[str, str]:
    return f"{code.meaning[0].upper()}{code.meaning[1:]}", code.remedy


def _chinese(code: Code) -> tuple[str, str]:
    return code.meaning_zh, code.remedy_zh


ENGLISH: Final = Language(
    introduction="""\
# Error codes

What Agora's codes mean and what to do about them; [中文](errors.zh.md).

A message such as `Agora refuses start: a parameter is wrong or missing (400/2 …)` names the HTTP
status and, after the slash, Agora's code. The same code can come with several statuses. An answer
that is none of Agora's, such as a proxy's page, is said to be so.

What becomes of the object is told by its [reason](conditions.md), and what to do about those that
trouble people by [Troubleshooting](../how-to/troubleshooting.md).
""",
    statuses="Answers without a code",
    documented="Codes",
    older="Codes of older pages\n\nAgora's current pages do not name them any more.",
    unsourced="Codes that nothing explains",
    head=("Code", "Call", "Meaning", "What to do"),
    any_call="any",
    texts=_english,
)
CHINESE: Final = Language(
    introduction="""\
# 错误码

声网云端录制错误码的含义与处理方法；[English](errors.md)。

状态信息（例如 `Agora refuses start: a parameter is wrong or missing (400/2 …)`）中，斜线前是
HTTP 状态码，斜线后是声网错误码。同一错误码可能伴随不同的 HTTP 状态码。如果响应并非来自声网
（例如代理返回的页面），状态信息会加以说明。

对象所处的状态见[条件与原因](conditions.md)（英文），常见问题的处理见
[问题排查](../how-to/troubleshooting.md)（英文）。
""",
    statuses="没有错误码的响应",
    documented="错误码",
    older="旧版文档中的错误码\n\n声网当前文档已不再列出这些错误码。",
    unsourced="没有公开说明的错误码",
    head=("错误码", "调用", "含义", "处理方法"),
    any_call="任意",
    texts=_chinese,
)


def page(language: Language) -> str:
    """Return the page of errors in a language."""
    statuses: Codes = {(None, status): code for status, code in STATUSES.items()}
    sections: tuple[tuple[str, Codes], ...] = (
        (language.statuses, statuses),
        (language.documented, DOCUMENTED),
        (language.older, OLDER),
        (language.unsourced, UNSOURCED),
    )
    tables = (f"## {heading}\n\n{_table(language, codes)}" for heading, codes in sections)
    return "\n".join((language.introduction, *tables))


def _table(language: Language, codes: Codes) -> str:
    rows = sorted(codes.items(), key=lambda row: (row[0][1], row[0][0] or ""))
    return table(
        language.head,
        (
            (f"`{code}`", f"`{call}`" if call else language.any_call, *language.texts(row))
            for (call, code), row in rows
        ),
    )
