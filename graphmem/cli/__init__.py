"""The command line: `graphmem`."""

__all__ = ["main"]


def main() -> None:
    """Run the command line on this process's arguments and leave with its exit code."""
    from graphmem.cli.app import run

    run()
