collect_ignore = ["several_workers.py"]  # a program, run by test_several_devices
