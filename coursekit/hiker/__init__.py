"""Hikers on loss landscapes: optimizers at work on maps that can be seen whole."""
