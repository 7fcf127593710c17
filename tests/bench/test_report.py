from pathlib import Path

from bench.report import BEGIN, END, Figure, Round, markdown, write


def figure(target: float) -> Figure:
    rounds = [Round(ours, 2, {"p99, ms": ours / 10}) for ours in (3, 5, 4)]
    return Figure("fan-out", "µs per delivery", target, rounds)


def test_a_row_gives_medians_with_the_lowest_and_highest_round() -> None:
    table = markdown([figure(target=2.0)], "python -m bench")
    assert "| fan-out, µs per delivery | 4 (3 – 5) | 2 (2 – 2) | 2 (1.5 – 2.5) | ≤ 2.0 | met |" in table
    assert "| fan-out: p99, ms | 0.4 | 0.3 – 0.5 |" in table


def test_a_missed_target_is_called_so() -> None:
    assert "| ≤ 1.9 | missed |" in markdown([figure(target=1.9)], "python -m bench")


def test_the_ratio_is_taken_within_each_round_because_machines_drift() -> None:
    drifting = Figure("idle", "KiB each", 1.5, [Round(2, 1), Round(20, 10), Round(400, 200)])
    assert "| 2 (2 – 2) | ≤ 1.5 |" in markdown([drifting], "python -m bench")


def test_the_table_replaces_what_stands_between_the_marks(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    write("new\n", page)
    assert page.read_text() == f"before\n{BEGIN}\nnew\n{END}\nafter\n"
