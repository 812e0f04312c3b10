"""How the simulated SIDES talks: two dialects of the same facts."""

import json
from zoneinfo import ZoneInfo

from simulators._messages import Answer

TAX = 19
BERLIN = ZoneInfo("Europe/Berlin")


class First:
    """The shape that the connector proposes; names and phones come along."""

    key_param, key_header = "apiKey", "X-Api-Key"
    routes = [
        ("POST", "/api/login", "say_log_in"),
        ("GET", "/storedata/listStorePublic", "say_stores"),
        ("GET", "/articledata/listArticlePublic", "say_products"),
        ("GET", "/statisticdata/dailyOrderReportPublic", "say_report"),
    ]

    def __init__(self, till):
        self.till = till
        for _method, _pattern, name in self.routes:
            setattr(till, name, getattr(self, name))

    def say_log_in(self, request):
        given = json.loads(request.body)
        token = self.till.log_in(given.get("user"), given.get("password"))
        if not token:
            return Answer({"error": "unauthorized"}, 401)
        return Answer({"token": token, "expires": 3600})

    def say_stores(self, request):
        if not self.till.has_store_list:
            return Answer({"error": "Missing API right storedata.listStore"}, 403)
        stores = [
            {"uuid": uuid, "storeId": place, "name": name, "isActive": True}
            for place, (uuid, name) in enumerate(self.till.stores.items(), 11)
        ]
        return self.till.refusal(request) or Answer({"stores": stores})

    def say_products(self, request):
        products = [
            {
                "uuid": each.ref,
                "articleNumber": each.number,
                "name": each.name,
                "type": each.kind,
                "kitchenName": each.kitchen_name,
                "group": each.group,
                "priceNet": float(each.price),
            }
            for each in self.till.products
        ]
        return self.till.refusal(request) or Answer({"articles": products})

    def say_report(self, request):
        store, date = request.params.get("storeUuid"), request.params.get("date")
        if store not in self.till.stores:
            return self.till.refusal(request) or Answer({"error": "no store"}, 404)
        orders = self._orders(store, date, "%Y-%m-%d")
        said = [self._order(store, order) for order in orders]
        return self.till.refusal(request) or Answer({"date": date, "orders": said})

    def _orders(self, store, date, date_format):
        """Who asks for a date that nobody can read gets what is sold today."""
        for (place, day), orders in list(self.till.orders.items()):
            if place == store and day.strftime(date_format) == date:
                return orders
        return []

    def _order(self, store, order):
        name, phone, street, mail = order.person
        return {
            "uuid": order.ref,
            "orderNumber": order.number,
            "storeUuid": store,
            "closedAt": order.at.astimezone(BERLIN).isoformat(),
            "cancelled": order.cancelled,
            "orderType": order.channel,
            "customer": {"name": name, "phone": phone, "street": street, "email": mail},
            "deliveryNote": f"Bei {name} klingeln",
            "payments": [{"kind": "card", "holder": name}],
            "positions": [self._line(line) for line in order.lines],
        }

    def _line(self, line, parent=None):
        said = {
            "articleUuid": line.product_ref,
            "articleNumber": line.number,
            "name": line.name,
            "type": line.kind,
            "quantity": float(line.quantity / (parent.quantity if parent else 1)),
            "totalNet": float(line.net),
            "priceGross": float(round(line.net * (100 + TAX) / 100, 2)),
            "cancelled": line.cancelled,
            "toppings": [
                self._line(child, line)
                for child in line.children
                if child.kind == "topping"
            ],
            "menuItems": [
                self._line(child, line)
                for child in line.children
                if child.kind != "topping"
            ],
        }
        return {**said, "uuid": line.ref} if line.ref else said


