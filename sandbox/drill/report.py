"""What a drill measured, for the terminal and as one page that needs nothing else."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape
from itertools import groupby
from operator import itemgetter

from sandbox.drill.result import Result

WIDTH, LEFT, SLOT = 1000, 120, 0.5
BLUE, GREEN, RED = "#2f6fb0", "#2e8b57", "#c0392b"
SHADES = {"Waiting": "#d9a5a0", "Promoting": "#e8c547", "FailingBack": "#e8c547"}
STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 1160px; padding: 0 1rem; color: #222 }
table { border-collapse: collapse; margin: 1rem 0 } th, td { padding: .3rem .9rem; text-align: left }
td.n { text-align: right; font-variant-numeric: tabular-nums } tr { border-bottom: 1px solid #ddd }
.held { color: #2e8b57 } .broken { color: #c0392b; font-weight: 600 } svg text { font: 12px system-ui, sans-serif }
"""


def lines(result: Result) -> Iterator[str]:
    """The report for the terminal."""
    head = ("", "measured", "bound here", *(("bound of prod",) if result.stack else ()))
    rows = [head, *_rows(result)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    for row in rows:
        yield "  " + "  ".join(
            cell.rjust(width) if n else cell.ljust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
    yield ""
    for check in result.checks:
        yield f"  {'ok    ' if check.held else 'BROKEN'}  {check.what}: {check.figures}"


def page(result: Result) -> str:
    """The report as HTML, with its time line."""
    verdict = "passed" if result.passed else "failed"
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Failover drill {verdict}</title><style>{STYLE}</style></head><body>
<h1>Failover drill {verdict}</h1>
<p>{datetime.fromtimestamp(result.started, UTC):%d %B %Y, %H:%M} UTC. {result.primary} was lost and came back;
{result.recovery} carried the load in between. Databases, lost writes and moments are real.
{escape(result.told)}</p>
{_time_line(result)}
<h2>Time and writes</h2>{_table(result)}
<h2>What had to hold</h2><table>{"".join(_check_rows(result))}</table>
<h2>Journal of the controller</h2><table>{"".join(_journal_rows(result))}</table>
</body></html>
"""


def _rows(result: Result) -> Iterator[tuple[str, ...]]:
    """Part, measured, its bound here and, where known, in production."""
    parts, loss = result.stack or ({}, 0)
    there = bool(result.stack)
    for part, took in result.took.items():
        yield part, f"{took:.1f} s", f"{result.bound[part]} s", *((f"{parts[part]} s",) if there else ())
    total, oldest = ((f"{each} s",) if there else () for each in (sum(parts.values()), loss))
    yield "recovery time", f"{result.rto:.1f} s", f"{sum(result.bound.values())} s", *total
    dash = ("",) if there else ()
    yield "age of lost writes", f"{result.loss_seconds:.2f} s", f"{result.loss_bound} s", *oldest
    yield "lost writes", str(len(result.lost)), "", *dash
    yield "fail-back without writes", f"{result.interruption:.1f} s", "", *dash


def _table(result: Result) -> str:
    head = ("", "measured", "bound here", *(("bound of prod",) if result.stack else ()))
    rows = ["".join(f"<th>{cell}</th>" for cell in head)]
    for name, *cells in _rows(result):
        rows.append(f"<td>{escape(name)}</td>" + "".join(f'<td class="n">{escape(cell)}</td>' for cell in cells))
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"


def _check_rows(result: Result) -> Iterator[str]:
    for check in result.checks:
        mark = '<td class="held">held</td>' if check.held else '<td class="broken">broken</td>'
        yield f"<tr>{mark}<td>{escape(check.what)}</td><td>{escape(check.figures)}</td></tr>"


def _journal_rows(result: Result) -> Iterator[str]:
    for event in result.events:
        when = f"{event.at - result.lost_at:+.1f} s"
        yield f'<tr><td class="n">{when}</td><td>{escape(event.phase)}</td><td>{escape(event.text)}</td></tr>'


def _time_line(result: Result) -> str:
    """Writes a slot, by who confirmed them, above the phases of the controller."""
    begun = _begun(result)
    served = Counter((int((at - begun) / SLOT), region) for at, region in result.served)
    served.update((int((at - begun) / SLOT), "refused") for at in result.refused if at > begun)
    highest, colours = max(served.values(), default=1), _colours(result)
    parts = [_text(0, 66, "writes confirmed"), _text(0, 134, "writes refused"), _text(0, 206, "controller")]
    for (slot, who), count in sorted(served.items()):
        height, base = count / highest * 48, 150 if who == "refused" else 82
        left, wide = _x(result, begun + slot * SLOT), WIDTH * SLOT / _span(result)
        parts.append(_box(left, base - height, wide, height, colours[who], f"{count} {who}"))
    parts += [*_phases(result), *_moments(result), *_legend(colours)]
    size = f'viewBox="0 0 {LEFT + WIDTH} 262" width="100%"'
    return f'<svg {size} role="img" aria-label="Time line of the drill">{"".join(parts)}</svg>'


def _phases(result: Result) -> Iterator[str]:
    """A box for each phase, from its first event to the next one's."""
    begins = [(_begun(result), "Healthy")]
    begins += [(event.at, event.phase) for event in result.events if event.at > _begun(result)]
    moves = [next(same) for _, same in groupby(begins, key=itemgetter(1))]
    ends = [*(at for at, _ in moves[1:]), result.ended]
    for (at, phase), end in zip(moves, ends, strict=True):
        left, right = _x(result, at), _x(result, end)
        yield _box(left, 184, right - left, 34, SHADES.get(phase, "#cfd8dc"), phase)
        if right - left > 8 * len(phase):
            yield _text(left + 4, 206, phase)


def _moments(result: Result) -> Iterator[str]:
    names = ("lost", "served again", "region back", "given back")
    moments = (result.lost_at, result.arrived_at, result.returned_at, result.back_at)
    for n, (at, name) in enumerate(zip(moments, names, strict=True)):
        x, label = _x(result, at), f"{name} {at - result.lost_at:+.1f} s"
        yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="222" stroke="#555" stroke-dasharray="3 3"/>'
        anchored = ' text-anchor="end"' if x > LEFT + WIDTH * 0.85 else ""
        yield _text(x - 4 if anchored else x + 4, 12 + n % 2 * 14, label, anchored)


def _colours(result: Result) -> dict[str, str]:
    return {result.primary: BLUE, result.recovery: GREEN, "refused": RED}


def _legend(colours: dict[str, str]) -> Iterator[str]:
    for n, (who, colour) in enumerate(colours.items()):
        yield _box(LEFT + n * 170, 238, 12, 12, colour, "") + _text(LEFT + n * 170 + 18, 249, who)


def _begun(result: Result) -> float:
    """The line begins with the first write: what came before was building."""
    return min((at for at, _ in result.served), default=result.started)


def _span(result: Result) -> float:
    return result.ended - _begun(result)


def _x(result: Result, at: float) -> float:
    return LEFT + (at - _begun(result)) / _span(result) * WIDTH


def _box(x: float, y: float, width: float, height: float, colour: str, title: str) -> str:
    size = f'x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{max(height, 0):.1f}"'
    return f'<rect {size} fill="{colour}"><title>{escape(title)}</title></rect>'


def _text(x: float, y: float, words: str, more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="#333"{more}>{escape(words)}</text>'
