"""RFormula, which is a pipeline within the JVM."""

from __future__ import annotations

from typing import Any

from .frame import Frame
from .registry import parameter, stage, write_stage

# They take columns away, and name the elements of vectors.
_WITHOUT_NUMBERS = ("ColumnPruner", "VectorAttributeRewriter")


@stage("RFormulaModel")
def _formula(frame: Frame, model: Any) -> None:
    from pyspark.ml.wrapper import JavaParams

    for each in model._java_obj.pipelineModel().stages():
        if each.getClass().getSimpleName() not in _WITHOUT_NUMBERS:
            write_stage(frame, JavaParams._from_java(each))
    frame.made = [str(parameter(model, "featuresCol"))]
