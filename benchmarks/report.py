"""Results as files: JSON for programs, a Markdown table for people, a chart for both."""

from __future__ import annotations

import json
import platform
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.gateways import GATEWAYS
from benchmarks.rig import Plan, Sample, Summary

RESULTS = Path(__file__).parent / "results"
_TITLES = {"large": "large query", "two_hops": "two hops", "one_fetch": "one fetch"}


def write_comparison(plan: Plan, summaries: list[Summary], samples: list[Sample]) -> None:
    """Write `comparison.json`, `comparison.md` and `comparison.svg`."""
    RESULTS.mkdir(exist_ok=True)
    document: dict[str, Any] = {
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": _machine(),
        "python": f"{platform.python_version()} ({platform.python_compiler()})",
        "plan": asdict(plan),
        "versions": {one.key: one.version for one in GATEWAYS if one.available},
        "summaries": [asdict(summary) for summary in summaries],
        "samples": [asdict(sample) for sample in samples],
    }
    (RESULTS / "comparison.json").write_text(json.dumps(document, indent=1) + "\n")
    (RESULTS / "comparison.md").write_text(_markdown(plan, summaries, document["machine"]))
    (RESULTS / "comparison.svg").write_text(_chart(plan, summaries))


def _machine() -> dict[str, Any]:
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    return {
        "processor": model,
        "system": platform.system(),
        "load": Path("/proc/loadavg").read_text().split()[:3],
    }


def _title(key: str) -> str:
    gateway = next(one for one in GATEWAYS if one.key == key)
    return f"{gateway.title} {gateway.version}".strip()


def _markdown(plan: Plan, summaries: list[Summary], machine: dict[str, Any]) -> str:
    lines = [
        "# Gateways side by side",
        "",
        f"{plan.rounds} interleaved rounds of {plan.seconds:g} s; medians. Each gateway on one",
        "core, subgraphs and load generator on the other. CPU is user and system time of the",
        "gateway's processes per request. Every answer was compared with the expected JSON.",
        "",
        f"The machine's load average was {', '.join(machine['load'])} at the end: about 2 means that",
        "nothing else ran; above that, other programs took part of both cores.",
        "",
    ]
    for name in plan.operations:
        for users in (plan.users, 1):
            chosen = [one for one in summaries if (one.operation, one.users) == (name, users)]
            if chosen:
                lines += _table(f"{_TITLES[name]}, {users} user{'s' * (users > 1)}", chosen)
    lines += ["The chart is `comparison.svg`, every round is in `comparison.json`.", ""]
    return "\n".join(lines)


def _table(title: str, summaries: list[Summary]) -> list[str]:
    own = next((one for one in summaries if one.gateway == "own"), None)
    lines = [
        f"## {title}",
        "",
        "| gateway | req/s | this gateway is | CPU ms | p50 ms | p95 ms | fetches | memory MB |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for one in sorted(summaries, key=lambda summary: -summary.per_second):
        ratio = "" if own is None or one is own else f"{own.per_second / one.per_second:.2f} ×"
        lines.append(
            f"| {_title(one.gateway)} | {one.per_second:,.0f} | {ratio}"
            f" | {one.cpu_milliseconds:.3f} | {one.p50:.2f} | {one.p95:.2f} | {one.fetches:.0f}"
            f" | {one.memory_megabytes:.0f} |"
        )
    return [*lines, ""]


def _chart(plan: Plan, summaries: list[Summary]) -> str:
    """Bars of requests per second, one panel for each operation at the full number of users."""
    width, bar, gap, left = 860, 22, 8, 330
    parts: list[str] = []
    y = 20
    for name in plan.operations:
        chosen = [one for one in summaries if (one.operation, one.users) == (name, plan.users)]
        if not chosen:
            continue
        most = max(one.per_second for one in chosen)
        parts.append(f'<text x="10" y="{y + 14}" class="title">{_TITLES[name]}, requests/s</text>')
        y += 28
        for one in sorted(chosen, key=lambda summary: -summary.per_second):
            length = max(1.0, one.per_second / most * (width - left - 90))
            kind = next(gateway.kind for gateway in GATEWAYS if gateway.key == one.gateway)
            parts += [
                f'<text x="{left - 8}" y="{y + 15}" class="name">{_title(one.gateway)}</text>',
                f'<rect x="{left}" y="{y}" width="{length:.1f}" height="{bar}" class="{kind}"/>',
                f'<text x="{left + length + 6:.1f}" y="{y + 15}">{one.per_second:,.0f}</text>',
            ]
            y += bar + gap
        y += 16
    style = (
        "text{font:13px sans-serif;fill:#222}.title{font-weight:bold}.name{text-anchor:end}"
        ".own{fill:#1b7f5c}.peer{fill:#9aa5b1}.reference{fill:#d9b44a}"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{y}" '
        f'viewBox="0 0 {width} {y}" role="img" aria-label="Requests per second by gateway">'
        f"<style>{style}</style>"
        f'<rect width="{width}" height="{y}" fill="#fff"/>{"".join(parts)}</svg>\n'
    )
