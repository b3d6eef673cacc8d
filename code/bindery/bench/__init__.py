"""``make bench``: how fast and how large the book is, beside its budgets.

Speed is printed as a ratio of two times measured in turn in one run, which says more of the code
and less of the machine. No test asserts a time: this table is for a person to read.
"""
