"""`make bench`: what the pipeline does on this machine, measured in one run on the same data."""
