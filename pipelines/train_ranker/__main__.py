"""`python -m pipelines.train_ranker`."""

import sys

from pipelines.train_ranker.cli import main

if __name__ == "__main__":
    sys.exit(main())
