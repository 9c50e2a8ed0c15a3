"""Tests of the PersistentVolume controller."""
