"""The JSON of a report (interface.md): money as integers of đồng, rates as strings with two decimals, unknown null."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from reporting.quarterly import PROVINCE, Figures, Quarterly, Row, cumulative


def report_json(report: Quarterly) -> dict[str, Any]:
    """The whole report as plain values."""
    parameters = report.parameters
    return {
        "report": parameters.code,
        "scope": parameters.scope,
        "year": parameters.year_word,
        "period": parameters.period.code,
        "boundaries": parameters.boundaries,
        "as_of": parameters.as_of.isoformat(),
        "unit": "dong",
        "rows": [_row(row) for row in report.rows],
        "by_programme": {name: _figures(figures) for name, figures in report.by_programme.items()},
        "total": _figures(report.total),
        "by_activity_group": [{"group": line.number, **line.values} for line in report.groups],
        "sources": [
            {"figure": each.figure, "programme": each.programme, "from": each.origin, "id": each.slug}
            | ({"province": each.province} if each.province else {})
            | ({"year": each.year} if each.year else {})
            for each in report.sources
        ],
        "partial": _partial(report),
        "published": [
            {
                "figure": each.indicator,
                "programme": each.programme,
                "value": str(each.value) if each.is_rate else int(each.value),
                "unit": each.unit,
                "id": each.slug,
            }
            for each in report.beside
        ],
    }


def _row(row: Row) -> dict[str, Any]:
    head: dict[str, Any] = (
        {"province": row.slug} if row.kind == PROVINCE else {"province": None, "row": row.kind}
    )
    return head | {"programme": row.programme} | _figures(row.figures)


def _figures(figures: Figures) -> dict[str, Any]:
    return (
        dict(figures.values)
        | {cumulative(name): amount for name, amount in figures.to_date.items()}
        | {name: _rate(rate) for name, rate in figures.rates.items()}
        | {
            "estimated": figures.estimated,
            "outputs": dict(figures.outputs),
            "outputs_cumulative": dict(figures.outputs_to_date),
        }
    )


def _rate(rate: Decimal | None) -> str | None:
    return None if rate is None else f"{rate:.2f}"


def _partial(report: Quarterly) -> list[dict[str, str]]:
    """Sums in which something is only published: of the total, of the programmes, of single rows."""
    found = [{"figure": name, "programme": "ALL"} for name in sorted(report.total.partial)]
    for programme, figures in report.by_programme.items():
        found += [{"figure": name, "programme": programme} for name in sorted(figures.partial)]
    for row in report.rows:
        found += [
            {"figure": name, "programme": row.programme, "province": row.slug}
            for name in sorted(row.figures.partial)
            if row.slug is not None
        ]
    return found
