"""Writes what comes from the code: pages of errors and commands, schemas of our own files."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec

from desktop import actions, book, language, neutral, night_mqtt, places
from desktop.words import phrase
from firmware import event, signed
from fleet import agreement, lease
from fleet.dialects import native
from fleet.members import MAY, Right, Role
from hub import openapi, routes
from scripts import privacy

ROOT = Path(__file__).resolve().parent.parent
ERRORS = ROOT / "resources" / "i18n" / "errors"
PROGRAMS = {"orangery": "desktop.cli", "orangery-hub": "hub.__main__"}
ROOMS = {
    "fleet": ("The house, its broker and its files", "家、代理和文件"),
    "home": ("This home, its desktops and its makers", "这个家、家里的电脑和厂商"),
    "brokers": ("Brokers", "代理"),
    "dialects": ("Dialects of devices", "设备的方言"),
    "devices": ("What is asked of devices", "对设备的请求"),
    "trust": ("Signed releases", "签名的发布"),
    "rollout": ("Updates", "更新"),
    "hub": ("Reports and the hub", "报告与反馈服务器"),
    "evidence": ("What goes along with a report", "随报告发送的内容"),
    "triage": ("Clusters and promises", "问题簇与承诺"),
    "similar": ("Similar reports", "相似的报告"),
    "points": ("Popcorn points", "积分"),
    "voice": ("Ideas, ballots and appeals", "想法、表决与申诉"),
    "signals": ("Incidents and campaigns", "事件与测量活动"),
    "accounts": ("People at the hub", "反馈服务器的人员"),
    "operations": ("Running a hub", "运行反馈服务器"),
    "bridges": ("Bridges to issue trackers", "连接问题跟踪系统"),
    "messages": ("Messages by hand", "手动消息"),
    "details": ("Details of a device", "设备详情"),
    "window": ("The window", "窗口"),
    "shell": ("Starting it, links and files", "启动、链接与文件"),
    "members": ("Members and heirs", "成员与继承人"),
    "carry": ("Exporting, importing and agreeing", "导出、导入与一致"),
    "health": ("The doctor", "健康检查"),
    "versions": ("Versions of the program", "程序的版本"),
    "desktop": ("The program itself", "程序本身"),
    "renewal": ("New versions of the program", "程序的新版本"),
    "supply": ("What the program is made of", "程序的组成"),
}
SCHEMAS: dict[str, tuple[type[msgspec.Struct], int]] = {
    "train": (signed.Train, signed.SCHEMA),
    "target": (signed.About, signed.SCHEMA),
    "home": (places.MarkSaid, 1),
    "lease": (lease.Claim, 1),
    "night": (night_mqtt.Told, 1),
    "event": (event.Head, event.SCHEMA),
    "agreement": (agreement.Document, 1),
    "devices": (neutral.Document, neutral.VERSION),
}
MEMBERS = {"en": ROOT / "docs" / "members.md", "zh_CN": ROOT / "docs" / "zh" / "members.md"}
PRIVACY = (ROOT / "docs" / "privacy.md", ROOT / "docs" / "zh" / "privacy.md")
RIGHT = {"en": "may", "zh_CN": "可以"}
ROLES = {
    "en": ("owner", "admin", "member", "child", "elder", "nobody said"),
    "zh_CN": ("所有者", "管理员", "成员", "孩子", "长辈", "未说明是谁"),
}
_BEGIN, _END = "<!-- rights: made by scripts/generate_docs.py -->", "<!-- end of rights -->"
WORDS = {
    "en": (
        "Errors",
        "Each message you may meet, by its code.",
        "code",
        "what it says",
        "what to do",
    ),
    "zh_CN": ("错误说明", "按代码排列的全部信息。", "代码", "含义", "怎么办"),
}

SHORTCUT_WORDS = {
    "en": (
        "Keys of the window",
        "On macOS, Ctrl is the command key. The same sheet is in the window: F1.",
        "key",
        "does",
        "where",
        "everywhere",
    ),
    "zh_CN": (
        "窗口的快捷键",
        "Ctrl 在 macOS 上指 Command 键。窗口里按 F1 也能看到这张表。",
        "按键",
        "作用",
        "在哪里",
        "任何地方",
    ),
}


def pages() -> dict[Path, str]:
    """Return every generated page: where it lies and what must stand in it."""
    return {
        ROOT / "docs" / "errors.md": errors_page("en"),
        ROOT / "docs" / "zh" / "errors.md": errors_page("zh_CN"),
        ROOT / "docs" / "commands.md": commands_page(),
        ROOT / "docs" / "shortcuts.md": shortcuts_page("en"),
        ROOT / "docs" / "zh" / "shortcuts.md": shortcuts_page("zh_CN"),
        ROOT / "docs" / "hub-api.json": hub_api(),
        ROOT / "docs" / "adr" / "README.md": decisions_page(),
        **{file: with_rights(file, language) for language, file in MEMBERS.items()},
        **{file: privacy.filled(file) for file in PRIVACY},
        **{
            ROOT / "resources" / "schemas" / f"{name}.json": schema(name, *kind)
            for name, kind in SCHEMAS.items()
        },
        **{
            ROOT / "resources" / "schemas" / f"{name}.json": json.dumps(said, indent=2) + "\n"
            for name, said in native.schemas().items()
        },
    }


def with_rights(file: Path, language: str) -> str:
    """Return a page with its table of who may what, between two marks, as the core has it."""
    before, _, rest = file.read_text().partition(_BEGIN)
    _, _, after = rest.partition(_END)
    head = RIGHT[language], *ROLES[language]
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for right in Right:
        cells = ("✓" if right in MAY[role] else "" for role in Role)
        lines.append(f"| {phrase('rights', right, language)} | {' | '.join(cells)} |")
    table = "\n".join(lines)
    return f"{before}{_BEGIN}\n{table}\n{_END}{after}"


def schema(name: str, kind: type[msgspec.Struct], version: int) -> str:
    """Return the JSON Schema of one of our own files."""
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"orangery {name} {version}",
    }
    return json.dumps({**head, **msgspec.json.schema(kind)}, indent=2) + "\n"


def decisions_page() -> str:
    """Return the list of all decisions, each with its date."""
    lines = ["# Decisions", "", "Each on a page: what was chosen, why, and what it costs.", ""]
    for page in sorted((ROOT / "docs" / "adr").glob("0*.md")):
        head, _, rest = page.read_text().partition("\n")
        state = rest.split(".")[0].strip().replace("Accepted, ", "")
        lines.append(f"- [{head.removeprefix('# ')}]({page.name}), {state}")
    return "\n".join(lines) + "\n"


def shortcuts_page(code: str) -> str:
    """Return the page of every key of the window, of the table in desktop/actions.py."""
    title, intro, key, does, where, everywhere = SHORTCUT_WORDS[code]
    lines = [f"# {title}", "", intro, "", f"| {key} | {does} | {where} |", "|---|---|---|"]
    pages = {page.name: shown("Window", page.text, code) for page in book.ALL}
    lines += [
        f"| {one.keys} | {shown(one.context, one.text, code)} | {pages.get(one.page, everywhere)} |"
        for one in actions.ALL
        if one.keys
    ]
    return "\n".join(lines) + "\n"


def shown(context: str, text: str, code: str) -> str:
    """Return what the window says for `text` in the language `code`."""
    entry = language.entries(code).get((context, text))
    return entry.forms[0] if entry else text


def hub_api() -> str:
    """Return the OpenAPI document of the hub."""
    said = openapi.document(routes.ENDPOINTS, routes.STATUS)
    return msgspec.json.format(msgspec.json.encode(said)).decode() + "\n"


def errors(room: str) -> dict[str, dict[str, list[str]]]:
    """Return the errors of a room: code -> language -> [sentence, hint]."""
    found: dict[str, dict[str, list[str]]] = json.loads((ERRORS / f"{room}.json").read_text())
    return found


def rooms() -> list[str]:
    """Return the rooms that have errors, in the order of the house."""
    order = list(ROOMS)
    return sorted((file.stem for file in ERRORS.glob("*.json")), key=order.index)


def errors_page(language: str) -> str:
    """Return the page of all errors in `language`."""
    title, intro, code, says, to_do = WORDS[language]
    lines = [f"# {title}", "", intro]
    for room in rooms():
        lines += ["", f"## {ROOMS[room][language != 'en']}", ""]
        lines += [f"| {code} | {says} | {to_do} |", "|---|---|---|"]
        for name, words in sorted(errors(room).items()):
            sentence, hint = (text.replace("|", "\\|") for text in words[language])
            lines.append(f"| `{name}` | {sentence} | {hint} |")
    return "\n".join(lines) + "\n"


def commands_page() -> str:
    """Return the page of all commands of both programs, from click's own help."""
    lines = ["# Commands", "", "Each command as its own `--help` shows it."]
    for program, module in PROGRAMS.items():
        for path, command in walk(importlib.import_module(module).main, program):
            lines += ["", f"{'#' * min(4, 1 + len(path.split()))} {path}", "", "```text"]
            lines += [help_of(path, command), "```"]
    return "\n".join(lines) + "\n"


def walk(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    """Yield `command` and all that are shown below it, with the words that call them."""
    yield path, command
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            if not below.hidden:
                yield from walk(below, f"{path} {name}")


def help_of(path: str, command: click.Command) -> str:
    """Return what `--help` prints, at one width everywhere."""
    context = click.Context(command, info_name=path, terminal_width=90, max_content_width=90)
    return "\n".join(line.rstrip() for line in command.get_help(context).splitlines())


if __name__ == "__main__":
    for page, text in pages().items():
        page.write_text(text)
