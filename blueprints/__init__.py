"""EDGE IN: triggers and HTTP, one file per noun."""
