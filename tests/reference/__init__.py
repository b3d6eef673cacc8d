"""What others have computed, to hold the book against."""