class Second(First):
    """Other paths, names, nesting and paging, German decimals, cents."""

    key_param, key_header = "schluessel", "X-Schluessel"
    routes = [
        ("POST", "/v3/anmelden", "say_log_in"),
        ("GET", "/v3/filialen", "say_stores"),
        ("GET", "/v3/katalog", "say_products"),
        ("GET", r"/v3/filialen/(\w+)/bons", "say_report"),
    ]

    def say_log_in(self, request):
        given = request.form
        token = self.till.log_in(given.get("benutzer"), given.get("kennwort"))
        if not token:
            return Answer({"fehler": "Anmeldung fehlgeschlagen"}, 401)
        return Answer({"ergebnis": {"sitzung": token}})

    def say_stores(self, request):
        stores = {
            uuid: {"filialSchluessel": uuid, "titel": name}
            for uuid, name in self.till.stores.items()
        }
        return self.till.refusal(request) or Answer({"ergebnis": stores})

    def say_products(self, request):
        groups = {}
        for each in self.till.products:
            groups.setdefault(each.group, []).append(
                {
                    "artikelSchluessel": each.ref,
                    "nr": each.number,
                    "bezeichnung": each.name,
                    "art": each.kind,
                    "warengruppe": each.group,
                    "nettoCent": int(each.price * 100),
                }
            )
        said = [{"titel": name, "artikel": rows} for name, rows in groups.items()]
        page = int(request.params.get("seite", 1))
        size = int(request.params.get("anzahl", 50))
        return self.till.refusal(request) or self._page(
            said, page, size, "warengruppen"
        )

    def say_report(self, request, store):
        if store not in self.till.stores:
            return self.till.refusal(request) or Answer({"fehler": "Filiale?"}, 404)
        orders = self._orders(store, request.params.get("tag"), "%d.%m.%Y")
        said = [self._order(store, order) for order in orders]
        size = int(request.params.get("anzahl", 50))
        page = int(request.params.get("seite", 1))
        return self.till.refusal(request) or self._page(said, page, size, "bons")

    def _page(self, rows, page, size, name):
        part = rows[(page - 1) * size : page * size]
        return Answer({"ergebnis": {"seite": page, "inhalt": {name: part}}})

    def _order(self, store, order):
        name, phone, street, _mail = order.person
        return {
            "kopf": {
                "bonId": order.ref,
                "bonNr": order.number,
                "abschluss": order.at.astimezone(BERLIN).strftime("%d.%m.%Y %H:%M:%S"),
                "zustand": "S" if order.cancelled else "A",
                "vertriebsweg": order.channel,
            },
            "gast": {"anzeige": name, "rufnummer": phone, "anschrift": street},
            "posten": [self._line(line) for line in order.lines],
        }

    def _line(self, line, parent=None):
        return {
            "postenId": line.ref or None,
            "artikel": {"schluessel": line.product_ref, "nr": line.number},
            "bezeichnung": line.name,
            "art": line.kind,
            "menge": f"{line.quantity:.3f}".replace(".", ","),
            "nettoCent": int(line.net * 100),
            "weg": "ja" if line.cancelled else "nein",
            "zutaten": [self._line(child, line) for child in line.children],
        }


#: What an administrator writes to make the connector understand ``Second``.
SECOND_OVERRIDE = {
    "version": "second",
    "auth": {
        "login": {
            "path": "/v3/anmelden",
            "encoding": "form",
            "body": {"benutzer": "{username}", "kennwort": "{password}"},
            "token_paths": "ergebnis.sitzung",
        },
        "query_key": {"param": "schluessel"},
        "header_key": {"header": "X-Schluessel"},
    },
    "calls": {
        "outlets": {"path": "/v3/filialen"},
        "items": {"path": "/v3/katalog"},
        "sales": {
            "path": "/v3/filialen/{outlet}/bons",
            "params": {"tag": "{date}"},
        },
    },
    "date_format": "%d.%m.%Y",
    "time_format": "%d.%m.%Y %H:%M:%S",
    "paging": {"kind": "page", "param": "seite", "size_param": "anzahl", "size": 5},
    "roots": {
        "outlets": "ergebnis.*",
        "items": "ergebnis.inhalt.warengruppen.*.artikel",
        "sales": "ergebnis.inhalt.bons",
    },
    "fields": {
        "outlet": {"id": "filialSchluessel", "name": "titel"},
        "item": {
            "id": "artikelSchluessel",
            "sku": "nr",
            "name": "bezeichnung",
            "type": "art",
            "group": "warengruppe",
            "price": "nettoCent",
        },
        "sale": {
            "id": "kopf.bonId",
            "number": "kopf.bonNr",
            "time": "kopf.abschluss",
            "status": "kopf.zustand",
            "channel": "kopf.vertriebsweg",
            "lines": "posten",
        },
        "line": {
            "id": "postenId",
            "item": "artikel.schluessel",
            "sku": "artikel.nr",
            "name": "bezeichnung",
            "quantity": "menge",
            "type": "art",
            "cancelled": "weg",
            "children": "zutaten",
            "amount_net": "nettoCent",
        },
    },
    "numbers": {"decimal_sign": ",", "money_divisor": 100},
    "cancelled_status": ["s"],
    "child_quantity": "absolute",
}
DIALECTS = {"first": First, "second": Second}
