from . import business_day, errors, plan, recipe_book, records
