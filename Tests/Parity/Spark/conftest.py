import pytest

# Small data on one processor: most of the time would go into starting threads and compiling code that runs once.
SETTINGS = {
    "spark.default.parallelism": 1,
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "1g",
    "spark.log.level": "ERROR",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.shuffle.partitions": 1,
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


def pytest_sessionstart():
    """Before tests are collected: estimators, which they are made of, live in the JVM."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[1]")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    builder.getOrCreate()


def pytest_terminal_summary(terminalreporter):
    from data import TALLY

    if TALLY:
        terminalreporter.write_line("trees: " + ", ".join(f"{count:,} {name}" for name, count in TALLY.items()))


@pytest.fixture(scope="session")
def spark():
    from pyspark.sql import SparkSession

    yield SparkSession.active()
    SparkSession.active().stop()
