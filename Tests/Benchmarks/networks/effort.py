"""How much is measured of networks."""

import dataclasses

from measures import effort

BATCH = 1_000
# Blocks of a batch each, so that rows change from call to call.
BLOCKS = 8
FULL = dataclasses.replace(effort.FULL, pool=BLOCKS * BATCH, batches=(BATCH,))
QUICK = dataclasses.replace(effort.QUICK, pool=BLOCKS * BATCH, batches=(BATCH,), calls=256)
PEAK_MILLISECONDS = 50
