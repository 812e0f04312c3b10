"""What people do to a café: in Odoo, and in the independent world beside it."""

from dataclasses import replace
from functools import singledispatch

import property_stories as stories
import property_world as world

from odoo import Command


@singledispatch
def play(edit, cafe):
    """Do in both worlds what the edit says, and let Odoo run what follows from it."""
    raise NotImplementedError(type(edit))


def _pick(edit, things):
    things = list(things)
    return things[edit.pick % len(things)] if things else None


def _since(edit):
    """The date that a person corrects from; None: the change counts from today."""
    return None if edit.since is None else stories.DAYS[edit.since]


def _as_user(cafe, edit, records):
    context = {"pos_bridge_from_date": str(_since(edit))} if _since(edit) else {}
    return records.with_user(cafe.test.user).with_context(**context)


# === THE TILL === #


def _change_receipt(edit, cafe, **changes):
    """Change one receipt (no changes: it is gone) and read the day that it was on."""
    name = _pick(edit, cafe.world.receipts)
    if name is not None:
        receipt = cafe.world.receipts.pop(name)
        if changes:
            cafe.world.receipts[name] = replace(receipt, **changes)
        cafe.read_till(receipt.outlet, receipt.day)


@play.register
def _(edit: stories.ChangeReceipt, cafe):
    _change_receipt(edit, cafe, lines=edit.lines)


@play.register
def _(edit: stories.ChangeQuantity, cafe):
    name = _pick(edit, cafe.world.receipts)
    if name is not None:
        lines = list(cafe.world.receipts[name].lines)
        number = edit.line % len(lines)
        lines[number] = replace(lines[number], quantity=edit.quantity)
        _change_receipt(edit, cafe, lines=tuple(lines))


@play.register
def _(edit: stories.DeleteReceipt, cafe):
    _change_receipt(edit, cafe)


@play.register
def _(edit: stories.MoveReceipt, cafe):
    """Found under another date, before or after the old date is read without it."""
    name = _pick(edit, cafe.world.receipts)
    if name is not None:
        receipt = cafe.world.receipts[name]
        business_date = stories.DAYS[edit.day % len(stories.DAYS)]
        cafe.world.receipts[name] = replace(receipt, day=business_date)
        if edit.days_passed > 1:
            cafe.read_till(receipt.outlet, receipt.day)
        cafe.read_till(receipt.outlet, business_date)


@play.register
def _(edit: stories.AddReceipt, cafe):
    """On one of the days that were sold, or today."""
    business_date = _pick(edit, (*stories.DAYS, cafe.today))
    cafe.add_receipt(world.Receipt(edit.outlet, business_date, edit.lines))
    cafe.read_till(edit.outlet, business_date)


@play.register
def _(edit: stories.HalfAnswer, cafe):
    """An answer that says it is not complete takes nothing back."""
    name = _pick(edit, cafe.world.receipts)
    if name is not None:
        receipt = cafe.world.receipts[name]
        cafe.read_till(receipt.outlet, receipt.day, left_out=name)


# === MAPPINGS === #


def _pick_mapping(edit, cafe):
    """(condition, mapping as the back office would change it) of one not ended."""
    histories = cafe.world.uses.items()
    condition = _pick(edit, [key for key, history in histories if history.last])
    if condition is None:
        return None, None
    vals = cafe.condition_vals(condition) | {"superseded": False, "date_to": False}
    domain = [(name, "=", value) for name, value in vals.items()]
    mapping = cafe.env["pos.bridge.mapping"].search(domain).ensure_one()
    return condition, _as_user(cafe, edit, mapping)


@play.register
def _(edit: stories.AddUse, cafe):
    cafe.add_use(edit.condition, edit.use)


@play.register
def _(edit: stories.ChangeUse, cafe):
    condition, mapping = _pick_mapping(edit, cafe)
    if mapping:
        mapping.write(cafe.use_vals(edit.use))
        history = cafe.world.uses[condition]
        since = _since(edit) or history.beginning_of_change(cafe.today)
        history.say(edit.use, since, cafe.today)


@play.register
def _(edit: stories.EndUse, cafe):
    condition, mapping = _pick_mapping(edit, cafe)
    if mapping:
        mapping.unlink()
        since = _since(edit) or cafe.today
        cafe.world.uses[condition].say(None, since, cafe.today)


# === RECIPES === #


def _pick_recipe(edit, cafe):
    """(dish, bill as the back office would change it, what it says now)."""
    dish = _pick(edit, cafe.boms)
    return dish, _as_user(cafe, edit, cafe.boms[dish]), cafe.world.recipes[dish].last


def _say_recipe(edit, cafe, dish, **changes):
    history = cafe.world.recipes[dish]
    since = _since(edit) or history.beginning_of_change(cafe.today)
    history.say(replace(history.last, **changes), since, cafe.today)


@play.register
def _(edit: stories.ChangeLine, cafe):
    dish, bom, recipe = _pick_recipe(edit, cafe)
    lines = list(recipe.lines)
    number = edit.line % len(lines)
    lines[number] = replace(lines[number], **edit.changes)
    bom.bom_line_ids.sorted("id")[number].write(cafe.line_vals(lines[number]))
    _say_recipe(edit, cafe, dish, lines=tuple(lines))


@play.register
def _(edit: stories.ChangeYield, cafe):
    dish, bom, _recipe = _pick_recipe(edit, cafe)
    bom.product_qty = float(edit.quantity)
    _say_recipe(edit, cafe, dish, quantity=edit.quantity)


@play.register
def _(edit: stories.AddLine, cafe):
    dish, bom, recipe = _pick_recipe(edit, cafe)
    bom.bom_line_ids = [Command.create(cafe.line_vals(edit.line))]
    _say_recipe(edit, cafe, dish, lines=(*recipe.lines, edit.line))


@play.register
def _(edit: stories.DropLine, cafe):
    dish, bom, recipe = _pick_recipe(edit, cafe)
    if len(recipe.lines) > 1:
        number = edit.line % len(recipe.lines)
        bom.bom_line_ids.sorted("id")[number].unlink()
        lines = recipe.lines[:number] + recipe.lines[number + 1 :]
        _say_recipe(edit, cafe, dish, lines=lines)


# === STORAGE UNITS === #


@play.register
def _(edit: stories.ChangeUnit, cafe):
    cafe.link(edit.outlet, edit.place, _since(edit) or cafe.today)
