"""All that is assumed of SIDES: paths, parameters, keys. No other file names one.

Nothing of it is published, so every name is a proposal until somebody with an account
has a real answer. An administrator overrides parts of it per connection.
"""

CONTRACT = {
    "version": "0-proposed",
    "auth": {
        "login": {
            "path": "/api/login",
            "body": {"user": "{username}", "password": "{password}"},
            "token_paths": ["token", "data.token", "access_token"],
        },
        "query_key": {"param": "apiKey"},
    },
    "calls": {
        "outlets": {"path": "/storedata/listStorePublic"},
        "items": {"path": "/articledata/listArticlePublic"},
        "sales": {
            "path": "/statisticdata/dailyOrderReportPublic",
            "params": {"storeUuid": "{outlet}", "date": "{date}"},
        },
    },
    "right_words": ["data.", "permission", " right", "recht", "berechtig"],
    "roots": {
        "outlets": ["", "data", "stores"],
        "items": ["", "data", "articles", "products"],
        "sales": ["", "data", "orders"],
    },
    "fields": {
        "outlet": {
            "id": ["uuid", "storeUuid", "id"],
            "number": ["storeId", "id", "number"],
            "name": ["name", "storeName", "title"],
            "active": ["active", "isActive"],
        },
        "item": {
            "id": ["uuid", "externalId", "id"],
            "sku": ["articleNumber", "number", "plu"],
            "name": ["name", "articleName", "title"],
            "type": ["type", "articleType"],
            "kitchen_name": ["kitchenName", "nameKitchen"],
            "group": ["group", "articleGroup"],
            "price": ["priceNet"],
        },
        "sale": {
            "id": ["uuid", "orderUuid", "id"],
            "number": ["orderNumber", "billNumber", "number"],
            "time": ["closedAt", "orderDate", "createdAt", "date"],
            "outlet": ["storeUuid"],
            "cancelled": ["cancelled", "canceled", "storno", "isCancelled"],
            "status": ["status", "orderStatus"],
            "channel": ["orderType", "channel", "portal"],
            "lines": ["positions", "billPositions", "articles", "items"],
        },
        "line": {
            "id": ["uuid", "positionUuid", "id"],
            "item": ["articleUuid", "articleId", "externalId"],
            "sku": ["articleNumber", "number", "plu"],
            "name": ["name", "articleName", "title"],
            "quantity": ["quantity", "amount", "count"],
            "type": ["type", "positionType"],
            "cancelled": ["cancelled", "canceled", "storno"],
            "children": ["toppings", "positions", "children", "menuItems"],
            "amount_net": ["totalNet"],
            "amount_gross": ["priceGross", "price", "total"],
            "tax_rate": ["taxRate"],
        },
    },
    "true_words": ["true", "1", "yes", "ja", "j", "y"],
    "cancelled_status": ["cancelled", "canceled", "storno", "storniert"],
    "ignored_types": [
        *("deposit", "pfand", "credit", "tip", "trinkgeld", "delivery_fee", "voucher"),
    ],
    "comp_types": ["comp", "free"],
    "staff_meal_types": ["staff_meal", "staff"],
}
