"""Which material a rare-earth pattern can come from, and what that says of the declared one.

The answer is a class of material, never a country: deposits of one class in different countries have the same pattern
(docs/patterns.md). 'cannot tell' is an answer, and so is 'none of the known classes'.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from didymium.composition.pattern.density import log_density
from didymium.composition.pattern.model import Model, model
from didymium.composition.pattern.table import Bools, Floats, Ints, arrays, complete, to_oxide
from didymium.errors import ReferenceDataError
from didymium.reference import table

#: The alternative every class has to beat: any pattern at all.
OTHER: Final = "other"
CANNOT_TELL: Final = "cannot tell"
#: Measured or bounded elements below which nothing is said, and from which reliability may be medium or high.
LEAST, _MEDIUM, _HIGH = 3, 5, 8
#: Probability, all classes equally likely before, from which a class is named, and from which it counts as high.
_NAMED, _SURE = 0.9, 0.99
#: Rows at a time, so that memory does not grow with the file.
_ROWS: Final = 100_000
#: Candidates are named until they share this much of the probability.
_SHARED: Final = 0.95
#: Laboratories report the main rare earths of what they are given: where those not reported make up half of a class or
#: more, the class is held to be ten times rarer (own judgement: a panel of magnet elements alone is sometimes ordered).
_MAIN, _MAIN_UNREPORTED = 0.5, 0.1
#: Share of true labels whose sample is not of the goods or badly measured: no pattern weighs more than 1 / this.
_MISTAKEN: Final = 0.01
#: Share of false labels that still name the right class: most lie about grade, value or origin, not about the class.
_FALSE_BUT_FITS: Final = 0.5


def classify(samples: pl.DataFrame, leave_out: str | None = None) -> pl.DataFrame:
    """The samples (table of pattern.table, ppm of elements) with what their pattern can be, in the order of the rows.

    pattern_class: the class, `other` (none of the known ones), or null = cannot tell; pattern_variant: kind of product or
    separated element, null where the class has none; pattern_verdict: the same in words; pattern_candidates: all classes
    that share 95 % of the probability, likeliest first, |-separated; pattern_probability: of the likeliest, all classes
    equally likely before; pattern_reliability: high, medium, low (always where the class rests on one deposit or on judgement
    alone: confidence low in pattern_classes), null with `cannot tell`; pattern_elements: elements
    measured or bounded; log10_CLASS: log10 likelihood of each class against `other`. leave_out: a deposit to do without.
    """
    known = model(leave_out)
    parts = [_classified(part, known) for part in samples.rechunk().iter_slices(_ROWS)] or [_classified(samples, known)]
    return pl.concat(parts)


def _classified(samples: pl.DataFrame, known: Model) -> pl.DataFrame:
    values, sigmas, bounds, informative = arrays(complete(samples))
    density = _scores(values, sigmas, bounds, known)
    told = (informative >= LEAST) & ~np.isnan(values).all(axis=1)
    return samples.with_columns(_answers(density, known, informative, told))


def _scores(values: Floats, sigmas: Floats, bounds: Floats, known: Model) -> Floats:
    """ln density under every variant, less for variants whose main rare earths the laboratory did not report."""
    density = log_density(values * to_oxide(), sigmas, bounds * to_oxide(), known)
    shares = np.exp(known.centre)
    reported = (~np.isnan(values) | ~np.isnan(bounds)) @ (shares / shares.sum(axis=1, keepdims=True)).T
    return density + np.where(reported < _MAIN, np.log(_MAIN_UNREPORTED), 0.0)


def _answers(density: Floats, known: Model, informative: Ints, told: Bools) -> list[pl.Series]:
    """The columns classify adds."""
    names, by_class = class_means(density, known)
    chances = np.exp(by_class - by_class.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    best = chances.argmax(axis=1)
    top = np.take_along_axis(chances, best[:, None], axis=1)[:, 0]
    weak = np.isin(names, table("pattern_classes").filter(pl.col("confidence") == "low")["class"].to_numpy())
    level = ((informative >= _MEDIUM).astype(np.int64) + ((top >= _SURE) & (informative >= _HIGH))) * ~weak[best]
    frame = pl.DataFrame({"top": top, "told": told, "best": best, "kind": _kinds(density, known, names, best)})
    frame = frame.with_columns(level=level, more=_candidates(names, chances, told)).with_columns(
        named=pl.col("told") & (pl.col("top") >= _NAMED)
    )
    titles = dict(table("pattern_classes").select("class", "name").rows())
    kind = pl.col("kind").replace_strict(dict(enumerate(known.variants)), return_dtype=pl.String)
    several = pl.col("best").is_in([at for at, name in enumerate(names) if known.classes.count(name) > 1])
    title = pl.col("best").replace_strict({at: titles[name] for at, name in enumerate(names)}, return_dtype=pl.String)
    spoken = pl.when(several).then(pl.concat_str(title, pl.lit(": "), kind)).otherwise(title)
    answers = frame.select(
        pattern_class=pl.when("named").then(
            pl.col("best").replace_strict(dict(enumerate(names)), return_dtype=pl.String)
        ),
        pattern_variant=pl.when(pl.col("named") & several).then(kind),
        pattern_verdict=pl.when("named").then(spoken).otherwise(pl.lit(CANNOT_TELL)),
        pattern_candidates=pl.col("more"),
        pattern_probability=pl.when("told").then("top"),
        pattern_reliability=pl.when("named").then(
            pl.col("level").replace_strict({0: "low", 1: "medium", 2: "high"}, return_dtype=pl.String)
        ),
        pattern_elements=pl.Series(informative, dtype=pl.Int32),
    )
    against = (by_class - by_class[:, [names.index(OTHER)]]) / np.log(10)
    bans = [pl.Series(f"log10_{name}", against[:, at]) for at, name in enumerate(names) if name != OTHER]
    return [*answers.get_columns(), *bans]


def class_means(density: Floats, known: Model) -> tuple[list[str], Floats]:
    """Names of the classes and ln of the mean density over the variants of each (samples x classes)."""
    names = list(dict.fromkeys(known.classes))
    columns = [_log_mean(density[:, [at for at, of in enumerate(known.classes) if of == name]]) for name in names]
    return names, np.stack(columns, axis=1)


def _log_mean(logs: Floats) -> Floats:
    """ln of the mean of exp over the columns."""
    most = logs.max(axis=1, keepdims=True)
    mean: Floats = np.log(np.exp(logs - most).mean(axis=1)) + most[:, 0]
    return mean


def _kinds(density: Floats, known: Model, names: list[str], best: Ints) -> Ints:
    """The likeliest variant of the likeliest class, as its place in the model."""
    place = np.zeros(len(best), dtype=np.int64)
    for at, name in enumerate(names):
        rows, own = np.flatnonzero(best == at), np.flatnonzero(np.array(known.classes) == name)
        place[rows] = own[density[np.ix_(rows, own)].argmax(axis=1)]
    return place


def _candidates(names: list[str], chances: Floats, told: Bools) -> pl.Series:
    """Per row the fewest classes that share 95 % of the probability, likeliest first, |-separated; null = nothing told."""
    rows = np.flatnonzero(told & (chances.max(axis=1) < _SHARED))
    order = np.argsort(-chances[rows], axis=1, kind="stable")
    reached = np.cumsum(np.take_along_axis(chances[rows], order, axis=1), axis=1) >= _SHARED
    kept = np.where(np.arange(len(names)) <= reached.argmax(axis=1)[:, None], order, -1)
    sets, which = np.unique(kept, axis=0, return_inverse=True)
    spoken = np.array(["|".join(names[at] for at in row if at >= 0) for row in sets] or [""], dtype=object)
    found = np.array(names, dtype=object)[chances.argmax(axis=1)]
    found[rows] = spoken[which.reshape(-1)]
    found[~told] = None
    return pl.Series(found.tolist(), dtype=pl.String)


def weigh(samples: pl.DataFrame, material: str = "material", leave_out: str | None = None) -> pl.Series:
    """Weight in bans of every sample against the class its declared material may have; positive speaks against the label.

    material: the column with the declared material (id of table materials). Null = silence: no material, one that may have
    any pattern (not in table material_patterns), or fewer than three elements. Bounded: at most +2 (one true label in 100
    has a sample that is mistaken), at least about -0.3 (half of the false labels name the right class).
    """
    if material not in samples.columns or samples.is_empty():
        return pl.Series("weight_bans", [None] * samples.height, dtype=pl.Float64)
    known = model(leave_out)
    allowed = _allowed(known)
    parts = [_weighed(part, material, known, allowed) for part in samples.rechunk().iter_slices(_ROWS)]
    return pl.Series("weight_bans", np.concatenate(parts), nan_to_null=True)


def _weighed(samples: pl.DataFrame, material: str, known: Model, allowed: dict[str, Ints]) -> Floats:
    """Weights in bans, NaN = silence."""
    values, sigmas, bounds, informative = arrays(complete(samples))
    declared = samples[material].to_list()
    weights = np.full(samples.height, np.nan)
    wanted = np.array([name in allowed for name in declared], dtype=bool)
    rows = np.flatnonzero(wanted & (informative >= LEAST) & ~np.isnan(values).all(axis=1))
    density = _scores(values[rows], sigmas[rows], bounds[rows], known)
    anything = _log_mean(class_means(density, known)[1])
    named = np.array([declared[row] for row in rows], dtype=object)
    for name in set(named):
        its = np.flatnonzero(named == name)
        fits = _log_mean(density[np.ix_(its, allowed[name])])
        false = np.logaddexp(np.log(_FALSE_BUT_FITS) + fits, np.log(1 - _FALSE_BUT_FITS) + anything[its])
        true = np.logaddexp(np.log(1 - _MISTAKEN) + fits, np.log(_MISTAKEN) + anything[its])
        weights[rows[its]] = (false - true) / np.log(10)
    return weights


def _allowed(known: Model) -> dict[str, Ints]:
    """Declared material -> places of the variants its pattern may have. ReferenceDataError where a class is not known."""
    full = list(zip(known.classes, known.variants, strict=True))
    found: dict[str, Ints] = {}
    for name, classes in table("material_patterns").select("material", "classes").rows():
        places: list[int] = []
        for token in classes.split("|"):
            of, _, variant = token.partition(":")
            own = [at for at, (cls, kind) in enumerate(full) if cls == of and (not variant or kind == variant)]
            if not own and of not in set(table("pattern_classes")["class"]):
                raise ReferenceDataError(
                    f"material {name!r} names the class {token!r}, which is not known.",
                    file="material_patterns.csv",
                    column="classes",
                    fix=f"Classes: {', '.join(dict.fromkeys(known.classes))}.",
                )
            places += own
        if places:
            found[name] = np.array(places)
    return found
