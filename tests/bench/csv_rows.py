"""Upload 200,000 rows: seconds, rows per second and peak memory, CSV and XLSX.

The wizard's own code: propose, preview, store; then the days are asked one by one, as a
run does. Each part in a process of its own, so that peaks do not hide one another.
Options: the number of rows.
"""

import os
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import xlsxwriter
from _bench import environment, peak_mb

ROWS = 200_000
LINES_PER_RECEIPT = 3
RECEIPTS_PER_DAY = 180
HEADER = ("date", "time", "outlet", "receipt", "line", "code", "name", "quantity")
HEADER += ("net", "kind")
FIRST_DAY = date(2025, 1, 1)
LIMIT_MB = 600


def rows(count):
    per_day = LINES_PER_RECEIPT * RECEIPTS_PER_DAY
    for number in range(count):
        day, place = divmod(number, per_day)
        receipt, line = divmod(place, LINES_PER_RECEIPT)
        clock = f"{9 + receipt // 15:02}:{receipt % 60:02}"
        item = number % 300
        yield (
            *(str(FIRST_DAY + timedelta(days=day)), clock, "Bar", f"R{day}-{receipt}"),
            *(str(line + 1), f"ITEM{item}", f"Item number {item}"),
            *(str(1 + number % 4), f"{2.4 * (1 + number % 4):.2f}", "sale"),
        )


def write_csv(path, count):
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(HEADER) + "\n")
        file.writelines(",".join(row) + "\n" for row in rows(count))


def write_xlsx(path, count):
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADER)
    for number, row in enumerate(rows(count), 1):
        sheet.write_row(number, 0, row)
    book.close()


def measure(path):
    """Upload one file; print what each step took."""
    import base64

    env = environment()
    base = peak_mb()
    integration = env["pos.bridge.integration"].create(
        {"name": f"Till of {path.name}", "connector": "csv"}
    )
    content = path.read_bytes()
    wizard = env["pos.bridge.csv.upload"].create(
        {
            "integration_id": integration.id,
            "file": base64.b64encode(content),
            "file_name": path.name,
        }
    )
    report = Report(path, base)
    report.step("propose", wizard.action_read)
    report.step("check", wizard.action_check)
    report.step("store", wizard.action_store)
    file = env["pos.bridge.csv.file"].search([("integration_id", "=", integration.id)])
    report.rows = file.line_count
    env.flush_all()
    env.invalidate_all()
    report.step("ask every day", lambda: ask(integration, file))
    report.end()
    env.cr.rollback()


def ask(integration, file):
    outlet = integration.outlet_ids
    day, lines = file.date_from, 0
    while day <= file.date_to:
        answer = integration._connector().fetch_sales(outlet, day)
        lines += sum(len(sale.lines) for sale in answer.sales)
        integration.env.invalidate_all()
        day += timedelta(days=1)
    if lines != file.line_count:
        raise SystemExit(f"{lines} lines were told, {file.line_count} were stored")


class Report:
    def __init__(self, path, base):
        self.path, self.base, self.rows, self.total = path, base, 0, 0.0
        print(f"\n{path.name}: {path.stat().st_size / 1024**2:.1f} MB")

    def step(self, name, function):
        start = time.perf_counter()
        function()
        seconds = time.perf_counter() - start
        self.total += seconds
        print(f"  {name:16} {seconds:8.2f} s   peak {peak_mb():6.0f} MB")

    def end(self):
        peak = peak_mb()
        verdict = "below" if peak < LIMIT_MB else "ABOVE"
        print(
            f"  {self.rows:,} rows, {self.rows / self.total:,.0f} rows/s, "
            f"peak {peak:.0f} MB ({self.base:.0f} MB of it Odoo itself), "
            f"{verdict} {LIMIT_MB} MB"
        )


def main(arguments):
    if arguments and arguments[0] == "--measure":
        measure(Path(arguments[1]))
        return 0
    count = int(arguments[0]) if arguments else ROWS
    folder = Path(os.environ.get("TMPDIR", "/tmp"))
    outcome = 0
    for name, write in (("rows.csv", write_csv), ("rows.xlsx", write_xlsx)):
        path = folder / f"pos_bridge_{os.getpid()}_{name}"
        try:
            write(path, count)
            command = [sys.executable, __file__, "--measure", str(path)]
            outcome |= subprocess.run(command, check=False).returncode
        finally:
            path.unlink(missing_ok=True)
    return outcome


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
