"""Maps of a run's samples: what is asked for, the coordinates, and the questions asked of them."""
