"""Jobs run over the library: evaluation, measurements, the demo. Not part of the installed package."""
