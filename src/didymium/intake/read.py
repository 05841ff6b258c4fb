"""Reading a file: recognise, open, look for evidence, then hand out validated batches. Every row is counted once.

intake = read_declarations(Path("declarations.csv"))
for batch in intake.batches(200_000): ...
intake.counts, intake.rejects(), intake.detected, intake.columns_unused
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from didymium.errors import InputError, MappingError
from didymium.intake import duplicates, schema, validate
from didymium.intake.cells import amounts as assays
from didymium.intake.cells import dates, numbers
from didymium.intake.cells.words import fold
from didymium.intake.limits import DEFAULT, Limits
from didymium.intake.mapping import MADE_HERE, Mapping, factor, load
from didymium.intake.recognise import recognise
from didymium.intake.rejects import RejectLog
from didymium.intake.resolve import demand, resolve
from didymium.intake.source import ROW, Format, Job, Source, Table
from didymium.intake.workspace import Workspace

_SURVEY_ROWS: Final = 250_000


@dataclass
class Counts:
    """Rows of one file; rows_in == accepted + rejected once it was read to the end."""

    rows_in: int = 0
    accepted: int = 0
    rejected: int = 0


class Intake:
    """One opened file. `batches` may be called again: it starts anew and gives the same rows.

    file: name of the file. format: short name of its format.
    detected: sentences on what was found out (encoding, delimiter, decimal mark, date order, header row, sheet).
    columns_unused: columns of the file that were not understood and are not used.
    counts: filled by reading to the end.
    """

    def __init__(self, job: Job, table: Table) -> None:
        format_ = recognise(job.path, table)
        self._source = _opened(format_, job)
        self._job = job
        self._keyed = table == "declarations"
        self.file = job.name
        self.format = format_.name
        self.detected: list[str] = list(self._source.detected)
        self.counts = Counts()
        self._rules, self.columns_unused = self._prepare(job, self._source, table)
        self._repeated = self._survey()
        self._rejects: RejectLog | None = None

    def _prepare(self, job: Job, source: Source, table: Table) -> tuple[validate.Rules, list[str]]:
        """Which column is which, what the mapping says, and what must be there."""
        wanted = schema.DECLARATIONS if table == "declarations" else schema.ASSAYS
        required = schema.REQUIRED if table == "declarations" else assays.REQUIRED
        names = [name for name in source.frame.collect_schema().names() if name != ROW]
        columns, unused = resolve(names, job.mapping, [c for c in wanted if c not in MADE_HERE], job.name)
        constants = {**source.constants, **job.mapping.constants}
        demand(columns, constants, required, names, job.name)
        mapped = job.mapping
        rules = validate.Rules(
            schema=wanted,
            required=required,
            columns=columns,
            name=job.name,
            factors={
                **source.factors,
                **{c: factor(c, unit, mapped.file) for c, unit in mapped.units.items() if c in columns},
            },
            values={c: {fold(word): to for word, to in table_.items()} for c, table_ in mapped.values.items()},
            ranges=validate.RANGES if table == "declarations" else validate.ASSAY_RANGES,
            text=source.text,
            assays=table == "assays",
        )
        given = {c: _constant(c, v, rules, mapped) for c, v in mapped.constants.items() if c in wanted}
        return replace(rules, constants={**source.constants, **given}), unused

    def _survey(self) -> duplicates.Hashes:
        """One pass over the columns that need evidence: number form, date order, repeated keys."""
        rules, mapping = self._rules, self._job.mapping
        types = self._source.frame.collect_schema()
        text = {c for c, names in rules.columns.items() if any(types[n] == pl.String() for n in names)}
        votes = {
            c: numbers.Votes() for c in rules.ranges if c in text and c != "item_no" and c not in self._source.settled
        }
        if rules.assays and "value" in text and "value" not in self._source.settled:
            votes["value"] = numbers.Votes()
        day = dates.DateVotes() if "date" in text and "date" not in self._source.settled else None
        keys = [c for c in ("declaration_id", "item_no") if c in rules.columns] if self._keyed else []
        needed = {n for c in [*votes, *keys, *(["date"] if day else [])] for n in rules.columns[c]}
        hashes = duplicates.repeated(self._keys(sorted(needed), votes, day), self._source.rows or 0)
        forms: dict[str, numbers.Mark] = {
            c: "," if form == "comma" else "." for c, form in self._source.settled.items()
        }
        order: dates.Order | None = mapping.dates.order or "ymd"
        if votes:
            found, said = numbers.decide(votes, mapping.numbers.decimal, self._source.delimiter)
            forms |= {c: form.decimal for c, form in found.items()}
            self.detected += said
        if day:
            order, said = dates.decide(day, mapping.dates.order)
            self.detected += said
        self._rules = replace(rules, forms=forms, order=order)
        return hashes

    def _keys(
        self, needed: list[str], votes: dict[str, numbers.Votes], day: dates.DateVotes | None
    ) -> Iterator[duplicates.Hashes]:
        if not needed:
            return
        columns = self._rules.columns
        for chunk in self._chunks(_SURVEY_ROWS, needed):
            for column, vote in votes.items():
                cells = validate.cells_of(chunk, column, columns)
                if cells is not None:
                    vote.count(cells.cast(pl.String))
            cells = validate.cells_of(chunk, "date", columns) if day else None
            if day and cells is not None:
                day.count(cells.cast(pl.String))
            cells = validate.cells_of(chunk, "declaration_id", columns) if self._keyed else None
            if cells is not None:
                item = validate.cells_of(chunk, "item_no", columns)
                number = pl.Series([None], dtype=pl.Int64).new_from_index(0, chunk.height) if item is None else item
                number = (
                    numbers.read(number, ".") if number.dtype == pl.String else number.cast(pl.Float64, strict=False)
                )
                yield duplicates.key_hash(validate.as_text(cells).str.strip_chars(), number)
            else:
                yield np.empty(0, dtype=np.uint64)

    def _chunks(self, rows: int, columns: list[str] | None = None) -> Iterator[pl.DataFrame]:
        """The file piece by piece; Polars' own complaints become an InputError."""
        frame = self._source.frame if columns is None else self._source.frame.select(columns)
        try:
            if self._source.random_access:
                for start in range(0, self._source.rows or 0, rows):
                    yield frame.slice(start, rows).collect().rechunk()
            else:
                yield from (piece.rechunk() for piece in frame.collect_batches(chunk_size=rows))
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
            raise InputError(
                f"the file cannot be read to its end: {str(error).splitlines()[0][:200]}.",
                file=self.file,
                fix="Write it again.",
            ) from error

    def batches(self, batch_rows: int = 200_000) -> Iterator[pl.DataFrame]:
        """Accepted rows in file order, in the canonical schema; at most `batch_rows` a batch, never an empty one."""
        first = duplicates.FirstRows(self._repeated) if self._keyed else None
        rejects = RejectLog(self._job.work, self.file, self._source.refused)
        counts = Counts(rows_in=rejects.height)
        line_ends = 0
        for raw in self._chunks(batch_rows):
            chunk = raw
            if self._source.multiline:
                chunk, line_ends = true_lines(chunk, line_ends)
            if self._source.text:
                chunk = chunk.filter(~pl.all_horizontal(pl.all().exclude(ROW).is_null()))
            accepted, refused = validate.check(chunk, self._rules, first)
            rejects.add(refused)
            counts.rows_in += chunk.height
            counts.accepted += accepted.height
            if accepted.height:
                yield accepted
        counts.rejected = rejects.height
        assert counts.rows_in == counts.accepted + counts.rejected
        self.counts, self._rejects = counts, rejects

    def rejects_scan(self) -> pl.LazyFrame:
        """Refused rows, lazily (REJECTS schema); reads the file first when that was not done."""
        if self._rejects is None:
            for _ in self.batches():
                pass
        assert self._rejects is not None
        return self._rejects.scan()

    def rejects(self) -> pl.DataFrame:
        """Refused rows in memory (REJECTS schema), one per refused row; reads the file first when that was not done."""
        return self.rejects_scan().collect()


