"""Words of menus, German and English: what means the same, what is a size, and what is
no goods at all. Knows nothing of Odoo.

Everything is written as ``fold`` leaves it: without umlauts, "ss" for "ß".
"""


def _words(text):
    return frozenset(text.split())


#: {what both mean: the words for it}; a name is found across languages by these.
_SAME = """
alcohol-free: alkoholfrei alkfrei nonalcoholic alcoholfree
almond: mandel mandeln almond
apple: apfel apple
bacon: bacon speck
banana: banane bananen banana
bean: bohne bohnen bean
beef: rind rinder rindfleisch beef
beer: bier beer
blueberry: heidelbeere blaubeere blueberry
bread: brot bread
broccoli: brokkoli broccoli
butter: butter
cabbage: kohl cabbage
cake: kuchen cake
cappuccino: cappuccino capuccino
carrot: karotte mohre carrot
cheese: kase cheese
cherry: kirsche kirsch cherry
chicken: huhn hahnchen huhnchen chicken
chocolate: schokolade schoko chocolate
cinnamon: zimt cinnamon
coconut: kokos kokosnuss coconut
coffee: kaffee coffee
corn: mais corn
cream: sahne cream
cucumber: gurke cucumber
decaf: entkoffeiniert koffeinfrei decaf decaffeinated
duck: ente duck
egg: ei eier egg
fish: fisch fish
flour: mehl flour
fries: pommes fritten fries
garlic: knoblauch garlic
ginger: ingwer ginger
goat: ziege ziegen goat
grape: traube grape
ham: schinken ham
homemade: hausgemacht homemade
honey: honig honey
hot: heiss heisse heisser hot
ice: eis ice
juice: saft juice
lamb: lamm lamb
lemon: zitrone zitronen lemon
lemonade: limonade limo lemonade
lettuce: kopfsalat lettuce
milk: milch milk
mint: minze mint
mushroom: pilz pilze champignon champignons mushroom
mustard: senf mustard
noodle: nudel nudeln noodle
nut: nuss nusse nut
oats: hafer oat oats
oil: ol oil
onion: zwiebel zwiebeln onion
orange: orange orangen
pancake: pfannkuchen pancake
peach: pfirsich peach
pear: birne pear
pepper: pfeffer pepper
pineapple: ananas pineapple
pork: schwein schweine pork
potato: kartoffel kartoffeln potato
pumpkin: kurbis pumpkin
raspberry: himbeere himbeer raspberry
red: rot rote roter rotes red
rice: reis rice
salad: salat salad
salmon: lachs salmon
salt: salz salt
sandwich: sandwich
sauce: sauce sosse
sausage: wurst wurstchen sausage
schnitzel: schnitzel
shrimp: garnele garnelen shrimp prawn
soup: suppe soup
sparkling: prickelnd sprudel sparkling
spicy: scharf scharfe scharfer spicy
spinach: spinat spinach
still: still stilles
strawberry: erdbeere erdbeer strawberry
sugar: zucker sugar
sweet: suss susse susser sweet
tea: tee tea
toast: toast
tomato: tomate tomaten tomato tomatoes
tuna: thunfisch tuna
turkey: pute puten truthahn turkey
vanilla: vanille vanilla
vegan: vegan veganer vegane veganes
vegetable: gemuse vegetable veggie
vegetarian: vegetarisch vegetarische vegetarischer vegetarian
vinegar: essig vinegar
water: wasser water
white: weiss weisse weisser weisses white
wine: wein wine
yoghurt: joghurt jogurt yoghurt yogurt
"""

#: What stands for a class of dishes: said by the till's group as well as by the name.
CLASSES = _words(
    """
    pizza burger pasta salad soup sandwich wrap toast bagel cocktail longdrink drink
    juice tea wine beer cake roll bowl curry pinsa flammkuchen panini
    """
)

#: Words that make something else of what they stand beside.
CHANGING = _words(
    """
    alcohol-free decaf vegan vegetarian red white rose light zero diet free spicy
    hot iced dark blond black green sparkling still dry sweet smoked raw gluten
    """
)

_SIZES = """
s: s small klein kleine kleiner kleines kl sm
m: m medium mittel mittlere mittlerer med
l: l large gross grosse grosser grosses gr lg
xs: xs mini
xl: xl xlarge
xxl: xxl
regular: regular normal normale normaler standard reg
double: double doppelt doppelte doppelter doppeltes doppio dbl
triple: triple dreifach
half: half halb halbe halber halbes
kids: kids kid kinder kinderportion child children
senior: senior senioren
family: family familie familien
party: party
bottle: flasche fl bottle btl
glass: glas glass
can: dose can
cup: tasse cup
mug: becher mug
pot: kanne kannchen pot
carafe: karaffe carafe
shot: shot
pint: pint
slice: scheibe slice
scoop: kugel scoop
"""

#: Of these only the last word of a name is a size: "M & M", "L'Oréal".
LETTERS = _words("s m l xs xl xxl")

#: What something is served in; the amount beside it says more.
CONTAINERS = _words("bottle glass can cup mug pot carafe shot")

LEFT_OUT = _words("no ohne kein keine keinen without minus sans senza")
ADDED = _words("extra add plus zusatz zusatzlich mit with")
#: After "extra" these are part of a name: extra virgin olive oil.
NOT_ADDED = _words("virgin vergine vierge dry brut native hart")

SILENT = _words(
    """
    the der die das dem den des a an ein eine einer of von vom und and or oder mit
    with in im auf on zum zur al alla alle aus from la le il du de del di della
    portion port
    """
)

#: Deposits, fees and the like: nothing leaves the stock.
NO_GOODS = _words(
    """
    pfand deposit trinkgeld tip gratuity gutschein voucher giftcard
    geschenkgutschein geschenkkarte rabatt discount lieferung liefergebuhr
    lieferkosten delivery servicegebuhr servicecharge anzahlung downpayment
    flaschenpfand becherpfand pfandflasche dosenpfand leergut pfandruckgabe
    einwegpfand mehrwegpfand ruckpfand coupon
    """
)
#: Of these the first word says it all: "Pfand Cola 0,33" is no Cola.
ALWAYS_NO_GOODS = _words("pfand deposit trinkgeld liefergebuhr lieferkosten")
#: What may stand beside them without being goods itself.
NEAR_NO_GOODS = _words(
    """
    fee gebuhr kosten charge service card karte gift geschenk return ruckgabe zuruck
    retour refund einweg mehrweg bottle flasche glas glass becher cup can dose eur
    euro wert value staff personal gast gaste online delivery lieferung lieferando
    wolt uber eats extra kasten crate box zone express anfahrt pauschale gutschrift
    einlosung verkauf kauf
    """
)
#: Two words that are no goods only together.
NO_GOODS_PAIRS = (
    ("gift", "card"),
    ("service", "charge"),
    ("service", "fee"),
    ("delivery", "fee"),
    ("down", "payment"),
)


def _table(text):
    rows = (line.split(":") for line in text.strip().splitlines())
    return {word: meaning for meaning, words in rows for word in words.split()}


#: {word: what it means}
MEANINGS = _table(_SAME)
#: {word: which size it is}
SIZES = _table(_SIZES)
