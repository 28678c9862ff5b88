"""The machine that opens pictures of papers and reads what stands on them, in a process of its own."""
