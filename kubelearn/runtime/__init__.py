"""What every component shares: parts and their fork, controllers, events, decisions."""
