"""Retrieval quality on public benchmarks: `python -m pipelines.evaluate locomo|longmemeval|multihop --data PATH`.

Read in this order: `cli` (what is asked), `locomo` / `longmemeval` / `multihop` (files into cases), `baselines` and
`systems` (cases into rankings), `metrics` (rankings into figures), `results` (figures into one JSON object).
"""
