"""What a morning begins with: what came of the last days' applications, what moved, what is late, what waits for somebody.

Kept true: it only counts; it reads the tables of the other rooms and writes none. Not our business: the figures of the book
over months (book/portfolio), and whether all of it is right (books).
"""
