"""Decodes adverts by TheengsDecoder, in the environment of that package: JSON lines in and out.

In: {"servicedata": "...", "servicedatauuid": "...", "name": "...", "id": "...", "rssi": -60} as a
gateway hears them. Out: what the decoder makes of each, or null. It imports nothing of ours.
"""

import json
import sys

from TheengsDecoder import decodeBLE

for line in sys.stdin:
    advert = json.loads(line)
    decoded = decodeBLE(json.dumps(advert))
    sys.stdout.write((decoded or "null") + "\n")
    sys.stdout.flush()
