"""The results as files."""

import json

from report import chart


def write(run, text, output, **words):
    """Into the folder, with a chart; and the text to the screen. `words` are the chart's."""
    output.mkdir(parents=True, exist_ok=True)
    (output / "results.json").write_text(json.dumps(run, indent=1) + "\n")
    (output / "table.md").write_text(text)
    chart.draw(run, [output / "chart.svg", output / "chart.png"], **words)
    print(f"\n{text}\nWritten to {output}: results.json, table.md, chart.svg, chart.png")
