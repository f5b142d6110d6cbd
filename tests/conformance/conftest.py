collect_ignore = ["substitution.py"]  # a plugin for the run of Keras's tests; it changes Keras
