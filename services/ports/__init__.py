"""What the use cases need from outside, in our words; adapters implement it, tests/fakes fake it."""
