"""Replays golden transcripts: a world, a fake kubelet, a script, and what happened."""
