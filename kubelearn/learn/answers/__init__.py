"""Exercises and quizzes, one file a notebook."""
