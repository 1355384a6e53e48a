"""Which Kubernetes versions EKS supports, and until when."""

from datetime import date

# Last day of EKS standard support (C-16). Append a version when EKS offers it.
STANDARD_SUPPORT_ENDS = {
    "1.28": date(2024, 11, 26),
    "1.29": date(2025, 3, 23),
    "1.30": date(2025, 7, 23),
    "1.31": date(2025, 11, 26),
    "1.32": date(2026, 3, 23),
    "1.33": date(2026, 7, 29),
    "1.34": date(2026, 12, 2),
    "1.35": date(2027, 3, 27),
}

CALENDAR = "or bring the calendar in infra/config/kubernetes.py up to date"


def refusal(version: str, today: date) -> str | None:
    """Why a version may not be deployed on this day, None if it may."""
    supported = [known for known, end in STANDARD_SUPPORT_ENDS.items() if end >= today]
    remedy = f"use {' or '.join(supported)}" if supported else "use a version that EKS supports today"
    if version not in STANDARD_SUPPORT_ENDS:
        return f"is not in the calendar of EKS versions; {remedy}, {CALENDAR}"
    if version not in supported:
        return f"left EKS standard support on {STANDARD_SUPPORT_ENDS[version]}; {remedy}, {CALENDAR}"
    return None
