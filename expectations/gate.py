"""One session of Great Expectations: runs suites on frames through checkpoints and keeps results."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from expectations.engine import RunIdentifier, gx
from expectations.outcome import MAX_IDS, Failure, SuiteRun, failure_of
from expectations.site import DocsSite, context_config
from talentloop.settings import Settings

if TYPE_CHECKING:
    import pandas as pd

#: Counts only: a value never leaves the frame.
_COUNTS = {"result_format": "BASIC", "partial_unexpected_count": 0}
_PLACES = {"result_format": "SUMMARY", "partial_unexpected_count": MAX_IDS}


class Gate:
    """Validates frames. Results are kept as JSON under home; the data docs are built from them."""

    def __init__(self, settings: Settings, *, run_id: str, run_at: datetime) -> None:
        self.run_id = run_id
        self._run = RunIdentifier(run_name=run_id, run_time=run_at)
        self._context = gx.get_context(mode="ephemeral", project_config=context_config(settings))
        self._context.enable_analytics(False)
        self._context.variables.progress_bars = {"globally": False}
        self._batches = self._context.data_sources.add_pandas("batch")
        self._known: set[str] = set()
        self.docs = DocsSite(settings, self._context)

    def validate(
        self,
        suite: Any,
        frame: pd.DataFrame,
        *,
        entity: str,
        source: str,
        load_id: str,
        id_column: str = "source_id",
    ) -> SuiteRun:
        """Run a suite on a frame.

        Args:
            suite: the expectations.
            frame: rows with a plain index.
            load_id: the load, or another name of the batch that is unique in this run.
            id_column: names rows in failures, where the frame has it.
        """
        asset_name = f"{suite.name}.{source}.{load_id}"
        asset = self._batches.add_dataframe_asset(asset_name)
        definition = asset.add_batch_definition_whole_dataframe("all")
        checkpoint = gx.Checkpoint(
            name=asset_name,
            validation_definitions=[
                self._context.validation_definitions.add(
                    gx.ValidationDefinition(
                        name=asset_name,
                        data=definition,
                        suite=self._added(suite),
                    )
                )
            ],
            result_format=_COUNTS,
        )
        done = self._context.checkpoints.add(checkpoint).run(
            batch_parameters={"dataframe": frame}, run_id=self._run
        )
        key, result = next(iter(done.run_results.items()))
        failures = self._failures(result, definition, frame, id_column)
        # On the pages, too, a warning does not fail a batch, and a batch has a name.
        result.success = not any(failure.severity == "critical" for failure in failures)
        result.meta["batch_kwargs"] = {"data_asset_name": f"{source} {load_id}"}
        self._context.validation_results_store.set(key, result)
        return SuiteRun(
            suite=suite.name,
            entity=entity,
            source=source,
            load_id=load_id,
            evaluated=len(result.results),
            failures=failures,
            docs_path=self.docs.page_of(key),
        )

    def _added(self, suite: Any) -> Any:
        """The suite, known to the context; updating in place would compare every pair of rules."""
        if suite.name in self._known:
            self._context.suites.delete(suite.name)
        self._known.add(suite.name)
        return self._context.suites.add(suite)

    def _failures(
        self, result: Any, definition: Any, frame: pd.DataFrame, id_column: str
    ) -> tuple[Failure, ...]:
        found = []
        for single in result.results:
            failure = failure_of(single)
            if failure is not None and failure.unexpected and id_column in frame:
                places = self._places(single, definition, frame)
                failure = failure_of(single, [str(frame[id_column].iloc[p]) for p in places])
            if failure is not None:
                found.append(failure)
        return tuple(found)

    def _places(self, single: Any, definition: Any, frame: pd.DataFrame) -> list[int]:
        """Positions of some rows that broke an expectation; the values themselves are dropped."""
        batch = definition.get_batch(batch_parameters={"dataframe": frame})
        again = batch.validate(single.expectation_config.to_domain_obj(), result_format=_PLACES)
        places = (again.result or {}).get("partial_unexpected_index_list") or []
        return [int(place) for place in places[:MAX_IDS]]
