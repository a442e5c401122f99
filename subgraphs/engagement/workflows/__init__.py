"""The governed processes: ordered steps, and nothing else."""
