"""The steps of the processes, one file each: what it writes, how it is undone, under which key."""
