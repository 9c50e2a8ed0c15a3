"""Measured amounts: series over time, and what the metrics APIs answer."""
