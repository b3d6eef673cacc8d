"""What makes the book: runs its notebooks, checks them, and turns the glossary data into pages."""
