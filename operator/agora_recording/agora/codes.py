"""What Agora's codes and statuses mean and what to do about them, in English and in Chinese.

From these tables come the messages of conditions and the pages of errors. A meaning completes
"Agora refuses start: …"; a remedy is one sentence. Where Agora says no more than a number, so do
we.
"""
# ruff: noqa: RUF001 - Chinese has punctuation of its own

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from agora_recording.agora.protocol import Operation


class Code(NamedTuple):
    """What a code or a status means, and what a person can do."""

    meaning: str
    remedy: str
    meaning_zh: str
    remedy_zh: str


ANY: Final = None
"""In the place of a call: whichever it was."""
ASK: Final = ("If this lasts, ask Agora's support.", "如果持续出现，请联系声网技术支持。")
NOTHING: Final = ("Nothing needs to be done.", "无需处理。")
ENABLE: Final = (
    "Enable it in Agora's console, or correct appId.",
    "在声网控制台开通云端录制，并检查 appId。",
)
SPEC: Final = ("Correct the spec.", "请修改 spec。")
TOKEN: Final = ("Correct the token.", "请更换 Token。")
UNFOUND: Final = Code(
    "the recording is not found, as while it is moved",
    "It counts as running until queries miss it too.",
    "找不到该录制，可能正在切换服务器",
    "以 query 的结果为准：query 也找不到时，才视为录制已结束。",
)
"""Of calls that change a recording: their answers prove nothing of its end."""
RENEWED: Final = ("Another resource is acquired by itself.", "Operator 会自动重新获取 resourceId。")

DOCUMENTED: Final[Mapping[tuple[str | None, int], Code]] = {
    (ANY, 2): Code("a parameter is wrong or missing", SPEC[0], "参数错误或缺失", SPEC[1]),
    (Operation.START, 7): Code(
        "this very start was sent before and has begun to record",
        "The sid is looked for.",
        "相同的 start 请求已成功，录制已开始",
        "Operator 会查找 sid。",
    ),
    (Operation.STOP, 49): Code(
        "the recording is ending already", NOTHING[0], "录制正在退出", NOTHING[1]
    ),
    (Operation.STOP, 50): Code(
        "the upload was not done within 20 seconds",
        "The upload goes on; stop is asked again.",
        "上传未在 20 秒内完成",
        "上传仍在继续，Operator 会再次调用 stop。",
    ),
    (Operation.START, 53): Code(
        "a recording of this channel and uid exists",
        "End it, or set spec.uid to another number.",
        "该频道和 uid 的录制已存在",
        "请结束该录制，或将 spec.uid 改为其他值。",
    ),
    (ANY, 62): Code(
        "the recording service did not answer in time", ASK[0], "云端录制服务响应超时", ASK[1]
    ),
    (ANY, 65): Code("the call was not completed in time", ASK[0], "请求未能及时完成", ASK[1]),
    (ANY, 400): Code(
        "Cloud Recording is not enabled for the App ID",
        ENABLE[0],
        "该 App ID 未开通云端录制",
        ENABLE[1],
    ),
    (ANY, 401): Code(
        "the channel name has characters that Agora does not take",
        "Correct spec.channel.",
        "频道名含有不支持的字符",
        "请修改 spec.channel。",
    ),
    (ANY, 404): Code(
        "the recording is not found: it is over, or is being moved",
        "After two minutes it counts as over.",
        "找不到该录制：它已结束，或正在切换服务器",
        "持续两分钟后，视为录制已结束。",
    ),
    (Operation.UPDATE, 404): UNFOUND,
    (Operation.UPDATE_LAYOUT, 404): UNFOUND,
    (ANY, 405): Code(
        "the App ID is suspended, as it is when a bill is unpaid",
        "See to the account in Agora's console.",
        "该 App ID 已停用（例如欠费）",
        "请在声网控制台检查账户状态。",
    ),
    (ANY, 406): Code(
        "as many recordings run as Agora allows",
        "Stop recordings that nobody needs, or ask Agora for more.",
        "并发录制数已达上限",
        "请停止不需要的录制，或联系声网提高上限。",
    ),
    (Operation.STOP, 435): Code(
        "nobody sent anything, so there are no files",
        NOTHING[0],
        "频道内无人发流，没有录制文件",
        NOTHING[1],
    ),
    (ANY, 500): Code("an internal error at Agora", ASK[0], "声网服务内部错误", ASK[1]),
    (Operation.ACQUIRE, 501): Code("no server is free", ASK[0], "没有可用的录制服务器", ASK[1]),
    (Operation.START, 502): Code("no server is free", ASK[0], "没有可用的录制服务器", ASK[1]),
    (Operation.ACQUIRE, 504): Code(
        "no server was found in time", ASK[0], "分配录制服务器超时", ASK[1]
    ),
}
"""Current pages (REST API, "Response status codes" and "stop")."""

