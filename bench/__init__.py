"""What a preview costs, against the least that the same engine could take for as many resources."""
