"""What nobody knows of the real till for certain (contract, sections 6.5 and 13)."""

import dataclasses


@dataclasses.dataclass
class Habits:
    """The open questions of the contract, each with the answers to choose from."""

    #: "negative_twin": a void is one more line; "marked_original": a mark on the line
    void_style: str = "negative_twin"
    #: "negative" or "positive": sign of the quantity where the amount is negative
    refund_quantity_sign: str = "negative"
    #: "absolute" or "per_parent" (with the line's own sign)
    modifier_quantity: str = "absolute"
    #: "absolute" or "per_parent": the components of a combo
    combo_quantity: str = "absolute"
    #: "parent" or "components": where the price of a combo stands
    combo_price: str = "parent"
    #: The account that was moved or split: "balanced" (its lines and their
    #: opposites), "repeated" (its lines again) or "empty"
    restatement: str = "balanced"
    #: "own" or "shared": the account ids of the parts of a split bill
    split_accounts: str = "own"
    #: How the last page of sales says so: its token is "absent", "null" or "empty"
    last_page_token: str = "absent"
    #: "blID", or "blId" as some have read it
    location_id_name: str = "blID"
    #: Version 1: times as "published" (timeofSale) or as "seen" (timeOfSale)
    old_spelling: str = "published"

    def __setattr__(self, name, value):
        if value not in ALLOWED[name]:
            raise ValueError(f"{name} is one of {', '.join(ALLOWED[name])}.")
        super().__setattr__(name, value)


ALLOWED = {
    "void_style": ("negative_twin", "marked_original"),
    "refund_quantity_sign": ("negative", "positive"),
    "modifier_quantity": ("absolute", "per_parent"),
    "combo_quantity": ("absolute", "per_parent"),
    "combo_price": ("parent", "components"),
    "restatement": ("balanced", "repeated", "empty"),
    "split_accounts": ("own", "shared"),
    "last_page_token": ("absent", "null", "empty"),
    "location_id_name": ("blID", "blId"),
    "old_spelling": ("published", "seen"),
}
