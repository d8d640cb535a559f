"""Pure Todo on a Tuesday that does not end: `potstill tests.todo.browser.standing_still:app`."""

from __future__ import annotations

from datetime import UTC, datetime

from puretodo.app import create

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
CLOCK = f"""
const Real = Date;
globalThis.Date = class extends Real {{
    constructor(...parts) {{ super(...(parts.length ? parts : [Date.now()])); }}
    static now() {{ return {int(NOW.timestamp() * 1000)}; }}
}};
"""
"""The same for a browser: a script that comes before those of the page."""

app = create(clock=lambda: NOW)
