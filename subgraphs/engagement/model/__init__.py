"""What a contract asks of every system, computed: pure functions over records."""
