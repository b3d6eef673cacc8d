"""Every public function and module in every precision and form of input."""
