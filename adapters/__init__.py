"""EDGE OUT: one package per outside system; implements ports."""