def _opened(format_: Format, job: Job) -> Source:
    try:
        source = format_.open(job)
        source.frame.collect_schema()
        return source
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise InputError(
            f"looks like {format_.title} and is not in order: {str(error).splitlines()[0][:200]}.",
            file=job.name, fix="Take the file as it was exported.",
        ) from error  # fmt: skip


def _constant(column: str, value: object, rules: validate.Rules, mapping: Mapping) -> object:
    try:
        return validate.constant(column, value, rules)
    except ValueError as error:
        raise MappingError(
            f"[constants] {column} = {str(value)!r}: {error}.",
            file=mapping.file,
            column=column,
            fix="Mend the mapping.",
        ) from error


def true_lines(chunk: pl.DataFrame, before: int) -> tuple[pl.DataFrame, int]:
    """Row numbers of records that hold line ends inside cells made into line numbers; `before` = line ends so far."""
    text = [name for name, dtype in chunk.schema.items() if dtype == pl.String()]
    inside = chunk.select(
        pl.sum_horizontal(pl.col(text).str.count_matches("\n", literal=True).fill_null(0)).cast(pl.Int64)
    ).to_series()
    shifted = inside.cum_sum() - inside + before
    return chunk.with_columns(pl.col(ROW).cast(pl.Int64) + shifted), before + int(inside.sum())


def read_declarations(path: Path, mapping: Mapping | Path | None = None, *, limits: Limits = DEFAULT) -> Intake:
    """Open a file of declarations (or trade flows) of any known format; see `Intake`.

    Raises InputError (cannot be read), HostileInputError (a limit was reached), MappingError (columns do not fit).
    """
    return Intake(Job(Path(path), load(mapping), limits, Workspace()), "declarations")


def read_assays(path: Path, mapping: Mapping | Path | None = None, *, limits: Limits = DEFAULT) -> Intake:
    """Open a file of assays (long table, or a handheld XRF export); see `Intake` and `read_declarations`."""
    return Intake(Job(Path(path), load(mapping), limits, Workspace()), "assays")
