"""What an import would do, as plain lines that pages show a hundred at a time."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from ..importers.load import Outcome
from ..models import ImportRun

Lines = Mapping[str, Sequence[Any]]


def lines(outcome: Outcome) -> Lines:
    """The parts of the preview, those that are empty left out."""
    parts = {
        "new": outcome.new,
        "changed": outcome.changes,
        "waiting": outcome.waiting,
        "proposals": outcome.proposals,
        "rejected": [
            {"line": each.line, "reason": each.reason, "cells": list(each.cells)}
            for each in outcome.rejections
        ],
        "vanished": outcome.vanished,
        "notes": [
            {"topic": topic, "said": sentence}
            for topic, said in outcome.notes.items()
            for sentence in said
        ],
        "codes": [
            {"code": code, "name": outcome.code_names.get(code, ""), "records": count}
            for code, count in outcome.codes.most_common()
        ],
    }
    return {part: list(said) for part, said in parts.items() if said}


def result(outcome: Outcome, found: Lines, columns: Sequence[str]) -> dict[str, Any]:
    """What `Task.result` keeps: counts, and a digest that tells this preview."""
    tally = dict(outcome.tally)
    return {
        "as_of": outcome.as_of,
        "tally": tally,
        "counts": {part: len(said) for part, said in found.items()},
        "columns": list(columns),
        "digest": _digest([tally, found]),
    }


def of_run(run: ImportRun) -> dict[str, Any]:
    """What `Task.result` keeps of an import that is known by its run alone."""
    seconds = (run.finished_at - run.started_at).total_seconds()
    return {"as_of": run.as_of, "tally": dict(run.tally), "seconds": seconds}


def _digest(said: Any) -> str:
    text = json.dumps(said, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
