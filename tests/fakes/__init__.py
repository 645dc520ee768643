"""Fakes of what is outside the house, each by its port."""
