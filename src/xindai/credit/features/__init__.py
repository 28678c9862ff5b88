"""What is known about an applicant, as numbers. The same code trains and serves."""
