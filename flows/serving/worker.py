"""The worker: takes the runs that wait in the pool « alliage » and starts their processes."""

import asyncio
import signal

from prefect.workers.process import ProcessWorker

from flows.serving.deployments import POOL


async def _work() -> None:
    worker = ProcessWorker(work_pool_name=POOL, name=POOL, create_pool_if_not_found=False)
    working = asyncio.create_task(worker.start(printer=lambda *_: None))
    for ending in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(ending, working.cancel)
    try:
        await working
    except asyncio.CancelledError:
        return


if __name__ == "__main__":
    asyncio.run(_work())
