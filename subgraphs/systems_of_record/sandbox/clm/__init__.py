"""The sandbox contract lifecycle management, in Ironclad's manner."""
