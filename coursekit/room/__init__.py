"""The examination room: a process with the student's file and the questions, and nothing else."""
