"""What Papertide costs, against limits and peers measured in the same run: `make bench`."""