OLDER: Final[Mapping[tuple[str | None, int], Code]] = {
    (ANY, 8): Code(
        "the request cannot be read",
        "See whether a proxy changes requests to Agora.",
        "请求格式错误（Content-Type、URL、方法或 JSON）",
        "请检查是否有代理改动了发往声网的请求。",
    ),
    (Operation.ACQUIRE, 62): Code(
        "no answer in time, or the service is not enabled",
        ENABLE[0],
        "服务无响应，或该 App ID 未开通云端录制",
        ENABLE[1],
    ),
    (ANY, 109): Code("the token has expired", TOKEN[0], "Token 已过期", TOKEN[1]),
    (ANY, 110): Code("the token is wrong", TOKEN[0], "Token 无效", TOKEN[1]),
    (ANY, 432): Code(
        "a parameter, or the resourceId, does not fit",
        SPEC[0],
        "参数错误或与 resourceId 不匹配",
        SPEC[1],
    ),
    (ANY, 433): Code("the resourceId has expired", RENEWED[0], "resourceId 已过期", RENEWED[1]),
    (Operation.QUERY, 501): Code("the recording is ending", NOTHING[0], "录制正在退出", NOTHING[1]),
    (ANY, 1001): Code(
        "the resourceId cannot be read", RENEWED[0], "无法解析 resourceId", RENEWED[1]
    ),
    (Operation.START, 1003): Code(
        "the App ID does not belong to the resourceId",
        RENEWED[0],
        "App ID 与 resourceId 不匹配",
        RENEWED[1],
    ),
    (ANY, 1003): Code(
        "App ID or sid does not belong to the resourceId",
        ASK[0],
        "App ID 或 sid 与 resourceId 不匹配",
        ASK[1],
    ),
    (ANY, 1013): Code(
        "the channel name is invalid",
        "Correct spec.channel.",
        "频道名无效",
        "请修改 spec.channel。",
    ),
    (ANY, 1028): Code("a parameter of the layout is wrong", SPEC[0], "布局参数错误", SPEC[1]),
}
"""Older pages ("Common errors"), which say neither the HTTP status nor whether it still comes."""

UNEXPLAINED: Final = Code(
    "no public page explains this code", ASK[0], "没有公开文档说明此错误码", ASK[1]
)
UNSOURCED: Final[Mapping[tuple[str | None, int], Code]] = dict.fromkeys(
    ((ANY, 1), (ANY, 15), (ANY, 503), (ANY, 1033)), UNEXPLAINED
)
"""Codes that people meet, and that no page, ticket or issue explains."""

CODES: Final = MappingProxyType({**OLDER, **UNSOURCED, **DOCUMENTED})
"""All of them, by the call, or by ANY, and Agora's code."""

STATUSES: Final[Mapping[int, Code]] = {
    400: Code(
        "the App ID is wrong, or Cloud Recording is not enabled",
        ENABLE[0],
        "App ID 错误，或未开通云端录制",
        ENABLE[1],
    ),
    401: Code(
        "the customer id or secret is wrong",
        "Correct the Secret that credentialsSecretRef names.",
        "客户 ID 或客户密钥错误",
        "请修改 credentialsSecretRef 所指的 Secret。",
    ),
    403: Code(
        "access is denied",
        "Enable Cloud Recording, or correct the Secret of credentialsSecretRef.",
        "拒绝访问",
        "请开通云端录制，或修改 credentialsSecretRef 所指的 Secret。",
    ),
    404: Code(
        "the URL is wrong",
        "See whether a proxy changes requests to Agora.",
        "URL 或方法错误",
        "请检查是否有代理改动了发往声网的请求。",
    ),
    429: Code(
        "there are too many calls",
        "If this lasts, lower limits.requestsPerSecond, or ask Agora for more.",
        "调用过于频繁",
        "如果持续出现，请调低 limits.requestsPerSecond，或联系声网提高上限。",
    ),
}
"""Answers of Agora's gateway, which have no code (REST API, "Response status codes")."""


def code_of(operation: str, status: int | None, code: int | None) -> Code | None:
    """Return what an answer to a call means; None if nothing is known of it."""
    if code is None:
        return STATUSES.get(status or 0)
    return CODES.get((operation, code)) or CODES.get((ANY, code))
