"""What the books must say of goods that are not there, worked out in plain Python."""


class Shelf:
    """One ingredient in one storage unit, its days and a policy, as an accountant would
    write them on paper. Days are any sortable keys; the smaller one is older.
    """

    def __init__(self, policy):
        self.policy = policy
        self.on_hand = self.reserved = 0
        self.used = {}  # by day, what the till says
        self.taken = {}  # by day, what left the shelf
        self.undone = set()

    def target(self, day):
        return 0 if day in self.undone else self.used[day]

    def open(self, day):
        return round(self.target(day) - self.taken[day], 6)

    def claimed_before(self, day):
        return sum(max(self.open(other), 0) for other in self.used if other < day)

    def run(self, day):
        """Post what may be posted of the difference."""
        missing = self.open(day)
        if missing > 0 and self.policy != "post":
            there = self.on_hand - self.reserved - self.claimed_before(day)
            there = max(there, 0)
            if self.policy == "hold" and there < missing:
                there = 0
            missing = min(missing, there)
        self.taken[day] = round(self.taken[day] + missing, 6)
        self.on_hand = round(self.on_hand - missing, 6)

    def sell(self, day, quantity):
        self.used[day] = quantity
        self.taken.setdefault(day, 0)
        self.run(day)

    def arrive(self, quantity):
        self.on_hand += quantity
        for day in sorted(self.used):
            self.run(day)
