"""`make demo`: a company, a recorded working day of a crew of four, and their hours."""
