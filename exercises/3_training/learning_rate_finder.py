"""The learning rate finder: one short run that tries them all.

After: batch_losses

The idea. The learning rate is the number that matters most. Train for a few batches while it grows, by
the same factor at each step, and write down the losses: nothing happens, then they fall, then they
explode. A good rate lies where they fall most, well before the explosion.

    η at batch i of n = lowest · (highest / lowest)^(i / (n − 1)),    i = 0, 1, … n − 1

The trap. The last rate must be `highest` itself: divide by n − 1, not by n. And a test leaves no traces:
the weights and the learning rate are put back as they were, even if the losses became nan.

Write `learning_rate_range_test(model, loss_fn, optimizer, batches, lowest=1e-5, highest=1.0)`: one step
per batch of `batches`. It returns (learning_rates, losses), two lists of floats of one length; each loss
is the batch's own before its step, penalties included. It stops early once a loss is not finite or is
above 4 times the lowest seen; that loss may be listed, as it is, or left out.

By hand: three batches from 0.01 to 1 use the rates 0.01, 0.1 and 1.

Source: Smith (2017), "Cyclical Learning Rates for Training Neural Networks".
"""

import math

import tensorflow as tf


def learning_rate_range_test(model, loss_fn, optimizer, batches, lowest=1e-5, highest=1.0):
    """One step per batch while the rate grows; returns the rates and the losses."""
    raise NotImplementedError("learning_rate_range_test: not written yet")
