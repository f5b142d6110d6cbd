"""The page of `coursekit explore`: hikers that walk in the browser, checked against Keras."""
