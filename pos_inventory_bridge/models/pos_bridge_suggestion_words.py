from collections import defaultdict

from ..tools.wording import number_text


class SuggestionWords:
    """Suggestions in words that a reader of the list understands."""

    def __init__(self, env, suggested):
        self.env = env
        found = list(suggested)
        units = {each.unit or each.target.own_unit for each in found if each.target}
        units = env["uom.uom"].browse(filter(None, units))
        self.units = {unit.id: unit.name for unit in units}
        kinds = env["pos.bridge.mapping"]._fields["map_type"]
        self.kinds = dict(kinds._description_selection(env))

    def get_target(self, found):
        """Coffee beans 0.009 kg, as a mapping is called; 1? where that is a guess."""
        if not found.target:
            return self.kinds[found.map_type]
        unit = self.units.get(found.unit or found.target.own_unit, "")
        amount = number_text(self.env, found.quantity) if found.quantity else ""
        if not found.quantity or found.open_size or found.is_guessed:
            amount += "?"
        text = f"{found.target.name} {amount} {unit}".strip()
        return text + self.env._(" (gives back)") if found.gives_back else text

    def get_reason(self, found):
        """Why, and what is not sure of it."""
        reasons = self._reasons()
        kind = found.map_type if f"{found.reason}_{found.map_type}" in reasons else ""
        text = reasons[f"{found.reason}_{kind}" if kind else found.reason]
        return "; ".join([text % {"name": found.named}, *self._doubts(found)])

    def _doubts(self, found):
        if found.open_size:
            size = ", ".join(map(str.upper, sorted(found.open_size)))
            yield self.env._("how many portions is %s?", size)
        if not found.quantity:
            yield self.env._("how much of it?")
        if found.is_guessed:
            yield self.env._("how much of it is a guess")
        if found.is_doubted:
            yield self.env._("the quantity does not fit price and cost")

    def _reasons(self):
        return defaultdict(
            str,
            {
                "name_same_recipe": self.env._("Same name as recipe %(name)s"),
                "name_same_ingredient": self.env._("Same name as ingredient %(name)s"),
                "name_class": self.env._(
                    "Same name as %(name)s but for the kind of dish"
                ),
                "name_meaning": self.env._("Means the same as %(name)s"),
                "name_alike": self.env._("Spelled much like %(name)s"),
                "name_partly": self.env._("Has words in common with %(name)s"),
                "elsewhere": self.env._("Mapped so in %(name)s"),
                "sku": self.env._("Same SKU, mapped so in %(name)s"),
                "other_name": self.env._("Same SKU in %(name)s, but another name"),
                "sku_code": self.env._("Same SKU as %(name)s"),
                "barcode": self.env._("Its SKU is the barcode of %(name)s"),
                "size": self.env._("Another size of %(name)s"),
                "nothing": self.env._("Deposit, fee or voucher: no goods leave"),
            },
        )
