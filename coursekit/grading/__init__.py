"""The examination: questions for the room, the key for the judge, and words for the student."""
