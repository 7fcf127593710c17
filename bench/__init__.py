"""What Parlance costs: each scenario measures it beside a bare reference, in turns, on the same cores."""
