"""When things happen and in what order. No data logic."""
