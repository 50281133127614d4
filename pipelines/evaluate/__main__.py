"""Run the evaluation: `python -m pipelines.evaluate --help`."""

import sys

from pipelines.evaluate.cli import main

if __name__ == "__main__":
    sys.exit(main())
