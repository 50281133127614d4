"""Reading: understand, index, candidates, walk, rank, pack, explain, in the order they run."""
