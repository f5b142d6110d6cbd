"""What can be wrong with a training, one file per kind: from plain numbers to sentences."""

from coursekit.callbacks.diagnoses.diagnosis import Diagnosis

__all__ = ["Diagnosis"]
