"""The sandbox professional-services automation, in Kantata's manner."""
