"""A Spark cluster of our own on loopback: a standalone master and two workers, from the wheel."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

WORKERS = 2


@contextmanager
def cluster(work: Path, *, megabytes: int = 500) -> Iterator[Any]:
    """A session on it; each worker has a core and a little more than the memory of its executor."""
    import pyspark

    home = Path(pyspark.__file__).parent
    port, page = _free_port(), _free_port()
    surroundings = {
        **os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_NO_DAEMONIZE": "1",
        "PYSPARK_PYTHON": sys.executable,
    }  # fmt: skip
    spark, deploy = str(home / "bin" / "spark-class"), "org.apache.spark.deploy"
    master = f"spark://127.0.0.1:{port}"
    commands = [[f"{deploy}.master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", str(page)]]
    commands += [
        [f"{deploy}.worker.Worker", master, "--host", "127.0.0.1", "--cores", "1", "--memory", f"{megabytes + 200}m",
         "--webui-port", "0", "--work-dir", str(work / f"worker{number}")]
        for number in range(WORKERS)
    ]  # fmt: skip
    started = []
    with (work / "log.txt").open("wb") as log:
        try:
            for command in commands:
                one = subprocess.Popen([spark, *command], env=surroundings, stdout=log, stderr=log, cwd=work)
                started.append(one)
            deadline = time.monotonic() + 90
            while _alive(f"http://127.0.0.1:{page}/json/") < WORKERS:
                assert time.monotonic() < deadline, (work / "log.txt").read_text()[-2000:]
                time.sleep(0.2)
            yield from _session(master, megabytes)
        finally:
            for one in reversed(started):
                one.terminate()
                one.wait(20)


def _session(master: str, megabytes: int) -> Iterator[Any]:
    from pyspark.sql import SparkSession

    before = os.environ.get("PYSPARK_PYTHON")
    os.environ["PYSPARK_PYTHON"] = sys.executable
    made = (
        SparkSession.builder.master(master)
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", str(WORKERS))
        .config("spark.executor.memory", f"{megabytes}m")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .getOrCreate()
    )
    made.sparkContext.setLogLevel("ERROR")
    try:
        yield made
    finally:
        made.stop()
        if before is None:
            del os.environ["PYSPARK_PYTHON"]
        else:
            os.environ["PYSPARK_PYTHON"] = before


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _alive(page: str) -> int:
    try:
        return httpx.get(page, timeout=5, trust_env=False).text.count('"state" : "ALIVE"')
    except httpx.HTTPError:
        return 0
